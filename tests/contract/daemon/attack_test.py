#!/usr/bin/env python3
"""hotspotd under attack: a real redis-server with the ACL that ships, and stolen passwords and keys.

attack_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import json
import pathlib
import re
import socket
import subprocess
import threading
import time
import unittest

from attacker import HOTSPOTD, UUID, Attacked, Key, snapshot, wait_for

LAST_ID = "18446744073709551615-18446744073709551615"


class Attack(Attacked):

    # --- whom hotspotd connects to ------------------------------------------------------------------------------------

    def traps(self):
        """URIs that would run a program or connect to an attacker, a file that shows the first, a socket the second."""
        ran, script = self.dir / "ran", self.dir / "script.sh"
        script.write_text(f"#!/bin/sh\necho x >>{ran}\n")
        script.chmod(0o755)
        trap = socket.create_server(("127.0.0.1", 0), backlog=64)
        trap.setblocking(False)
        self.addCleanup(trap.close)
        port = trap.getsockname()[1]
        return ran, trap, [f"qemu+ext:///system?command={script}", f"qemu+ssh://127.0.0.1:{port}/system?command={script}",
                           f"qemu+ssh://127.0.0.1/system?command={script}&no_tty=1", f"qemu+unix:///system?socket={script}",
                           f"qemu+ssh://127.0.0.1:{port}/system?keyfile=/etc/shadow", f"qemu+tcp://127.0.0.1:{port}/system",
                           f"qemu+libssh://127.0.0.1:{port}/system?netcat={script}", f"qemu+tls://127.0.0.1:{port}/system",
                           f"qemu://127.0.0.1:{port}/system", f"test+ext:///default?command={script}",
                           f"TEST+EXT:///default?command={script}", f"xen+ssh://-oProxyCommand={script}/system",
                           f"esx://127.0.0.1:{port}/?no_verify=1", f"test+tcp://127.0.0.1:{port}/default",
                           f"http://127.0.0.1:{port}/", f"qemu+ssh://a:b@127.0.0.1:{port}/system#x"]

    def expect_untouched(self, ran, trap):
        self.assertFalse(ran.exists(), f"a script of the attacker's was run\n{self.log()}")
        with self.assertRaises(BlockingIOError, msg=f"hotspotd connected to the attacker\n{self.log()}"):
            trap.accept()

    def expect_traps_work(self, ran, trap, uris):
        """What libvirt does with such URIs, so that this test can fail."""
        for uri in (uris[0], uris[5]):
            virsh = subprocess.Popen(["virsh", "-c", uri, "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     stdin=subprocess.DEVNULL)
            self.addCleanup(self.end, virsh)
        wait_for(ran.exists, "libvirt runs the script of qemu+ext")
        def accepted():
            try:
                trap.accept()[0].close()
                return True
            except BlockingIOError:
                return False
        wait_for(accepted, "libvirt connects to the socket")

    def test_a_uri_of_a_snapshot_runs_no_program_and_is_connected_to_by_nobody(self):
        ran, trap, uris = self.traps()
        leader = self.begin("mode: observe\n")
        standby = self.run_daemon("mode: enforce\ndry_run: true\n")
        def attack(first):
            for i, uri in enumerate(uris):
                node = {"uri": uri}
                self.send(["snapshot", json.dumps(snapshot(first + i, node=node))])
                self.send(self.evil.envelope(snapshot(first + i, node=node), 1))
                self.send(self.evil.envelope(snapshot(first + i, node=node, taken_at=time.time() + 1e6), 1))
                self.send(self.evil.envelope(snapshot(first + i, node=node, cluster="other"), 1))
                self.send(self.evil.envelope(snapshot(1, node=node), 1))
                # The collector of h1 itself was taken over: its key signs, and its URI is still the registry's.
                self.h1.send(node=node)
        attack(10)
        self.expect_h1_counts()
        self.expect_refused("unsigned", len(uris))
        self.expect_untouched(ran, trap)
        self.assertEqual(self.node("h1")["uri"], "test:///default")
        self.end(leader)  # the other one leads now, and does what is to be done, but for libvirt's changes
        wait_for(lambda: self.led_by() == standby.pid, self.log)
        self.expect_h1_counts()
        attack(40)
        self.expect_refused("unsigned", len(uris))
        self.expect_h1_counts()
        self.expect_untouched(ran, trap)
        self.expect_traps_work(ran, trap, uris)

    def test_who_can_write_the_journal_makes_hotspotd_connect_to_nobody(self):
        ran, trap, uris = self.traps()
        actuator = self.as_role("actuator")
        for i, uri in enumerate(uris):
            action = {"id": f"evil-{i}", "domain_uuid": UUID % 500, "domain_name": "evil", "node_uuid": UUID % (50 + i),
                      "node_name": f"n{i}", "node_uri": uri, "rule": "r", "decision_id": "d", "reason": "",
                      "planned_at_ms": int(time.time() * 1000), "first_sample_at_ms": 1, "cooldown_ms": 0, "undoes": "",
                      "expected": {}, "step": {"kind": "migrate", "target_uuid": UUID % (80 + i), "target_name": "t",
                                               "target_uri": uri}}
            body = json.dumps({"action": action, "state": "started", "at_ms": int(time.time() * 1000), "token": 1,
                               "message": "", "figures": {}})
            entry = actuator.call("XADD", "hotspot:{test}:journal", "*", "action", f"evil-{i}", "body", body)
            actuator.call("HSET", "hotspot:{test}:state", f"open:evil-{i}", f"{entry} {body}")
        self.begin()
        wait_for(lambda: "evil-0" in self.log() + self.ctl("action", "list"), self.log)
        self.expect_h1_counts()
        self.expect_untouched(ran, trap)
        self.expect_traps_work(ran, trap, uris)

    def test_who_can_write_the_registry_adds_no_node_while_somebody_leads(self):
        ran, trap, uris = self.traps()
        daemon = self.begin()
        actuator = self.as_role("actuator")
        def entry(name, uri, key):
            return json.dumps({"id": name, "host_uuid": "", "name": name, "uri": uri, "keys": [{"key": key, "since_ms": 1}],
                               "admitted_at_ms": 1, "admitted_by": "ada"})
        for i, uri in enumerate([*uris, "test:///default"]):
            actuator.call("HSET", "hotspot:{test}:nodes", f"e{i}", entry(f"e{i}", uri, self.evil.public))
        actuator.call("HSET", "hotspot:{test}:nodes", "junk", "x" * 100000, ":revision", "9000")
        wait_for(lambda: "was changed by somebody who does not lead; it is put back" in self.log(), self.log)
        # What cannot be read counts as nobody, and is left to people.
        wait_for(lambda: sorted(actuator.call("HKEYS", "hotspot:{test}:nodes")) == [":revision", "h1", "junk"],
                 lambda: str(actuator.call("HKEYS", "hotspot:{test}:nodes")) + self.log())
        actuator.call("DEL", "hotspot:{test}:nodes")
        wait_for(lambda: "h1" in actuator.call("HKEYS", "hotspot:{test}:nodes"), self.log)
        self.expect_h1_counts()
        # Emptied while nobody leads, and filled with what is older than hotspotd's own copy.
        self.end(daemon)
        actuator.call("DEL", "hotspot:{test}:nodes")
        actuator.call("HSET", "hotspot:{test}:nodes", "e0", entry("e0", uris[0], self.evil.public), ":revision", "1")
        self.run_daemon()
        self.expect_h1_counts()
        wait_for(lambda: "e0" not in actuator.call("HKEYS", "hotspot:{test}:nodes"), self.log)
        self.expect_untouched(ran, trap)

    # --- who is a node ------------------------------------------------------------------------------------------------

    def test_a_node_that_says_it_has_512_cpus_is_no_target_and_no_node(self):
        self.begin()
        big = {"name": "evil", "uri": "qemu+tls://evil.example.net/system", "cpus": 512, "memory_bytes": 4 << 40, "memory_available_bytes": 4 << 40, "cpu_ratio": 0.0}
        for sequence in range(1, 4):
            self.send(["snapshot", json.dumps(snapshot(66, sequence, node=big, domains=[]))])
            self.send(self.evil.envelope(snapshot(66, sequence, node=big, domains=[]), 1))
        self.expect_refused("unsigned", 3)
        self.expect_refused("not_admitted", 3)
        wait_for(lambda: self.json("decision", "list"), self.log)  # h1 is hot, and nobody is there to go to
        self.assertIsNone(self.node("evil"))
        self.assertNotIn("evil", json.dumps(self.json("decision", "list")))
        self.assertIn("evil", self.ctl("node", "list", "--waiting"))

    def test_nobody_speaks_for_a_node_without_its_key(self):
        self.begin()
        future = time.time() + 3600
        before = self.refused()
        for told in (snapshot(1, 9001), snapshot(1, 9002, taken_at=future, domains=[]),
                     snapshot(1, 9003, node={"uuid": UUID % 7}), snapshot(7, 9004, node={"uuid": UUID % 1}),
                     snapshot(7, 2 ** 64 - 1, domains=[[UUID % 101, "web1", "running", 2, 8, 0.2]])):
            self.send(["snapshot", json.dumps(told)])                                # a downgrade
            self.send(self.evil.envelope(told, 2 ** 64 - 1))                         # a key of its own
            self.send(self.evil.envelope(told, 2 ** 64 - 1, node=UUID % 1))          # the envelope says another node
            self.send(self.evil.envelope(told, 2 ** 64 - 1, cluster="other"))        # signed for another cluster
            honest = self.evil.envelope(told, 2 ** 64 - 1)
            honest[honest.index("key") + 1] = self.h1.key.public                     # the key of h1, which is no secret
            self.send(honest)
        self.expect_refused("unsigned", before.get("unsigned", 0) + 5)
        self.expect_refused("unknown_key", 4)
        self.expect_refused("bad_signature", 10)
        self.expect_h1_counts()
        self.assertEqual([node["name"] for node in self.json("node", "list")], ["h1"])
        self.assertIn("h1", self.ctl("node", "drain", "h1"))  # the name is not ambiguous
        self.assertEqual(self.json("status")["admission"]["frozen"], 0)

    def test_what_a_node_has_sent_counts_once_also_for_the_next_hotspotd(self):
        daemon = self.begin()
        old = list(self.h1.sent[-3:])
        self.h1.quiet.set()
        wait_for(lambda: self.admin.call("HGET", "hotspot:{test}:state", "positions"), self.log)
        for fields in old:
            self.send(fields)
        self.expect_refused("replayed", len(old))
        self.end(daemon)
        self.run_daemon()
        wait_for(lambda: self.json("status").get("admission", {}).get("proven") == 1, self.log)
        for fields in old:
            self.send(fields)
        self.expect_refused("replayed", len(old))
        self.h1.quiet.clear()
        self.expect_h1_counts()

    def test_one_key_speaks_for_one_node(self):
        self.begin()
        self.h1.quiet.set()
        self.h1.send(2)  # the key of h1 says it is h2
        wait_for(lambda: self.json("status")["admission"]["frozen"] == 1, self.all)
        self.assertEqual([node["name"] for node in self.json("node", "list")], ["h1"])
        self.assertIn("has come back with another host UUID", self.ctl("status"))

    def test_a_node_that_spoils_its_own_position_is_cured_by_a_new_key(self):
        self.begin()
        self.h1.quiet.set()
        last = 2 ** 64 - 1
        self.send(self.h1.key.envelope(snapshot(1, last), last))
        self.h1.quiet.clear()
        self.expect_refused("replayed", 2)  # what it sends itself is of before
        self.h1.quiet.set()
        self.h1.key, self.h1.boot, self.h1.sequence = Key(self.dir, "h1-new"), 1, 0
        self.h1.quiet.clear()
        self.expect_refused("unknown_key")
        done = self.run_ctl("node", "rekey", "h1", "--fingerprint", self.h1.key.fingerprint, "--yes", role="admin")
        self.assertEqual(done.returncode, 0, done.stderr + self.all())
        self.expect_h1_counts()

    def test_a_collector_that_trims_the_stream_costs_what_was_in_it(self):
        self.begin()
        self.stolen.call("XADD", "hotspot:{test}:snapshots", "MAXLEN", "0", "*", "snapshot", "x")
        self.assertEqual(self.stolen.call("XLEN", "hotspot:{test}:snapshots")[:6], "NOPERM")
        self.assertEqual(self.stolen.call("DEL", "hotspot:{test}:snapshots")[:6], "NOPERM")
        self.expect_h1_counts()

    def test_five_thousand_strangers_with_long_names_take_no_place_from_anybody(self):
        self.begin()
        one = json.dumps(snapshot(900))
        def many(name, count):
            return [("XADD", "hotspot:{test}:snapshots", "*", "snapshot",
                     one.replace("h900", name % i).replace(UUID % 900, UUID % (1000 + i))) for i in range(count)]
        self.stolen.many(many("n%d-" + "x" * 100_000, 200))
        self.stolen.many(many("stranger%d", 5000))
        wait_for(lambda: "'name' is of the wrong type or too long" in self.log(), self.log)
        self.expect_refused("unsigned", 5000)
        summary = self.json("status")["admission"]
        self.assertEqual(summary["waiting"], 500)
        self.assertGreaterEqual(summary["waiting_without_room"], 4500)
        self.assertLess(int(self.admin.call("HSTRLEN", "hotspot:{test}:state", "admission")), 1 << 20)
        self.send(self.evil.envelope(snapshot(3), 1))  # who signs still finds a place
        wait_for(lambda: self.evil.fingerprint in self.ctl("node", "list", "--waiting"), self.log)
        self.expect_h1_counts()

    # --- streams, commands and what stands in Redis -------------------------------------------------------------------

    def test_entries_of_a_million_empty_fields_cost_neither_memory_nor_the_stream(self):
        fields = [b"a", b"b"] * 300_000
        for _ in range(8):
            self.send(fields)  # before hotspotd starts: it reads them all at once
        daemon = self.begin(limit=200)  # without optimisation and beside other tests it takes a minute
        status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        most = int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) // 1024
        self.assertLess(most, 600, f"MiB for 8 entries of 600,000 empty values\n{self.log()}")
        self.assertIn("has no field 'snapshot'", self.log())
        nodes = self.run_ctl("node", "list")  # in pages that are small enough
        self.assertEqual((nodes.returncode, nodes.stdout.count("h1")), (0, 1), nodes.stdout + nodes.stderr)

    def test_a_stream_that_was_ended_is_said_and_begins_anew(self):
        self.begin()
        for id in (LAST_ID, "3345678901234-0"):
            self.assertEqual(self.stolen.call("XADD", "hotspot:{test}:snapshots", id, "snapshot", "x"), id)
            wait_for(lambda: f"has an id of the future, {id}" in self.log() or "had an id of the future" in
                     self.ctl("status"), self.log)
            self.expect_h1_counts()
        self.assertIn("STREAM", self.ctl("status"))

    def test_an_interval_of_300_days_keeps_no_node_fresh(self):
        self.begin()
        self.h1.quiet.set()
        self.h1.send(interval_seconds=300 * 86400, elapsed_seconds=300 * 86400)
        wait_for(lambda: self.json("status")["intake"]["stale_nodes"] == 1, self.all)

    def test_twenty_thousand_commands_and_ids_of_the_future_cost_no_pause(self):
        self.begin()
        operator = self.as_role("operator")
        commands = "hotspot:{test}:commands"
        self.assertEqual(operator.call("XADD", commands, "3999999999999-0", "verb", "mode"), "3999999999999-0")
        wait_for(lambda: operator.call("XADD", commands, "*", "verb", "x")[:1] == "1", self.log)
        operator.many([("XADD", commands, "*", "verb", "reload", "owner", i) for i in range(20_000)])
        self.assertIn("is paused by ada", self.ctl("mode", "pause", "-r", "x", "--owner", "ada"))
        # An operator is no admin, by whatever stream.
        self.assertIn("NOPERM", operator.call("XADD", "hotspot:{test}:commands:admin", "*", "verb", "mode", "mode", "enforce"))
        operator.call("XADD", commands, "*", "verb", "mode", "mode", "enforce", "owner", "eve")
        operator.call("XADD", commands, "*", "verb", "admit", "node", "evil", "owner", "eve")
        self.expect_h1_counts()
        self.assertEqual(self.json("status")["mode"], "recommend")

    def test_names_reach_neither_log_nor_terminal_as_commands(self):
        self.begin()
        bad = "\x1b]0;owned\x07\x1b[2J\n<3>forged: root\u202etxt\u009b31m"
        self.send(["snapshot", json.dumps(snapshot(5, node={"name": bad}))])
        self.send(self.evil.envelope(snapshot(6, node={"name": bad, "uri": "test://" + bad}), 1))
        self.send(["snapshot", json.dumps(snapshot(8, cluster=bad))])
        operator = self.as_role("operator")
        operator.call("XADD", "hotspot:{test}:commands", "*", "verb", bad, "owner", bad, "reason", bad)
        operator.call("XADD", "hotspot:{test}:commands", "*", "verb", "pause", "owner", bad, "reason", bad)
        self.h1.send(domains=[[UUID % 101, bad, "running", 2, 8, 0.99]])
        self.expect_refused("malformed", 2)
        self.expect_refused("other_cluster")
        for text in (self.log(), self.ctl("status"), self.ctl("node", "list"), self.ctl("node", "list", "--waiting"),
                     self.ctl("domain", "list"), self.ctl("decision", "list"), self.ctl("hold", "list")):
            self.assertNotRegex(text, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
            self.assertNotRegex(text, "(?m)^(<3>)?forged")

    def test_owner_and_reason_are_what_the_sender_says(self):
        self.begin()
        self.assertIn("is paused by bob", self.ctl("mode", "pause", "-r", "x", "--owner", "bob"))

    def test_a_mode_that_was_written_between_two_leaders_is_believed(self):
        daemon = self.begin()
        self.ctl("mode", "observe")
        wait_for(lambda: self.json("status")["mode"] == "observe", self.all)
        self.end(daemon)
        state = "hotspot:{test}:state"
        told = self.admin.call("HGET", state, "mode")
        self.as_role("actuator").call("HSET", state, "mode", told.replace("observe", "enforce"))
        self.run_daemon()
        self.expect_h1_counts()
        self.assertEqual(self.json("status")["mode"], "enforce")
        self.assertIn("NOPERM", self.as_role("admin").call("HSET", state, "mode", told))

    def test_junk_in_every_record_stops_nobody(self):
        daemon = self.begin()
        key = "hotspot:{test}:%s"
        actuator = self.as_role("actuator")
        state = actuator.call("HKEYS", key % "state")
        for field in state:
            actuator.call("HSET", key % "state", field, '{"a": [' * 1000)
        for field in ("fencing_token", "members", "abstentions", "mode", "holds", "positions", "cooldowns"):
            actuator.call("HSET", key % "state", field, "9" * 100_000)
        for field in ("1-0", "99999999999999999999-0", "junk"):
            actuator.call("HSET", key % "answers", field, "\xff" * 100_000)
        actuator.call("SET", key % "published", "x")
        actuator.call("XADD", key % "journal", "*", "body", "[" * 100_000)
        actuator.call("XADD", key % "decisions", "*", "decision", "{" * 100_000)
        self.expect_h1_counts()
        self.assertIsNone(daemon.poll(), self.log())
        # An open action that cannot be read may be under way: nobody leads until a person has looked.
        actuator.call("HSET", key % "state", "open:x", "9" * 100_000)
        self.end(daemon)
        daemon = self.run_daemon()
        words = "find out what became of it, then remove the field with HDEL"
        wait_for(lambda: words in self.log(), self.log)
        for _ in range(3):  # it tries again, and says it once
            token = actuator.call("HGET", key % "state", "fencing_token")
            wait_for(lambda: actuator.call("HGET", key % "state", "fencing_token") != token, self.log)
        self.assertEqual(self.log().count(words), 1, self.log())
        actuator.call("HDEL", key % "state", "open:x")
        self.expect_h1_counts()
        self.assertIsNone(daemon.poll(), self.log())
        for name in ("state", "answers", "nodes", "journal", "decisions", "commands"):
            actuator.call("DEL", key % name)
            actuator.call("SET", key % name, "x")
        wait_for(lambda: "hash" in self.log() or "WRONGTYPE" in self.log(), self.log)
        for name in ("state", "answers", "nodes", "journal", "decisions", "commands"):
            actuator.call("DEL", key % name)
        self.expect_h1_counts()
        self.assertIsNone(daemon.poll(), self.log())

    def test_a_server_that_answers_ok_to_everything_is_no_redis_and_not_asked_without_end(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)
        count, stop = [0], threading.Event()
        def serve(client):
            with client:
                while data := client.recv(65536):
                    client.sendall(b"+OK\r\n" * max(1, data.count(b"*")))
        def accept():
            while not stop.is_set():
                try:
                    client = server.accept()[0]
                except OSError:
                    return
                count[0] += 1
                threading.Thread(target=serve, args=(client,), daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        config = self.config("actuator", "").read_text().replace(f"port: {self.port}", f"port: {server.getsockname()[1]}")
        (self.dir / "forged.yaml").write_text(config)
        daemon = self.start([HOTSPOTD, "-c", self.dir / "forged.yaml"], "hotspotd-forged")
        log = lambda: (self.dir / "hotspotd-forged.log").read_text()
        wait_for(lambda: "answer" in log(), log)
        began, before = time.monotonic(), count[0]
        wait_for(lambda: time.monotonic() - began > 3, "three seconds")
        self.assertLess(count[0] - before, 60)
        self.assertIsNone(daemon.poll(), log())


if __name__ == "__main__":
    unittest.main()
