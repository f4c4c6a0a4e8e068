#!/usr/bin/env python3
"""hotspotctl domain migrate, scale and cap, with a real hotspotd and redis-server: what an operator orders, and what is against it.

domain_order_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import json
import signal
import unittest

import steering_test  # takes HOTSPOTD and HOTSPOTCTL from the command line
from steering_test import wait_for


class DomainOrder(steering_test.Steering):
    def actions(self):
        found = json.loads(self.ctl("-o", "json", "action", "list", expect=None) or "[]")
        return found if isinstance(found, list) else []

    def test_a_step_is_shown_begun_once_and_journalled_with_the_operators_name(self):
        self.begin()
        dry = self.ctl("domain", "scale", "web1", "--vcpus", "5", "--dry-run")
        self.assertIn("would do: vCPUs 2 → 5 for web1 on h1", dry)
        self.assertIn("undo: hotspotctl domain scale web1 --vcpus 2", dry)
        self.assertEqual(self.actions(), [])
        said = self.ctl("domain", "scale", "web1", "--vcpus", "5", "--owner", "ada", "--reason", "a batch")
        self.assertRegex(said, r"begun: vCPUs 2 → 5 for web1 on h1; action \S+-o-a0")
        found = wait_for(lambda: [one for one in self.actions() if one["state"] in ("skipped", "failed")], self.logs)
        self.assertEqual(len(found), 1, "the test driver has no such domain: the state machine finds out, as always")
        self.assertEqual(found[0]["asked_by"], "ada, as an order")
        self.says("ordered by ada (a batch): vCPUs 2 → 5 for web1")
        shown = self.ctl("decision", "show", found[0]["decision"])
        self.assertIn("ordered by ada (a batch)", shown)
        bodies = [entry for entry in self.redis.call("XRANGE", "hotspot:{test}:journal", "-", "+").splitlines()
                  if entry.startswith("{")]
        self.assertTrue(bodies and all('"approved_by":"ada"' in body for body in bodies), bodies)
        self.assertIn("there is nothing to do", self.ctl("domain", "scale", "web1", "--vcpus", "2", expect=4))

    def test_with_wait_the_exit_code_is_the_actions(self):
        self.begin()
        self.ctl("domain", "cap", "web1", "150%", "--wait=60s", expect=1)
        [action] = self.actions()
        self.assertEqual((action["state"] in ("skipped", "failed"), action["kind"]), (True, "set_cpu_cap"), action)

    def test_for_programs_it_is_a_list_of_what_came_of_it(self):
        self.begin()
        schema = json.loads(self.ctl("schema"))
        wanted = set(schema["$defs"]["domain_migrate"]["items"]["required"])
        [scaled] = json.loads(self.ctl("-o", "json", "domain", "scale", "web1", "--vcpus", "3", "--dry-run"))
        self.assertEqual(set(scaled), wanted)
        self.assertEqual((scaled["result"], scaled["step"], scaled["node"], scaled["action"], scaled["dry_run"]),
                         ("done", "vCPUs 2 → 3", "h1", "", True))
        both = self.ctl("-o", "json", "domain", "scale", "web1", "--vcpus", "3", "--memory", "4GiB", "--dry-run", expect=1)
        self.assertIn("the balloon of web1 is not known", both)

    def test_what_cannot_be_right_is_said(self):
        self.begin()
        for words, code, why in (
                (("migrate", "wbe1"), 3, "did you mean 'web1'"),
                (("migrate", "web1", "h9"), 3, "no node 'h9' is in the snapshots"),
                (("migrate", "web1", "h1"), 4, "web1 runs on h1 already"),
                (("migrate", "web1"), 1, "the load of web1 is not known"),
                (("migrate",), 2, "domain"),
                (("scale", "web1"), 2, "give the new size: --vcpus COUNT, --memory SIZE"),
                (("scale", "web1", "--vcpus", "9"), 1, "web1 may have at most 8 vCPUs (its definition's 8)"),
                (("scale", "web1", "--vcpus", "0"), 2, "--vcpus"),
                (("scale", "web1", "--vcpus", "many"), 2, "--vcpus"),
                (("scale", "web1", "--memory", "4"), 2, "--memory"),
                (("scale", "web1", "--memory=-4GiB"), 2, "-4GiB"),
                (("scale", "web1", "--memory", "5000000TiB"), 2, "--memory"),
                (("cap", "web1"), 2, "cap"),
                (("cap", "web1", "150"), 2, "'150' is no cap: '150%' of one CPU"),
                (("cap", "web1", "0%"), 2, "is no cap"),
                (("cap", "web9", "none"), 3, "no domain 'web9'"),
                (("cap", "web1", "50%", "--wait=soon"), 2, "--wait")):
            with self.subTest(words=words):
                self.assertIn(why, self.ctl("domain", *words, expect=code))
        self.assertEqual(self.actions(), [])

    def test_a_hold_the_pause_and_the_mode_observe_are_heeded(self):
        self.begin()
        self.ctl("hold", "add", "domain", "web1", "-r", "backup", "--owner", "mara", "--for", "2h")
        self.assertRegex(self.ctl("domain", "cap", "web1", "50%", expect=1),
                         r"refused: domain web1 is held by mara until .*: backup \(hotspotctl hold remove 1 ends it\)")
        self.ctl("hold", "remove", "1", "--yes")
        self.ctl("mode", "pause", "-r", "storage", "--owner", "mara")
        self.assertIn("hotspotctl mode resume ends it", self.ctl("domain", "cap", "web1", "50%", expect=1))
        self.ctl("mode", "resume", "--yes")
        self.ctl("mode", "observe")
        self.assertIn("the mode of the cluster is observe", self.ctl("domain", "cap", "web1", "50%", "--dry-run", expect=1))
        self.assertEqual(self.actions(), [])

    def test_without_a_leader_nobody_answers_and_nothing_is_begun(self):
        _, daemon = self.begin()
        self.end(daemon, signal.SIGKILL)
        self.assertIn("no answer to the command", self.ctl("domain", "cap", "web1", "50%", expect=1))
        self.assertEqual(self.actions(), [])


# What it inherits is tested where it stands.
for name in dir(steering_test.Steering):
    if name.startswith("test_"):
        setattr(DomainOrder, name, None)

if __name__ == "__main__":
    unittest.main(defaultTest="DomainOrder")
