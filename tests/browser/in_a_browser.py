"""A page of the console before a made-up cluster, signed in: what the tests of this folder begin with."""
import sys
import time
import unittest

import visit
from chromium import CHROMIUM, LIMIT, Chromium
from made_up import Cluster
from feed import Feed

CONTROL = 2
browser = None


def setUpModule():
    global browser
    browser = Chromium()


def tearDownModule():
    browser.close()


class InABrowser(unittest.TestCase):
    nodes, each, token, width, height = 12, 6, "token-operator", 1440, 900

    def setUp(self):
        self.feed = Feed(self.cluster())
        self.addCleanup(self.feed.close)
        self.page = self.window()
        self.addCleanup(self.page.close)
        if self.token:
            visit.sign_in(self.page, self.feed.url, self.token)

    def cluster(self):
        return Cluster(time.time(), self.nodes, self.each)

    def window(self):
        return browser.page(self.width, self.height)

    def see_all_nodes(self):
        """The table of the fleet is drawn while it is in sight."""
        self.page.says("Its busiest domains")
        self.page.until("document.getElementById('waiting')")  # comes last, and above it
        self.page.run("document.getElementById('all-nodes').scrollIntoView({ behavior: 'instant' })")

    def go(self, address, seen):
        visit.go(self.page, self.feed, address, seen)

    def written(self):
        """The next command that comes."""
        with self.feed.changed:
            self.assertTrue(self.feed.changed.wait_for(lambda: self.feed.written, LIMIT), "no command came")
            return self.feed.written.pop(0)

    def complaints(self):
        return [one for one in self.page.messages() if "401" not in one]


def main():
    if CHROMIUM is None:
        print("needs Debian's package chromium")
        sys.exit(77)
    unittest.main()
