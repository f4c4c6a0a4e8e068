#!/usr/bin/env python3
"""The console's pages when things do not work, and what texts of strangers do on them: nothing.

trouble_test.py [-v]               without Chromium it ends with 77, skipped
"""
import visit
from in_a_browser import InABrowser, main, setUpModule, tearDownModule  # noqa: F401


class WhenThingsDoNotWork(InABrowser):
    def begin_at(self, address):
        """Nothing has been read by another page before."""
        self.page.run(f"void (location.hash = {address!r}, window.is_old = true)")
        self.page.call("Page.reload")
        self.page.until("!window.is_old && document.querySelector('.rail .foot').innerText.includes('led by')")

    def test_a_cut_stream_is_said_with_the_time_of_what_is_shown_and_it_comes_back_by_itself(self):
        self.see_all_nodes()
        self.feed.cut()
        self.page.says("No connection to the console since", "#banners")
        self.page.says("This page shows", "#banners")
        self.page.says("n07", ".chosen h2")
        self.feed.cluster.nodes[0]["load"]["cpu_ratio"] = 0.123
        self.feed.back()
        self.page.until("!document.querySelector('.banner.bad')")
        self.page.until("[...document.querySelectorAll('#all-nodes tr')].some((row) => row.innerText.includes('n01') && row.innerText.includes('12'))")

    def test_redis_away_is_said_and_goes_again(self):
        self.see_all_nodes()
        self.feed.send("problem", {"detail": "Redis at 127.0.0.1:6379 refuses the connection", "since": self.feed.cluster.at(0)})
        self.page.says("Redis is away since", "#banners")
        self.page.says("refuses the connection", "#banners")
        self.page.until("document.querySelectorAll('#all-nodes .chip.stale').length >= 12")
        self.feed.send("problem", {"detail": "", "since": ""})
        self.page.until("!document.querySelector('.banner.bad')")

    def test_a_page_that_is_opened_while_redis_is_away_says_so_and_fills_itself_later(self):
        self.feed.problem = {"detail": "Redis at 127.0.0.1:6379 refuses the connection"}
        self.page.call("Page.reload")
        self.page.says("Redis is away since", "#banners")
        self.page.says("refuses the connection", "#banners")
        self.feed.problem = None
        self.page.says("Its busiest domains")
        self.page.until("!document.querySelector('.banner.bad')")

    def test_after_ten_seconds_without_a_stream_all_nodes_look_stale(self):
        self.see_all_nodes()
        self.feed.cut()
        self.page.says("No connection to the console since", "#banners")
        self.page.until("document.querySelectorAll('#all-nodes .chip.stale').length >= 12")

    def test_a_cluster_that_nobody_leads_and_a_pause_are_said(self):
        self.page.says("Its busiest domains")
        status = self.feed.cluster.status()
        self.feed.send("status", {**status, "leader": ""})
        self.page.says("Nobody leads this cluster.", "#banners")
        self.feed.send("status", {**status, "pause": {"id": "pause", "on": "cluster", "name": "", "owner": "mara", "reason": "storm", "since": self.feed.cluster.at(0)}})
        self.page.says("Paused by mara", "#banners")
        self.page.says("Resume…", "header")

    def test_an_answer_that_is_older_than_what_came_meanwhile_undoes_none_of_it(self):
        self.see_all_nodes()
        node, status = self.feed.cluster.nodes[0], self.feed.cluster.status()
        node["load"]["cpu_ratio"] = 0.777
        self.feed.delay("status")
        self.feed.send("gap", {})
        self.assertTrue(self.feed.asked("status"), "the page reads nothing anew")
        self.feed.send("status", {**status, "leader": ""})
        self.feed.send("problem", {"detail": "Redis is slow", "since": self.feed.cluster.at(0)})
        self.page.says("Redis is slow", "#banners")
        self.feed.let_go("status")
        self.page.until("[...document.querySelectorAll('#all-nodes tr')].some((row) => row.innerText.includes('n01') && row.innerText.includes('78'))")
        self.page.says("Redis is slow", "#banners")
        self.feed.delay("status")
        self.feed.send("problem", {"detail": "", "since": ""})
        self.assertTrue(self.feed.asked("status"), "the page reads nothing anew")
        self.feed.send("status", {**status, "leader": ""})
        self.feed.let_go("status")
        self.page.says("Nobody leads this cluster.", "#banners")

    def test_what_is_decided_and_ends_while_the_lists_are_read_is_on_them(self):
        cluster = self.feed.cluster
        self.feed.delay("actions")
        self.begin_at("#/actions")  # the fleet would have read the decisions before
        self.assertTrue(self.feed.asked("actions"), "the page reads no actions")
        self.feed.send("action", {**cluster.actions[-1], "state": "done", "ended": True})
        self.feed.let_go("actions")
        self.page.says("Nothing is under way.")
        self.feed.send("status", cluster.status())  # written before the end was
        self.feed.send("action", {**cluster.actions[0], "message": "the last thing that came"})
        self.page.says("the last thing that came")
        self.page.says("Nothing is under way.")
        self.feed.delay("decisions")
        self.page.run("void (location.hash = '#/decisions')")
        self.assertTrue(self.feed.asked("decisions"), "the page reads no decisions")
        self.feed.send("decision", {**cluster.decisions[-1], "id": "1796047000999-1-d1", "sentence": "decided in between"})
        self.feed.let_go("decisions")
        self.page.says("decided in between")

    def test_an_answer_for_a_page_that_was_left_draws_nothing(self):
        for name in ("actions", "decisions"):
            self.feed.delay(name)
            self.begin_at(f"#/{name}")
            self.assertTrue(self.feed.asked(name), f"the page reads no {name}")
            self.page.run("void (location.hash = '#/hotspots')")
            self.page.says("Hotspots", "main h1")
            self.feed.let_go(name)
            self.page.run(f"fetch('api/v1/{name}').then((one) => one.text())")  # after that one
            self.page.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
            self.assertEqual(self.page.text("main h1"), "Hotspots")

    def test_the_page_can_be_stopped_and_goes_on(self):
        self.page.says("Its busiest domains")
        self.page.key("s")
        self.page.says("The page is stopped.", "#banners")
        self.page.click(".banner button", "Go on")
        self.page.until("!document.querySelector('.banner')")


