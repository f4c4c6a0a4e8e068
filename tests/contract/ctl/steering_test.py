#!/usr/bin/env python3
"""Holds, the pause, windows, changes of others and several clusters: hotspotd and hotspotctl on real redis-servers.

steering_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import functools
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=20)
HOTSPOTD, HOTSPOTCTL = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
del sys.argv[1:3]

RULES = """groups:
- name: test
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > 90%
    for: 1 of 2
    remedy: [{scale_vcpus: {by: 1, max: 8}}, migrate]
"""


class Redis:
    def __init__(self, folder):
        self.port = free_port()
        self.process = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
                                         "--dir", folder], stdout=subprocess.DEVNULL)
        wait_for(lambda: self.call("PING").strip() == "PONG", "redis-server answers")

    def call(self, *command):
        return subprocess.run(["redis-cli", "-p", str(self.port), *command], text=True, capture_output=True).stdout

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()


class Node(threading.Thread):
    """Sends a snapshot of its cluster's one node twice a second: a hot domain, web1."""

    def __init__(self, redis, cluster):
        super().__init__(daemon=True)
        self.redis, self.cluster, self.vcpus, self.sequence = redis, cluster, 2, 0
        self.ending = threading.Event()
        self.start()

    def run(self):
        while not self.ending.wait(0.5):
            self.sequence += 1
            snapshot = {"schema": 1, "cluster": self.cluster, "taken_at": round(time.time(), 3),
                        "sequence": self.sequence, "elapsed_seconds": 0.5, "interval_seconds": 1,
                        "collector": {"version": "test"},
                        "node": {"uuid": "00000000-0000-0000-0000-000000000001", "name": "h1", "uri": "test:///default",
                                 "hypervisor": "QEMU", "cpus": 8, "memory_bytes": 8 << 30,
                                 "memory_available_bytes": 6 << 30, "cpu_ratio": 0.2},
                        "columns": ["uuid", "name", "state", "vcpus", "vcpus_max", "cpu_ratio"],
                        "domains": [["11111111-0000-0000-0000-000000000001", "web1", "running", self.vcpus, 8, 0.95]]}
            self.redis.call("XADD", f"hotspot:{{{self.cluster}}}:snapshots", "*", "snapshot", json.dumps(snapshot))

    def stop(self):
        self.ending.set()
        self.join()


