#!/usr/bin/env python3
"""The console's pages in a real browser, against a made-up cluster: signing in, and what each page shows.

pages_test.py [-v]               without Chromium it ends with 77, skipped
"""
import visit
from in_a_browser import InABrowser, main, setUpModule, tearDownModule  # noqa: F401


class SigningIn(InABrowser):
    token = None

    def test_a_wrong_token_is_refused_with_a_sentence_and_the_right_one_leads_to_the_fleet(self):
        self.page.open(self.feed.url)
        self.page.until("document.activeElement.id === 'token'")
        self.page.type("nonsense")
        self.page.key("Enter")
        self.page.says("the token is not known, or has expired")
        self.page.type("token-viewer")
        self.page.key("Enter")
        self.page.until(visit.SIGNED_IN)
        self.page.says("12 nodes")

    def test_the_token_is_neither_kept_nor_in_the_address(self):
        visit.sign_in(self.page, self.feed.url)
        self.page.says("12 nodes")
        self.page.click("header button[aria-label^='Switch to']")
        self.page.until("Object.keys(localStorage).length > 0")
        kept = self.page.run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])")
        self.assertNotIn("token-operator", kept)

    def test_an_address_that_was_sent_by_a_colleague_opens_after_signing_in(self):
        visit.sign_in(self.page, self.feed.url + "#/node/n04")
        self.page.says("Decisions about it")
        self.assertIn("n04", self.page.text("h1"))

    def test_signing_out_leads_back_and_a_session_that_ended_says_so(self):
        visit.sign_in(self.page, self.feed.url)
        self.page.click("details.menu summary")
        self.page.click(".sheet button", "Sign out")
        self.page.says("You are signed out.")
        visit.sign_in(self.page, self.feed.url)
        self.page.says("12 nodes")
        self.feed.sessions.clear()
        self.page.run("void (location.hash = '#/node/n04')")
        self.page.says("Your session has ended.")

    def test_the_end_of_a_session_is_announced(self):
        self.feed.lifetime = 100
        visit.sign_in(self.page, self.feed.url)
        self.page.says("Your session ends in")


class Fleet(InABrowser):
    def test_opens_on_the_hot_node(self):
        self.page.says("Its busiest domains")
        self.assertIn(self.feed.cluster.hot["name"], self.page.text(".chosen h2"))
        self.page.says("NodeCpuHot", ".chosen")
        self.page.says(self.feed.cluster.domains_of("n07")[1]["name"], ".consumers li:first-child")

    def test_says_what_is_held_and_drained_by_whom_and_why(self):
        for text in ("quarter-end run", "new memory, back at 16:00", "2 domains left", "mara"):
            self.page.says(text, "#kept")

    def test_another_resource_is_chosen_by_a_number(self):
        self.page.says("Its busiest domains")
        self.page.key("2")
        self.page.until("document.querySelector('.switch [aria-pressed=true]').innerText === 'Memory'")
        self.page.until("document.querySelector('canvas').getAttribute('aria-label').includes('by Memory')")
        self.page.until("document.querySelector('th[aria-sort=descending]').innerText.startsWith('Memory')")

    def test_the_map_is_walked_by_arrows_and_enter_opens_the_node(self):
        self.page.says("Its busiest domains")
        self.page.run("document.querySelector('canvas').focus()")
        self.page.key("ArrowRight")
        self.page.says("n08", ".chosen h2")
        self.page.key("Enter")
        self.page.until("location.hash === '#/node/n08'")

    def test_follows_what_comes(self):
        self.see_all_nodes()
        node = self.feed.cluster.nodes[0]
        node["load"]["cpu_ratio"] = 0.777
        self.feed.send("nodes", {"nodes": [node]})
        self.page.until("[...document.querySelectorAll('#all-nodes tr')].some((row) => row.innerText.includes('n01') && row.innerText.includes('78'))")

    def test_a_stale_node_looks_stale(self):
        self.see_all_nodes()
        self.page.until(f"[...document.querySelectorAll('#all-nodes tr')].some((row) => row.innerText.includes('{self.feed.cluster.stale['name']}') && row.querySelector('.chip.stale'))")

    def test_without_nodes_it_says_what_would_be_here(self):
        self.feed.cluster.nodes.clear()
        self.feed.send("gap", {})
        self.page.says("No node is admitted yet.")

    def test_two_operators_see_each_others_holds(self):
        other = self.window()
        self.addCleanup(other.close)
        visit.sign_in(other, self.feed.url, "token-admin")
        other.says("quarter-end run", "#kept")
        self.feed.cluster.holds.append({"id": "9", "on": "node", "name": "n01", "owner": "ada", "reason": "kernel of Friday", "since": self.feed.cluster.at(0)})
        self.feed.send("status", self.feed.cluster.status())
        for page in (self.page, other):
            page.says("kernel of Friday", "#kept")


