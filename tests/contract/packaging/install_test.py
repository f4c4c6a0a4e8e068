#!/usr/bin/env python3
"""What `cmake --install` puts on a machine.

install_test.py BUILD_DIR [-v]
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()


def run(*command, **options):
    return subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="hotspot-install-"))
        done = run("cmake", "--install", BUILD, env={**os.environ, "DESTDIR": str(cls.root)})
        if done.returncode != 0:
            raise AssertionError(done.stdout)
        plugins = list(cls.root.glob("usr/lib/**/hotspot.so"))
        cls.programs = [cls.root / "usr/sbin/hotspotd", cls.root / "usr/bin/hotspotctl", cls.root / "usr/sbin/hotspot-console"] + plugins

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def installed(self, path):
        return (self.root / path.lstrip("/")).read_text()

    def test_the_programs_have_no_debug_information(self):
        self.assertEqual(len(self.programs), 4, self.programs)
        for program in self.programs:
            sections = run("readelf", "-SW", program)
            self.assertIn(".dynsym", sections.stdout)
            self.assertNotIn(".debug_", sections.stdout, f"{program} is not stripped")
            self.assertNotIn(".symtab", sections.stdout, f"{program} is not stripped")

    def test_the_pages_that_man_pages_and_samples_speak_of_are_there(self):
        texts = [path for folder in ("usr/share/man", "usr/share/hotspot", "usr/lib/systemd", "etc/hotspot")
                 for path in (self.root / folder).rglob("*") if path.is_file()]
        self.assertGreater(len(texts), 20)
        named = {}
        for path in texts:
            for page in re.findall(r"\bdocs/([a-z/-]+\.md)", path.read_text(errors="replace")):
                named.setdefault(page, path)
        self.assertIn("acl.md", named)
        for page, where in named.items():
            self.assertTrue((self.root / "usr/share/doc/hotspot" / page).exists(), f"docs/{page}, named in {where}")

    def test_the_links_of_the_pages_lead_to_pages_that_are_there(self):
        pages = self.root / "usr/share/doc/hotspot"
        dead, alive = [], 0
        # README.md is that of the source tree: its links are from there.
        for page in set(pages.rglob("*.md")) - {pages / "README.md"}:
            for link in re.findall(r"\]\(([^)\s#:]+)(?:#[^)]*)?\)", page.read_text()):
                alive += 1
                if not (page.parent / link).exists():
                    dead.append(f"{page.relative_to(pages)}: {link}")
        self.assertEqual(dead, [])
        self.assertGreater(alive, 10)

    def test_each_man_page_says_where_the_pages_are(self):
        for page in ("man8/hotspotd.8", "man8/hotspot-console.8", "man1/hotspotctl.1", "man5/hotspot.so.5"):
            self.assertIn("/usr/share/doc/hotspot", self.installed("/usr/share/man/" + page), page)

    def test_hotspotd_accepts_the_configuration_and_the_rules_that_are_installed(self):
        text = self.installed("/etc/hotspot/hotspotd.yaml")
        config = self.root / "hotspotd.yaml"
        config.write_text(text.replace("/etc/hotspot/", f"{self.root}/etc/hotspot/"))
        done = run(self.programs[0], "--check", "-c", config)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_rules_that_are_installed_pass_their_tests(self):
        done = run(self.programs[1], "rule", "test", self.root / "etc/hotspot/rules.d")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_hotspotctl_reads_its_sample(self):
        sample = self.root / "usr/share/hotspot/examples/hotspotctl.yaml"
        done = run(self.programs[1], "-c", sample, "--redis", "unix:/nonexistent/redis.sock", "status")
        self.assertIn("/nonexistent/redis.sock", done.stdout, "it should have come as far as Redis")

    def test_the_console_accepts_the_configuration_that_is_installed(self):
        done = run(self.programs[2], "--check", "-c", self.root / "etc/hotspot/hotspot-console.yaml")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_unit_of_the_console_exposes_at_most_1_5(self):
        unit = self.root / "usr/lib/systemd/system/hotspot-console.service"
        done = run("systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", unit)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(unit.read_text(), r"(?m)^DynamicUser=yes$")

    def test_the_user_of_hotspotd_is_a_member_of_libvirts_group(self):
        with tempfile.TemporaryDirectory() as machine:
            (pathlib.Path(machine) / "etc").mkdir()
            done = run("systemd-sysusers", f"--root={machine}", self.root / "usr/lib/sysusers.d/hotspot.conf")
            self.assertEqual(done.returncode, 0, done.stdout)
            groups = dict(line.split(":", 1) for line in (pathlib.Path(machine) / "etc/group").read_text().splitlines())
        self.assertTrue(groups["libvirt"].endswith(":hotspot"), groups)
        self.assertIn("hotspot", groups, "the unit says Group=hotspot")

    def test_the_unit_names_no_group_that_a_machine_may_lack(self):
        unit = self.installed("/usr/lib/systemd/system/hotspotd.service")
        self.assertRegex(unit, r"(?m)^User=hotspot$")
        self.assertNotRegex(unit, r"(?m)^SupplementaryGroups=", "ends with 216/GROUP where the group is missing")

    def test_polkit_lets_the_user_of_hotspotd_manage_libvirt_and_nobody_else(self):
        rules = self.installed("/usr/share/polkit-1/rules.d/60-hotspot.rules")
        self.assertEqual(rules.count("polkit.addRule"), 1)
        self.assertRegex(rules, r'action\.id == "org\.libvirt\.unix\.manage" && subject\.user == "hotspot"')

    def test_systemd_understands_the_unit_and_the_narrower_one(self):
        with tempfile.TemporaryDirectory() as machine:
            units = pathlib.Path(machine) / "usr/lib/systemd/system"
            shutil.copytree(self.root / "usr/lib/systemd/system", units)
            drop_in = units / "hotspotd.service.d"
            drop_in.mkdir()
            narrow = self.installed("/usr/share/hotspot/systemd/narrow.conf").replace("# LoadCredential", "LoadCredential")
            (drop_in / "narrow.conf").write_text(narrow)
            for path in ("hotspotd.service", "hotspotd.service.d/narrow.conf"):
                text = (units / path).read_text().replace("/usr/sbin/hotspotd", "/bin/true").replace("/bin/kill", "/bin/true")
                (units / path).write_text(text)
            done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", units / "hotspotd.service")
        complaints = [line for line in done.stdout.splitlines() if "hotspotd" in line]
        self.assertEqual(complaints, [], done.stdout)
        self.assertIn("IPAddressDeny=any", narrow)

    def test_what_the_unit_exposes_is_little(self):
        unit = self.root / "usr/lib/systemd/system/hotspotd.service"
        done = run("systemd-analyze", "security", "--offline=yes", "--threshold=18", unit)
        self.assertEqual(done.returncode, 0, done.stdout)
        for limit in ("LimitNOFILE=16384", "TasksMax=4096", "MemoryMax=2G"):
            self.assertIn(limit, unit.read_text())


if __name__ == "__main__":
    unittest.main()
