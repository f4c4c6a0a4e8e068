#!/usr/bin/env python3
"""hotspotctl rule test says of a file what Debian's promtool says of it, for every file in files/.

rule_test_test.py HOTSPOTCTL [-v]

For each *_test.yml: both pass or both fail, and of those that fail, every value and every alert that promtool prints as
"got" is what hotspotctl prints as "got".
"""
import pathlib
import re
import subprocess
import sys
import unittest

FILES = pathlib.Path(__file__).resolve().parent / "files"
HOTSPOTCTL = sys.argv.pop(1)


def run(*command):
    done = subprocess.run(command, cwd=FILES, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def findings(output):
    """Each expectation that failed: its head (expr or alertname, and time), what was expected, and what there was."""
    found = []
    pattern = r"(alertname: \S+|expr: \".*?\"), time: (\w+),\s*exp:\s*(.*?),?\s*got:\s*(.*?)(?=\n\s*\n|\n    (?:name|alertname|expr)|\Z)"
    for head, time, expected, got in re.findall(pattern, output, re.S):
        def tidy(text):
            # promtool lists vectors in the order of Go's comparison of labels; the order is not part of the answer.
            text = re.sub(r"\s+", " ", text).strip()
            return sorted(re.split(r", (?=\S*\{)|\s\d+: ", text.strip("[] "))) if "Labels" not in text else re.sub(r",? \d+: ", "\n", text)
        found.append((head, time.replace("0s", "") if time != "0s" else time, tidy(expected), tidy(got)))
    return sorted(found, key=str)


class RuleTest(unittest.TestCase):
    maxDiff = None

    def test_there_are_files(self):
        self.assertGreaterEqual(len(list(FILES.glob("*_test.yml"))), 12)


def agreement(path):
    def test(self):
        theirs, their_output = run("promtool", "test", "rules", path.name)
        ours, our_output = run(HOTSPOTCTL, "rule", "test", path.name)
        self.assertEqual(ours, theirs, f"\npromtool:\n{their_output}\nhotspotctl:\n{our_output}")
        if "_refused" in path.name:
            self.assertEqual(theirs, 1, "a file that is named so must be refused")
            self.assertNotIn("got:", our_output)
            return
        self.assertEqual(findings(our_output), findings(their_output),
                         f"\npromtool:\n{their_output}\nhotspotctl:\n{our_output}")
        if "_fails" in path.name:
            self.assertEqual(theirs, 1, "a file that is named so must fail")
            self.assertTrue(findings(their_output), "a file that fails must show what there was")
        else:
            self.assertEqual(theirs, 0, their_output)
    return test


for file in sorted(FILES.glob("*_test.yml")):
    setattr(RuleTest, "test_agrees_on_" + file.stem, agreement(file))

if __name__ == "__main__":
    unittest.main()
