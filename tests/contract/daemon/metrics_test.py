#!/usr/bin/env python3
"""/metrics of hotspotd, as promtool and a parser of OpenMetrics read it.

metrics_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import functools
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

sys.path.append("/usr/lib/python3/dist-packages")  # Debian's python3-prometheus-client, for whatever Python runs this
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=30)
HOTSPOTD, HOTSPOTCTL = sys.argv.pop(1), sys.argv.pop(1)
ALERTS = pathlib.Path(__file__).resolve().parents[3] / "grafana/prometheus/hotspot.rules.yml"
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
RULES = """groups:
- name: cpu
  rules:
  - {hotspot: DomainCpuHot, expr: domain_cpu_ratio > 90%, remedy: [scale_vcpus: {by: 1}, migrate]}
"""


class Metrics(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-metrics-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.port, self.metrics = free_port(), free_port()
        self.start("redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", folder.name,
                   "--maxmemory", "100mb")
        (self.dir / "rules.yaml").write_text(RULES)
        self.config = self.dir / "hotspotd.yaml"
        self.config.write_text(f"cluster: test\nrules: {self.dir}/rules.yaml\nredis: {{port: {self.port}}}\nstate_dir: ''\n"
                               f"metrics: {{listen: '127.0.0.1:{self.metrics}'}}\n")
        self.start(HOTSPOTD, "-c", str(self.config))
        wait_for(lambda: 'hotspot_leads{cluster="test"} 1' in self.get(), self.log)

    def start(self, *words):
        with open(self.dir / "log", "ab") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def log(self):
        return (self.dir / "log").read_text()

    def get(self, accept="text/plain"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.metrics}/metrics", headers={"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return ""

    def test_promtool_finds_no_fault(self):
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.get(), text=True, capture_output=True)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def test_a_parser_of_openmetrics_finds_the_families_with_their_types_and_units(self):
        families = {family.name: family for family in text_string_to_metric_families(self.get(OPENMETRICS))}
        self.assertEqual(families["hotspot_ticks"].type, "counter")
        self.assertEqual(families["hotspot_build_info"].type, "gauge")
        rounds = families["hotspot_tick_cpu_seconds"]
        self.assertEqual((rounds.type, rounds.unit), ("histogram", "seconds"))
        durations = families["hotspot_action_duration_seconds"]
        self.assertEqual((durations.type, durations.unit), ("histogram", "seconds"))
        kinds = {sample.labels["kind"] for sample in durations.samples}
        self.assertEqual(kinds, {"set_vcpus", "migrate"})
        for family in families.values():
            self.assertTrue(family.documentation, family.name)
            for sample in family.samples:
                self.assertEqual(sample.labels["cluster"], "test")

    def test_it_counts_the_cpu_time_of_each_round(self):
        def count():
            return int(re.search(r"^hotspot_tick_cpu_seconds_count\{[^}]*\} (\d+)$", self.get(), re.M)[1])
        wait_for(lambda: count() >= 2, self.get)

    def test_it_has_what_hotspotctl_prints(self):
        def names(text):
            return set(re.findall(r"^(hotspot_\w+)", text, re.M))
        printed = subprocess.run([HOTSPOTCTL, "-c", str(self.config), "-o", "prometheus", "status"], text=True,
                                 capture_output=True, timeout=60)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual(names(self.get()), names(printed.stdout) | {"hotspot_leads"})

    def test_it_has_all_that_the_alerts_for_prometheus_ask_for(self):
        (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
        asked = set(re.findall(r"hotspot_\w+", " ".join(rule["expr"] for rule in group["rules"])))
        self.assertIn("hotspot_metrics_timestamp_seconds", asked)
        self.assertEqual(sorted(asked - set(re.findall(r"^(hotspot_\w+)", self.get(), re.M))), [])


if __name__ == "__main__":
    unittest.main()
