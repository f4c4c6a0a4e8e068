#!/usr/bin/env python3
"""Whatever guests, nodes and operators' programs are called or say, hotspotctl sends nothing to a terminal that it would obey.

strangers_test.py HOTSPOTCTL [-v]
"""
import json
import re
import socket
import subprocess
import sys
import time
import unittest

HOTSPOTCTL = sys.argv.pop(1)
# A title, colours, C1, a mark that turns text around, a tag, a forged line; and a password in an address.
STRANGER = "web\x1b]0;title\x07\x1b[31m\u009b31m\u202e\U000e0021\x7f\nhotspotctl: all is well\r数"
URI = "qemu+ssh://root:s3cret@h1/system"
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\U000e0000-\U000e0fff]")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Strangers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.redis = subprocess.Popen(["redis-server", "--port", cls.port, "--bind", "127.0.0.1", "--save", ""],
                                     stdout=subprocess.DEVNULL)
        limit = time.time() + 20
        while subprocess.run(["redis-cli", "-p", cls.port, "ping"], capture_output=True).stdout != b"PONG\n":
            assert time.time() < limit, "redis-server did not come up within 20 s"
        node = {"uuid": "11111111-1111-1111-1111-111111111111", "name": "h1" + STRANGER, "uri": URI,
                "hypervisor": "QEMU", "cpus": 4, "memory_bytes": 4 << 30}
        snapshot = {"schema": 1, "cluster": "default", "sequence": 1, "taken_at": time.time(), "interval_seconds": 10.0,
                    "node": node, "columns": ["uuid", "name", "state"],
                    "domains": [["22222222-2222-2222-2222-222222222222", STRANGER, "running"]]}
        cls.write("XADD", "hotspot:{default}:snapshots", "*", "snapshot", json.dumps(snapshot))
        admitted = {"id": node["name"], "host_uuid": node["uuid"], "name": node["name"], "uri": URI, "keys": [],
                    "admitted_at_ms": 1, "admitted_by": "test"}
        cls.write("HSET", "hotspot:{default}:nodes", node["name"], json.dumps(admitted))
        decision = {"id": "1-0", "at": 1.0, "rule": STRANGER, "subject": STRANGER, "outcome": "nothing",
                    "sentence": STRANGER, "explanation": STRANGER}
        cls.write("XADD", "hotspot:{default}:decisions", "*", "decision", json.dumps(decision))
        hold = {"id": "1", "on": "domain", "name": STRANGER, "uuid": "u", "owner": STRANGER, "reason": STRANGER,
                "since_ms": 1000, "until_ms": None, "for_a_time": False, "length_ms": None}
        cls.holds = json.dumps({"last_number": 1, "holds": [hold]})

    @classmethod
    def tearDownClass(cls):
        cls.redis.terminate()
        cls.redis.wait()

    @classmethod
    def write(cls, *command):
        subprocess.run(["redis-cli", "-p", cls.port, *command], check=True, capture_output=True)

    def setUp(self):
        self.write("DEL", "hotspot:{default}:state")
        self.write("HSET", "hotspot:{default}:state", "holds", self.holds)

    def run_ctl(self, *arguments):
        return subprocess.run([HOTSPOTCTL, "--redis", "127.0.0.1:" + self.port, "--cluster", "default", *arguments],
                              capture_output=True, timeout=60, stdin=subprocess.DEVNULL)

    def test_no_verb_sends_a_terminal_what_it_would_obey(self):
        for verb in (["domain", "list"], ["node", "list"], ["decision", "list"], ["decision", "show", "1-0"],
                     ["hold", "list"], ["hold", "remove", "1"], ["domain", "list", "--node", STRANGER],
                     ["decision", "show", STRANGER], ["action", "show", STRANGER], ["top", "--once"], ["top", "--once", "--nodes"]):
            for form in ("table", "json", "yaml"):
                done = self.run_ctl("-o", form, *verb)
                for what, text in (("stdout", done.stdout), ("stderr", done.stderr)):
                    with self.subTest(verb=verb, form=form, what=what):
                        shown = text.decode()  # and it is UTF-8
                        self.assertIsNone(HARMFUL.search(shown), shown)
                        self.assertNotIn("s3cret", shown)

    def damaged(self, field, text):
        """What each command says that reads this field of `state` while it holds that text: its exit code and its stderr."""
        self.setUp()  # one field at a time
        key = "hotspot:{default}:state"
        subprocess.run(["redis-cli", "-p", self.port, "-x", "HSET", key, field], input=text.encode(), check=True,
                       capture_output=True)
        for verb in (["status"], ["node", "list"], ["node", "list", "--waiting"], ["node", "show", "h1" + STRANGER],
                     ["domain", "show", STRANGER], ["top", "--once"], ["report"], ["rule", "list"], ["mode"], ["hold", "list"],
                     ["__complete", "rule", "explain", ""]):
            for form in ([], ["-o", "json"], ["-o", "yaml"]) if verb[0] != "__complete" else ([],):
                call = subprocess.run([HOTSPOTCTL, *verb, "--redis", "127.0.0.1:" + self.port, "--cluster", "default", *form],
                                      capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
                with self.subTest(field=field, begins=text[:60], verb=verb, form=form):
                    self.assertIn(call.returncode, (0, 1, 3), call.stderr)
                    self.assertIsNone(HARMFUL.search(call.stderr.decode()), call.stderr)
                    yield verb, call

    def test_json_that_is_nested_without_end_is_refused_at_once(self):
        deep = "[" * 200_000 + "]" * 200_000
        for verb, call in self.damaged("status", '{"firings": [], "cooldowns": {}, "x": ' + deep + "}"):
            if verb == ["status"]:
                self.assertEqual(call.stdout, b"")
                self.assertIn(b"the status in Redis is not JSON, or is nested too deep", call.stderr)
        for field in ("admission", "nodes", "drains"):
            for _ in self.damaged(field, '{"waiting": [], "x": ' + deep + "}"):
                pass
        for verb, call in self.damaged("holds", '{"last_number": 0, "holds": [], "x": ' + deep + "}"):
            if verb == ["hold", "list"]:
                self.assertIn(b"the holds in Redis cannot be read: it is not JSON, or is nested too deep", call.stderr)

    def test_json_of_another_shape_is_a_sentence_and_no_abort(self):
        sentence = b"hotspotctl: what Redis holds of the cluster 'default' is of another version, or damaged: "
        said = []
        for status in ({"firings": [{"rule": 5, "labels": 5}], "cooldowns": {}}, {"firings": [5], "cooldowns": 5},
                       {"mode": [], "dry_run": {}, "holds": [5], "target_refusals": [5], "firings": []}):
            said += [call.stderr.startswith(sentence) for _, call in self.damaged("status", json.dumps(status))]
        self.assertGreater(sum(said), 5)

    def test_a_name_is_one_row_and_forges_no_line(self):
        shown = self.run_ctl("domain", "list").stdout.decode()
        self.assertEqual(len(shown.splitlines()), 2, shown)
        self.assertIn("web\\x1b]0;title\\x07\\x1b[31m\\u009b31m\\u202e\\U000e0021\\x7f\\x0ahotspotctl: all is well\\x0d数", shown)

    def test_json_says_the_name_as_it_is(self):
        shown = json.loads(self.run_ctl("-o", "json", "domain", "list").stdout)
        self.assertEqual([one["name"] for one in shown], [STRANGER])

    def test_a_password_in_an_address_is_left_out(self):
        self.assertIn("qemu+ssh://root:****@h1/system", self.run_ctl("node", "list").stdout.decode())


if __name__ == "__main__":
    unittest.main()
