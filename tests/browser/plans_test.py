#!/usr/bin/env python3
"""The console's page of plans: what waits, what changed since, to apply and to refuse it, alone and with a second operator.

plans_test.py [-v]               without Chromium it ends with 77, skipped
"""
import visit
from in_a_browser import CONTROL, InABrowser, main, setUpModule, tearDownModule  # noqa: F401

FIRST, SECOND = "1796047000880-1-d1", "1796047000890-1-d1"


class Plans(InABrowser):
    def open(self):
        self.go("#/plans", "None lately.")
        self.page.says("Predicted", f"[data-decision='{SECOND}']")

    def card(self, decision):
        return f"[data-decision='{decision}']"

    def plan(self, decision):
        return next(one for one in self.feed.cluster.recommendations if one["decision"] == decision)

    def tell(self):
        self.feed.send("recommendations", self.feed.counted())

    def test_what_waits_is_said_with_why_prediction_expiry_and_what_changed_since(self):
        self.open()
        self.page.says("2", ".rail a[href='#/plans'] .count")
        for text in ("migrate to n02", "held 5 of 5 samples", "predicted to take 31\u00a0s, standing still for 210\u00a0ms", "waits for 7\u00a0min", "expires at",
                     "84\u00a0%", "80\u00a0%", "62\u00a0%", "NodeCpuHot still fires, 77\u00a0%"):
            self.page.says(text, self.card(SECOND))
        for text in ("would be skipped", "node n05 by jo: new disks", "DomainCpuHot no longer fires"):
            self.page.says(text, self.card(FIRST))
        self.assertNotIn("would be skipped", self.page.text(self.card(SECOND)))
        for text in ("vCPUs 4 → 8", "by mara", "its licence is for 4 CPUs"):
            self.page.says(text, "#refused")

    def test_it_is_applied_by_two_keys_as_it_was_seen(self):
        self.open()
        one = self.plan(SECOND)
        self.page.key("j")
        self.page.key("j")
        self.page.until(f"document.activeElement.matches({self.card(SECOND)!r})")
        self.page.key("a")
        self.page.says("Apply: ", "#ask h2")
        self.page.says("80\u00a0%", "#ask")
        self.page.key("Enter")
        self.assertEqual(self.written(), {"method": "POST", "path": f"recommendations/{SECOND}/apply",
                                          "body": {"domain_uuid": one["domain_uuid"], "step": "migrate to n02"}})
        self.page.until("!document.getElementById('ask')")
        self.feed.cluster.recommendations.remove(one)
        self.tell()
        self.feed.send("action", self.feed.cluster.action(960, {"name": one["domain"], "uuid": one["domain_uuid"]}, one["node"], one["step"], state="intent",
                                                          ended=False, approved_by="jo"))
        self.page.until(f"!document.querySelector({self.card(SECOND)!r})")
        self.page.says("applied by jo", "#applied")
        self.feed.send("action", self.feed.cluster.action(961, {"name": one["domain"], "uuid": one["domain_uuid"]}, one["node"], "vCPUs 2 → 4", rule="",
                                                          approved_by="mara"))
        self.feed.send("action", self.feed.cluster.action(962, {"name": one["domain"], "uuid": one["domain_uuid"]}, one["node"], "vCPUs 4 → 6", approved_by="max"))
        self.page.says("applied by max", "#applied")
        self.assertNotIn("mara", self.page.text("#applied"), "an order was no recommendation")
        self.page.says("1", ".rail a[href='#/plans'] .count")

    def test_a_refusal_needs_a_reason_and_may_have_a_length(self):
        self.open()
        self.page.click(self.card(FIRST) + " button", "Refuse…")
        self.page.says("does not recommend the same step", "#ask")
        self.page.key("Enter")
        self.page.says("Give a reason.", "#ask")
        self.assertEqual(self.feed.written, [])
        self.page.type("backup")
        self.page.run("document.querySelector('#ask-length').focus()")
        self.page.type("2h")
        self.page.key("Enter")
        self.assertEqual(self.written(), {"method": "POST", "path": f"recommendations/{FIRST}/refuse", "body": {"reason": "backup", "length_seconds": 7200}})

    def test_what_is_skipped_is_said_with_its_reason(self):
        self.feed.answers[f"recommendations/{FIRST}/apply"] = (409, {"kind": "skipped", "message": "it no longer fires"})
        self.feed.answers[f"recommendations/{SECOND}/apply"] = (409, {"kind": "refused", "message": "it is another by now"})
        self.open()
        for decision, said in ((FIRST, "Skipped, nothing was done: it no longer fires"), (SECOND, "it is another by now")):
            self.page.click(self.card(decision) + " button", "Apply…")
            self.page.click("#ask button.strong")
            self.page.says(said, "#ask [role=alert]")
            visit.escape(self.page)

    def test_two_operators_see_what_the_other_does_also_in_an_open_question(self):
        self.open()
        other = self.window()
        self.addCleanup(other.close)
        visit.sign_in(other, self.feed.url + "#/plans", "token-admin")
        other.says("Predicted")
        other.click(self.card(SECOND) + " button", "Apply…")
        other.says("Apply: ", "#ask h2")
        self.feed.cluster.refuse(self.plan(SECOND), "jo", "not before the release")
        self.tell()
        other.says("It was refused by jo: not before the release", "#ask")
        visit.escape(other)
        for page in (self.page, other):
            page.says("not before the release", "#refused")
            page.until(f"!document.querySelector({self.card(SECOND)!r})")
        self.feed.cluster.recommendations.clear()
        self.tell()
        for page in (self.page, other):
            page.says("Nothing waits.")
            page.until("!document.querySelector(\".rail a[href='#/plans'] .count\")")

    def test_the_fleet_leads_there_and_applies_and_the_palette_does_too(self):
        self.page.says("migrate to n02", "#waiting")
        self.page.says("wait for approval", ".numbers")
        self.page.key("k", CONTROL)
        self.page.type("refuse")
        self.page.says("Refuse", "#found li")
        self.page.key("Enter")
        self.page.says("Refuse: ", "#ask h2")
        visit.escape(self.page)
        self.page.click("#waiting button", "Apply…")
        self.page.says("Apply: ", "#ask h2")
        visit.escape(self.page)
        self.page.click(".numbers a", "approval")
        self.page.until("location.hash === '#/plans'")


if __name__ == "__main__":
    main()
