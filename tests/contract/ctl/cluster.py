"""A cluster as hotspotctl sees it: a redis-server that holds nodes, snapshots, a status, actions and decisions.

No hotspotd runs: what it would have written is written here. The names are long, as they are in the field.
"""
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting

wait_for = functools.partial(waiting.wait_for, limit=20)
NODE = "compute-rack17-node0{}.dc-north.example.net"
WEB = ("a1b2c3d4-0000-4000-8000-000000000001", "instance-0000a1f4-web-frontend-blue")
DB = ("a1b2c3d4-0000-4000-8000-000000000002", "db1")
LONG = ("nothing is done, because each of the remedies was refused: " +
        "the target would be above the margin of its memory after the move, " * 5 + "and that was the last")


def node_uuid(number):
    return f"00000000-0000-4000-8000-00000000000{number}"


def action_body(number, state, message="", figures=None):
    step = {"kind": "migrate", "target_uuid": node_uuid(2), "target_name": NODE.format(2), "target_uri": "test:///b"}
    if number == 2:
        step = {"kind": "set_vcpus", "from": 2, "to": 3, "persistent": False}
    uuid, name = WEB if number == 1 else DB
    action = {"id": f"1795-1-a{number}", "domain_uuid": uuid, "domain_name": name, "node_uuid": node_uuid(1),
              "node_name": NODE.format(1), "node_uri": "test:///a", "step": step, "rule": "DomainCpuHotForTooLong",
              "decision_id": f"1795-1-d{number}", "reason": LONG, "planned_at_ms": int(time.time() * 1000),
              "first_sample_at_ms": 0, "cooldown_ms": 60000, "undoes": "", "expected": {}}
    return {"action": action, "state": state, "token": 7, "at_ms": int(time.time() * 1000), "message": message,
            "figures": figures or {}}


