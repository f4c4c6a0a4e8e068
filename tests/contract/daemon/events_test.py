#!/usr/bin/env python3
"""What hotspotd writes to a real graphite-web is found by what the dashboards ask for, and a graphite-web that hangs costs
its own events alone.

events_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import json
import pathlib
import re
import signal
import sys
import tempfile
import time
import unittest
import urllib.parse
import urllib.request

from attacker import ROOT, UUID, Attacked, free_port, wait_for

sys.path.insert(0, str(ROOT / "tests/grafana"))
import graphite_web
import waiting
from dashboards import interpolate, load

RULES = """groups:
- name: test
  rules:
  - hotspot: DomainHot
    expr: domain_cpu_ratio > 80%
    for: 1 of 2
    remedy: [scale_vcpus: {by: 1}]
    cooldown: 1s
"""
VALUES = {"cluster": "test", "node": "h1", "domain": "web1"}


class Events(Attacked):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-events-")
        cls.addClassCleanup(folder.cleanup)
        web, whisper = pathlib.Path(folder.name) / "web", pathlib.Path(folder.name) / "whisper"
        whisper.mkdir()
        cls.web_port = free_port()
        cls.web = graphite_web.start(web, whisper, free_port(), cls.web_port)
        cls.addClassCleanup(cls.web.wait)
        cls.addClassCleanup(cls.web.kill)
        cls.graphite = graphite_web.Graphite(cls.web_port)
        waiting.wait_for(cls.graphite.answers, lambda: (web / "web.log").read_text()[-2000:], limit=90)

    def setUp(self):
        super().setUp()
        (self.dir / "rules.yml").write_text(RULES)
        self.began = int(time.time())
        self.addCleanup(self.web.send_signal, signal.SIGCONT)

    def start_leader(self):
        daemon = self.begin(f"mode: enforce\ngraphite: {{events: 'http://127.0.0.1:{self.web_port}/events/'}}\n")
        self.h1.quiet.set()
        return daemon

    def sends(self, cpu):
        """One snapshot more of h1, whose domain uses so much; libvirt does not know the domain, so nothing is touched."""
        self.h1.send(node={"cpu_ratio": 0.3}, domains=[[UUID % 101, "web1", "running", 2, 8, cpu]])
        return True

    def events(self, tags):
        query = urllib.parse.urlencode({"from": "-1h", "until": "now", "tags": tags})
        with urllib.request.urlopen(f"{self.graphite.url}/events/get_data?{query}", timeout=10) as answer:
            return [event for event in json.loads(answer.read()) if event["when"] >= self.began]

    def asked(self, uid, **values):
        """What a page's annotation finds, asked for as Grafana's Graphite source does."""
        (one,) = load()[uid]["annotations"]["list"]
        return self.events(interpolate(" ".join(one["target"]["tags"]), VALUES | values))

    def kinds(self, found):
        return {tag for event in found for tag in event["tags"]} & {"firing", "resolved", "begun", "done", "failed", "skipped"}

    def status(self):
        return self.json("status").get("graphite_events") or {}

    def both(self):
        return f"{self.events('hotspot')}\n{self.status()}\n{self.log()[-3000:]}"

    def test_a_firing_and_an_action_are_found_on_the_pages_of_their_domain_node_and_cluster(self):
        self.start_leader()
        wait_for(lambda: self.sends(0.95) and {"firing", "begun", "skipped"} <= self.kinds(self.asked("hotspot-domain")), self.both)
        wait_for(lambda: self.sends(0.1) and "resolved" in self.kinds(self.asked("hotspot-domain")), self.both)
        for uid in load():
            self.assertTrue({"firing", "resolved", "begun", "skipped"} <= self.kinds(self.asked(uid)), f"{uid}: {self.both()}")
        self.assertEqual(self.asked("hotspot-domain", domain="web2"), [], "another domain, of which nothing is known")
        self.assertEqual(self.asked("hotspot-node", node="h2"), [])
        self.assertEqual(self.asked("hotspot-fleet", cluster="other"), [])
        firing = next(event for event in self.asked("hotspot-domain") if "firing" in event["tags"])
        self.assertEqual(firing["what"], "rule DomainHot fires on domain web1 on h1")
        self.assertEqual(firing["tags"], ["hotspot", "firing", "@web1", "@h1", "@test", "@" + UUID % 101, "DomainHot"])
        self.assertLess(abs(firing["when"] - time.time()), 120)
        begun = next(event for event in self.asked("hotspot-domain") if "begun" in event["tags"])
        self.assertIn("vCPUs 2 → 3 begins, for rule DomainHot", begun["what"])
        self.assertIn("set_vcpus", begun["tags"])
        self.assertEqual(self.status()["dropped"], 0)
        wait_for(lambda: re.search(r"events +[1-9]\d* written, 0 dropped, 0 wait", self.ctl("status")), self.both)

    def test_a_graphite_that_is_stopped_delays_nothing_and_what_waited_comes_once(self):
        self.start_leader()
        wait_for(lambda: self.sends(0.95) and self.status().get("written", 0) > 0, self.both)
        self.web.send_signal(signal.SIGSTOP)
        for _ in range(2):  # it fires, and is resolved, and an action is begun and ends, while nobody answers
            wait_for(lambda: self.sends(0.1) and self.json("status")["firing_count"] == 0, self.both)
            wait_for(lambda: self.sends(0.95) and self.json("status")["firing_count"] == 1, self.both)
        wait_for(lambda: self.sends(0.95) and self.status()["problem"], self.both)
        self.assertRegex(self.ctl("status"), r"EVENTS .* the newest could not be written: no answer within 5000 ms")
        began, ticks = time.monotonic(), self.json("status")["ticks"]
        wait_for(lambda: self.sends(0.95) and self.json("status")["ticks"] >= ticks + 10, self.both)
        self.assertLess(time.monotonic() - began, 40, "ten rounds, each held up by an attempt of 5 s, would take longer")
        self.web.send_signal(signal.SIGCONT)
        waiting.wait_for(lambda: self.status()["waiting"] == 0 and not self.status()["problem"], self.both, limit=90)
        every = [(event["what"], event["when"]) for event in self.events("hotspot")]
        self.assertEqual(len(every), len(set(every)), f"one came twice: {every}")
        for sentence in ("cannot be written to", "can be written to"):
            self.assertEqual(self.log().count(sentence), 1, self.log())

    def test_hotspotd_ends_within_its_time_while_graphite_hangs(self):
        daemon = self.start_leader()
        self.web.send_signal(signal.SIGSTOP)
        wait_for(lambda: self.sends(0.95) and self.status().get("waiting", 0) > 1, self.both)
        began = time.monotonic()
        daemon.terminate()
        daemon.wait(timeout=20)
        self.assertLess(time.monotonic() - began, 5)
        self.assertIn("not written to Graphite: hotspotd ends", self.log())


if __name__ == "__main__":
    unittest.main()
