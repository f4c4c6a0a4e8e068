#!/usr/bin/env python3
"""What hotspotctl writes: within 80 columns, in each format, in colours, and not at all into a full disk.

output_test.py HOTSPOTCTL [-v]
"""
import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
import unittest

import yaml

import cluster
from cluster import DB, NODE, WEB

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
LISTS = (["node", "list"], ["domain", "list"], ["rule", "list"], ["action", "list"], ["decision", "list"], ["hold", "list"])
SHOWN = LISTS + (["status"], ["action", "show", "1795-1-a1"], ["decision", "show", "1795-1-d1"], ["mode"],
                 ["top", "--once"], ["top", "--once", "--nodes"])


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cluster.Cluster()
        cls.addClassCleanup(cls.world.close)
        cls.world.fill()

    def setUp(self):
        self.world.refresh()

    def run_ctl(self, *words, world=None, stdout=subprocess.PIPE, **variables):
        world = world or self.world
        return subprocess.run([HOTSPOTCTL, "--redis", f"127.0.0.1:{world.port}", "--cluster", world.name, *words],
                              text=True, stdout=stdout, stderr=subprocess.PIPE, timeout=60, stdin=subprocess.DEVNULL,
                              env=world.environment(**variables))

    def at_a_terminal(self, columns, *words, **variables):
        """What a terminal of that width was sent."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([HOTSPOTCTL, "--redis", f"127.0.0.1:{self.world.port}", "--cluster", "test", *words],
                                   stdin=follower, stdout=follower, stderr=follower,
                                   env=self.world.environment(**variables))
        os.close(follower)
        text = b""
        while True:
            try:
                more = os.read(leader, 4096)
            except OSError:
                break
            if not more:
                break
            text += more
        process.wait(60)
        os.close(leader)
        return text.decode().replace("\r\n", "\n")

    def assert_fits(self, text, columns, what):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        self.assertTrue(plain.strip(), what)
        for line in plain.splitlines():
            self.assertLessEqual(len(line), columns, f"{what}: {line}")

    def test_every_list_and_the_status_fit_a_terminal_of_80_columns(self):
        for words in SHOWN:
            with self.subTest(words=words):
                self.assert_fits(self.at_a_terminal(80, *words), 80, words)
                self.assert_fits(self.run_ctl(*words, COLUMNS="80").stdout, 80, words)

    def test_a_wider_terminal_is_used_and_a_narrower_one_is_taken_for_80(self):
        wide, narrow = (self.at_a_terminal(columns, "domain", "list") for columns in (200, 40))
        self.assertIn(WEB[0], wide)
        self.assertNotIn(WEB[0], narrow)
        self.assertIn(WEB[1], narrow)
        self.assert_fits(narrow, 80, "domain list")

    def test_wide_leaves_nothing_out_and_a_pipe_shortens_nothing(self):
        for text in (self.run_ctl("domain", "list", "-o", "wide", COLUMNS="80").stdout, self.run_ctl("domain", "list").stdout):
            for word in (*WEB, *DB, NODE.format(1)):
                self.assertIn(word, text)
            self.assertNotIn("…", text)

    def test_what_does_not_fit_into_a_row_stands_below_it_whole(self):
        text = self.run_ctl("decision", "list", COLUMNS="80").stdout
        self.assertIn("and that was the last", " ".join(text.split()))
        self.assertTrue(any(line.startswith("    nothing is done") for line in text.splitlines()), text)

    def test_lists_without_their_first_line(self):
        for words in LISTS:
            with self.subTest(words=words):
                whole, rows = self.run_ctl(*words).stdout, self.run_ctl(*words, "--no-headers").stdout
                self.assertEqual(len(whole.splitlines()), len(rows.splitlines()) + 1)
                self.assertFalse(whole.splitlines()[0] in rows)

    def test_names_are_a_line_each(self):
        names = lambda *words: self.run_ctl(*words, "-o", "name").stdout.splitlines()  # noqa: E731
        self.assertEqual(names("domain", "list"), [WEB[1], DB[1]])
        self.assertEqual(names("node", "list"), [NODE.format(1), NODE.format(2)])
        self.assertEqual(names("rule", "list"), ["DomainCpuHotForTooLong"])
        self.assertEqual(names("action", "list"), ["1795-1-a1", "1795-1-a2"])
        self.assertEqual(names("decision", "list"), ["1795-1-d1", "1795-1-d2"])
        self.assertEqual(names("hold", "list"), ["1", "pause"])
        refused = self.run_ctl("rule", "reload", "-o", "name")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""), refused.stderr)

    def test_yaml_says_the_same_as_json(self):
        for words in LISTS + (["status"],):
            with self.subTest(words=words):
                wanted = json.loads(self.run_ctl(*words, "-o", "json").stdout)
                got = yaml.safe_load(self.run_ctl(*words, "-o", "yaml").stdout)
                ages = ("age_seconds", "at")
                drop = lambda one: {k: v for k, v in one.items() if k not in ages} if isinstance(one, dict) else one  # noqa: E731
                self.assertEqual([drop(one) for one in got] if isinstance(got, list) else drop(got),
                                 [drop(one) for one in wanted] if isinstance(wanted, list) else drop(wanted))
        self.assertRegex(self.run_ctl("domain", "list", "-o", "yaml").stdout, r"cpu_steal_ratio: null\n")

    def test_values_have_the_digits_that_people_read(self):
        text = "".join(self.run_ctl(*words).stdout for words in SHOWN)
        self.assertIsNone(re.search(r"\d\.\d{5,}", text), text)
        self.assertIn("0.9312", text)

    def test_what_rests_is_called_by_its_name(self):
        self.assertRegex(self.run_ctl("status").stdout, rf"cooldown +{WEB[1]} for another")
        self.assertNotIn(WEB[0], self.run_ctl("status").stdout)

    def test_a_full_disk_is_noticed(self):
        for words in SHOWN + (["node", "list", "-o", "json"], ["--help"], ["--version"]):
            with self.subTest(words=words), open("/dev/full", "w") as full:
                done = self.run_ctl(*words, stdout=full)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("not all of the output could be written", done.stderr)

    def test_an_empty_list_is_no_error(self):
        empty = cluster.Cluster("empty")
        self.addCleanup(empty.close)
        empty.put_status(firings=[])
        empty.call("HSET", empty.key("state"), "admission", json.dumps({"admitted": [], "waiting": []}))
        for words in LISTS + (["node", "list", "--waiting"],):
            with self.subTest(words=words):
                done = self.run_ctl(*words, world=empty)
                self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
                self.assertRegex(done.stderr, r"^no .*\n$")
                as_json = self.run_ctl(*words, "-o", "json", world=empty)
                self.assertEqual((as_json.returncode, json.loads(as_json.stdout), as_json.stderr), (0, [], ""))

    def test_colours_are_for_terminals_unless_they_are_asked_for_or_unwanted(self):
        words = ("action", "list")
        coloured = lambda text: "\x1b[" in text  # noqa: E731
        self.assertTrue(coloured(self.at_a_terminal(80, *words)))
        self.assertFalse(coloured(self.run_ctl(*words).stdout))
        self.assertFalse(coloured(self.at_a_terminal(80, *words, NO_COLOR="1")))
        self.assertTrue(coloured(self.at_a_terminal(80, *words, NO_COLOR="")), "empty is as if it were not set")
        self.assertFalse(coloured(self.at_a_terminal(80, *words, TERM="dumb")))
        self.assertTrue(coloured(self.run_ctl(*words, "--color", "always", NO_COLOR="1").stdout))
        self.assertFalse(coloured(self.at_a_terminal(80, *words, "--colour", "never")))
        self.assertIn("\x1b[1;31mfailed\x1b[0m", self.run_ctl(*words, "--color=always").stdout)


if __name__ == "__main__":
    unittest.main()
