#!/usr/bin/env python3
"""axe-core (npm, pinned) finds nothing on any page of the console: light and dark, at the width of a desk and of a phone.

axe_test.py FOLDER      FOLDER is for what npm brings; ends with 77 where Chromium, npm or its registry is not there
"""
import json
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import npm  # noqa: E402
import visit
from chromium import CHROMIUM, Chromium
from made_up import Cluster
from feed import Feed

RUN = "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
BRIEF = (".then((all) => all.violations.map((one) => one.id + ': ' + one.help + ': ' + "
         "one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? node.all[0]?.message ?? '')).join(' | ')))")
axe = ""


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
        for name, address, seen in visit.pages(self.feed)[:8]:
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
    if CHROMIUM is None:
        print("needs Debian's package chromium")
        sys.exit(77)
    brought = pathlib.Path(sys.argv.pop(1)).resolve()
    why_not = npm.bring(HERE / "axe", brought)
    if why_not:
        print(why_not)
        sys.exit(77)
    axe = (brought / "node_modules/axe-core/axe.min.js").read_text()
    unittest.main()
