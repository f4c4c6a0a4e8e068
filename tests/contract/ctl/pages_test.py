#!/usr/bin/env python3
"""The commands that README, docs/, the samples and the examples of help tell people to type are ones that hotspotctl takes, word
by word: --help looks at nothing behind it, so they are typed as they stand, with no Redis there.

pages_test.py HOTSPOTCTL [-v]
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[3]
PAGES = [SOURCE / "README.md", SOURCE / "grafana/README.md", *sorted((SOURCE / "docs").rglob("*.md")),
         *sorted((SOURCE / "packaging").glob("*.yaml")), *sorted((SOURCE / "rules").glob("*.yml"))]
NOT_TYPED = {"top", "--watch", "-w", "--wait", "fmt"}  # what would not end, or write


def commands():
    """{command line: page} without what a shell makes of it: lines of their own, and what stands within a sentence."""
    found = {}
    for page in PAGES:
        for line, within in re.findall(r"^ {4}(?:\$ )?(?:sudo )?(hotspotctl .*)$|`(hotspotctl [^`]+)`", page.read_text(), re.M):
            line = re.split(r" {2,}| #|\||&&|;| > [/.\w]| &$|…", line or " ".join(within.split()))[0].strip()
            if "[" not in line and "COMMAND" not in line:  # how it is used, not what is typed
                found.setdefault(line + '"' * (line.count('"') % 2), page.relative_to(SOURCE))
    return found


def examples(path=()):
    """{command line: the command that has it} of the examples of help, of all commands below `path`."""
    text = subprocess.run([HOTSPOTCTL, "help", *path], text=True, capture_output=True, timeout=30, check=True,
                          env={**os.environ, "COLUMNS": "200"}).stdout
    found = dict.fromkeys(re.findall(r"^  (hotspotctl .*?)(?:  |$)", text, re.M), " ".join(("help", *path)))
    below = text.partition("\nCommands:\n")[2].partition("\n\n")[0]
    for word in re.findall(r"^  ([a-z]+)  ", below, re.M):
        found = examples((*path, word)) | found
    return found


class Typed(unittest.TestCase):
    def taken(self, found):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        for line, where in found.items():
            words = shlex.split(line)[1:]
            words = words[:words.index(">")] if ">" in words else words
            if NOT_TYPED & {word.partition("=")[0] for word in words} and "--once" not in words:
                words.append("--help")
            with self.subTest(line=line, where=str(where)):
                done = subprocess.run([HOTSPOTCTL, "--redis", "127.0.0.1:1", "--cluster", "none", *words], text=True, cwd=folder,
                                      capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
                cut_short = re.search(r" is required by | needs a value", done.stderr)  # as a sentence names a command
                self.assertTrue("says how it is used" not in done.stderr or cut_short, done.stderr)

    def test_each_command_of_a_page_is_taken(self):
        found = commands()
        self.assertGreater(len(found), 80)
        self.taken(found)

    def test_each_example_of_help_is_taken(self):
        found = examples()
        self.assertGreater(len(found), 40)
        self.taken(found)


if __name__ == "__main__":
    unittest.main()
