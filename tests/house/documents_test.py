#!/usr/bin/env python3
"""What the documents point to is there: pages, headings, and files of the tree. And each test in Python is run by somebody.

Run alone: tests/house/documents_test.py [-v]
"""
import pathlib
import re
import unittest

import checkout

ROOT = checkout.ROOT
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# A path from the root of the tree, in prose or in a command. Words in capitals stand for something.
TOP = ("actuator", "bench", "cmake", "collectd-plugin", "common", "docs", "grafana", "packaging", "rules", "telemetry", "tests")
PATH = re.compile(rf"(?<![\w/.:~$@-])(?:\./)?((?:{'|'.join(TOP)})/[\w./*-]*[\w*]|(?:test|demo)\.sh\b)")
# Not files of the tree.
ELSEWHERE = {
    "docs/quickstart.md": re.compile(r"^rules/"),             # of the machine that the reader sets up
    "docs/rules.md": re.compile(r"^rules/(\d\d-|rules\.yml)"),  # examples
    "CHANGELOG.md": re.compile(r"."),                         # of the time when it was written
}
UNTIL_BUILT = re.compile(r"^tests/unit/.*/all$")  # targets of Ninja


def anchors(page):
    """As GitHub makes them of headings: lower case, blanks become hyphens, most signs go, what comes again is numbered."""
    found, text = [], re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ +(.*?) *$", text, re.M):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        found.append(f"{name}-{found.count(name)}" if name in found else name)
    return found


def is_there(path):
    """From the root, or from actuator/. docs/adr/0009 is the beginning of a name, actuator/plan/migration_* of several."""
    return any(any(top.glob(path.rstrip("*") + "*")) for top in (ROOT, ROOT / "actuator"))


def pages():
    return checkout.tracked("*.md")


class Documents(unittest.TestCase):
    maxDiff = None

    def test_each_link_leads_to_a_page_and_each_anchor_to_a_heading(self):
        wrong, links = [], 0
        for page in pages():
            for target in LINK.findall(page.read_text()):
                if re.match(r"[a-z]+:", target):
                    continue
                links += 1
                name, _, anchor = target.partition("#")
                to = (page.parent / name).resolve() if name else page
                if not to.exists():
                    wrong.append(f"{page.relative_to(ROOT)}: {target}: there is no such page")
                elif anchor and anchor not in anchors(to):
                    wrong.append(f"{page.relative_to(ROOT)}: {target}: no heading has that anchor; there are {anchors(to)}")
        self.assertGreater(links, 50)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_each_file_that_is_named_is_in_the_tree(self):
        wrong, named = [], 0
        for page in pages():
            relative = page.relative_to(ROOT).as_posix()
            for number, line in enumerate(page.read_text().splitlines(), 1):
                for path in PATH.findall(line):
                    named += 1
                    if relative in ELSEWHERE and ELSEWHERE[relative].match(path) or re.search(r"[A-Z]{3}", path.split("README")[0]):
                        continue
                    if not UNTIL_BUILT.match(path) and not is_there(path):
                        wrong.append(f"{relative}:{number}: {path} is not in the tree")
        self.assertGreater(named, 100)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_each_test_in_python_is_run_by_ctest_or_by_the_run_py_of_its_suite(self):
        named = {(path.parent / name).resolve()
                 for path in checkout.tracked("CMakeLists.txt", "*/CMakeLists.txt", "tests/*/run.sh")
                 for name in re.findall(r"(?<![\w.-])/?([\w./-]+\.py)\b", path.read_text())}
        wrong, tests = [], 0
        for path in checkout.tracked("tests/*_test.py", "tests/*_faults.py"):
            tests += 1
            runner = path.parent / "run.py"
            in_suite = runner.exists() and re.search(rf"^MODULES = [^=]*\b{path.stem}\b", runner.read_text(), re.M)
            if path not in named and not in_suite:
                wrong.append(f"{path.relative_to(ROOT)}: no CMakeLists.txt names it, and no run.py has it in its list")
        self.assertGreater(tests, 40)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_the_changelog_says_each_thing_once(self):
        entries = re.findall(r"^- \[.*?(?=^- \[|^#|\Z)", (ROOT / "CHANGELOG.md").read_text(), re.M | re.S)
        twice = sorted({entry for entry in entries if entries.count(entry) > 1})
        self.assertEqual(twice, [], "merges by union bring back what was changed: " + "".join(twice))


if __name__ == "__main__":
    unittest.main()
