#!/usr/bin/env python3
"""What hotspotctl -o json says is what its schema says: on what a real hotspotd writes, and on all that it lists.

schema_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import copy
import json
import pathlib
import subprocess
import sys
import unittest

import jsonschema

import cluster
from cluster import DB, NODE, WEB, wait_for
import steering_test  # takes HOTSPOTD and HOTSPOTCTL from the command line

HOTSPOTD, HOTSPOTCTL = steering_test.HOTSPOTD, steering_test.HOTSPOTCTL
SOURCE = pathlib.Path(__file__).resolve().parents[3]


def closed(schema):
    """The same, with every field that it does not name refused: then none is without a description."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(one) for name, one in schema.items()}
    if isinstance(found.get("properties"), dict) and "required" in found:
        found["additionalProperties"] = False
    return found


class Schema(unittest.TestCase):
    def setUp(self):
        self.world = cluster.Cluster()
        self.addCleanup(self.world.close)
        self.config = self.world.root / "hotspotd.yaml"
        (self.world.root / "rules.yaml").write_text(steering_test.RULES)
        text = subprocess.run([HOTSPOTCTL, "schema"], text=True, capture_output=True, check=True).stdout
        self.assertEqual(text, (SOURCE / "docs/hotspotctl.schema.json").read_text())
        self.schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def json_of(self, *words):
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "-o", "json", *words], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        return json.loads(done.stdout) if done.stdout else None

    def assert_is(self, name, value, strict=True):
        self.assertIsNotNone(value, name)
        schema = closed(copy.deepcopy(self.schema)) if strict else copy.deepcopy(self.schema)
        schema["$ref"] = "#/$defs/" + name
        jsonschema.Draft202012Validator(schema).validate(value)

    def configure(self, more=""):
        self.config.write_text(f"cluster: test\nrules: {self.world.root}/rules.yaml\n"
                               f"redis: {{port: {self.world.port}}}\n{more}\n" + steering_test.waiting.admission("h1"))

    def test_of_what_a_real_hotspotd_writes(self):
        self.configure()
        node = steering_test.Node(self.world, "test")
        self.addCleanup(node.stop)
        with open(self.world.root / "log", "w") as log:
            daemon = subprocess.Popen([HOTSPOTD, "-c", self.config], stderr=log)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        tell = (self.world.root / "log").read_text
        wait_for(lambda: self.json_of("decision", "list") and self.json_of("rule", "list"), tell)
        ctl = lambda *words: subprocess.run([HOTSPOTCTL, "-c", self.config, *words], check=True, capture_output=True)  # noqa: E731
        plan = self.json_of("plan", "show")
        self.assertTrue(plan["recommendations"])
        self.assert_is("plan_show", plan)
        ctl("hold", "add", "domain", "web1", "-r", "backup", "--for", "2h")
        ctl("node", "drain", "h1", "--reason", "kernel")
        ctl("mode", "pause", "-r", "storage")
        wait_for(lambda: self.json_of("status")["drains"], tell)
        for name in ("status", "node list", "domain list", "rule list", "action list", "decision list", "hold list", "mode",
                     "node fit --vcpus 1 --memory 1GiB --disk 1GiB --iops 9", "decision verify", "node list --waiting", "node show h1", "domain show web1", "rule show Hot", "hold show 1",
                     f"rule check {self.world.root}/rules.yaml"):
            words = name.replace("--", "").split()
            with self.subTest(name=name):
                found = self.json_of(*name.split())
                take = 3 if words[-1] == "waiting" else 1 if words[0] in ("status", "mode") else 2
                self.assert_is("_".join(words[:take]), found)
        self.assert_is("decision_show", self.json_of("decision", "show", self.json_of("decision", "list")[0]["id"]))
        self.assert_is("top", self.json_of("top", "--once"))
        self.assert_is("report", self.json_of("report"))
        self.assert_is("top_nodes", self.json_of("top", "--once", "--nodes"))
        self.assert_is("rule_list_files", self.json_of("rule", "list", f"{self.world.root}/rules.yaml"))
        self.assertTrue(self.json_of("mode")["paused"])

    def test_of_actions_and_of_what_is_silent(self):
        hour_ago = cluster.time.time() - 3600
        told = {"id": "n", "at": hour_ago, "rule": "", "subject": "the cluster", "outcome": "hold", "sentence": "", "explanation": ""}
        self.world.call("XADD", self.world.key("decisions"), f"{int(hour_ago * 1000)}-0", "decision", json.dumps(told))
        self.world.fill()
        self.world.call("HSET", self.world.key("nodes"), *cluster.waiting.entry("silent", cluster.node_uuid(7)))
        self.configure()
        self.assertEqual(len(self.json_of("node", "list")), 3)
        for name in ("node list", "node show silent", f"domain show {WEB[1]}", f"domain show {DB[0]}", "action list",
                     "action show 1795-1-a1", f"node show {NODE.format(1)}",
                     f"plan why-not {WEB[1]} {NODE.format(2)}", f"plan why {WEB[1]}", f"plan why {NODE.format(1)}",
                     f"plan what-if --node-less {NODE.format(1)} --node-more {NODE.format(2)} --domain-more --vcpus 9 --memory 1GiB"):
            with self.subTest(name=name):
                self.assert_is("_".join(name.split()[:2]), self.json_of(*name.split()))
        self.assert_is("top", self.json_of("top", "--once"))
        self.assert_is("top_nodes", self.json_of("top", "--once", "--nodes"))
        found = self.json_of("report")
        self.assert_is("report", found)
        self.assertEqual(found["rules"][0]["bad"][0]["reason"], "failed")

    def test_a_field_that_is_of_another_type_or_missing_is_found(self):
        self.world.fill()
        self.configure()
        [first, second] = self.json_of("domain", "list")
        self.assert_is("domain_list", [first, second])
        with self.assertRaises(jsonschema.ValidationError):
            self.assert_is("domain_list", [dict(first, vcpus="2")])
        with self.assertRaises(jsonschema.ValidationError):
            self.assert_is("domain_list", [{name: value for name, value in first.items() if name != "uuid"}])


if __name__ == "__main__":
    unittest.main()
