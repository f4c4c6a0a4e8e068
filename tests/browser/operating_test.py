#!/usr/bin/env python3
"""What an operator does on the console's pages, by mouse and by keys alone, and what a viewer is not offered.

operating_test.py [-v]               without Chromium it ends with 77, skipped
"""
import visit
from in_a_browser import CONTROL, InABrowser, main, setUpModule, tearDownModule  # noqa: F401


class Operating(InABrowser):
    def test_drain_shows_what_leaves_then_asks_for_a_reason_then_sends(self):
        self.go("#/node/n07", "Decisions about it")
        self.page.click("main button", "Drain…")
        self.page.says("of 6 domains", "#ask")
        self.page.says("it has the host device", "#ask")
        self.page.says("other nodes with fresh data", "#ask")
        self.page.key("Enter")
        self.page.says("Give a reason.", "#ask")
        self.assertEqual(self.feed.written, [])
        self.page.type("new disks")
        self.page.key("Enter")
        self.assertEqual(self.written(), {"method": "POST", "path": "nodes/n07/drain", "body": {"reason": "new disks"}})
        self.page.says("done: nodes/n07/drain", "#toasts")
        self.page.until("!document.getElementById('ask')")

    def test_a_refusal_stays_in_the_dialog_with_all_that_was_typed(self):
        self.feed.answers["nodes/n07/drain"] = (409, {"message": "n07 is being drained by jo"})
        self.go("#/node/n07", "Decisions about it")
        self.page.key("d")
        self.page.says("Drain node n07", "#ask")
        self.page.type("new disks")
        self.page.key("Enter")
        self.page.says("n07 is being drained by jo", "#ask")
        self.assertEqual(self.page.run("document.querySelector('#ask input').value"), "new disks")

    def test_what_nobody_answered_is_said_to_be_unknown(self):
        self.feed.answers["pause"] = (504, {"kind": "unanswered", "id": "7-0", "message": "nobody leads", "details": []})
        self.page.click("header button", "Pause…")
        self.page.type("storm")
        self.page.key("Enter")
        self.page.says("It may still be carried out", "#ask")

    def test_a_hold_has_a_length_and_a_wrong_one_is_not_sent(self):
        busy = self.feed.cluster.domains_of("n07")[0]
        self.go(f"#/domain/{busy['uuid']}", "Where it ran")
        self.page.key("h")
        self.page.type("month end")
        self.page.run("document.querySelector('#ask-length').focus()")
        self.page.type("soon")
        self.page.key("Enter")
        self.page.says("is no length of time", "#ask")
        self.page.run("document.querySelector('#ask-length').select()")
        self.page.run("document.querySelector('#ask-length').focus()")
        self.page.type("4h")
        self.page.key("Enter")
        self.assertEqual(self.written(), {"method": "POST", "path": "holds", "body": {"on": "domain", "name": busy["name"], "reason": "month end", "length_seconds": 14400}})

    def test_holds_are_removed_and_actions_cancelled_after_a_question(self):
        self.page.click("#kept button", "Remove…")
        self.page.says("quarter-end run", "#ask")
        self.page.click("#ask button.strong")
        self.assertEqual((self.written()["path"]), "holds/1")
        self.go("#/actions", "Ended")
        self.page.click(".card button", "Cancel…")
        self.page.says("stays on n07", "#ask")
        self.page.click("#ask button.strong")
        self.assertEqual(self.written()["path"], "actions/1796047000900-1-a1/cancel")

    def test_escape_sends_nothing_and_the_focus_returns(self):
        self.go("#/node/n07", "Decisions about it")
        self.page.run("[...document.querySelectorAll('main button')].find((one) => one.innerText.includes('Hold')).focus()")
        self.page.key("Enter")
        self.page.says("Hold node n07", "#ask")
        self.page.key("Escape")
        self.page.until("!document.getElementById('ask') && document.activeElement.innerText.includes('Hold')")
        self.assertEqual(self.feed.written, [])

    def test_an_operator_is_not_offered_the_mode_enforce(self):
        self.feed.cluster.mode = "recommend"
        self.feed.send("status", self.feed.cluster.status())
        self.page.says("recommend", "header")
        self.page.key("k", CONTROL)
        self.page.type("set the mode")
        self.page.key("Enter")
        self.page.says("Set the mode", "#ask")
        self.assertEqual(self.page.run("[...document.querySelectorAll('#ask option')].map((one) => one.value)"), ["observe", "recommend"])


