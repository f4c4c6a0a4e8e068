#!/usr/bin/env python3
"""Each row of docs/security.md names a test that proves it, and each test that it names is there.

Run alone: tests/house/security_test.py [-v]
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/security.md"
GTEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.M)
NAMED = re.compile(r"`([\w.:]+)`")
IS_TEST = re.compile(r"^(\w+_test\.py::test_\w+|[A-Z]\w+\.[A-Z]\w+)$")


def tests_of_the_tree():
    names = set()
    for path in (ROOT / "tests").rglob("*.cc"):
        names.update(f"{suite}.{test}" for suite, test in GTEST.findall(path.read_text()))
    for path in (ROOT / "tests").rglob("*_test.py"):
        names.update(f"{path.name}::{test}" for test in re.findall(r"^    def (test_\w+)\(self", path.read_text(), re.M))
    return names


def rows():
    """Line number, and the cells, of each row of a table."""
    for number, line in enumerate(PAGE.read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and not line.startswith("|---") and cells[-1] != "shown by":
            yield number, cells


class Security(unittest.TestCase):
    def test_each_row_names_a_test_and_each_named_test_is_there(self):
        known, wrong, seen = tests_of_the_tree(), [], 0
        for number, cells in rows():
            seen += 1
            named = [name for name in NAMED.findall(cells[-1]) if IS_TEST.match(name)]
            if not named or re.sub(r"`[^`]*`|[\s,]", "", cells[-1]):
                wrong.append(f"docs/security.md:{number}: its last cell has to be tests alone: {cells[-1]}")
            wrong += [f"docs/security.md:{number}: there is no test {name}" for name in named if name not in known]
        self.assertGreater(seen, 30)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_each_row_says_who_at_worst_and_what_stops_more(self):
        thin = [f"docs/security.md:{number}" for number, cells in rows() if len(cells) < 3 or not all(cells)]
        self.assertEqual(thin, [])


if __name__ == "__main__":
    unittest.main()
