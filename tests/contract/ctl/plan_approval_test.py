#!/usr/bin/env python3
"""hotspotctl plan show, apply and refuse, with a real hotspotd and redis-server: what waits for an operator, and what becomes
of it.

plan_approval_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import json
import signal
import subprocess
import unittest

import steering_test  # takes HOTSPOTD and HOTSPOTCTL from the command line
from steering_test import HOTSPOTCTL, wait_for


class PlanApproval(steering_test.Steering):
    def plan(self):
        return json.loads(self.ctl("plan", "show", "-o", "json"))

    def waiting(self):
        """The one recommendation: a vCPU more for web1."""
        return wait_for(lambda: self.plan()["recommendations"], self.logs)[0]

    def written(self, content):
        path = self.root / "plan.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def actions(self):
        found = json.loads(self.ctl("-o", "json", "action", "list", expect=None) or "[]")
        return found if isinstance(found, list) else []

    def test_it_is_shown_applied_once_and_journalled_with_the_operators_name(self):
        self.begin()
        one = self.waiting()
        self.assertEqual(one["action"]["step"], "vCPUs 2 → 3")
        self.assertAlmostEqual(one["expires"] - one["since"], 4 * 3600, delta=1)
        self.assertIn("web1 runs on h1", one["preconditions"])
        text = self.ctl("plan", "show")
        self.assertIn(one["decision"], text)
        self.assertIn("vCPUs 2 → 3 for web1", text)
        self.assertRegex(text, "in (4 h|3 h 59 min)")
        self.assertEqual(self.ctl("plan", "show", "-o", "name"), one["decision"] + "\n")
        self.status_tells(r"recommends +1, to be applied or refused by an operator: hotspotctl plan show; the first expires at")
        self.assertIn("would be asked for: vCPUs 2 → 3 for web1", self.ctl("plan", "apply", one["decision"], "--dry-run"))
        self.assertEqual(self.actions(), [])

        path = self.written(self.plan())
        self.assertRegex(self.ctl("plan", "apply", path, "--owner", "ada"), r"begun: vCPUs 2 → 3 for web1, action \S+-a0")
        found = wait_for(lambda: [action for action in self.actions() if action["state"] in ("skipped", "failed")], self.logs)
        self.assertEqual(len(found), 1, "the test driver has no such domain: the state machine finds out, as always")
        self.says("approved by ada: vCPUs 2 → 3 for web1")
        self.assertEqual(found[0]["asked_by"], "rule Hot, approved by ada")
        bodies = [entry for entry in self.redis.call("XRANGE", "hotspot:{test}:journal", "-", "+").splitlines()
                  if entry.startswith("{")]
        self.assertTrue(bodies and all('"approved_by":"ada"' in body for body in bodies), f"the journal names the operator: {bodies}")
        self.assertIn("skipped: ada had it carried out, as action", self.ctl("plan", "apply", path, expect=4))
        self.assertEqual(len(self.actions()), 1)

    def test_what_is_forged_damaged_or_of_another_cluster_is_refused(self):
        self.begin()
        one = self.waiting()
        plan = self.plan()
        forged = json.loads(json.dumps(plan))
        forged["recommendations"][0]["action"]["step"] = "vCPUs 2 → 8"
        said = self.ctl("plan", "apply", self.written(forged), expect=1)
        self.assertIn("is 'vCPUs 2 → 3' for web1, and not what you name: 'vCPUs 2 → 8'", said)
        self.assertIn("plan of the cluster 'other'", self.ctl("plan", "apply", self.written({**plan, "cluster": "other"}), expect=1))
        many = {**plan, "recommendations": [{**plan["recommendations"][0], "decision": f"1795-1-{n}"} for n in range(301)]}
        for content in ("", "7", "[]", "{}", '{"cluster": "test", "recommendations": [{}]}', "{" * 100000, "\0\x1b[2J",
                        '{"cluster": "test", "recommendations": [7, []]}', many, " " * (17 << 20)):
            with self.subTest(content=str(content)[:60]):
                self.assertNotIn("\x1b", self.ctl("plan", "apply", self.written(content), expect=1))
        self.assertIn("neither the id of a decision nor a file", self.ctl("plan", "apply", self.root / "none", expect=1))
        old = json.loads(json.dumps(plan))
        old["recommendations"][0]["decision"] = "1795-1-0"
        self.assertIn("skipped: no recommendation '1795-1-0' stands", self.ctl("plan", "apply", self.written(old), expect=4))
        self.assertIn("there is no recommendation '1795-1-0'", self.ctl("plan", "apply", "1795-1-0", expect=3))
        self.ctl("plan", "apply", expect=2)
        [result] = json.loads(self.ctl("-o", "json", "plan", "apply", self.written(old), expect=4))
        self.assertEqual((result["decision"], result["result"]), ("1795-1-0", "skipped"))
        old["recommendations"][0]["decision"] = "1795-1-0\n1795-2-0\x1b[2J"
        said = self.ctl("plan", "apply", self.written(old), "--dry-run", expect=4)
        self.assertIn("1795-1-0\\x0a1795-2-0\\x1b[2J  skipped", said, "no line of its own")
        self.assertEqual(self.actions(), [])
        self.assertEqual(self.plan()["recommendations"][0]["decision"], one["decision"], "it stands as before")

    def test_what_others_wrote_into_redis_reaches_no_terminal_as_it_is(self):
        _, daemon = self.begin()
        self.waiting()
        self.end(daemon)
        state = "hotspot:{test}:state"
        all_of_it = json.loads(self.redis.call("HGET", state, "recommendations"))
        [one] = all_of_it["standing"]
        evil = "w\x1b[2J\x9b2J\n\u202e"
        all_of_it["refused"] = [{"decision": "1795-1-0", "rule": evil, "domain": evil, "domain_uuid": one["action"]["domain_uuid"],
                                 "step": one["action"]["step"], "by": evil, "reason": evil, "at": one["since"], "until": one["expires"]}]
        one.update(decision="1795\x1b[2J-1-0", rule=evil, subject=evil, sentence=evil)
        one["action"].update(domain_name=evil, node_name=evil, rule=evil, reason=evil)
        self.redis.call("HSET", state, "recommendations", json.dumps(all_of_it))
        for words in ((), ("-o", "wide"), ("-o", "json"), ("-o", "yaml"), ("-o", "name")):
            with self.subTest(words=words):
                said = self.ctl("plan", "show", *words)
                self.assertIn("[2J", said, "it is shown")
                for sign in "\x1b\x9b\u202e":
                    self.assertNotIn(sign, said)
        self.assertRegex(self.ctl("plan", "show"), r"(?m)^refused: ")

    def test_it_outlives_a_leader_and_a_hold_is_heeded(self):
        _, daemon = self.begin()
        one = self.waiting()
        self.end(daemon, signal.SIGKILL)
        daemon = self.start()
        wait_for(lambda: self.led_by("test") == daemon.pid, self.logs)
        self.ctl("hold", "add", "domain", "web1", "-r", "backup", "--owner", "bob")
        said = self.ctl("plan", "apply", one["decision"], expect=4)
        self.assertRegex(said, "skipped: .*(held by bob|it no longer holds)")
        self.ctl("hold", "remove", "1", "--yes")
        again = wait_for(lambda: self.plan()["recommendations"], self.logs)[0]
        self.assertIn("begun: vCPUs 2 → 3", self.ctl("plan", "apply", again["decision"]))

    def test_one_that_is_refused_does_not_come_again_and_decisions_say_why(self):
        self.begin()
        one = self.waiting()
        self.assertIn("--reason is required", self.ctl("plan", "refuse", one["decision"], expect=2))
        said = self.ctl("plan", "refuse", one["decision"], "-r", "a backup runs", "--owner", "bob", "--for", "2h")
        self.assertIn("refused: 'vCPUs 2 → 3' for web1; Hot does not recommend it again for 2 h", said)
        self.says("bob refused 'vCPUs 2 → 3' for web1 (a backup runs): Hot does not recommend it again for 2 h")
        self.says("nothing is done, because bob refused 'vCPUs 2 → 3' for web1")
        self.assertIn("skipped: bob refused it (a backup runs)", self.ctl("plan", "apply", one["decision"], expect=4))
        plan = self.plan()
        self.assertEqual(plan["recommendations"], [])
        self.assertEqual([(r["by"], r["step"], r["reason"]) for r in plan["refused"]], [("bob", "vCPUs 2 → 3", "a backup runs")])
        self.assertIn("refused: 'vCPUs 2 → 3' for web1 by Hot, by bob until", self.ctl("plan", "show"))

    def test_in_mode_observe_and_without_a_leader_nothing_is_applied(self):
        _, daemon = self.begin()
        one = self.waiting()
        self.ctl("mode", "observe")
        self.ctl("plan", "apply", one["decision"], expect=4)
        self.end(daemon, signal.SIGKILL)
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "plan", "refuse", one["decision"], "-r", "x"], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(self.actions(), [])


# What it inherits is tested where it stands.
for name in dir(steering_test.Steering):
    if name.startswith("test_"):
        setattr(PlanApproval, name, None)

if __name__ == "__main__":
    unittest.main(defaultTest="PlanApproval")