class Strangers(InABrowser):
    EVIL = "\"><img src=x onerror=\"window.bad=1\"><script>window.bad=1</script>\u202ejs.\x1b[2J"

    def cluster(self):
        cluster = super().cluster()
        evil = self.EVIL
        cluster.hot["why"] = evil
        cluster.firings.append({"rule": evil, "phase": "firing", "labels": {evil: evil, "node": evil}, "value": 1e9, "held": evil, "fresh": True, "since": "never"})
        cluster.holds.append({"id": evil, "on": evil, "name": evil, "owner": evil, "reason": evil, "since": evil})
        cluster.action(950, {"name": evil, "uuid": evil}, evil, evil, state="progress", ended=False, message=evil, reason=evil, rule=evil, figures={evil: 1, "memory_total_bytes": -1})
        cluster.decide(951, -1, evil, evil, evil, evil, explanation=evil, record={"effects": [7, {"node": evil}], "considered": evil, "alternatives": [{"domain": evil}], "figures": {"domain": evil}})
        cluster.nodes.append({**cluster.nodes[0], "name": evil, "uuid": "e", "libvirt_problem": evil})
        return cluster

    def test_hostile_texts_are_shown_and_do_nothing(self):
        for name, address, seen in [*visit.pages(self.feed)[:7], ("evil", "#/decision/1796047000951-1-d1", "The whole record"),
                                    ("bad", "#/%E0%A4%A", "12"), ("script", "#/node/%3Cscript%3E", "there is no node <script>")]:
            self.go(address, seen)
            self.assertIsNone(self.page.run("window.bad ?? null"), name)
            self.assertEqual(self.page.run("document.querySelectorAll('img, script:not([src]), iframe').length"), 0, name)
        self.go("#/hotspots", "\\u202e")
        self.page.says("\\x1b[2J")
        self.assertEqual([one for one in self.complaints() if "404" not in one], [])
        self.assertEqual([one for one in self.page.requests() if not one.startswith(self.feed.url) and one != "about:blank"], [])


if __name__ == "__main__":
    main()
