#!/usr/bin/env python3
"""axe-core (npm, pinned) finds nothing on any page of the console: light and dark, at the width of a desk and of a phone.

axe_test.py FOLDER      FOLDER is for what npm brings; ends with 77 where Chromium, npm or its registry is not there
"""
import json
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

import visit
from chromium import CHROMIUM, Chromium
from made_up import Cluster
from feed import Feed

HERE = pathlib.Path(__file__).resolve().parent
RUN = "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
BRIEF = (".then((all) => all.violations.map((one) => one.id + ': ' + one.help + ': ' + "
         "one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? node.all[0]?.message ?? '')).join(' | ')))")
axe = ""


def bring(folder):
    """axe-core's source, or the reason for which it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "axe" / name, folder / name)
    try:
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, text=True, capture_output=True, timeout=180, check=False)
        problem = done.stderr[-500:] if done.returncode else ""
    except subprocess.TimeoutExpired:
        problem = "it does not end"
    if problem:
        print("npm brings nothing: " + problem)
        sys.exit(77)
    return (folder / "node_modules/axe-core/axe.min.js").read_text()


class Axe(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.browser, self.feed = Chromium(), Feed(Cluster(time.time()))
        self.addCleanup(self.feed.close)
        self.addCleanup(self.browser.close)

    def findings(self, page):
        page.run(axe + ";void 0")
        return page.run(RUN + BRIEF)

    def look(self, width, height, dark):
        page, found = self.browser.page(width, height, dark), {}
        page.open(self.feed.url)
        page.until("document.getElementById('token')")
        found["sign-in"] = self.findings(page)
        for name, address, seen in visit.pages(self.feed)[:7]:
            visit.go(page, self.feed, address, seen)
            found[name] = self.findings(page)
        visit.go(page, self.feed, "#/node/n07", "Decisions about it")
        page.key("d")
        page.says("of 6 domains", "#ask")
        found["question"] = self.findings(page)
        visit.escape(page)
        page.key("?")
        page.until("document.getElementById('help')")
        found["keys"] = self.findings(page)
        visit.escape(page)
        page.key("k", 2)
        page.until("document.getElementById('palette')")
        found["palette"] = self.findings(page)
        visit.escape(page)
        self.feed.cut()
        page.says("No connection to the console since")
        found["cut"] = self.findings(page)
        self.feed.back()
        self.assertEqual({name: one for name, one in found.items() if one}, {}, json.dumps(found, indent=1))

    def test_a_desk_in_the_light(self):
        self.look(1440, 900, False)

    def test_a_desk_in_the_dark(self):
        self.look(1440, 900, True)

    def test_a_phone(self):
        self.look(390, 844, False)


if __name__ == "__main__":
    if CHROMIUM is None or not shutil.which("npm"):
        print("needs Debian's package chromium, and npm")
        sys.exit(77)
    axe = bring(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
