#!/usr/bin/env python3
"""The stock collectd with hotspot.so, hotspotd and hotspotctl, each as its role, on a real Redis that misbehaves.

collectd_redis_test.py HOTSPOT.SO HOTSPOTD HOTSPOTCTL
"""
import base64
import contextlib
import functools
import hashlib
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
{more}
PluginDir "{plugins}"
LoadPlugin hotspot
PluginDir "/usr/lib/collectd"
<Plugin hotspot>
  Connection "test:///default"
  Cluster "roles"
  <Redis>
    Port {port}
    User "{user}"
    PasswordFile "{dir}/password"
    Backlog 3
  </Redis>
</Plugin>
"""


# It logs notifications, with all that they are filled with.
LOGFILE = """LoadPlugin logfile
<Plugin logfile>
  File "stderr"
</Plugin>
"""
PUBLISHED = "hotspot:{roles}:published"


class Roles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-roles-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.port = free_port()
        self.write_password("secret")
        lines = (ROOT / "packaging/redis/hotspot.acl").read_text().splitlines()
        lines = [re.sub(r"^(user \S+)", r"\1 on >secret", line) for line in lines]
        (self.dir / "users.acl").write_text("user default on nopass ~* &* +@all\n" + "\n".join(lines) + "\n")
        self.start_redis()

    def write_password(self, password):
        path = self.dir / "password"
        path.touch(mode=0o600)
        path.write_text(password + "\n")

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

    def start_collectd(self, user="hotspot-collector", more=""):
        config = self.dir / "collectd.conf"
        config.write_text(COLLECTD.format(user=user, dir=self.dir, plugins=PLUGIN.parent, port=self.port, interval=INTERVAL,
                                          more=more))
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

    def newest_entry(self):
        """The fields of the newest snapshot's entry."""
        words = self.ask("XREVRANGE", STREAM, "+", "-", "COUNT", "1").split("\n")[1:]
        return dict(zip(words[::2], words[1::2]))

    def verifies(self, entry):
        """What openssl says of the entry's signature; the text that is signed is put together anew (telemetry/envelope.h)."""
        key = base64.b64decode(entry["key"])
        (self.dir / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)  # RFC 8410
        (self.dir / "signature").write_bytes(base64.b64decode(entry["signature"]))
        text = "\n".join(["hotspot-snapshot-1", "roles", entry["node"], entry["boot"], entry["sequence"], entry["snapshot"]])
        (self.dir / "text").write_text(text)
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin",
                               "-in", "text", "-sigfile", "signature"], cwd=self.dir, text=True, capture_output=True, check=False)
        return done.stdout.strip() or done.stderr

    def restart_collectd(self, more=""):
        """Ends collectd, and starts it on a stream that is empty."""
        self.collectd.terminate()
        self.collectd.wait(timeout=30)
        self.ask("DEL", STREAM)
        self.start_collectd(more=more)

    def publish(self, writer, *news):
        """What a leader leaves for collectors; each of the news is (number, node, sentence)."""
        now = int(time.time() * 1000)
        head = {"schema": 1, "cluster": "roles", "at_ms": now, "sequence": now, "writer": writer,
                "news": max([number for number, _, _ in news], default=0)}
        body = {"metrics": {"nodes_fresh": 3}, "firing": [["DomainCpuHot", 2]],
                "actions": [{"kind": "migrate", "rule": "DomainCpuHot", "begun": 4, "done": 3, "failed": 1}],
                "news": [{"number": number, "at_ms": now, "severity": "warning", "kind": "firing", "node": node,
                          "domain": "web1", "name": "DomainCpuHot", "text": text} for number, node, text in news]}
        self.ask("SET", PUBLISHED, json.dumps(head) + "\n" + json.dumps(body))

    def wait_for_a_look(self):
        """Until collectd has looked at what is published: it does so after each snapshot but the first two that are seen."""
        before = self.snapshots()
        wait_for(lambda: self.snapshots() > before + 1, self.said)

    def csv(self, name):
        """The newest value that was stored under the host `hotspot`; None: there is no file."""
        files = sorted((self.dir / "csv/hotspot").glob(name + "-[0-9]*"))
        return files[-1].read_text().splitlines()[-1].split(",")[1] if files else None

    def test_what_the_leader_publishes_is_stored_by_the_node_it_names_and_told_once_on_the_node_it_concerns(self):
        self.start_collectd(more=LOGFILE)
        node = self.newest_entry()["node"]
        self.restart_collectd(LOGFILE)
        self.publish("another", (10, node, "the old one"))
        self.restart_collectd(LOGFILE)
        self.wait_for_a_look()
        self.assertIsNone(self.csv("actuator-roles/gauge-leader"), "another node is to store it")
        self.publish(node, (10, node, "the old one"), (11, "another", "not ours"), (12, node, "rule fires\n\x1b[31m"))
        self.wait_for_words("Notification: severity = WARNING, host = node1, plugin = hotspot, plugin_instance = web1, "
                            "type = firing, type_instance = DomainCpuHot, message = rule fires\\x0a\\x1b[31m")
        wait_for(lambda: self.csv("actuator-roles/gauge-leader") is not None, self.said)
        self.assertEqual(float(self.csv("actuator-roles/gauge-leader")), 1)
        wait_for(lambda: self.csv("actions-roles/derive-migrate_skipped@DomainCpuHot") is not None, self.said)
        self.assertEqual(float(self.csv("actuator-roles/gauge-nodes_fresh")), 3)
        self.assertEqual(float(self.csv("actuator-roles/gauge-firing@DomainCpuHot")), 2)
        self.publish(node, (12, node, "rule fires\n\x1b[31m"), (13, node, "the third"))
        self.wait_for_words("message = the third")
        self.restart_collectd(LOGFILE)
        self.wait_for_a_look()
        self.publish(node, (12, node, "rule fires\n\x1b[31m"), (13, node, "the third"), (14, node, "the fourth"))
        self.wait_for_words("message = the fourth")
        self.assertEqual(self.said().count("Notification: "), 3, self.said())
        self.assertNotIn("the old one", self.said())
        self.assertNotIn("not ours", self.said())

    def test_a_collector_whose_user_may_not_read_what_is_published_says_so_once_and_sends_on(self):
        self.ask("ACL", "SETUSER", "hotspot-collector", "-getrange")  # as in the version before
        self.start_collectd()
        self.wait_for_words("what the leader publishes is not read")
        before = self.snapshots()
        wait_for(lambda: self.snapshots() > before + 3, self.said)
        self.assertEqual(self.said().count("NOPERM"), 1, self.said())
        self.assertIn("docs/acl.md has the ACL lines of each role", self.said())
        self.assertNotIn("Redis is back", self.said(), "and the connection stays")

    def test_collectd_signs_its_snapshots_with_the_key_whose_fingerprint_it_logs(self):
        self.start_collectd()
        first = self.newest_entry()
        self.assertEqual(set(first), {"snapshot", "node", "boot", "sequence", "key", "signature"})
        self.assertEqual(self.verifies(first), "Signature Verified Successfully")
        snapshot = json.loads(first["snapshot"])
        self.assertEqual([first["node"], int(first["sequence"])], [snapshot["node"]["uuid"], snapshot["sequence"]])
        digest = base64.b64encode(hashlib.sha256(base64.b64decode(first["key"])).digest()).decode().rstrip("=")
        self.assertIn(f"hotspot: signs snapshots with key SHA256:{digest}\n", self.said())
        key = self.dir / "hotspot/node.key"  # below BaseDir, where KeyFile is not given
        self.assertEqual([key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777], [0o600, 0o700])
        changed = dict(first, snapshot=first["snapshot"].replace('"schema":1', '"schema":2'))
        self.assertNotEqual(changed["snapshot"], first["snapshot"])
        self.assertIn("Verification Failure", self.verifies(changed))

        self.restart_collectd()
        second = self.newest_entry()
        self.assertEqual(second["key"], first["key"], "the key stays")
        self.assertGreater(int(second["boot"]), int(first["boot"]))
        self.assertEqual(self.verifies(second), "Signature Verified Successfully")

        key.chmod(0o644)
        self.restart_collectd()
        self.assertEqual(set(self.newest_entry()), {"snapshot"}, "a key that others know signs nothing")
        self.assertEqual(self.said().count("hotspot: KeyFile "), 1, self.said())
        self.assertIn(f"hotspot: KeyFile {key} may be read by others (its mode is 0644): chmod 600 it", self.said())

        key.unlink()
        self.restart_collectd()
        third = self.newest_entry()
        self.assertNotEqual(third["key"], first["key"], "a new key after the old one was removed")
        self.assertGreater(int(third["boot"]), int(second["boot"]))
        self.assertEqual(self.verifies(third), "Signature Verified Successfully")

    def test_a_node_with_a_redis_user_of_its_own_is_named_and_shut_out_alone(self):
        acl = (ROOT / "docs/acl.md").read_text()
        line = next(line.strip() for line in acl.splitlines() if "ACL SETUSER hotspot-node1 /p" in line)
        line = line.replace("/usr/share/hotspot/redis", str(ROOT / "packaging/redis")).replace("{rack7}", "{roles}")
        for node in ("node1", "node2"):
            subprocess.run([line.replace("node1", node) + f" -p {self.port}"], shell=True, check=True, capture_output=True)
            self.assertEqual(self.ask("ACL", "SETUSER", f"hotspot-{node}", "on", ">secret"), "OK")

        def as_node(node, *words):
            return self.ask("--user", f"hotspot-{node}", "--pass", "secret", "--no-auth-warning", *words)
        for words in (["XADD", "hotspot:{other}:snapshots", "*", "snapshot", "{}"], ["XRANGE", STREAM, "-", "+"],
                      ["XADD", "hotspot:{roles}:commands", "*", "verb", "mode"], ["XTRIM", STREAM, "MAXLEN", "0"],
                      ["HGETALL", "hotspot:{roles}:nodes"], ["DEL", STREAM], ["FLUSHALL"]):
            self.assertIn("NOPERM", as_node("node1", *words), words)
        self.assertIn("hotspot-node1", self.ask("ACL", "LOG"))
        self.start_collectd("hotspot-node1")
        wait_for(lambda: "user=hotspot-node1" in self.ask("CLIENT", "LIST"), lambda: self.ask("CLIENT", "LIST"))
        self.ask("ACL", "SETUSER", "hotspot-node1", "off")
        self.ask("CLIENT", "KILL", "USER", "hotspot-node1")
        self.wait_for_words("WRONGPASS")
        self.assertRegex(as_node("node2", "XADD", STREAM, "*", "snapshot", "{}"), r"^\d+-\d+$", "node2 speaks on")

    def test_no_part_of_hotspot_asks_redis_for_more_than_its_role_may(self):
        self.start_collectd()
        config = self.dir / "hotspotd.yaml"
        template = "cluster: roles\nmode: recommend\nrules: {rules}\nredis:\n  port: {port}\n  user: {user}\n  password_file: {dir}/password\n" + \
            waiting.admission(socket.gethostname().split(".")[0]).replace("{", "{{").replace("}", "}}")
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
        wait_for(lambda: '"cluster":"roles"' in self.ask("GETRANGE", PUBLISHED, "0", "511"), lambda: self.ask("PTTL", PUBLISHED))
        self.assertGreater(int(self.ask("PTTL", PUBLISHED)), 0, "it is gone when nobody leads")
        wait_for(lambda: self.csv("actuator-roles/gauge-leader"), lambda: self.ask("GET", PUBLISHED) + self.said())
        wait_for(lambda: list((self.dir / "csv/hotspot").glob("limit-roles/percent-*")), lambda: self.ask("GET", PUBLISHED))
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
        self.write_password("other")
        self.expect_recovery(before)
        # It dies, and comes back empty, with the users of before.
        self.end(self.redis)
        self.wait_for_words("Connection refused")
        self.write_password("secret")
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
