#!/usr/bin/env python3
"""hotspotctl rule replay on RRD files made by rrdtool, and eval, explain and check --live on a redis-server.

rule_commands_test.py HOTSPOTCTL [-v]
"""
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from rule_program import RULES, ctl

NOW = int(time.time()) // 10 * 10
STEP = 10


def write_rrd(folder, name, values, start):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["rrdtool", "create", path, "--start", str(start), "--step", str(STEP),
                    f"DS:value:GAUGE:{2 * STEP}:U:U", "RRA:AVERAGE:0.1:1:1200", "RRA:AVERAGE:0.1:7:1200",
                    "RRA:MAX:0.1:1:1200", "RRA:MAX:0.1:7:1200"], check=True)
    updates = [f"{start + (i + 1) * STEP}:{'U' if v is None else v}" for i, v in enumerate(values)]
    subprocess.run(["rrdtool", "update", path, *updates], check=True)


class Replay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.dir.name)
        cls.rules = cls.root / "rules.yml"
        cls.rules.write_text(RULES)
        cls.start = NOW - 3600
        rrd = cls.root / "rrd"
        # vm1 is hot from 600 s to 1200 s, vm2 is short of memory from 1800 s on; both run on h1.
        write_rrd(rrd, "h1/hotspot/percent-cpu.rrd", [50] * 360, cls.start)
        write_rrd(rrd, "vm1/virt/percent-vcpus.rrd", [20] * 60 + [96] * 60 + [20] * 240, cls.start)
        write_rrd(rrd, "vm2/virt/percent-vcpus.rrd", [20] * 360, cls.start)
        write_rrd(rrd, "vm2/virt/memory-available.rrd", [1e9] * 360, cls.start)
        write_rrd(rrd, "vm2/virt/memory-usable.rrd", [5e8] * 180 + [1e8] * 180, cls.start)
        cls.base = ["rule", "replay", str(cls.rules), "--since", "1h5m", "--rrd", str(rrd)]

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def replay(self, *more):
        return json.loads(ctl("-o", "json", *self.base, *more).split("\nhotspotctl: ")[0])

    def test_says_when_rules_would_have_fired_on_what_and_for_how_long(self):
        firings = self.replay()["sets"][0]["firings"]
        self.assertEqual([(f["rule"], f["labels"]["domain"], f["labels"]["node"]) for f in firings],
                         [("Hot", "vm1", "h1"), ("Short", "vm2", "h1")])
        hot, short = firings
        self.assertEqual(hot["from"] - self.start, 630)  # the third sample over 90 %
        self.assertEqual(hot["to"] - self.start, 1230)   # three of five are not any more
        self.assertFalse(hot["open"])
        self.assertAlmostEqual(hot["peak"], 0.96, places=6)
        self.assertEqual(hot["remedies"], ["scale_vcpus: {by: 1, max: 4}", "migrate"])
        self.assertEqual(hot["summary"], "vm1 is hot")
        self.assertEqual(short["from"] - self.start, 1810 + 60)
        self.assertTrue(short["open"])

    def test_counts_the_hot_time_of_domains_and_nodes(self):
        result = self.replay()["sets"][0]
        self.assertEqual(result["hot_domain_seconds"]["vm1"], 600)
        self.assertEqual(result["hot_node_seconds"]["h1"],
                         result["hot_domain_seconds"]["vm1"] + result["hot_domain_seconds"]["vm2"])

    def test_names_rules_that_history_has_no_data_for(self):
        self.assertEqual(self.replay()["sets"][0]["without_data"], {"NoSuchData": ["node_load_1m"]})
        self.assertIn("note: NoSuchData had no data at all for node_load_1m", ctl(*self.base))

    def test_compares_two_sets(self):
        other = self.root / "other.yml"
        other.write_text(RULES.replace("90%", "98%"))
        sets = self.replay("--against", str(other))["sets"]
        self.assertEqual([[f["rule"] for f in s["firings"]] for s in sets], [["Hot", "Short"], ["Short"]])
        table = ctl(*self.base, "--against", str(other))
        self.assertIn("FIRINGS: " + str(other), table)

    def test_looks_only_at_what_it_is_asked_for(self):
        self.assertEqual([f["rule"] for f in self.replay("--domain", "vm2")["sets"][0]["firings"]], ["Short"])
        self.assertEqual([f["rule"] for f in self.replay("--until", "45m")["sets"][0]["firings"]], ["Hot"])

    def test_names_what_history_holds_where_it_does_not_hold_what_is_asked_for(self):
        self.assertIn("no domain is called 'nope' in this history; there are vm1, vm2",
                      ctl(*self.base, "--domain", "nope", expect=1))
        self.assertIn("no domain is called 'vm3' in this history, did you mean 'vm1'?",
                      ctl(*self.base, "--domain", "vm3", expect=1))
        self.assertIn("no node is called 'elsewhere' in this history; there is h1",
                      ctl(*self.base, "--node", "elsewhere", expect=1))

    def draw(self, name, *more):
        picture = self.root / name
        ctl(*self.base, *more, "--png", str(picture))
        return picture.read_bytes()

    def texts(self, svg):
        return [text.text for text in xml.etree.ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]

    def test_draws_what_fired_as_png(self):
        for name in ("picture.png", "picture"):
            self.assertEqual(self.draw(name)[:8], b"\x89PNG\r\n\x1a\n")

    def test_draws_names_values_and_limits_as_svg(self):
        svg = self.draw("picture.SVG")
        texts = self.texts(svg)
        self.assertEqual([t for t in texts if ": vm" in t], ["Short: vm2 on h1", "Hot: vm1 on h1"])  # the longest first
        self.assertIn("Replay of rules.yml", texts)
        self.assertIn("fired once, 10 min; limit > 90 %; value: domain_cpu_ratio", texts)
        self.assertTrue({"> 90 %", "> 80 %", "50 %"} <= set(texts), texts)
        self.assertEqual(svg.count(b'stroke="#b71c1c"'), 3)  # the legend and two limits

    def test_a_picture_of_two_sets_says_which_lane_is_whose(self):
        other = self.root / "other set.yml"
        other.write_text(RULES.replace("90%", "80%"))
        texts = self.texts(self.draw("two.svg", "--against", str(other)))
        self.assertEqual(len([t for t in texts if "Hot: vm1 on h1" in t]), 2, texts)
        self.assertTrue(any(t.startswith("rules.yml") and "Hot: vm1" in t for t in texts), texts)

    def test_refuses_what_it_cannot_write(self):
        refused = ctl(*self.base, "--png", str(self.root / "picture.pdf"), expect=2)
        self.assertIn("ends neither in .png nor in .svg", refused)
        self.assertNotIn("FROM", refused)  # nothing was read for it
        self.assertIn("cannot write /no/such/picture.png: No such file", ctl(*self.base, "--png", "/no/such/picture.png", expect=1))
        self.assertIn("cannot write /dev/full", ctl(*self.base, "--png", "/dev/full", expect=1))
        self.assertIn("nothing would have fired: there is nothing to draw",
                      ctl(*self.base, "--until", "59m", "--png", str(self.root / "none.png"), expect=1))

    def test_a_picture_is_not_written_through_a_link_that_somebody_laid(self):
        other, link = self.root / "somebodys", self.root / "laid.png"
        other.write_text("mine")
        link.symlink_to(other)
        self.assertEqual(self.draw("laid.png")[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual((other.read_text(), link.is_symlink()), ("mine", False))

    def test_draws_the_forty_that_fired_longest_and_says_what_it_left_out(self):
        start, rrd = NOW - 7 * 86400, self.root / "many"
        names = [f"vm{i:02}" for i in range(43)] + ["Grün-仮想-<b>&\x1b[31m", "a-very-long-name-" + "x" * 200]
        for i, name in enumerate(names):
            hot = 60 + i
            write_rrd(rrd, f"{name}/virt/percent-vcpus.rrd", [20] * 60 + [96] * hot + [20] * (60 - i), start)
        write_rrd(rrd, "h1/hotspot/percent-cpu.rrd", [50] * 180, start)
        picture = self.root / "many.svg"
        ctl("rule", "replay", str(self.rules), "--since", "7d", "--rrd", str(rrd), "--png", str(picture))
        svg = picture.read_bytes()
        texts = self.texts(svg)
        self.assertEqual(len([t for t in texts if t.startswith("Hot: ")]), 40)
        self.assertTrue(any(t.startswith("Those 40 are drawn that fired longest; 5 more are left out") for t in texts), texts)
        self.assertIn("Hot: Grün-仮想-<b>&\\x1b[31m on h1", texts)
        self.assertTrue(any(t.startswith("Hot: a-very-long-name-x") and "…" in t and t.endswith("x on h1") for t in texts), texts)
        self.assertNotIn(b"\x1b", svg)

    def test_replays_recorded_snapshots(self):
        lines = []
        for i in range(20):
            lines += [f"{(self.start + i) * 1000}-0", "snapshot", json.dumps(snapshot(self.start + i * 10, 0.95))]
        recorded = self.root / "recorded.txt"
        recorded.write_text("\n".join(lines) + "\n")
        firings = self.replay("--snapshots", str(recorded))["sets"][0]["firings"]
        self.assertEqual([(f["rule"], f["from"] - self.start) for f in firings], [("Hot", 20)])
        self.assertEqual(self.replay("--snapshots", str(recorded), "--domain", "vm1")["sets"][0]["firings"], firings)
        self.assertIn("no domain is called 'other' in this history; there is vm1",
                      ctl(*self.base, "--snapshots", str(recorded), "--domain", "other", expect=1))

    def test_no_history_is_nothing_to_do_and_no_folder_is_an_error(self):
        empty = self.root / "empty"
        empty.mkdir()
        self.assertIn("no history", ctl("rule", "replay", str(self.rules), "--rrd", str(empty), expect=3))
        self.assertIn("there is no folder", ctl("rule", "replay", str(self.rules), "--rrd", "/no/such", expect=1))
        self.assertIn("has no unit", ctl("rule", "replay", str(self.rules), "--since", "7", expect=2))


def snapshot(at, cpu, node="h1", domain="vm1"):
    return {"schema": 1, "cluster": "test", "taken_at": at, "sequence": at // 10, "elapsed_seconds": 10,
            "interval_seconds": 10, "collector": {"version": "test"},
            "node": {"uuid": f"00000000-0000-0000-0000-0000000000{node[-1]}1", "name": node, "uri": "test:///",
                     "hypervisor": "QEMU", "cpus": 4, "memory_bytes": 8 << 30, "cpu_ratio": 0.5},
            "columns": ["uuid", "name", "state", "vcpus", "cpu_ratio"],
            "domains": [[f"11111111-0000-0000-0000-0000000000{node[-1]}2", domain, "running", 2, cpu]]}


class WithoutRedis(unittest.TestCase):
    def setUp(self):
        with socket.socket() as probe:  # nobody listens there afterwards
            probe.bind(("127.0.0.1", 0))
            self.options = ["--redis", f"127.0.0.1:{probe.getsockname()[1]}", "--cluster", "test"]
        dir = tempfile.TemporaryDirectory()
        self.addCleanup(dir.cleanup)
        self.rules = pathlib.Path(dir.name) / "rules.yml"
        self.rules.write_text(RULES)

    def test_an_expression_that_asks_for_no_sample_has_its_value(self):
        self.assertEqual(ctl(*self.options, "rule", "eval", "1 + 1"), "2\n")
        ctl(*self.options, "rule", "eval", "domain_cpu_ratio", expect=1)

    def test_rules_of_a_file_are_explained_part_by_part_without_values(self):
        text = ctl(*self.options, "rule", "explain", "Hot", "vm1", "--rules", str(self.rules))
        self.assertRegex(text, r"domain_cpu_ratio > 90% +no data")
        self.assertIn("fires when it holds in 3 of the last 5 samples", text)
        self.assertIn("Redis cannot be asked: ", text)


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.dir.name)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            cls.port = probe.getsockname()[1]
        cls.redis = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(cls.port), "--save", "",
                                      "--dir", cls.dir.name], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while cls.call("PING").strip() != "PONG":
            assert time.monotonic() < end, "redis-server does not answer"
            cls.redis.poll()
        for node in ("h1", "h2"):
            cls.call("HSET", "hotspot:{test}:nodes", *waiting.entry(node, snapshot(0, 0, node)["node"]["uuid"]))
        now = int(time.time())
        for i in range(5, -1, -1):
            cls.add(snapshot(now - 10 * i, 0.95 if i < 3 else 0.5))
            cls.add(snapshot(now - 10 * i - 300, 0.2, "h2", "vm2"))  # five minutes old: stale
        cls.rules = cls.root / "rules.yml"
        cls.rules.write_text(RULES)
        cls.options = ["--redis", f"127.0.0.1:{cls.port}", "--cluster", "test"]

    @classmethod
    def tearDownClass(cls):
        cls.redis.terminate()
        cls.redis.wait()
        cls.dir.cleanup()

    @classmethod
    def call(cls, *command):
        return subprocess.run(["redis-cli", "-p", str(cls.port), *command], text=True, capture_output=True).stdout

    @classmethod
    def add(cls, value):
        at = int(value["taken_at"] * 1000)
        cls.call("XADD", "hotspot:{test}:snapshots", "*", "snapshot", json.dumps(value))
        return at

    def live(self, *arguments, expect=0):
        return ctl(*self.options, *arguments, expect=expect)

    def test_evaluates_an_expression_on_what_redis_holds(self):
        result = json.loads(self.live("-o", "json", "rule", "eval", "domain_cpu_ratio"))["result"]
        self.assertEqual([(r["labels"]["domain"], r["value"]) for r in result], [("vm1", 0.95)])  # h2 is stale
        self.assertIn("95 %", self.live("rule", "eval", "domain_cpu_ratio > 90%"))

    def test_evaluates_ranges_over_the_snapshots_that_are_kept(self):
        result = json.loads(self.live("-o", "json", "rule", "eval", "count_over_time(domain_cpu_ratio[5m])"))["result"]
        self.assertEqual([r["value"] for r in result if r["labels"]["domain"] == "vm1"], [6])

    def test_evaluates_and_explains_recorded_series_over_ranges(self):
        recorded = self.root / "recorded.yml"
        recorded.write_text("""groups:
- name: test
  rules:
  - record: node:cpu:mean
    expr: avg by (node) (domain_cpu_ratio)
  - alert: Mean
    expr: avg_over_time(node:cpu:mean[5m]) > 50%
""")
        config = self.root / "hotspotctl.yaml"
        config.write_text(f"rules: {recorded}\n")
        count = ["-c", str(config), "-o", "json", "rule", "eval", 'count_over_time(node:cpu:mean{node="h1"}[5m])']
        value = json.loads(self.live(*count))["result"][0]["value"]
        self.assertIn(value, (6, 7))  # six snapshots, and now
        text = self.live("rule", "explain", "Mean", "h1", "--rules", str(recorded))
        self.assertRegex(text, r"node:cpu:mean\[5m\] .*newest of [67] samples")
        wrong = self.live("-c", str(config), "rule", "eval", "node:cpu:maen", expect=1)
        self.assertIn("did you mean 'node:cpu:mean'", wrong)

    def test_names_a_command_that_is_not_known(self):
        self.assertIn("there is no command 'frobnicate'; there are status, top", ctl("frobnicate", expect=2))
        self.assertIn("did you mean 'rule check'?", ctl("rule", "chekc", "x", expect=2))
        self.assertIn("'hotspotctl rule' needs a word more: check, test", ctl("rule", expect=2))

    def test_says_that_there_is_no_value(self):
        self.assertIn("no value", self.live("rule", "eval", "domain_cpu_ratio > 99%", expect=3))

    def test_shows_what_is_wrong_in_an_expression(self):
        self.assertIn("did you mean 'domain_cpu_ratio'", self.live("rule", "eval", "domain_cpu_ratoi", expect=1))

    def test_explains_a_rule_that_holds(self):
        text = self.live("rule", "explain", "Hot", "vm1", "--rules", str(self.rules))
        self.assertRegex(text, r"domain_cpu_ratio > 90% +holds +95")
        self.assertIn("in 3 of the last 5 samples", text)
        self.assertIn("now, for domain vm1 on h1", text)

    def test_says_that_nobody_leads_where_nothing_can_be_pending_or_firing(self):
        text = self.live("rule", "explain", "Hot", "vm1", "--rules", str(self.rules))
        self.assertIn("no hotspotd leads the cluster 'test': nobody evaluates the rule, so it can neither wait nor fire",
                      text)
        self.assertNotIn("the leader has nothing", text)

    def test_explains_why_a_rule_does_not_hold_and_which_data_are_stale(self):
        text = self.live("rule", "explain", "Hot", "vm2", "--rules", str(self.rules))
        self.assertIn("no data", text)
        self.assertIn("stale: h2: the newest snapshot is", text)
        parts = json.loads(self.live("-o", "json", "rule", "explain", "Short", "vm1", "--rules", str(self.rules)))["parts"]
        self.assertEqual(parts[0]["verdict"], "no data")

    def test_knows_no_rule_and_no_domain_of_another_name(self):
        self.assertIn("did you mean 'Hot'", self.live("rule", "explain", "Hit", "--rules", str(self.rules), expect=3))
        self.assertIn("no node and no domain 'nobody'",
                      self.live("rule", "explain", "Hot", "nobody", "--rules", str(self.rules), expect=3))

    def test_warns_of_names_that_nobody_has(self):
        named = self.root / "named.yml"
        named.write_text(RULES.replace("domain_cpu_ratio >", 'domain_cpu_ratio{domain="vm3"} >'))
        text = self.live("rule", "check", "--live", str(named))
        self.assertIn("no domain is called 'vm3' now", text)


if __name__ == "__main__":
    unittest.main()
