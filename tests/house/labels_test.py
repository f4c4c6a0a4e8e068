#!/usr/bin/env python3
"""Each test has the label of its folder, so that a changed file's own tests can be run alone; see CONTRIBUTING.md.

labels_test.py BUILD_DIR [-v]
"""
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1))


def labels_of_tests():
    """(folder below tests/, labels, name) of each test that CTest knows; one that is not built yet has its folder too."""
    done = subprocess.run(["ctest", "--test-dir", str(BUILD), "--show-only=json-v1"], text=True, capture_output=True, check=True)
    for test in json.loads(done.stdout)["tests"]:
        properties = {one["name"]: one["value"] for one in test["properties"]}
        folder = properties["WORKING_DIRECTORY"].removeprefix(f"{BUILD}/tests/")
        if folder.startswith(("unit/", "contract/")):
            yield folder, properties.get("LABELS", []), test["name"]


class Labels(unittest.TestCase):
    def test_each_test_has_the_label_of_its_folder(self):
        folders = set()
        for folder, labels, name in labels_of_tests():
            folders.add(folder)
            self.assertIn(folder.removeprefix("unit/"), labels, f"{name}: {labels}")
        there = {str(path.parent.relative_to(ROOT / "tests")) for kind in ("unit", "contract")
                 for path in (ROOT / "tests" / kind).rglob("CMakeLists.txt")}
        self.assertEqual(folders, there)

    def test_a_test_that_is_built_has_the_kind_of_its_tree_too(self):
        count = 0
        for folder, labels, name in labels_of_tests():
            if name.endswith("_NOT_BUILT"):
                continue
            kinds = {word for label in labels for word in label.split(".")} & {"unit", "contract"}
            self.assertEqual(len(kinds), 1, f"{name} in {folder}: {labels}")
            count += 1
        self.assertGreater(count, 30)


if __name__ == "__main__":
    unittest.main()
