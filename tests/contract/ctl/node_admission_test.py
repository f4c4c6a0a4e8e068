#!/usr/bin/env python3
"""hotspotctl node list --waiting, admit, forget, rekey on a real redis-server. The test answers in the leader's place.

node_admission_test.py HOTSPOTCTL [-v]
"""
import base64
import functools
import hashlib
import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=20)
HOTSPOTCTL = pathlib.Path(sys.argv[1]).resolve()
del sys.argv[1:2]

STATE, ANSWERS, ADMIN, NODES = (f"hotspot:{{test}}:{name}" for name in ("state", "answers", "commands:admin", "nodes"))
H1 = {"name": "h1", "host_uuid": "00000000-0000-0000-0000-000000000001", "uri": "qemu+tls://h1/system",
      "fingerprint": "SHA256:one", "why": "nobody has admitted it", "first_seen": 1795000000.0}
H2 = dict(H1, name="h2", host_uuid="00000000-0000-0000-0000-000000000002", uri="qemu+tls://h2/system", fingerprint="")
TWIN = dict(H1, host_uuid="00000000-0000-0000-0000-000000000009", uri="qemu+tls://evil/system",
            fingerprint="SHA256:evil")


class NodeAdmission(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.port = free_port()
        redis = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
                                  "--dir", folder.name], stdout=subprocess.DEVNULL)
        self.addCleanup(redis.wait)
        self.addCleanup(redis.terminate)
        wait_for(lambda: self.redis("PING").strip() == "PONG", "redis-server answers")

    def redis(self, *command):
        return subprocess.run(["redis-cli", "-p", str(self.port), *command], text=True, capture_output=True).stdout

    def seen(self, *nodes):
        self.redis("HSET", STATE, "admission", json.dumps({"admitted": [], "waiting": nodes}))

    def admitted(self, node, key=""):
        self.redis("HSET", NODES, node["name"], json.dumps(
            {"id": node["name"], "name": node["name"], "uri": node["uri"], "host_uuid": node["host_uuid"],
             "keys": [{"key": key, "since_ms": 1}] if key else []}))

    def sent(self):
        """What came to the stream of admins, as a list of dictionaries."""
        script = "local all = {} for _, e in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do " \
                 "local one = {id = e[1]} for i = 1, #e[2], 2 do one[e[2][i]] = e[2][i + 1] end " \
                 "all[#all + 1] = one end return cjson.encode(all)"
        text = self.redis("EVAL", script, "1", ADMIN).strip()
        return json.loads(text) if text.startswith("[") else []

    def answering(self, result="done", message="it is done"):
        """Answers each command that comes, until the test ends."""
        ending = threading.Event()

        def run():
            done = set()
            while not ending.wait(0.05):
                for one in self.sent():
                    if one["id"] in done:
                        continue
                    done.add(one["id"])
                    self.redis("HSET", ANSWERS, "admin:" + one["id"],
                               json.dumps({"id": "admin:" + one["id"], "verb": one["verb"], "result": result,
                                           "message": message, "details": [], "at_ms": 1, "holder": "test"}))
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(ending.set)

    def ctl(self, *arguments, expect=0):
        done = subprocess.run([HOTSPOTCTL, "--cluster", "test", "--redis", f"127.0.0.1:{self.port}", *arguments],
                              text=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, HOTSPOT_CONFIG="/dev/null"))
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def at_a_terminal(self, answer, *arguments):
        """The exit code, and what was written to the terminal."""
        leader, follower = pty.openpty()
        process = subprocess.Popen([HOTSPOTCTL, "--cluster", "test", "--redis", f"127.0.0.1:{self.port}", *arguments],
                                   stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env=dict(os.environ, HOTSPOT_CONFIG="/dev/null"))
        os.close(follower)
        os.write(leader, answer.encode() + b"\n")
        said = process.communicate(timeout=60)[0]
        os.close(leader)
        return process.returncode, said

    def test_those_that_wait_are_listed_with_uri_and_fingerprint(self):
        self.seen(H1, H2)
        text = self.ctl("node", "list", "--waiting")
        for word in ("h1", "qemu+tls://h1/system", "SHA256:one", "not signed", "nobody has admitted it"):
            self.assertIn(word, text)
        self.assertEqual(json.loads(self.ctl("-o", "json", "node", "list", "--waiting"))[0]["fingerprint"], "SHA256:one")
        self.seen()
        self.ctl("node", "list", "--waiting")

    def test_names_of_strangers_are_made_visible(self):
        self.seen(dict(H1, name="h1\x1b]0;owned\x07", uri="qemu+tls://h1/\u202esystem"))
        text = self.ctl("node", "list", "--waiting")
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\u202e", text)

    def test_what_is_admitted_is_what_was_shown(self):
        self.seen(H1, H2)
        self.answering()
        said = self.ctl("node", "admit", "h1", "--yes")
        self.assertIn("qemu+tls://h1/system  key SHA256:one", said)
        self.assertIn("it is done", said)
        [command] = self.sent()
        self.assertEqual({key: command[key] for key in ("verb", "node", "uri", "fingerprint")},
                         {"verb": "admit", "node": H1["host_uuid"], "uri": H1["uri"], "fingerprint": "SHA256:one"})
        self.assertIn("owner", command)

    def test_nothing_is_admitted_without_an_answer_or_yes(self):
        self.seen(H1)
        self.assertIn("say --yes", self.ctl("node", "admit", "h1", expect=1))
        self.assertIn("say --yes", self.ctl("node", "admit", "--all-seen", expect=1))
        self.assertIn("say --yes", self.ctl("node", "forget", "h1", expect=1))
        code, said = self.at_a_terminal("n", "node", "admit", "h1")
        self.assertEqual(code, 1, said)
        self.assertIn("Do you want to admit it? [y/N]", said)
        self.assertEqual(self.sent(), [])
        self.answering()
        code, said = self.at_a_terminal("y", "node", "admit", "h1")
        self.assertEqual(code, 0, said)
        self.assertEqual(len(self.sent()), 1)

    def test_a_name_that_several_have_is_refused(self):
        self.seen(H1, TWIN)
        said = self.ctl("node", "admit", "h1", "--yes", expect=1)
        self.assertIn("several nodes that wait are called 'h1'", said)
        self.assertIn("qemu+tls://evil/system", said)
        self.assertIn("not admitted, for another has its name", self.ctl("node", "admit", "--all-seen", "--yes", expect=3))
        self.assertEqual(self.sent(), [])
        self.answering()
        self.ctl("node", "admit", "h1", "--fingerprint", "SHA256:one", "--yes")
        self.assertEqual([one["uri"] for one in self.sent()], [H1["uri"]])

    def test_all_seen_are_listed_and_asked_for_once(self):
        self.seen(H1, H2)
        self.answering()
        code, said = self.at_a_terminal("y", "node", "admit", "--all-seen")
        self.assertEqual(code, 0, said)
        self.assertEqual(said.count("[y/N]"), 1)
        self.assertIn("Do you want to admit all 2?", said)
        self.assertEqual([one["uri"] for one in self.sent()], [H1["uri"], H2["uri"]])

    def test_who_was_admitted_since_the_list_was_written_waits_no_more(self):
        key = base64.b64encode(bytes(32)).decode()
        print_of_key = "SHA256:" + base64.b64encode(hashlib.sha256(bytes(32)).digest()).decode().rstrip("=")
        signs = dict(H1, fingerprint=print_of_key)
        self.seen(signs, H2, TWIN)
        self.admitted(signs, key)
        text = self.ctl("node", "list", "--waiting")
        self.assertNotIn(H1["uri"], text)
        self.assertIn(H2["uri"], text)
        self.assertIn(TWIN["uri"], text)
        self.admitted(H2)
        self.answering()
        self.ctl("node", "admit", "--all-seen", "--yes")
        self.assertEqual([one["uri"] for one in self.sent()], [TWIN["uri"]])

    def test_what_was_given_must_be_what_the_node_says(self):
        self.seen(H1)
        said = self.ctl("node", "admit", "h1", "--fingerprint", "SHA256:other", "--yes", expect=3)
        self.assertIn("no node 'h1' waits with what was given; there is:", said)
        self.assertIn("no node 'h7' waits", self.ctl("node", "admit", "h7", "--yes", expect=3))
        self.ctl("node", "admit", expect=2)
        self.ctl("node", "admit", "h1", "--all-seen", expect=2)
        self.assertEqual(self.sent(), [])
        self.answering()
        self.ctl("node", "admit", "h7", "--uri", "qemu+tls://h7/system", "--yes")
        self.assertEqual([(one["node"], one["uri"]) for one in self.sent()], [("h7", "qemu+tls://h7/system")])

    def test_a_refusal_of_the_leader_is_a_failure(self):
        self.seen(H1)
        self.answering("refused", "the node says another URI by now")
        self.assertIn("refused: the node says another URI by now", self.ctl("node", "admit", "h1", "--yes", expect=1))
        self.assertIn("refused:", self.ctl("node", "forget", "h1", "--yes", expect=3))  # none is admitted
        self.redis("HSET", "hotspot:{test}:nodes", *waiting.entry("h1", H1["host_uuid"]))
        self.assertIn("refused:", self.ctl("node", "forget", "h1", "--yes", expect=1))

    def test_another_key_is_shown_before_it_is_believed(self):
        self.seen(dict(H1, fingerprint="SHA256:two", why="it signs with another key"))
        self.answering()
        # Also where its host UUID alone is another, so nothing is said of which it is.
        self.assertIn("it says of itself now:\n  h1  qemu+tls://h1/system  key SHA256:two", self.ctl("node", "rekey", "h1", "--yes"))
        self.assertEqual([(one["verb"], one["fingerprint"]) for one in self.sent()], [("rekey", "SHA256:two")])


if __name__ == "__main__":
    unittest.main()