class Viewer(InABrowser):
    token = "token-viewer"

    def test_sees_every_page_and_no_button_that_changes_anything(self):
        for name, address, seen in visit.pages(self.feed)[:8]:
            self.go(address, seen)
            buttons = self.page.run("[...document.querySelectorAll('button')].map((one) => one.innerText).filter((text) => text.includes('…') && !text.startsWith('Go to'))")
            self.assertEqual(buttons, [], name)
        self.go("#/node/n07", "Decisions about it")
        for key in "duh":
            self.page.key(key)
        self.go("#/plans", "None lately.")
        for key in "jar":
            self.page.key(key)
        self.assertFalse(self.page.run("Boolean(document.querySelector('dialog'))"))
        self.page.key("k", CONTROL)
        self.page.type("drain")
        self.page.until("document.querySelectorAll('#found li').length > 0")
        self.assertNotIn("Drain", self.page.text("#found"))


class Keys(InABrowser):
    def test_the_palette_leads_to_a_node_and_to_a_drain_by_keys_alone(self):
        self.page.says("Its busiest domains")
        self.page.key("/")
        self.page.until("document.activeElement.getAttribute('role') === 'combobox'")
        self.page.type("n11")
        self.page.key("Enter")
        self.page.until("location.hash === '#/node/n11'")
        self.page.key("k", CONTROL)
        self.page.type("drain n02")
        self.page.key("Enter")
        self.page.says("Drain node n02", "#ask")

    def test_the_palette_finds_a_domain_that_no_page_has_shown(self):
        name = self.feed.cluster.domains_of("n04")[3]["name"]
        self.page.key("/")
        self.page.type(name)
        self.page.key("Enter")
        self.page.says("Where it ran")
        self.assertEqual(self.page.text("h1"), name)
        self.page.key("/")
        self.page.type("zzz-unknown")
        self.page.key("Enter")
        self.page.says("there is no domain zzz-unknown", "#palette")

    def test_letters_lead_from_page_to_page_and_rows_are_walked(self):
        self.page.says("Its busiest domains")
        for letter, word in (("h", "hotspots"), ("p", "plans"), ("a", "actions"), ("d", "decisions"), ("f", "fleet"), ("d", "decisions")):
            self.page.key("g")
            self.page.key(letter)
            self.page.until(f"location.hash === '#/{word}'")
        self.page.says("Choose a decision.")
        self.page.until("document.querySelectorAll('[data-row]').length > 2")
        self.page.key("j")
        self.page.key("j")
        self.page.until("document.activeElement === document.querySelectorAll('[data-row]')[1]")
        self.page.key("Enter")
        self.page.says("The whole record")

    def test_help_lists_the_keys_and_letters_can_be_switched_off(self):
        self.page.key("?")
        self.page.says("Single letters are keys", "#help")
        self.page.click("#help label")
        visit.escape(self.page)
        self.page.key("?")
        self.page.key("k", CONTROL)
        self.page.until("document.getElementById('palette')")
        self.assertFalse(self.page.run("Boolean(document.getElementById('help'))"))

    def test_each_thing_that_has_the_focus_shows_it(self):
        self.page.says("Its busiest domains")
        for _ in range(25):
            self.page.key("Tab")
            seen = self.page.run("(() => { const one = document.activeElement, look = getComputedStyle(one); return one === document.body || look.outlineStyle !== 'none' "
                                 "&& parseFloat(look.outlineWidth) >= 2 ? '' : one.outerHTML.slice(0, 200); })()")
            self.assertEqual(seen, "")


if __name__ == "__main__":
    main()
