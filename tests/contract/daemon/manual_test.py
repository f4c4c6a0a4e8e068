#!/usr/bin/env python3
"""The man pages hotspotd(8) and hotspot.so(5) against what the programs take; and that man reads all pages without a warning.
hotspotctl(1) is held against --help by tests/contract/ctl/commands_test.py.

manual_test.py HOTSPOTD [-v]
"""
import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
HOTSPOTD = sys.argv.pop(1)
HOTSPOTD_KEYS = [f"actuator/daemon/config{part}.cc" for part in ("", "_graphite", "_redis")]
CONSOLE_KEYS = ["actuator/console/config.cc", "actuator/daemon/config_redis.cc"]
PAGES = sorted((SOURCE / "docs/man").glob("*.[1-8]"))


def page(name):
    return re.sub(r"\\f[BIR]", "", (SOURCE / "docs/man" / name).read_text()).replace("\\-", "-")


def keys(*sources):
    """What the tables of a reader of configuration call their keys."""
    return {key for source in sources for key in re.findall(r'\{"(\w+)", ?(?!\w+\}|")', (SOURCE / source).read_text())}


def missing(wanted, text):
    return sorted(word for word in wanted if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))


class Manual(unittest.TestCase):
    def test_each_page_is_read_without_a_warning(self):
        self.assertEqual(len(PAGES), 4)
        for path in PAGES:
            done = subprocess.run(["man", "--warnings=mac,char,escape,missing,tab,reg,syntax,break", "-l", str(path)], text=True,
                                  capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), path.name)
            self.assertIn("NAME", done.stdout, path.name)

    def test_hotspotd_8_has_each_option_and_no_other(self):
        done = subprocess.run([HOTSPOTD, "--help"], text=True, capture_output=True, timeout=30, check=True)
        options = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", done.stdout.partition("Options:")[2]))
        self.assertIn("--dry-run", options)
        part = page("hotspotd.8").partition(".SH OPTIONS")[2].partition(".SH")[0]
        self.assertEqual(set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", part)), options)

    def test_hotspotd_8_has_each_key_of_its_configuration(self):
        known = keys(*HOTSPOTD_KEYS)
        self.assertTrue({"cluster", "foreign_rest", "external_url", "sentinel_user"} <= known, known)
        self.assertEqual(missing(known, page("hotspotd.8")), [])

    def test_the_file_that_ships_has_each_key_too(self):
        self.assertEqual(missing(keys(*HOTSPOTD_KEYS), (SOURCE / "packaging/hotspotd.yaml").read_text()), [])

    def test_hotspot_console_8_has_each_key_of_its_configuration(self):
        known = keys(*CONSOLE_KEYS)
        self.assertTrue({"listen", "session", "streams", "sentinel_user"} <= known, known)
        self.assertEqual(missing(known, page("hotspot-console.8") + page("hotspotd.8").partition(".B redis")[2]), [])
        self.assertEqual(missing(keys(CONSOLE_KEYS[0]), page("hotspot-console.8")), [])

    def test_hotspot_so_5_has_each_key_of_its_configuration(self):
        known = keys("collectd-plugin/config.cc")
        self.assertTrue({"Cluster", "ActuatorURI", "BacklogBytes", "Notifications"} <= known, known)
        self.assertEqual(missing(known, page("hotspot.so.5")), [])


if __name__ == "__main__":
    unittest.main()
