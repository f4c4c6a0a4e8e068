#!/usr/bin/env python3
"""hotspotctl report: on what a real hotspotd recorded in a trial, and on weeks that were written into a redis-server.

report_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import html.parser
import json
import os
import pathlib
import resource
import subprocess
import time
import unittest

import cluster
from cluster import node_uuid, wait_for
import steering_test  # takes HOTSPOTD and HOTSPOTCTL from the command line

HOTSPOTD, HOTSPOTCTL = steering_test.HOTSPOTD, steering_test.HOTSPOTCTL
HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e&\"'"
HOUR, DAY = 3600, 86400
FORGE = """
local body = string.rep(ARGV[1], tonumber(ARGV[4]))
for i = 1, tonumber(ARGV[2]) do redis.call('XADD', KEYS[1], '*', ARGV[3], body) end
"""


class Mutable(steering_test.Node):
    """As its parent, of a domain whose load can be changed."""
    load = 0.95

    def run(self):
        call = self.redis.call
        self.redis = type("Calm", (), {"call": lambda _, *words: call(*(
            word.replace("0.95]", f"{self.load}]") if word.startswith("{") else word for word in words))})()
        super().run()


class Report(unittest.TestCase):
    def setUp(self):
        self.world = cluster.Cluster()
        self.addCleanup(self.world.close)
        self.now = time.time()
        self.config = self.world.root / "hotspotctl.yaml"
        self.config.write_text(f"cluster: test\nredis: {{port: {self.world.port}}}\n"
                               f"history: {{rrd: {self.world.root}/none}}\n")

    def run_report(self, *words, **kwargs):
        return subprocess.run([HOTSPOTCTL, "-c", self.config, "report", *words], text=True, capture_output=True,
                              timeout=120, stdin=subprocess.DEVNULL, env=self.world.environment(TZ="UTC"),
                              cwd=self.world.root, **kwargs)

    def report(self, *words, expect=0):
        done = self.run_report(*words)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        self.said = done.stderr
        return done.stdout

    def json(self, *words):
        return json.loads(self.report("-o", "json", *words))

    def rule(self, name="CpuHot", *words):
        return next(one for one in self.json(*words)["rules"] if one["rule"] == name)

    def decision(self, ago, outcome, **more):
        one = {"id": f"{int(self.now - ago)}-d", "at": self.now - ago, "rule": "CpuHot", "subject": "domain web on h1",
               "subject_key": "domain:u-web", "outcome": outcome, "sentence": "", "explanation": "", **more}
        at = f"{int((self.now - ago) * 1000)}-*"
        self.world.call("XADD", self.world.key("decisions"), at, "decision", json.dumps(one))

    def resolved(self, ago, lasted, **more):
        self.decision(ago, "resolved", firing_since=self.now - ago - lasted, node="h1", node_uuid=node_uuid(1),
                      domain="web", domain_uuid="u-web", **more)

    def recommended(self, ago, **more):
        action = {"id": "a", "domain": "web", "domain_uuid": "u-web", "node": "h1", "node_uuid": node_uuid(1),
                  "kind": "migrate", "step": "migrate to h2", "target": "h2", "target_uuid": node_uuid(2)}
        self.decision(ago, "recommend", action=action, figures={"seconds": 30.0, "downtime_seconds": 0.1}, **more)

    def journal(self, number, ago, state, **figures):
        body = cluster.action_body(number, state, "", figures)
        body["action"].update(rule="CpuHot", planned_at_ms=int((self.now - ago) * 1000))
        body["at_ms"] = int((self.now - ago + 20) * 1000)
        self.world.call("XADD", self.world.key("journal"), "*", "action", f"1795-1-a{number}", "state", state, "body",
                        json.dumps(body))

    def trial(self, days=5, a_day=3):
        """So many firings a day of 20 minutes, each with a recommendation a minute after its begin; oldest first."""
        self.decision(6.9 * DAY, "nothing", considered=[{"remedy": "migrate", "refusal": "no_target"}], rule="Other",
                      subject_key="domain:u-x")
        for ago in sorted((day * DAY + (i + 1) * 4 * HOUR for day in range(days) for i in range(a_day)), reverse=True):
            self.recommended(ago + 19 * 60)
            self.resolved(ago, 1200)
        self.world.put_status(firings=[], firing_count=0)

    def test_what_a_real_hotspotd_recorded_in_a_trial(self):
        (self.world.root / "rules.yaml").write_text(steering_test.RULES)
        config = self.world.root / "hotspotd.yaml"
        config.write_text(f"cluster: test\nmode: recommend\nrules: {self.world.root}/rules.yaml\n"
                          f"redis: {{port: {self.world.port}}}\n" + steering_test.waiting.admission("h1"))
        node = Mutable(self.world, "test")
        self.addCleanup(node.stop)
        with open(self.world.root / "log", "w") as log:
            daemon = subprocess.Popen([HOTSPOTD, "-c", config], stderr=log)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        tell = (self.world.root / "log").read_text
        fires = lambda: self.run_report("-o", "json").returncode == 0 and self.rule("Hot")  # noqa: E731
        wait_for(lambda: fires() and fires()["firings_going_on"] == 1 and fires()["recommended"]["made"] == 1, tell)
        self.assertEqual(fires()["recommended"]["reasons"], {"too_recent": 1})
        node.load = 0.2
        wait_for(lambda: fires()["firings_going_on"] == 0 and fires()["firings"] == 1, tell)
        found = fires()
        self.assertGreater(found["hot_seconds"], 0.4)
        self.assertLess(found["hot_seconds"], time.time() - self.now)
        self.assertEqual(found["recommended"]["reasons"], {"over_before_it_paid_off": 1})
        self.assertEqual(found["verdict"], "too little seen")
        self.assertEqual(found["subjects_without_firing"], 0)
        self.assertEqual(self.json()["mode"], "recommend")
        self.assertEqual(self.json()["unreadable"], 0)
        for words in ([], ["-o", "html"], ["-o", "yaml"]):
            self.assertIn("Hot", self.report(*words))

    def test_a_week_in_recommend_is_ready_and_says_what_it_does_not_know(self):
        self.trial()
        found = self.rule()
        self.assertEqual(found["verdict"], "ready", found)
        self.assertEqual((found["firings"], found["hot_seconds"]), (15, 15 * 1200))
        self.assertEqual((found["recommended"]["made"], found["recommended"]["good"]), (15, 15))
        self.assertEqual(found["predicted_avoidable_seconds"], 15 * (1140 - 30))
        text = self.report()
        self.assertIn("None of its actions was done", text)
        self.assertIn("A prediction: nothing was done.", text)
        self.assertEqual(self.rule("Other")["verdict"], "too little seen")
        self.assertEqual([one["rule"] for one in self.json("--rule", "CpuHot")["rules"]], ["CpuHot"])

    def test_only_what_is_within_the_time_counts(self):
        self.trial()
        self.assertEqual(self.rule("CpuHot", "--since", "2d")["firings"], 6)
        self.assertEqual(self.rule("CpuHot", "--since", "3d", "--until", "1d")["firings"], 6)
        self.assertEqual(self.rule("CpuHot", "--since", "2d")["verdict"], "too little seen")

    def test_actions_that_were_done_are_measured(self):
        self.decision(4 * DAY, "hold")
        self.resolved(3 * DAY - 300, 600)
        self.journal(1, 3 * DAY, "intent")
        self.journal(1, 3 * DAY, "done", predicted_total_ms=12000.0, total_ms=10000.0)
        self.journal(2, 2 * DAY, "failed")
        self.world.put_status(firings=[])
        found = self.rule()
        self.assertEqual((found["done"]["made"], found["done"]["wrong"]), (2, 1))
        self.assertEqual(found["duration_error_seconds"]["median"], 2.0)
        self.assertEqual(found["bad"][0]["reason"], "failed")
        self.assertIn("failed", self.report())

    def write_cpu(self, node, ratio, begin, step=10, steps=60):
        path = self.world.root / f"rrd/{node}/hotspot/percent-cpu.rrd"
        path.parent.mkdir(parents=True)
        subprocess.run(["rrdtool", "create", path, "--start", str(begin), "--step", str(step), "DS:value:GAUGE:20:U:U",
                        "RRA:AVERAGE:0.1:1:1200"], check=True)
        subprocess.run(["rrdtool", "update", path, *(f"{begin + (i + 1) * step}:{100 * ratio}" for i in range(steps))],
                       check=True)

    def test_the_cpu_that_was_predicted_is_compared_with_rrd_files(self):
        ago = HOUR
        self.decision(2 * HOUR, "hold")
        body = cluster.action_body(1, "done")
        body["action"].update(rule="CpuHot", planned_at_ms=int((self.now - ago) * 1000), decision_id="it")
        body["at_ms"] = int((self.now - ago + 20) * 1000)
        self.world.call("XADD", self.world.key("journal"), "*", "action", "a", "state", "done", "body", json.dumps(body))
        self.decision(ago, "act", id="it", action={"id": "a", "domain": "web", "domain_uuid": "u-web", "kind": "migrate",
                                                   "step": "migrate to h2"},
                      effects=[{"node": "h1", "cpu_ratio_before": 0.9, "cpu_ratio_after": 0.4}])
        self.world.put_status(firings=[])
        self.assertIsNone(self.rule()["cpu_after_error_ratio"])
        self.assertIn("is not compared: ", " ".join(self.report().split()))
        self.write_cpu("h1", 0.52, int(self.now - ago) // 10 * 10)
        found = self.rule("CpuHot", "--rrd", f"{self.world.root}/rrd")["cpu_after_error_ratio"]
        self.assertEqual(found["count"], 1)
        self.assertAlmostEqual(found["median"], 0.12, places=3)

    def test_where_redis_has_less_than_was_asked_for_that_is_said(self):
        self.resolved(HOUR, 1200)
        self.world.put_status(firings=[])
        self.assertIn("Redis has no decisions older than 1 h, of 7 d that were asked for", " ".join(self.report().split()))
        self.assertAlmostEqual(self.json()["from"], self.now - HOUR, delta=2)

    def test_nothing_to_report_is_a_sentence_and_exit_code_3(self):
        self.report(expect=3)
        self.assertRegex(self.said, r"no rule fired in the cluster 'test' between .* and .*: there is nothing to report")
        self.trial(1, 1)
        self.report("--rule", "CpuHott", expect=3)
        self.assertIn("the rule 'CpuHott' did not fire", self.said)

    def test_mistakes_and_a_redis_that_is_away_are_sentences(self):
        self.report("--since", "1h", "--until", "2h", expect=2)
        self.assertIn("--until has to be less than --since", self.said)
        self.report("--since", "soon", expect=2)
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "-o", "html", "status"], text=True, capture_output=True)
        self.assertEqual((done.returncode, "-o html is for 'report' alone" in done.stderr), (2, True))
        self.report("--redis", "127.0.0.1:1", expect=1)
        self.assertTrue(self.said.startswith("hotspotctl: "), self.said)
        self.trial(1, 1)
        self.report("--html", "/nowhere/at/all.html", expect=1)
        self.assertIn("cannot write /nowhere/at/all.html", self.said)

    def test_a_page_that_can_be_mailed_is_written_as_a_whole(self):
        self.trial()
        self.recommended(HOUR, rule=HOSTILE, subject=HOSTILE, subject_key=HOSTILE)
        self.assertEqual(self.report("--html", "trial.html"), "trial.html\n")
        page = (self.world.root / "trial.html").read_text()
        self.assertEqual(os.listdir(self.world.root).count("trial.html"), 1)
        seen = []

        class Reader(html.parser.HTMLParser):
            def handle_starttag(self, tag, attributes):
                seen.append((tag, dict(attributes)))
        Reader().feed(page)
        self.assertLessEqual({tag for tag, _ in seen}, {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p",
                             "section", "table", "thead", "tbody", "tr", "th", "td", "br", "span", "ul", "li", "div", "b"})
        self.assertLessEqual({name for _, attributes in seen for name in attributes},
                             {"lang", "charset", "name", "content", "class", "scope", "style", "role", "aria-label"})
        self.assertIn("&lt;img src=x onerror=alert(1)&gt;\\x1b[31m\\u202e&amp;&quot;&#39;", page)
        for sign in ("\x1b", "\u202e", "http", "url("):
            self.assertNotIn(sign, page)
        for words in ([], ["-o", "yaml"]):
            self.assertNotRegex(self.report(*words), "[\x1b\u202e]")

    def test_a_table_fits_80_columns(self):
        self.trial()
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "report"], text=True, capture_output=True, check=True,
                              env=self.world.environment(COLUMNS="80"))
        self.assertLessEqual(max(len(line) for line in done.stdout.splitlines()), 80, done.stdout)
        for word in ("RULE", "VERDICT", "HOT", "ADVISED", "DONE", "USELESS", "WRONG"):
            self.assertRegex(done.stdout, rf"(?m)^RULE.*\b{word}\b" if word != "RULE" else "(?m)^RULE")

    def test_forged_and_huge_entries_are_counted_and_take_no_memory(self):
        self.trial()
        def forge(stream, body, count, times=1):
            self.world.call("EVAL", FORGE, "1", self.world.key(stream), body, str(count),
                            "decision" if stream == "decisions" else "body", str(times))
        forge("decisions", "[", 4_000, 1000)
        forge("decisions", "x", 20, 300_000)
        forge("journal", json.dumps(cluster.action_body(1, "progress")), 10_000)
        forge("journal", "{}", 1000)
        found = self.json()
        self.assertEqual(found["unreadable"], 5_020)
        self.assertGreater(found["journal_entries_read"], 9_999)
        self.assertEqual(next(one for one in found["rules"] if one["rule"] == "CpuHot")["firings"], 15)
        self.assertIn("5020 entries could not be read", " ".join(self.report().split()))

        def bound():
            resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
        if "asan" not in str(HOTSPOTCTL) and "tsan" not in str(HOTSPOTCTL):
            done = self.run_report("-o", "json", preexec_fn=bound)
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