class Pages(InABrowser):
    def test_hotspots_say_value_mark_and_what_came_of_it(self):
        self.go("#/hotspots", "NodeCpuHot")
        for text in ("node_cpu_domains_ratio > 65%", "91\u00a0%", "held 5 of 5 samples", "nothing is done, because it is in its cooldown", "Its data are stale", 'severity="warning"'):
            self.page.says(text)

    def test_an_action_shows_progress_and_predicted_beside_measured_and_goes_on(self):
        self.go("#/actions", "Ended")
        self.page.says("61\u00a0%", ".flying")
        self.assertNotIn("approved by", self.page.run("document.querySelector('.flying').innerText"))
        for _ in range(3):
            self.feed.tick()
        self.page.until("!document.querySelector('.flying').innerText.includes('61\u00a0%') && Number(document.querySelector('[role=progressbar]').getAttribute('aria-valuenow')) > 61")
        one = self.feed.cluster.actions[-1]
        one.update(approved_by="ada")
        self.feed.send("action", one)
        self.page.says("by NodeCpuHot, approved by ada:", ".flying")
        self.feed.send("action", {**one, "rule": ""})
        self.page.says("ordered by ada:", ".flying")
        one.update(state="done", ended=True)
        one["figures"].update(total_ms=34000, downtime_ms=190)
        self.feed.send("action", one)
        self.feed.send("status", self.feed.cluster.status())
        self.page.says("Nothing is under way.")
        self.page.says("34\u00a0s", ".rows li")

    def test_a_decision_has_its_explanation_and_its_whole_record(self):
        self.go("#/decisions", "the newest")
        self.page.key("f")
        self.page.type("in its cooldown")
        self.page.until("document.querySelectorAll('.rows .row').length === 1")
        self.page.click(".rows .row")
        self.page.says("In words")
        self.page.says("expression: domain_cpu_ratio > 90%", ".explanation")
        self.page.click(".decision summary", "The whole record")
        self.page.says('"expression": "domain_cpu_ratio > 90%"', ".record")

    def test_a_domain_has_lines_with_limits_and_the_nodes_where_it_ran(self):
        busy = self.feed.cluster.domains_of("n07")[0]
        self.go(f"#/domain/{busy['uuid']}", "Where it ran")
        self.page.says("DomainCpuHot 90\u00a0%", ".charts")
        self.page.says("balloon limit", ".charts")
        self.page.until("document.querySelectorAll('.stays li').length >= 2")
        self.assertIn("n02", self.page.text(".stays"))

    def test_what_is_not_there_is_said(self):
        self.go("#/node/nowhere", "there is no node nowhere")
        self.go("#/domain/nothing", "there is no domain nothing")
        self.go("#/decision/7", "there is no decision 7")

    def test_light_and_dark_follow_the_system_and_the_switch(self):
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        self.page.says("Its busiest domains")
        light = self.page.run(ground)
        self.page.dark(True)
        self.page.until(f"{ground} !== '{light}'")
        self.page.key("t")
        self.page.until(f"{ground} === '{light}'")


class Phone(InABrowser):
    width, height = 390, 844

    def test_no_page_is_wider_than_the_screen(self):
        for name, address, seen in visit.pages(self.feed)[:8]:
            self.go(address, seen)
            wide = self.page.run("document.documentElement.scrollWidth")
            self.assertLessEqual(wide, 390, name)


if __name__ == "__main__":
    main()
