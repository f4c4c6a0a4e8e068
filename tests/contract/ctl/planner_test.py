#!/usr/bin/env python3
"""hotspotctl node fit, plan why and plan why-not, on a real redis-server: what they read of Redis and of the configuration, what they
print, and their exit codes.

planner_test.py HOTSPOTCTL [-v]
"""
import json
import unittest

import world
from cluster import DB, NODE, WEB, node_uuid


class Planner(world.World):
    def setUp(self):
        super().setUp()
        self.world.call("HSET", self.world.key("state"), "holds", json.dumps({"last_number": 0, "holds": []}))
        self.world.put_status(mode="enforce", holds=[])

    def drain(self, number):
        drain = {node_uuid(number): {"node": NODE.format(number), "owner": "ada", "reason": "kernel", "since_ms": 1000}}
        self.world.call("HSET", self.world.key("state"), "drains", json.dumps(drain))

    def fit(self, *words, expect=0):
        return json.loads(self.begin_and_read("node", "fit", *words, "-o", "json", expect=expect))

    def begin_and_read(self, *words, expect=0):
        process = self.begin(*words)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, expect, out + err)
        return out

    def why_not(self, domain, node, expect):
        return json.loads(self.begin_and_read("plan", "why-not", domain, node, "-o", "json", expect=expect))

    def test_fit_says_where_with_the_room_before_and_after(self):
        found = self.fit("--vcpus", "2", "--memory", "1GiB")
        self.assertEqual([one["node"] for one in found["places"]], [NODE.format(1), NODE.format(2)])
        best = found["places"][0]
        self.assertAlmostEqual(best["before"]["cpu_ratio"], 0.2)
        self.assertAlmostEqual(best["after"]["cpu_ratio"], 0.45)
        self.assertEqual(best["after"]["memory_available_bytes"], (2 << 30) - (1 << 30) - (64 << 20))
        self.assertEqual(self.begin_and_read("node", "fit", "--vcpus=2", "--memory=1GiB", "-o", "name"),
                         f"{NODE.format(1)}\n{NODE.format(2)}\n")

    def test_fit_fails_with_every_reason_where_there_is_no_room(self):
        found = self.fit("--vcpus", "8", "--memory", "3GiB", expect=1)
        self.assertEqual(found["places"], [])
        self.assertEqual([[one["kind"] for one in node["refusals"]] for node in found["elsewhere"]],
                         [["no_memory", "no_cpu"]] * 2)
        text = self.ctl("node", "fit", "--vcpus", "8", "--memory", "3GiB", expect=1, COLUMNS="80")
        self.assertIn("fits on none of 2 nodes", text)
        self.assertIn("no_cpu: 2 nodes", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_drains_holds_margins_and_nodes_that_do_not_count_are_heeded(self):
        self.drain(1)
        self.config.write_text(self.config.read_text() + "margins: {node_cpu_ceiling: 40%}\n")
        found = self.fit("--vcpus", "2", "--memory", "1GiB", expect=1)
        self.assertEqual({one["node"]: [why["kind"] for why in one["refusals"]] for one in found["elsewhere"]},
                         {NODE.format(1): ["held", "no_cpu"], NODE.format(2): ["no_cpu"]})
        admitted = [{"id": NODE.format(1), "standing": "proven", "why": ""},
                    {"id": NODE.format(2), "standing": "unproven", "why": "libvirt did not answer"}]
        self.world.call("HSET", self.world.key("state"), "admission", json.dumps({"admitted": admitted, "waiting": []}))
        found = self.fit("--vcpus", "2", "--memory", "1GiB", expect=1)
        self.assertIn("libvirt did not answer", str(found["elsewhere"]))

    def test_what_is_not_measured_is_said_to_be_unknown(self):
        text = self.ctl("node", "fit", "--vcpus", "1", "--memory", "1GiB", "--disk", "20GiB", "--iops", "500")
        self.assertIn("disk: not known whether it fits", " ".join(text.split()))
        self.assertIn("iops: not known whether they are reached", " ".join(text.split()))
        found = self.fit("--vcpus", "1", "--memory", "1GiB", "--disk", "20GiB", "--iops", "500")
        self.assertEqual(found["places"][0]["unknown"], ["disk", "iops"])

    def what_if(self, *words, expect):
        return json.loads(self.begin_and_read("plan", "what-if", *words, "-o", "json", expect=expect))

    def test_what_if_a_node_goes_and_another_comes(self):
        alone = self.what_if("--node-less", NODE.format(1), expect=1)
        self.assertFalse(alone["fits"])
        self.assertTrue(all(one["node"] == NODE.format(1) and one["refusals"] for one in alone["stuck"]), alone)
        both = self.what_if("--node-less", NODE.format(1), "--node-more", NODE.format(1), expect=0)
        self.assertEqual(both["stuck"], [])
        self.assertTrue(both["moves"])
        self.assertEqual({one["from"] for one in both["moves"]}, {NODE.format(1)})
        text = self.ctl("plan", "what-if", "--node-less", NODE.format(1), "--node-more", NODE.format(1))
        self.assertIn(f"without {NODE.format(1)}, with another node like {NODE.format(1)}: it fits", text)

    def test_what_if_machines_come_and_what_is_wrong_is_refused(self):
        found = self.what_if("--domain-more", "--vcpus", "1", "--memory", "512MiB", "--count", "100", expect=1)
        self.assertTrue(found["machines"])
        self.assertEqual(len(found["machines"]) + found["machines_without_room"], 100)
        self.assertEqual(self.what_if("--domain-more", "--vcpus", "1", "--memory", "512MiB", expect=0)["machines"],
                         [NODE.format(1)])
        self.assertIn("name what would be", self.ctl("plan", "what-if", expect=2))
        self.assertRegex(self.ctl("plan", "what-if", "--domain-more", expect=2), "--domain-more requires --(vcpus|memory)")
        self.assertIn("--vcpus requires --domain-more", self.ctl("plan", "what-if", "--vcpus", "1", expect=2))
        self.assertIn("n9", self.ctl("plan", "what-if", "--node-less", "n9", expect=3))

    def test_why_not_names_every_reason_and_what_would_make_it_possible(self):
        self.drain(2)
        answer = self.why_not(WEB[1], NODE.format(2), expect=1)
        self.assertFalse(answer["possible"])
        self.assertEqual([one["kind"] for one in answer["of_the_target"]], ["held", "no_memory"])
        self.assertEqual(answer["of_the_target"][0]["possible_with"], "hotspotctl node undrain " + NODE.format(2))
        self.assertIn("more available on", answer["of_the_target"][1]["possible_with"])
        self.assertEqual(answer["rules"], [])  # the status names no UUID of what fires
        text = self.ctl("plan", "why-not", DB[1], NODE.format(2), expect=1, COLUMNS="80")
        self.assertIn("db1 is paused", text)
        self.assertIn("possible with:", text)

    def why(self, word):
        return json.loads(self.begin_and_read("plan", "why", word, "-o", "json"))

    def test_why_says_what_would_be_done_what_holds_it_and_what_was_decided(self):
        firing = dict(self.world.status()["firings"][0], subject_key="domain:" + WEB[0])
        self.world.put_status(mode="enforce", holds=[], firings=[firing])
        found = self.why(WEB[1])
        self.assertEqual((found["kind"], found["uuid"], found["node"]), ("domain", WEB[0], NODE.format(1)))
        self.assertEqual([one["rule"] for one in found["firing"]], ["DomainCpuHotForTooLong"])
        [demand] = found["demand"]
        self.assertAlmostEqual(demand["cores_wanted"], 2 * 0.93123456, places=3)
        self.assertEqual(demand["corrected"], "")
        self.assertEqual(found["now"], [])
        self.assertIn("the figures settle after an action", " ".join(self.ctl("plan", "why", WEB[1]).split()))
        self.assertEqual([one["id"] for one in found["before"]], ["1795-1-d2", "1795-1-d1"])
        before = self.why(NODE.format(1))["before"]
        self.assertEqual([one["id"] for one in before], ["1795-1-d2", "1795-1-d1"], "of its domains")

        self.world.call("DEL", self.world.key("journal"))
        found = self.why(WEB[1])
        [now] = found["now"]
        self.assertEqual((now["rule"], now["outcome"]), ("DomainCpuHotForTooLong", "nothing"))
        self.assertEqual(found["held"], [])
        self.assertEqual([one["id"] for one in found["before"]], ["1795-1-d2", "1795-1-d1"])
        text = self.ctl("plan", "why", WEB[1], COLUMNS="100")
        for words in ("DomainCpuHotForTooLong fires, held 3 of 5", "nothing is done", "because:",
                      "hotspotctl decision show 1795-1-d2"):
            self.assertIn(words, " ".join(text.split()))
        node = self.why(NODE.format(1))
        self.assertEqual((node["kind"], node["uuid"], len(node["now"])), ("node", node_uuid(1), 1))
        self.assertEqual(self.why(NODE.format(2))["firing"], [])

    def test_why_names_corrections_holds_and_that_nothing_fires(self):
        self.world.call("HSET", self.world.key("state"), "holds", json.dumps(self.world.holds()))
        self.world.put_status(firings=[])
        self.world.send_snapshot(1, [[*WEB, "running", 2, 8, 0.99, 4 << 30], [*DB, "paused", 4, 8, 0.1, 8 << 30]])
        found = self.why(DB[1])
        self.assertEqual([one["message"][:14] for one in found["held"]], ["the cluster is", "domain db1 is "])
        self.assertEqual((found["firing"], found["now"]), ([], []))
        text = " ".join(self.ctl("plan", "why", DB[0]).split())
        self.assertIn("none fires on it", text)
        self.assertIn("the planner would do nothing about it", text)
        [hot] = self.why(NODE.format(1))["demand"]
        self.assertEqual((hot["domain"], hot["corrected"]), (WEB[1], "corrected for its vCPU limit"))
        self.assertAlmostEqual(hot["cores_wanted"], 2 * 0.99 * 1.5, places=3)
        self.world.send_snapshot(2, [["a1b2c3d4-0000-4000-8000-000000000003", NODE.format(1), "running", 1, 1, 0.1, 1 << 30]])
        self.assertIn("the name of several", self.ctl("plan", "why", NODE.format(1), expect=1))
        self.assertIn(f"node {NODE.format(1)}", " ".join(self.ctl("plan", "why", node_uuid(1)).split()))

    def test_what_is_not_there_is_named(self):
        self.assertIn("nobody", self.ctl("plan", "why", "nobody", expect=3))
        self.ctl("plan", "why-not", "nobody", NODE.format(2), expect=3)
        self.ctl("plan", "why-not", DB[1], "nowhere", expect=3)
        self.assertIn("already", self.ctl("plan", "why-not", DB[1], NODE.format(1), expect=1))

    def test_state_that_cannot_be_read_is_no_answer(self):
        for field, value in (("holds", "{"), ("drains", "["), ("open:1795-1-a9", "1-0 {"), ("cooldowns", "{")):
            with self.subTest(field=field):
                before = self.world.call("HGET", self.world.key("state"), field).strip()
                self.world.call("HSET", self.world.key("state"), field, value)
                self.assertIn("cannot be read", self.ctl("node", "fit", "--vcpus", "1", "--memory", "1GiB", expect=1))
                self.world.call("HSET", self.world.key("state"), field, before) if before else \
                    self.world.call("HDEL", self.world.key("state"), field)

    def test_a_size_that_is_none_is_refused(self):
        for words in (["--vcpus", "0", "--memory", "1GiB"], ["--vcpus", "2"], ["--vcpus", "2", "--memory", "4 elephants"],
                      ["--vcpus", "2", "--memory", "1GiB", "--busy", "120%"]):
            with self.subTest(words=words):
                self.ctl("node", "fit", *words, expect=2)


if __name__ == "__main__":
    unittest.main()
