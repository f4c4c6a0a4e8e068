#!/usr/bin/env python3
"""hotspotctl simulate: cluster files, recordings and traces; the same seed, the same output; what is refused. No Redis is there.

simulate_test.py HOTSPOTCTL [-v]
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from rule_program import HOTSPOTCTL, ctl  # noqa: E402
from waiting import wait_for  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[3]

RULES = """groups:
- name: cpu
  rules:
  - hotspot: NodeCpuHot
    expr: node_cpu_domains_ratio > MARK
    for: 2 of 3
    mode: recommend
    remedy: [migrate]
"""
NODES = """nodes:
- {name: h, count: 1, cpus: 8, memory: 64GiB}
"""
COLLECTD_PROGRAM = "/usr/sbin/collectd"
COLLECTD = """BaseDir "ROOT"
PIDFile "ROOT/pid"
Interval 1
FQDNLookup false
LoadPlugin virt
LoadPlugin rrdtool
<Plugin virt>
  Connection "test:///default"
</Plugin>
<Plugin rrdtool>
  DataDir "ROOT/rrd"
  CacheTimeout 1
</Plugin>
"""
# h1 is hot for the second hour; h2 has room.
CLUSTER = """nodes:
- {name: h, count: 2, cpus: 8, memory: 64GiB, watts: [100, 300]}
domains:
- {name: web, count: 4, node: h1, vcpus: 2, memory: 4GiB, cpu: {steps: {0s: 0.5, 1h: 1.9}, noise: 2%}}
- {name: idle, node: h2, vcpus: 1, memory: 1GiB, cpu: 10%}
"""


def snapshot(minute, cpu):
    """What a collector of a node h1 or h2 would have sent."""
    def node(number, domains):
        return json.dumps({
            "schema": 1, "cluster": "test", "taken_at": 1_800_000_000 + minute * 60, "sequence": minute + 1,
            "elapsed_seconds": 60, "interval_seconds": 60,
            "node": {"uuid": f"a1b2c3d4-0000-4000-8000-00000000000{number}", "name": f"h{number}", "uri": "qemu:///system", "hypervisor": "QEMU",
                     "arch": "x86_64", "cpus": 8, "memory_bytes": 64 << 30, "memory_available_bytes": 32 << 30, "cpu_ratio": 0.1},
            "columns": ["uuid", "name", "state", "vcpus", "vcpus_max", "cpu_ratio", "memory_balloon_bytes"],
            "domains": domains})
    hot = [[f"a1b2c3d4-0000-4000-8000-0000000001{i:02}", f"web{i}", "running", 2, 2, cpu, 4 << 30] for i in range(4)]
    return node(1, hot) + "\n" + node(2, []) + "\n"


def store(folder, files):
    """RRD files as collectd makes them, with the mean of each of the last 60 hours."""
    folder.mkdir(parents=True, exist_ok=True)
    end = int(time.time()) // 3600 * 3600
    for name, value in files.items():
        path = str(folder / f"{name}.rrd")
        subprocess.run(["rrdtool", "create", path, "--start", str(end - 61 * 3600), "--step", "3600", "DS:value:GAUGE:7200:0:U",
                        "RRA:AVERAGE:0.5:1:800"], check=True)
        subprocess.run(["rrdtool", "update", path, *(f"{end - ago * 3600}:{value(ago)}" for ago in range(60, -1, -1))], check=True)


def simulate_rrd(nodes, rrd, *words):
    return subprocess.run([HOTSPOTCTL, "simulate", "-o", "json", "--cluster", nodes, "--rrd", rrd, *words],
                          text=True, capture_output=True, check=False)


class Simulate(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.enterContext(unittest.mock.patch.dict(os.environ, HOME=str(self.root), XDG_CONFIG_HOME=str(self.root), HOTSPOT_CONFIG="/dev/null"))
        self.rules = self.write("rules.yml", RULES.replace("MARK", "80%"))
        self.cluster = self.write("lab.yml", CLUSTER)

    def write(self, name, text):
        path = self.root / name
        path.write_text(text)
        return str(path)

    def simulate(self, *words, cluster=None, expect=0):
        return ctl("--redis", "127.0.0.1:1", "simulate", "--cluster", cluster or self.cluster, "--for", "2h", *words, expect=expect)

    def runs(self, *words, **more):
        return json.loads(self.simulate("-o", "json", *words, **more))["runs"]

    def test_a_rule_cures_what_is_hot_without_it(self):
        nothing, with_rule = self.runs("--rules", self.rules)
        self.assertAlmostEqual(nothing["hot_node_minutes"]["cpu"], 61, delta=1)
        self.assertIsNone(nothing["rules"])
        self.assertLess(with_rule["hot_node_minutes"]["cpu"], 6)
        self.assertEqual([(move["from"], move["to"]) for move in with_rule["moves"]][:1], [("h1", "h2")])
        self.assertEqual(with_rule["done_by_rule"], {"NodeCpuHot": len(with_rule["moves"])})
        self.assertEqual(set(with_rule["faults"].values()), {0})
        self.assertGreater(with_rule["energy_kwh"], 0.4)

    def test_two_sets_side_by_side_as_a_table(self):
        never = self.write("never.yml", RULES.replace("MARK", "100%"))
        text = self.simulate("--rules", self.rules, "--rules", never)
        self.assertIn("2 nodes, 5 domains, 2 h in steps of 1 min, seed 1", text)
        [hot] = [line.split() for line in text.splitlines() if line.startswith("hot node-minutes, CPU")]
        nothing, cured, not_cured = map(float, hot[-3:])
        self.assertLess(cured, nothing)
        self.assertEqual(not_cured, nothing)

    def test_a_picture_is_drawn_beside_the_table_and_one_of_another_kind_refused(self):
        picture = self.root / "two.png"
        self.assertIn("hot node-minutes, CPU", self.simulate("--rules", self.rules, "--png", picture))
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        drawn = self.root / "two.svg"
        self.simulate("--rules", self.rules, "--png", drawn)
        text = drawn.read_text()
        for said in ("Simulation of 2 nodes and 5 domains", "without Hotspot", "rules.yml", "Hot nodes: CPU", "Moved so far, GiB"):
            self.assertIn(said, text)
        said = self.simulate("--rules", self.rules, "--png", self.root / "two.jpg", expect=2)
        self.assertIn("ends neither in .png nor in .svg", said)
        self.assertIn("--png", said)
        self.assertIn("No such file or directory", self.simulate("--png", self.root / "none/two.png", expect=1))

    def test_the_same_seed_gives_the_same_output_and_another_another(self):
        same = [self.simulate("-o", "json", "--rules", self.rules, "--seed", "7") for _ in range(2)]
        self.assertEqual(*same)
        self.assertNotEqual(same[0], self.simulate("-o", "json", "--rules", self.rules, "--seed", "8"))

    def test_the_schema_describes_the_output(self):
        schema = json.loads((SOURCE / "docs/hotspotctl.schema.json").read_text())
        schema["$ref"] = "#/$defs/simulate"
        jsonschema.Draft202012Validator(schema).validate(json.loads(self.simulate("-o", "json", "--rules", self.rules)))
        strange = copy.deepcopy(json.loads(self.simulate("-o", "json")))
        del strange["runs"][0]["faults"]
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(strange)

    def test_recorded_snapshots_are_cluster_and_workload(self):
        lines = "".join("1800000000000-0\nsnapshot\n" + snapshot(minute, 0.2 if minute < 5 else 0.95) for minute in range(20))
        recorded = self.write("hour.jsonl", lines)
        found = json.loads(ctl("simulate", "--cluster", recorded, "--rules", self.rules, "-o", "json"))
        self.assertEqual((found["nodes"], found["domains"], found["seconds"]), (2, 4, 20 * 60))
        nothing, with_rule = found["runs"]
        self.assertAlmostEqual(nothing["hot_node_minutes"]["cpu"], 15, delta=1)
        self.assertLess(with_rule["hot_node_minutes"]["cpu"], 6)
        damaged = self.write("damaged.jsonl", lines + '{"schema": 1}\n' * 9)
        said = ctl("simulate", "--cluster", damaged)
        self.assertIn("2 nodes, 4 domains", said)
        self.assertEqual(said.count("damaged.jsonl:"), 6, said)
        self.assertIn("9 lines are left out", said)

    def test_traces_are_the_workload(self):
        folder = self.root / "traces"
        folder.mkdir()
        (folder / "vm1").write_text("90\n" * 24)
        (folder / "vm2").write_text("100\n" * 24)
        [nothing] = self.runs("--workload", str(folder))
        self.assertAlmostEqual(nothing["hot_node_minutes"]["cpu"], 120)
        table = self.write("day.csv", "vm1,1,2\nvm2,3,4\n")
        self.assertEqual(self.runs("--workload", table)[0]["hot_node_minutes"]["cpu"], 0)

    def test_the_stock_virt_plugin_of_collectd_is_enough(self):
        """collectd's own plugin reads libvirt's test driver, which has one domain; nothing of ours is loaded."""
        config = self.write("collectd.conf", COLLECTD.replace("ROOT", str(self.root)))
        collectd = subprocess.Popen([COLLECTD_PROGRAM, "-f", "-C", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(collectd.wait)
        self.addCleanup(collectd.terminate)
        nodes = self.write("nodes.yml", NODES)
        seen = []

        def is_read():
            seen.append(simulate_rrd(nodes, str(self.root / "rrd"), "--for", "30s", "--step", "1s"))
            return seen[-1].returncode == 0
        wait_for(is_read, lambda: seen[-1].stdout + seen[-1].stderr, 60)
        found = json.loads(seen[-1].stdout)
        self.assertEqual((found["nodes"], found["domains"]), (1, 1))

    def test_the_last_days_of_rrd_files_with_these_rules(self):
        nodes = self.write("nodes.yml", NODES.replace("count: 1", "count: 2"))
        for name in ("a", "b", "c", "d"):
            store(self.root / "rrd" / name / "virt", {"virt_cpu_total": lambda hour: 0.2e9 if hour % 24 < 12 else 1.95e9,
                                                      "memory-total": lambda hour: 4 << 30})
        (self.root / "rrd" / "half" / "virt").mkdir(parents=True)
        store(self.root / "rrd" / "half" / "virt", {"virt_cpu_total": lambda hour: 0})
        done = simulate_rrd(nodes, "h1=" + str(self.root / "rrd"), "--rules", self.rules, "--for", "2d")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("each stored value is the mean of 1 h", done.stderr)
        self.assertIn("1 domain left out, since the CPU time or the memory is not stored: half", done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual((found["nodes"], found["domains"], found["seconds"]), (2, 4, 2 * 86400))
        nothing, with_rule = found["runs"]
        self.assertAlmostEqual(nothing["hot_node_minutes"]["cpu"], 24 * 60, delta=61)
        self.assertLess(with_rule["hot_node_minutes"]["cpu"], 60)
        self.assertGreater(len(with_rule["moves"]), 0)

    def test_rrd_files_want_a_file_of_nodes_and_a_directory_that_is_there(self):
        said = self.simulate("--rrd", str(self.root), expect=1)
        self.assertIn("lab.yml:4:1: error: the domains are those of the RRD files: leave out 'domains'", said)
        nodes = self.write("nodes.yml", NODES)
        self.assertIn("nowhere", simulate_rrd(nodes, "/nowhere").stderr)
        self.assertIn("there is no domain in it whose CPU time and memory are stored in the 30 d before now",
                      simulate_rrd(nodes, str(self.root)).stderr)

    def test_what_is_wrong_is_refused_with_its_place(self):
        wrong = self.write("wrong.yml", CLUSTER.replace("vcpus: 2", "vcpu: 2"))
        said = self.simulate(cluster=wrong, expect=1)
        self.assertIn("wrong.yml:4:35: error: unknown key 'vcpu' in a domain, did you mean 'vcpus'?", said)
        self.assertIn("no regular file but a device", self.simulate(cluster="/dev/zero", expect=1))
        self.assertIn("nowhere.yml", self.simulate(cluster="nowhere.yml", expect=1))
        self.assertIn("wrong.yml", self.simulate("--rules", wrong, expect=1))
        self.assertIn("line 2: '101' is no percentage", self.simulate("--workload", self.write("trace", "1\n101\n"), expect=1))
        self.assertIn("there is no percentage", self.simulate("--workload", self.write("empty", ""), expect=1))
        self.assertIn("not from 1 s to 5 min", self.simulate("--step", "10m", expect=2))
        self.assertIn("'x' is no whole number", self.simulate("--seed", "x", expect=2))
        self.assertIn("at most 4 sets", self.simulate(*["--rules", self.rules] * 5, expect=2))
        self.assertIn("--cluster is required", ctl("simulate", expect=2))


if __name__ == "__main__":
    unittest.main()
