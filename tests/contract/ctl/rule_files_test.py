#!/usr/bin/env python3
"""Which files hotspotctl rule reads and writes: standard input, links, pipes, devices, and what is too large.

rule_files_test.py HOTSPOTCTL [-v]
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

from rule_program import HOTSPOTCTL, RULES, ctl

# The same with its keys in another order than rule fmt writes them.
UNORDERED = RULES.replace("    expr: domain_cpu_ratio > 90%\n    for: 3 of 5\n", "    for: 3 of 5\n    expr: domain_cpu_ratio > 90%\n")


class Files(unittest.TestCase):
    def setUp(self):
        dir = tempfile.TemporaryDirectory()
        self.addCleanup(dir.cleanup)
        self.root = pathlib.Path(dir.name)
        self.rules = self.root / "rules.yml"
        self.rules.write_text(RULES)

    def with_input(self, text, *arguments, expect=0):
        done = subprocess.run([HOTSPOTCTL, *arguments], input=text, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def test_reads_regular_files_only_and_waits_for_nothing(self):
        (self.root / "zero.yml").symlink_to("/dev/zero")
        os.mkfifo(self.root / "pipe_test.yml")
        (self.root / "folder.yml").mkdir()
        for verb, name, kind in (("check", "zero.yml", "a device"), ("check", "pipe_test.yml", "a pipe"),
                                 ("test", "pipe_test.yml", "a pipe"), ("test", "zero.yml", "a device"),
                                 ("fmt", "zero.yml", "a device"), ("list", "pipe_test.yml", "a pipe")):
            said = ctl("rule", verb, str(self.root / name), expect=1)
            self.assertIn(f"{name} is no regular file but {kind}", said, verb)
        self.assertIn("folder.yml is no regular file but a directory", ctl("rule", "check", str(self.root), expect=1))
        named = self.root / "named_test.yml"
        named.write_text("rule_files: [zero.yml]\ntests: []\n")
        self.assertIn("zero.yml is no regular file but a device", ctl("rule", "test", str(named), expect=1))
        self.assertIn("is no regular file but a device", ctl("-c", "/dev/zero", "rule", "eval", "1", expect=2))
        recorded = ctl("rule", "replay", str(self.rules), "--snapshots", str(self.root / "pipe_test.yml"), expect=1)
        self.assertIn("is no regular file but a pipe", recorded)

    def test_reads_no_file_past_the_limit(self):
        with open(self.rules, "r+b") as file:
            file.truncate(1 << 40)  # sparse: a terabyte of nothing
        self.assertIn("rules.yml is larger than 4 MiB", ctl("rule", "check", str(self.rules), expect=1))

    def test_checks_and_formats_standard_input(self):
        self.assertIn("3 rules in 1 files are right", self.with_input(RULES, "rule", "check", "-")[0])
        wrong = self.with_input(RULES.replace("for: 1m", "for: 1"), "rule", "check", "-", expect=1)[1]
        self.assertIn("-:13:10: error: '1' has no unit, did you mean '1s'?", wrong)
        formatted = self.with_input(UNORDERED, "rule", "fmt", "-")[0]
        self.assertEqual(formatted, RULES)
        self.assertEqual(self.with_input(formatted, "rule", "fmt", "--check", "-")[0], "")
        self.assertEqual(self.with_input(UNORDERED, "rule", "fmt", "--check", "-", expect=1)[0], "-\n")

    def test_formats_what_a_symbolic_link_points_to_and_keeps_link_mode_and_owner(self):
        real = self.root / "real"
        real.mkdir()
        target, link, other = real / "rules.yml", self.root / "link.yml", self.root / "other.yml"
        target.write_text(UNORDERED)
        target.chmod(0o640)
        if os.geteuid() == 0:
            os.chown(target, 65534, 65534)
        before = target.stat()
        link.symlink_to(pathlib.Path("real") / "rules.yml")
        ctl("rule", "fmt", str(link))
        self.assertTrue(link.is_symlink())
        after = target.stat()
        self.assertEqual(target.read_text(), RULES)
        self.assertEqual((after.st_mode, after.st_uid, after.st_gid), (before.st_mode, before.st_uid, before.st_gid))
        self.assertEqual([p.name for p in real.iterdir()], ["rules.yml"], "nothing is left beside it")
        target.write_text(UNORDERED)
        os.link(target, other)
        ctl("rule", "fmt", str(link))
        self.assertEqual(other.read_text(), RULES, "both names are of one file still")


if __name__ == "__main__":
    unittest.main()
