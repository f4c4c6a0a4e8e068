#!/usr/bin/env python3
"""A decision is planned again from what it was made from: hotspotd and hotspotctl on a real redis-server.

replay_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import hashlib
import json
import pathlib
import subprocess
import tempfile
import unittest
import zlib

import steering_test  # takes HOTSPOTD and HOTSPOTCTL from the command line
from steering_test import wait_for, waiting

INPUTS, DECISIONS = "hotspot:{test}:inputs", "hotspot:{test}:decisions"


class Replay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "rules.yaml").write_text(steering_test.RULES)
        self.redis = steering_test.Redis(str(self.root))
        self.addCleanup(self.redis.stop)
        self.config = self.root / "hotspotd.yaml"
        self.config.write_text(f"cluster: test\nmode: recommend\nrules: {self.root}/rules.yaml\n"
                               f"redis: {{port: {self.redis.port}}}\n" + waiting.admission("h1"))
        node = steering_test.Node(self.redis, "test")
        self.addCleanup(node.stop)
        with open(self.root / "log", "w") as log:
            self.daemon = subprocess.Popen([steering_test.HOTSPOTD, "-c", self.config], stderr=log)
        self.addCleanup(self.end)
        self.decision = wait_for(self.recommended, (self.root / "log").read_text)
        self.input = self.decision["input_sha256"]

    def end(self):
        self.daemon.terminate()
        self.daemon.wait(20)

    def ctl(self, *words, expect=0):
        done = subprocess.run([steering_test.HOTSPOTCTL, "-c", self.config, *words], text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, expect, f"{words}\n{done.stdout}{done.stderr}{(self.root / 'log').read_text()}")
        return done.stdout + done.stderr

    def recommended(self):
        # Until the first evaluation, no rule fires.
        return next((one for one in self.shows("decision", "list") or [] if one.get("outcome") == "recommend"), None)

    def shows(self, *words):
        done = subprocess.run([steering_test.HOTSPOTCTL, "-c", self.config, "-o", "json", *words], text=True,
                              capture_output=True, timeout=60)
        return json.loads(done.stdout) if done.stdout else None

    def stored(self, sha256):
        raw = subprocess.run(["redis-cli", "-p", str(self.redis.port), "--raw", "HGET", INPUTS, sha256], capture_output=True)
        return zlib.decompress(raw.stdout[:-1])

    def store(self, sha256, value):
        subprocess.run(["redis-cli", "-p", str(self.redis.port), "-x", "HSET", INPUTS, sha256], input=value,
                       capture_output=True, check=True)

    def says(self, *words, expect):
        return " ".join(self.ctl(*words, expect=expect).split())

    def test_the_same_decision_is_made_again(self):
        text = self.says("decision", "replay", self.decision["id"], expect=0)
        self.assertIn("result the same decision, byte by byte input " + self.input, text)
        self.assertIn("planned from 1 nodes, 1 domains, 1 firings; the plan has 1 decision", text)
        found = self.shows("decision", "replay", self.decision["id"])
        self.assertEqual((found["same"], found["differences"], found["domains"]), (True, [], 1))
        self.assertRegex(self.says("decision", "verify", expect=0), r"inputs \d+ stored, with the hashes that")
        # By hand, as docs/decisions.md says.
        whole = self.stored(self.input)
        self.assertEqual(hashlib.sha256(whole).hexdigest(), self.input)
        parts = json.loads(whole)
        self.assertIn("hotspot: Hot", self.stored(parts["rule_files"][0]["sha256"]).decode())
        self.assertEqual(json.loads(self.stored(parts["nodes"][0]["sha256"]))["node"]["name"], "h1")
        self.assertNotIn("password", whole.decode() + self.stored(parts["configuration"]).decode())

    def test_what_was_changed_is_named(self):
        part = json.loads(self.stored(self.input))["nodes"][0]["sha256"]
        for value, why in ((zlib.compress(self.stored(part).replace(b"0.95", b"0.25")), "it has another hash"),
                           (b"nonsense", "it is no compressed text"), (zlib.compress(bytes(64 << 20)), "it is longer than")):
            with self.subTest(why=why):
                self.store(part, value)
                text = self.says("decision", "replay", self.decision["id"], expect=1)
                self.assertIn(f"the part {part[:12]}… of the input", text)
                self.assertIn(why, text)
                text = self.says("decision", "verify", expect=1)
                self.assertIn(f"inputs changed: what decision {self.decision['id']} was made from is not what is stored", text)
                self.assertIn("chain holds", text)

    def test_what_cannot_be_read_is_not_called_changed(self):
        self.end()
        # As with an operator's line in the ACL that is older than the key.
        self.redis.call("ACL", "SETUSER", "default", "resetkeys", "~" + DECISIONS, "~hotspot:{test}:state")
        text = self.says("decision", "verify", expect=1)
        self.assertIn("chain holds", text)
        self.assertRegex(text, r"what decision \S+ was made from cannot be checked: the part \w+… of the input cannot be read: .*NOPERM")
        self.assertNotIn("changed", text)
        self.assertEqual(self.shows("decision", "verify")["inputs"], None)
        self.assertIn("cannot be read", self.says("decision", "replay", self.decision["id"], expect=1))

    def test_what_is_not_stored_any_more_is_no_break(self):
        self.redis.call("DEL", INPUTS)
        text = self.says("decision", "replay", self.decision["id"], expect=3)
        self.assertIn("it is not stored any more; inputs are kept for seven days", text)
        found = json.loads(self.ctl("-o", "json", "decision", "verify"))
        self.assertEqual(found["inputs"]["changed"], None)
        self.assertGreaterEqual(found["inputs"]["gone"], 1)

    def test_another_decision_is_told_with_what_differs(self):
        self.end()
        forged = dict(self.decision, sentence="nothing of that", value=0.5)
        self.redis.call("DEL", DECISIONS)
        self.redis.call("XADD", DECISIONS, "*", "decision", json.dumps(forged, separators=(",", ":")))
        text = self.says("decision", "replay", self.decision["id"], expect=1)
        self.assertIn("result another decision", text)
        self.assertIn("sentence recorded nothing of that planned domain web1", text)
        self.assertIn("value recorded 0.5 planned 0.95", text)

    def test_of_what_is_not_there(self):
        self.assertIn("no decision", self.says("decision", "replay", "1-1-9", expect=3))
        self.redis.call("XADD", DECISIONS, "*", "decision", '{"id": "n1", "outcome": "hold"}')
        self.assertIn("it was not planned: it records what happened", self.says("decision", "replay", "n1", expect=3))
        self.redis.call("XADD", DECISIONS, "*", "decision",
                        '{"id": "n2", "outcome": "act", "input_not_stored": "it is too \\u001b[2J large"}')
        text = self.ctl("decision", "replay", "n2", expect=3)
        self.assertIn("it was not stored: it is too", text)
        self.assertNotIn("\x1b", text)


if __name__ == "__main__":
    unittest.main()
