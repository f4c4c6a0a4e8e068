#!/usr/bin/env python3
"""The pages in a real browser, as hotspot-console serves them, with a hotspotd that leads and a Redis that is stopped.

served_test.py HOTSPOT_CONSOLE HOTSPOTD [-v]      without Chromium it ends with 77, skipped
"""
import argparse
import pathlib
import signal
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contract/console")]
import visit  # noqa: E402
import walk  # noqa: E402
from chromium import CHROMIUM, LIMIT, Chromium  # noqa: E402

if CHROMIUM is None:
    print("needs Debian's package chromium")
    sys.exit(77)
from served import Served, wait_for  # noqa: E402

WITHIN = LIMIT  # hotspotd answers within ten seconds


class ServedPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(tokens={"vera": "viewer", "jo": "operator", "mara": "operator"})
        cls.addClassCleanup(cls.served.close)
        cls.url, cls.given = f"http://127.0.0.1:{cls.served.port}/", cls.served.given
        wait_for(lambda: cls.served.get("/api/v1/nodes/h1", cls.given["vera"]).status == 200, cls.served.logged)
        wait_for(lambda: cls.served.get("/api/v1/decisions", cls.given["vera"]).json["decisions"], cls.served.logged)
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)

    def page(self, who):
        page = self.browser.page()
        self.addCleanup(page.close)
        visit.sign_in(page, self.url, self.given[who])
        page.until("document.querySelector('.chosen')")
        return page

    def test_every_page_opens_without_a_complaint_and_a_viewer_is_offered_nothing_that_changes_anything(self):
        options = argparse.Namespace(url=self.url, pictures=None)
        for who, width in (("jo", 390), ("vera", 1440)):
            one = walk.Walk(self.browser, options, width)
            if who == "vera":
                one.viewer(self.given[who])
            else:
                one.all(self.given[who])
            self.assertEqual(one.wrong, [])
            one.page.close()

    def test_what_one_operator_does_the_leader_confirms_and_the_other_sees(self):
        jo, mara = self.page("jo"), self.page("mara")
        jo.key("d")
        jo.says("Drain node h1", "#ask")
        jo.type("new memory")
        jo.key("Enter")
        jo.until("!document.getElementById('ask')", WITHIN)
        for page in (jo, mara):
            page.says("by jo", "#kept")
            page.says("new memory", "#kept")
        mara.click("#kept button", "Undrain…")
        mara.says("Drained by jo", "#ask")
        mara.key("Enter")
        jo.until("document.getElementById('kept').innerText.includes('Nothing is held')", WITHIN)
        jo.click("header button", "Pause…")
        jo.says("Pause Hotspot", "#ask")
        jo.type("storm")
        jo.key("Enter")
        mara.until("document.getElementById('banners').innerText.includes('Paused by jo')", WITHIN)
        mara.click("header button", "Resume…")
        mara.says("Paused by jo", "#ask")
        mara.key("Enter")
        jo.until("!document.querySelector('.banner')", WITHIN)

    def test_what_waits_is_applied_by_one_as_the_other_sees(self):
        jo, mara = self.page("jo"), self.page("mara")
        for page in (jo, mara):
            page.run("void (location.hash = '#/plans')")
            page.says("vCPUs 2 → 3", ".card h2")
            page.says("Hot still fires", ".card")
        mara.click(".card button", "Apply…")
        mara.says("Apply: web1", "#ask")
        jo.click(".card button", "Apply…")
        jo.key("Enter")
        jo.until("!document.getElementById('ask')", WITHIN)
        for page in (jo, mara):
            page.says("applied by jo", "#applied")
        mara.click("#ask button.strong")
        mara.says("Skipped, nothing was done:", "#ask [role=alert]")
        mara.says("jo", "#ask [role=alert]")

    def test_redis_that_stops_is_said_and_the_page_comes_back_by_itself(self):
        page = self.page("jo")
        self.served.world.redis.send_signal(signal.SIGSTOP)
        try:
            page.until("document.getElementById('banners').innerText.includes('Redis is away since')", WITHIN)
            page.says("This page shows", "#banners")
            page.says("h1", ".chosen h2")
        finally:
            self.served.world.redis.send_signal(signal.SIGCONT)
        page.until("!document.querySelector('.banner.bad')", WITHIN)


if __name__ == "__main__":
    unittest.main()
