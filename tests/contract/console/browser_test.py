#!/usr/bin/env python3
"""The pages as the console serves them, in Chromium: sign-in, what changes live, Redis away.

browser_test.py HOTSPOT_CONSOLE HOTSPOTD [-v]
"""
import signal
import sys
import unittest

from served import SOURCE, Served, wait_for

sys.path.insert(0, str(SOURCE / "tests/browser"))
import visit
from chromium import Chromium


class Pages(unittest.TestCase):
    def setUp(self):
        self.served = Served(tokens={"ada": "operator", "bob": "operator"})
        self.addCleanup(self.served.close)
        wait_for(lambda: self.served.get("/api/v1/domains/web1", self.served.given["bob"]).status == 200, self.served.logged)
        browser = Chromium()
        self.addCleanup(browser.close)
        self.page = browser.page()
        visit.sign_in(self.page, f"http://127.0.0.1:{self.served.port}/", self.served.given["ada"])

    def complaints(self):
        return [one for one in self.page.messages() if "401" not in one and "503" not in one]

    def test_a_user_sees_the_cluster_and_what_another_does_at_once(self):
        self.page.says("h1")
        self.page.run("void (location.hash = '#/decisions')")
        self.page.says("the newest")
        answer = self.served.post("/api/v1/holds", self.served.given["bob"], {"on": "domain", "name": "web1", "reason": "seen by both"})
        self.assertEqual(answer.status, 200, answer)
        self.page.says("seen by both")
        self.page.run("void (location.hash = '#/node/h1')")
        self.page.says("web1")
        self.assertEqual(self.complaints(), [])
        strange = [one for one in self.page.requests() if not one.startswith((f"http://127.0.0.1:{self.served.port}/", "data:", "about:"))]
        self.assertEqual(strange, [], "no request leaves the page's own origin")

    def test_redis_away_is_said_and_goes_away_by_itself(self):
        self.page.says("h1")
        self.served.world.redis.send_signal(signal.SIGSTOP)
        self.page.says(str(self.served.world.port))  # the address, in the sentence of the banner
        self.served.world.redis.send_signal(signal.SIGCONT)
        self.page.until(f"!document.body.innerText.includes('{self.served.world.port}')")
        self.page.says("h1")
        self.assertEqual(self.complaints(), [])


if __name__ == "__main__":
    unittest.main()
