#!/usr/bin/env python3
"""The stock collectd with hotspot.so, hotspotd and hotspotctl, each as its role, on a real Redis that misbehaves.

collectd_redis_test.py HOTSPOT.SO HOTSPOTD HOTSPOTCTL
"""
import contextlib
import functools
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=15)
ROOT = pathlib.Path(__file__).resolve().parents[3]
PLUGIN, HOTSPOTD, HOTSPOTCTL = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
del sys.argv[1:4]
INTERVAL = 1.0
STREAM = "hotspot:{roles}:snapshots"
COLLECTD = """Hostname "node1"
FQDNLookup false
BaseDir "{dir}"
TypesDB "/usr/share/collectd/types.db"
Interval {interval}
LoadPlugin csv
<Plugin csv>
  DataDir "{dir}/csv"
</Plugin>
LoadPlugin load
PluginDir "{plugins}"
LoadPlugin hotspot
PluginDir "/usr/lib/collectd"
<Plugin hotspot>
  Connection "test:///default"
  Cluster "roles"
  <Redis>
    Port {port}
    User "hotspot-collector"
    PasswordFile "{dir}/password"
    Backlog 3
  </Redis>
</Plugin>
"""


class Roles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-roles-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.port = free_port()
        (self.dir / "password").write_text("secret\n")
        lines = (ROOT / "packaging/redis/hotspot.acl").read_text().splitlines()
        lines = [re.sub(r"^(user \S+)", r"\1 on >secret", line) for line in lines]
        (self.dir / "users.acl").write_text("user default on nopass ~* &* +@all\n" + "\n".join(lines) + "\n")
        self.start_redis()

    def start(self, words, name):
        log = open(self.dir / f"{name}.log", "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.kill()
        process.wait()

    def start_redis(self):
        self.redis = self.start(["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.dir),
                                 "--save", "", "--aclfile", str(self.dir / "users.acl")], "redis")
        wait_for(lambda: self.ask("PING") == "PONG", "redis-server does not answer")

    def ask(self, *words):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], text=True, capture_output=True, check=False)
        return done.stdout.strip()

    def start_collectd(self):
        config = self.dir / "collectd.conf"
        config.write_text(COLLECTD.format(dir=self.dir, plugins=PLUGIN.parent, port=self.port, interval=INTERVAL))
        self.collectd = self.start(["collectd", "-f", "-C", str(config), "-P", str(self.dir / "pid")], "collectd")
        wait_for(lambda: self.snapshots() > 0, self.said)

    def snapshots(self):
        said = self.ask("XLEN", STREAM)
        return int(said) if said.isdigit() else 0

    def said(self):
        return (self.dir / "collectd.log").read_text()

    def wait_for_words(self, words):
        wait_for(lambda: words in self.said(), lambda: f"'{words}' in\n{self.said()}")

    def expect_recovery(self, before):
        """Within two intervals a snapshot arrives that was read after `before` ones."""
        began = time.monotonic()
        wait_for(lambda: self.snapshots() > before, self.said, limit=30)
        # Two intervals, and the slack of a machine that runs other tests beside.
        self.assertLess(time.monotonic() - began, 2 * INTERVAL + 1.5, self.said())

    def load_times(self):
        """When another plugin stored its values, as collectd's csv plugin wrote them down."""
        rows = []
        for path in self.dir.glob("csv/node1/load/*"):
            rows += [float(line.split(",")[0]) for line in path.read_text().splitlines()[1:]]
        return sorted(rows)

    def test_no_part_of_hotspot_asks_redis_for_more_than_its_role_may(self):
        self.start_collectd()
        config = self.dir / "hotspotd.yaml"
        template = "cluster: roles\nmode: recommend\nrules: {rules}\nredis:\n  port: {port}\n  user: {user}\n  password_file: {dir}/password\n"
        config.write_text(template.format(rules=ROOT / "rules", port=self.port, user="hotspot-actuator", dir=self.dir))
        self.start([str(HOTSPOTD), "-c", str(config)], "hotspotd")
        operator = self.dir / "hotspotctl.yaml"
        operator.write_text(template.format(rules=ROOT / "rules", port=self.port, user="hotspot-operator", dir=self.dir))

        def ctl(*words):
            return subprocess.run([str(HOTSPOTCTL), "-c", str(operator), "-o", "json", *words], text=True,
                                  capture_output=True, timeout=60, check=False)
        wait_for(lambda: ctl("status").returncode == 0 and "hotspotd@" in ctl("status").stdout,
                 lambda: ctl("status").stderr + (self.dir / "hotspotd.log").read_text())
        for words in (["node", "list"], ["domain", "list"], ["rule", "list"], ["rule", "reload"], ["action", "list"],
                      ["decision", "list"], ["mode"], ["mode", "observe"]):
            done = ctl(*words)
            self.assertIn(done.returncode, (0, 3), f"{words}: {done.stderr}")
        self.assertEqual(json.loads(ctl("node", "list").stdout)[0]["name"], socket.gethostname().split(".")[0])
        self.assertEqual(self.ask("ACL", "LOG"), "", "somebody was refused something")
        wait_for(lambda: json.loads(ctl("mode").stdout)["mode"] == "observe", lambda: ctl("mode").stdout)
        self.assertEqual(self.ask("ACL", "LOG"), "", "somebody was refused something")

    def test_a_redis_that_is_away_slow_full_or_refuses_us_costs_other_plugins_no_interval(self):
        self.start_collectd()
        # It hangs.
        before = self.snapshots()
        self.redis.send_signal(signal.SIGSTOP)
        self.wait_for_words("did not answer within")
        self.redis.send_signal(signal.SIGCONT)
        self.expect_recovery(before)
        self.wait_for_words("Redis is back after")
        # It is full. More waits than has room, so the oldest give way.
        self.ask("CONFIG", "SET", "maxmemory", "1")
        self.wait_for_words("it has reached its maxmemory")
        before = self.snapshots()
        self.ask("CONFIG", "SET", "maxmemory", "0")
        self.expect_recovery(before)
        # It changes the password, and forgets the connections.
        self.ask("ACL", "SETUSER", "hotspot-collector", "resetpass", ">other")
        self.ask("CLIENT", "KILL", "USER", "hotspot-collector")
        self.wait_for_words("WRONGPASS")
        before = self.snapshots()
        (self.dir / "password").write_text("other\n")
        self.expect_recovery(before)
        # It dies, and comes back empty, with the users of before.
        self.end(self.redis)
        self.wait_for_words("Connection refused")
        (self.dir / "password").write_text("secret\n")
        self.start_redis()
        self.expect_recovery(0)
        wait_for(lambda: self.said().count("Redis is back after") == 4, self.said)
        for words in ("did not answer within", "answered: OOM", "answered: WRONGPASS", "Redis is connected"):
            self.assertEqual(self.said().count(words), 1, f"'{words}' is said once:\n{self.said()}")
        # collectd ends at once, also while Redis hangs.
        self.redis.send_signal(signal.SIGSTOP)
        self.collectd.terminate()
        began = time.monotonic()
        self.collectd.wait(timeout=30)
        self.assertLess(time.monotonic() - began, 2 + 1.5, self.said())
        times = self.load_times()
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        self.assertGreaterEqual(len(gaps), 5, times)
        self.assertLess(max(gaps), INTERVAL + 0.5, f"another plugin lost its interval: {gaps}")


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    unittest.main()