class Steering(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "rules.yaml").write_text(RULES)
        self.redis = self.start_redis()
        self.config = self.root / "hotspotd.yaml"
        self.daemons = []

    def start_redis(self):
        redis = Redis(str(self.root))
        self.addCleanup(redis.stop)
        return redis

    def configure(self, text):
        self.config.write_text(f"rules: {self.root}/rules.yaml\nredis: {{port: {self.redis.port}}}\n{text}\n"
                               + waiting.admission("h1"))

    def start(self):
        log = open(self.root / f"hotspotd{len(self.daemons)}.log", "w")
        daemon = subprocess.Popen([HOTSPOTD, "-c", self.config], stderr=log)
        log.close()
        self.daemons.append(daemon)
        self.addCleanup(self.end, daemon)
        return daemon

    def end(self, daemon, number=signal.SIGTERM):
        if daemon.poll() is None:
            daemon.send_signal(number)
        daemon.wait(20)

    def node(self, redis, cluster):
        node = Node(redis, cluster)
        self.addCleanup(node.stop)
        return node

    def logs(self):
        return "\n".join(path.read_text() for path in sorted(self.root.glob("*.log")))

    def ctl(self, *arguments, expect=0):
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, *arguments], text=True, capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        if expect is not None:
            self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}{done.stderr}\n{self.logs()}")
        return done.stdout + done.stderr

    def sentences(self, *options):
        text = self.ctl("-o", "json", *options, "decision", "list", "-n", "100", expect=None)
        return [one["sentence"] for one in json.loads(text)] if text.startswith("[") else []

    def says(self, words):
        return wait_for(lambda: [s for s in self.sentences() if words in s],
                        lambda: words + "\n" + "\n".join(self.sentences()) + self.logs())

    def status_tells(self, pattern):
        return wait_for(lambda: re.search(pattern, self.ctl("status")), lambda: pattern + "\n" + self.ctl("status"))

    def led_by(self, cluster, redis=None):
        holder = (redis or self.redis).call("GET", f"hotspot:{{{cluster}}}:lease").split()
        return int(holder[1].rsplit(":", 1)[1]) if len(holder) > 1 else None

    def begin(self, text="cluster: test"):
        self.configure(text)
        node = self.node(self.redis, "test")
        daemon = self.start()
        wait_for(lambda: "domain web1" in self.ctl("status", expect=None) or self.sentences(), self.logs)
        return node, daemon

    def test_holds(self):
        _, daemon = self.begin()
        self.says("would do: vCPUs 2 → 3")
        hold = ["hold", "add", "domain"]
        self.assertIn("no domain 'web2' is in the snapshots", self.ctl(*hold, "web2", "--reason", "x", expect=3))
        self.assertIn("--reason is required", self.ctl(*hold, "web1", expect=2))
        self.assertIn("is not a duration", self.ctl(*hold, "web1", "-r", "x", "--for", "soon", expect=2))
        self.assertIn("which domain?", self.ctl(*hold, "-r", "x", expect=2))
        self.assertIn("would hold domain web1 for ada for 2h: backup",
                      self.ctl(*hold, "web1", "-r", "backup", "--for", "2h", "--owner", "ada", "--dry-run"))
        until = lambda text, expect=0: self.ctl(*hold, "web1", "-r", "x", "--dry-run", "--until", text, expect=expect)
        self.assertRegex(until("18:00"), r"until 20\d\d-\d\d-\d\d 18:00:00: x")
        self.assertIn("until 2037-02-28 18:00:00", until("2037-02-28 18:00"))
        for wrong in ("25:00", "18", "2037-02-30 18:00", "18:00x", "tomorrow"):
            self.assertIn(f"'{wrong}' is not a time; write for instance 18:00", until(wrong, 2))
        self.assertIn("in the past", until("2020-01-01 18:00", 2))
        self.assertEqual(self.ctl("hold", "list"), "no holds\n")
        said = self.ctl(*hold, "web1", "-r", "backup", "--for", "2h", "--owner", "ada")
        self.assertRegex(said, r"domain web1 is held by ada until .*: backup \(hold 1\)")
        self.says("nothing is done, because domain web1 is held by ada until")
        self.status_tells("rule  ")
        self.status_tells(r"held +domain web1 by ada until .*: backup \(hold 1\)")

        self.end(daemon, signal.SIGKILL)
        self.start()
        wait_for(lambda: self.led_by("test") == self.daemons[-1].pid, self.logs)
        [held] = json.loads(self.ctl("-o", "json", "hold", "list"))
        self.assertEqual((held["id"], held["on"], held["name"], held["owner"]), ("1", "domain", "web1", "ada"))
        self.assertAlmostEqual(held["until"] - held["since"], 7200, delta=1)

        self.assertIn("say --yes", self.ctl("hold", "remove", "1", "--owner", "bob", expect=1))
        self.assertIn("lifted by bob", self.ctl("hold", "remove", "1", "--owner", "bob", "--yes"))
        self.assertIn("there is no hold '1'", self.ctl("hold", "remove", "1", expect=3))
        self.says("is not held by ada until")

    def test_pause(self):
        self.begin()
        self.ctl("mode", "pause", "-r", "storage", "--until", "2037-01-01T00:00Z", "--owner", "ada")
        wait_for(lambda: self.ctl("status").splitlines()[1].startswith("PAUSED       by ada until 2037-01-01"),
                 lambda: self.ctl("status"))
        self.says("because the cluster is paused by ada until 2037-01-01")
        self.assertIn("that is ada's until 2037-01-01", self.ctl("mode", "pause", "-r", "x", "--owner", "bob", expect=1))
        self.ctl("mode", "pause", "-r", "x", "--owner", "bob", "--yes")
        self.status_tells("PAUSED       by bob")
        self.assertRegex(self.ctl("mode"), r"^recommend\nPAUSED +by bob: x; hotspotctl mode resume\n")
        self.assertIn("the pause is over: hotspotd acts again, as its mode says; ended by ada",
                      self.ctl("mode", "resume", "--owner", "ada", "--yes"))
        self.assertEqual(self.ctl("mode"), "recommend\n")
        self.ctl("mode", "pause", "-r", "x", "--owner", "bob")
        self.assertIn("it is not paused", self.ctl("mode", "resume", "--yes") and self.ctl("mode", "resume", expect=3))
        self.ctl("mode", "observe")
        self.assertEqual(self.ctl("mode"), "observe\n", "never the old one after a change")
        self.assertIn("recommende", self.ctl("mode", "recommende", expect=2))

    def test_an_id_of_the_future_never_makes_a_pause_seem_done(self):
        """An entry far ahead, then the stream deleted: a pause works, at once and after a restart."""
        _, daemon = self.begin()
        key = "hotspot:{test}:commands"
        for future in ("4000000000000-0", "18446744073709551615-18446744073709551615"):
            self.redis.call("XADD", key, future, "verb", "resume")
            wait_for(lambda: self.redis.call("HEXISTS", "hotspot:{test}:answers", future).strip() == "1", self.logs)
            self.redis.call("DEL", key)
            self.assertIn("is paused by ada", self.ctl("mode", "pause", "-r", "x", "--owner", "ada"))
            self.status_tells("PAUSED       by ada")
            self.ctl("mode", "resume", "--owner", "ada")
            self.redis.call("HSET", "hotspot:{test}:state", "last_command", future)
            self.end(daemon, signal.SIGKILL)
            daemon = self.start()
            wait_for(lambda: self.led_by("test") == daemon.pid, self.logs)
            self.assertIn("is paused by ada", self.ctl("mode", "pause", "-r", "x", "--owner", "ada"))
            self.ctl("mode", "resume", "--owner", "ada")
        self.assertIn("is ahead of Redis' clock", self.logs())

    def test_streams_that_were_ended_for_all_begin_anew(self):
        _, daemon = self.begin()
        wait_for(lambda: self.led_by("test") == daemon.pid, self.logs)
        last = "18446744073709551615-18446744073709551615"
        for name in ("snapshots", "commands"):
            key = f"hotspot:{{test}}:{name}"
            self.assertEqual(self.redis.call("XADD", key, last, "verb", "x").strip(), last)
            wait_for(lambda: f"the stream {key} has an id of the future, {last}" in self.logs(), self.logs)
            wait_for(lambda: self.redis.call("XADD", key, "*", "verb", "x").strip()[:2] == "17", self.logs)
            self.status_tells(rf"STREAM +{re.escape(key)} had an id of the future")
        # A command in such a stream fails with what happened, and works once the leader has mended it.
        daemon.send_signal(signal.SIGSTOP)
        self.redis.call("XADD", "hotspot:{test}:commands", "4000000000000-0", "verb", "x")
        said = self.ctl("mode", "pause", "-r", "x", "--owner", "ada", expect=1)
        self.assertIn("ahead of Redis' own clock", said)
        self.redis.call("XADD", "hotspot:{test}:commands", last, "verb", "x")
        said = self.ctl("mode", "pause", "-r", "x", "--owner", "ada", expect=1)
        self.assertIn("somebody has put an entry with an id of the future into this stream", said)
        daemon.send_signal(signal.SIGCONT)
        wait_for(lambda: "is paused by ada" in self.ctl("mode", "pause", "-r", "x", "--owner", "ada", expect=None),
                 self.logs)

    def test_success_is_said_only_with_the_answer_to_that_very_command(self):
        _, daemon = self.begin()
        wait_for(lambda: self.led_by("test") == daemon.pid, self.logs)
        # Several at once: each hears its own.
        said = {}
        def drain(node):
            said[node] = subprocess.run([HOTSPOTCTL, "-c", self.config, "node", "drain", node], text=True,
                                        capture_output=True, stdin=subprocess.DEVNULL)
        threads = [threading.Thread(target=drain, args=(node,)) for node in ("h1", "h8", "h9")]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertEqual([said[node].returncode for node in ("h1", "h8", "h9")], [0, 3, 3], said)
        self.assertIn("no node 'h8' is in the snapshots", said["h8"].stderr)
        # The leader is stopped: a later position, and a result of somebody else's, are no answer.
        daemon.send_signal(signal.SIGSTOP)
        state = "hotspot:{test}:state"
        self.redis.call("HSET", state, "last_command", "3999999999999-0", "command_result",
                        json.dumps({"id": "1-0", "ok": True, "message": "done"}))
        said = self.ctl("mode", "pause", "-r", "x", expect=1)
        self.assertRegex(said, r"no answer to the command \d+-\d+ within 10 s: ")
        daemon.send_signal(signal.SIGCONT)

    def test_a_flood_of_commands_costs_neither_the_lead_nor_a_pause(self):
        _, daemon = self.begin()
        wait_for(lambda: self.led_by("test") == daemon.pid, self.logs)
        token = self.redis.call("GET", "hotspot:{test}:lease").split()[0]
        script = "for i = 1, 20000 do redis.call('XADD', KEYS[1], '*', 'verb', 'reload', 'owner', i) end"
        self.redis.call("EVAL", script, "1", "hotspot:{test}:commands")
        began = time.monotonic()
        self.assertIn("is paused by ada", self.ctl("mode", "pause", "-r", "x", "--owner", "ada"))
        self.assertLess(time.monotonic() - began, 10)
        self.status_tells(r"COMMANDS +refused since the start: \d+ because too many came at once")
        self.assertEqual(self.redis.call("GET", "hotspot:{test}:lease").split()[0], token, "the same term")
        self.assertLessEqual(int(self.redis.call("HLEN", "hotspot:{test}:answers")), 1000)

    def test_windows_and_changes_of_somebody_else(self):
        today = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][(time.gmtime().tm_wday + 1) % 7]
        node, _ = self.begin("cluster: test\nforeign_rest: 10m\ntimezone: UTC\n"
                             f"windows: {{deny: [{{days: {today}-{today}, actions: grow}}]}}")
        self.says("outside the window for growing; the next opens")
        node.vcpus = 4
        self.says("web1: vCPUs 2 → 4 by somebody else; it rests until")
        self.status_tells(r"rests +web1 for another 9 min .*vCPUs 2 → 4")

    def test_several_clusters_are_shared_out_and_taken_over_within_10_s(self):
        other = self.start_redis()
        self.configure(f"lease: 2s\nclusters:\n- a\n- b\n- {{name: c, redis: {{port: {other.port}}}}}\n- d")
        for cluster, redis in (("a", self.redis), ("b", self.redis), ("c", other), ("d", self.redis)):
            self.node(redis, cluster)
        where = {"a": self.redis, "b": self.redis, "c": other, "d": self.redis}
        led = lambda: sorted(self.led_by(cluster, redis) or 0 for cluster, redis in where.items())
        first = self.start()
        wait_for(lambda: led() == [first.pid] * 4, lambda: f"{led()}\n{self.logs()}")
        second = self.start()
        wait_for(lambda: led() == sorted([first.pid] * 2 + [second.pid] * 2), lambda: f"{led()}\n{self.logs()}", limit=40)
        self.assertIn("--cluster: a, b, c, d", self.ctl("hold", "list", expect=2))
        self.assertIn("no cluster 'e' is configured", self.ctl("--cluster", "e", "hold", "list", expect=2))
        status = wait_for(lambda: (text := self.ctl("status", expect=None)).count("would") >= 0 and
                          text.count("leader       hotspotd@") == 4 and text, self.logs)
        self.assertEqual([line.split()[1] for line in status.splitlines() if line.startswith("cluster ")],
                         ["a", "b", "c", "d"])

        # A Redis that is away costs its own cluster alone.
        other.process.send_signal(signal.SIGSTOP)
        before = [self.led_by(cluster) for cluster in "abd"]
        wait_for(lambda: "c: does not lead any more" in self.logs(), self.logs)
        self.assertEqual([self.led_by(cluster) for cluster in "abd"], before)
        other.process.send_signal(signal.SIGCONT)
        wait_for(lambda: self.led_by("c", other), self.logs)

        self.end(first, signal.SIGKILL)
        began = time.monotonic()
        wait_for(lambda: led() == [second.pid] * 4, lambda: f"{led()}\n{self.logs()}")
        self.assertLess(time.monotonic() - began, 8, "a lease of 2 s, a second's hesitation, and a look, on a busy machine")

    def test_rules_that_are_wrong_stop_their_own_cluster_alone_until_they_are_right(self):
        (self.root / "other.yaml").write_text(RULES.replace("expr", "exrp"))
        self.configure(f"clusters:\n- a\n- {{name: b, rules: {self.root}/other.yaml}}")
        daemon = self.start()
        wait_for(lambda: self.led_by("a") == daemon.pid, self.logs)
        self.assertIn("unknown key 'exrp'", self.logs())
        self.assertIn("until their rules are right, these clusters stand by: b; the others run", self.logs())
        self.assertIsNone(self.led_by("b"))
        status = lambda **expect: self.ctl("--cluster", "b", "status", **expect)  # noqa: E731
        wait_for(lambda: "unknown key 'exrp'" in status(expect=None), self.logs)
        (self.root / "other.yaml").write_text(RULES)
        daemon.send_signal(signal.SIGHUP)
        wait_for(lambda: self.led_by("b") == daemon.pid, self.logs)
        wait_for(lambda: "leader" in status(expect=None), self.logs)
        self.assertNotIn("exrp", status())

    def test_a_window_for_a_rule_that_is_not_there_is_refused(self):
        self.configure("cluster: test\nwindows: {allow: [{rules: [Hto], from: 22:00, to: 06:00}]}")
        said = "hotspotd.yaml:4:28: error: no rule is called 'Hto'"
        self.assertEqual(self.start().wait(20), 2)
        self.assertIn(said, self.logs())
        check = subprocess.run([HOTSPOTD, "-c", self.config, "--check"], text=True, capture_output=True)
        self.assertEqual(check.returncode, 1, check.stderr)
        self.assertIn(said, check.stderr)
        self.assertIn("did you mean 'Hot'?", check.stderr)


if __name__ == "__main__":
    unittest.main()