class Cluster:
    def __init__(self, name="test"):
        self.name = name
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.port = waiting.free_port()
        self.redis = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "",
                                       "--dir", self.folder.name], stdout=subprocess.DEVNULL)
        wait_for(lambda: self.call("PING").strip() == "PONG", "redis-server answers")

    def close(self):
        self.redis.terminate()
        self.redis.wait()
        self.folder.cleanup()

    def key(self, name):
        return f"hotspot:{{{self.name}}}:{name}"

    def call(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], text=True, capture_output=True).stdout

    def fill(self):
        """Two nodes, two domains, all that hotspotctl lists."""
        for number in (1, 2):
            self.call("HSET", self.key("nodes"), *waiting.entry(NODE.format(number), node_uuid(number)))
        self.refresh()
        self.call("HSET", self.key("state"), "status", json.dumps(self.status()), "holds", json.dumps(self.holds()))
        self.call("SET", self.key("lease"), f"7 hotspotd@{NODE.format(1)}:4711 term")
        for number, states in ((1, ["intent", "started", "done"]), (2, ["intent", "failed"])):
            for state in states:
                self.journal(number, state, "libvirt said: " + LONG if state == "failed" else "",
                             {"total_ms": 12345.678901234567, "rounds": 3.0})
        for number, outcome in ((1, "act"), (2, "nothing")):
            decision = {"id": f"1795-1-d{number}", "at": time.time(), "rule": "DomainCpuHotForTooLong", "mode": "enforce",
                        "subject": WEB[1], "subject_key": "domain:" + WEB[0], "outcome": outcome,
                        "sentence": LONG, "explanation": LONG + "\n  " + LONG,
                        "value": 0.93, "action": None}
            self.call("XADD", self.key("decisions"), "*", "decision", json.dumps(decision))

    def refresh(self):
        """The nodes send again: what is older than a minute is no live name any more."""
        domains = [[*WEB, "running", 2, 8, 0.9312345678901234, 4 << 30], [*DB, "paused", 4, 8, 0.1, 8 << 30]]
        for number in (1, 2):
            self.send_snapshot(number, domains if number == 1 else [])

    def send_snapshot(self, number, domains):
        node = {"uuid": node_uuid(number), "name": NODE.format(number), "uri": "test:///default", "hypervisor": "QEMU",
                "cpus": 8, "memory_bytes": 8 << 30, "memory_available_bytes": 2 << 30, "cpu_ratio": 0.2}
        snapshot = {"schema": 1, "cluster": self.name, "sequence": int(time.time()), "taken_at": time.time(),
                    "interval_seconds": 60.0, "elapsed_seconds": 1.0, "node": node, "domains": domains,
                    "columns": ["uuid", "name", "state", "vcpus", "vcpus_max", "cpu_ratio", "memory_balloon_bytes"]}
        self.call("XADD", self.key("snapshots"), "*", "snapshot", json.dumps(snapshot))

    def journal(self, number, state, message="", figures=None):
        self.call("XADD", self.key("journal"), "*", "action", f"1795-1-a{number}", "state", state, "token", "7", "body",
                  json.dumps(action_body(number, state, message, figures)))

    def holds(self):
        hold = {"id": "1", "on": "domain", "name": DB[1], "uuid": DB[0], "owner": "ada", "reason": "backup " * 30,
                "since_ms": 1000, "until_ms": None, "for_a_time": False, "length_ms": None}
        pause = dict(hold, id="pause", on="cluster", name="", uuid="", reason="storage is being moved")
        return {"last_number": 1, "holds": [hold, pause]}

    def status(self, **changes):
        now = time.time()
        firing = {"rule": "DomainCpuHotForTooLong", "phase": "firing", "subject": "domain", "annotations": {},
                  "labels": {"node": NODE.format(1), "domain": WEB[1]}, "value": 0.9312345678901234, "held": "3 of 5",
                  "waits_for": "", "fresh": True, "pending_since": now - 60, "firing_since": now - 30,
                  "first_sample_at": now - 60}
        def hold(one):
            return {"id": one["id"], "on": one["on"], "name": one["name"], "uuid": one["uuid"], "owner": one["owner"],
                    "reason": one["reason"], "since": 1.0, "until": None}
        status = {"version": "0.1.0", "holder": "hotspotd@h:1", "token": 7, "at": now, "started_at": now - 100,
                  "leads_since": now - 90, "mode": "recommend", "configured_mode": "enforce", "dry_run": False,
                  "rules": {"fingerprint": "abc", "since": now - 90, "files": ["/etc/hotspot/rules.d/online.yml"],
                            "rules": 3, "last_reload_ok": True, "last_reload_at": now - 90, "last_reload_message": ""},
                  "windows": {"state": "none", "message": "", "list": []},
                  "intake": {"nodes": 2, "stale_nodes": 0, "snapshots": {"taken": 9}, "bad_snapshots": {}},
                  "firings": [firing], "firing_count": 1, "pending_count": 0, "in_flight": [], "drains": [],
                  "cooldowns": {WEB[0]: {"until": now + 600, "repetitions": 2}},
                  "holds": [hold(one) for one in self.holds()["holds"]], "foreign_rests": {}, "rules_aside": []}
        return dict(status, **changes)

    def put_status(self, **changes):
        self.call("HSET", self.key("state"), "status", json.dumps(self.status(**changes)))

    def entries(self, stream):
        """What came to a stream, as a list of dictionaries."""
        script = "local all = {} for _, e in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do " \
                 "local one = {id = e[1]} for i = 1, #e[2], 2 do one[e[2][i]] = e[2][i + 1] end " \
                 "all[#all + 1] = one end return cjson.encode(all)"
        text = self.call("EVAL", script, "1", self.key(stream)).strip()
        return json.loads(text) if text.startswith("[") else []

    def answer(self, then, result="done", message="it is done"):
        """Answers each command that comes, in the leader's place; `then` is called with it before. Call the result to end it."""
        ending = threading.Event()

        def run():
            done = set()
            while not ending.wait(0.05):
                for stream, before in (("commands", ""), ("commands:admin", "admin:")):
                    for one in self.entries(stream):
                        name = before + one["id"]
                        if name in done:
                            continue
                        done.add(name)
                        said = then(one)
                        kind, words = said if said else (result, message)
                        self.call("HSET", self.key("answers"), name,
                                  json.dumps({"id": name, "verb": one["verb"], "result": kind, "message": words,
                                              "details": [], "at_ms": 1, "holder": "test"}))
        thread = threading.Thread(target=run, daemon=True)
        thread.start()

        def end():
            ending.set()
            thread.join()
        return end

    def environment(self, **variables):
        own = {name: value for name, value in os.environ.items()
               if name not in ("COLUMNS", "NO_COLOR", "HOTSPOT_CONFIG", "TERM")}
        return dict(dict(own, HOTSPOT_CONFIG="/dev/null", TERM="xterm", LC_ALL="C.UTF-8"), **variables)
