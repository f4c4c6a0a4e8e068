#!/usr/bin/env python3
"""hotspotd fills its windows from RRD at start: real Redis, real rrdcached, files made by rrdtool.

history_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import contextlib
import functools
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=30)
HOTSPOTD, HOTSPOTCTL = sys.argv.pop(1), sys.argv.pop(1)
STEP = 10

RULES = """groups:
- name: long
  rules:
  - record: node:cpu:mean
    expr: avg by (node) (domain_cpu_ratio)
  - alert: HotForLong
    expr: avg_over_time(domain_cpu_ratio[2h]) > 90% and count_over_time(domain_cpu_ratio[2h]) > 600
  - alert: RecordedForLong
    expr: avg_over_time(node:cpu:mean[90m]) > 40% and count_over_time(node:cpu:mean[90m]) > 450
"""


class History(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-history-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.rrd = self.dir / "rrd"
        self.port = free_port()
        self.sequence = 0
        self.start(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir",
                    folder.name], "redis")
        wait_for(lambda: self.redis("PING") == "PONG", lambda: "redis-server does not answer")
        (self.dir / "rules.yml").write_text(RULES)

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

    def redis(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], text=True, capture_output=True,
                              check=False).stdout.strip()

    def write_rrd(self, name, values, start, daemon=()):
        path = self.rrd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["rrdtool", "create", path, "--start", str(start), "--step", str(STEP),
                        f"DS:value:GAUGE:{2 * STEP}:U:U", "RRA:AVERAGE:0.1:1:1200", "RRA:AVERAGE:0.1:7:1200"],
                       check=True)
        updates = [f"{start + (i + 1) * STEP}:{v}" for i, v in enumerate(values)]
        for i in range(0, len(updates), 100):  # more at once than rrdcached takes in one go
            subprocess.run(["rrdtool", "update", *daemon, path, *updates[i:i + 100]], check=True,
                           stdout=subprocess.DEVNULL)

    def write_history(self, daemon=()):
        self.began = int(time.time()) // STEP * STEP - 3 * 3600
        self.write_rrd("h1/hotspot/percent-cpu.rrd", [50] * 1080, self.began, daemon)
        self.write_rrd("vm1/virt/percent-vcpus.rrd", [95] * 1080, self.began, daemon)
        self.write_rrd("vm2/virt/percent-vcpus.rrd", [5] * 1080, self.began, daemon)

    def send(self):
        """A snapshot of h1, as hotspot.so would send it now."""
        self.sequence += 1
        now = time.time()
        snapshot = {"schema": 1, "cluster": "test", "taken_at": now, "sequence": self.sequence, "elapsed_seconds": STEP,
                    "interval_seconds": STEP, "collector": {"version": "test"},
                    "node": {"uuid": "00000000-0000-0000-0000-000000000001", "name": "h1", "uri": "test:///",
                             "hypervisor": "QEMU", "cpus": 4, "memory_bytes": 8 << 30, "cpu_ratio": 0.5},
                    "columns": ["uuid", "name", "state", "vcpus", "cpu_ratio"],
                    "domains": [["11111111-0000-0000-0000-000000000001", "vm1", "running", 2, 0.95],
                                ["11111111-0000-0000-0000-000000000002", "vm2", "running", 2, 0.05]]}
        self.redis("XADD", "hotspot:{test}:snapshots", "*", "snapshot", json.dumps(snapshot))

    def configure(self, history):
        self.config = self.dir / "hotspotd.yaml"
        self.config.write_text(f"cluster: test\nmode: observe\nrules: {self.dir}/rules.yml\n"
                               f"redis: {{port: {self.port}}}\n{history}\n" + waiting.admission("h1"))

    def ctl(self, *words):
        done = subprocess.run([HOTSPOTCTL, "-c", str(self.config), *words], text=True, capture_output=True, timeout=60,
                              check=False)
        return done.stdout if done.returncode == 0 else ""

    def status(self):
        text = self.ctl("-o", "json", "status")
        return json.loads(text) if text else {}

    def firing(self):
        return sorted((f["rule"], f["labels"].get("domain", "-")) for f in self.status().get("firings", [])
                      if f["phase"] == "firing")

    def said(self):
        return (self.dir / "hotspotd.log").read_text() + self.ctl("status")

    def run_daemon(self):
        self.send()
        return self.start([HOTSPOTD, "-c", str(self.config)], "hotspotd")

    def expect_long_windows(self):
        wait_for(lambda: self.status().get("windows", {}).get("state") == "filled", self.said)
        wait_for(lambda: self.firing() == [("HotForLong", "vm1"), ("RecordedForLong", "-")], self.said)
        windows = self.status()["windows"]
        self.assertEqual([(w["metric"], w["reach_seconds"], w["full"], w["tables"]) for w in windows["list"]],
                         [("domain_cpu_ratio", 7200, 1, 1), ("node:cpu:mean", 5400, 1, 1)])
        self.assertAlmostEqual(windows["history_to"], self.began + 3 * 3600, delta=2 * STEP)
        self.assertRegex(self.ctl("status"), r"windows +history from .* up to ")
        metrics = self.ctl("-o", "prometheus", "status")
        self.assertIn('hotspot_rule_windows{state="full"} 2\n', metrics)
        self.assertIn("\nhotspot_rules_last_reload_successful 1\n", metrics)

    def test_fires_on_long_windows_right_after_start_and_after_a_restart(self):
        self.write_history()
        self.configure(f"history: {{rrd: {self.rrd}}}")
        daemon = self.run_daemon()
        self.expect_long_windows()
        daemon.terminate()
        daemon.wait(timeout=10)
        self.redis("HDEL", "hotspot:{test}:state", "status")
        self.run_daemon()
        self.expect_long_windows()

    def test_reads_what_an_rrdcached_has_not_written_yet(self):
        base = self.rrd
        base.mkdir()
        sock = self.dir / "rrdcached.sock"
        self.start(["rrdcached", "-g", "-l", f"unix:{sock}", "-b", str(base), "-w", "7200", "-p",
                    str(self.dir / "rrdcached.pid")], "rrdcached")
        wait_for(sock.exists, lambda: "rrdcached does not listen")
        self.write_history(("--daemon", f"unix:{sock}"))
        self.configure(f"history: {{snapshots: 60s, rrd: [{base}], rrdcached: 'unix:{sock}'}}")
        self.run_daemon()
        self.expect_long_windows()

    def test_an_rrdcached_that_hangs_stops_nothing(self):
        base = self.rrd
        base.mkdir()
        sock = self.dir / "rrdcached.sock"
        cached = self.start(["rrdcached", "-g", "-l", f"unix:{sock}", "-b", str(base), "-p",
                             str(self.dir / "rrdcached.pid")], "rrdcached")
        wait_for(sock.exists, lambda: "rrdcached does not listen")
        self.write_history()
        cached.send_signal(signal.SIGSTOP)
        self.configure(f"history: {{rrd: {base}, rrdcached: 'unix:{sock}', limit: 1s}}")
        daemon = self.run_daemon()
        wait_for(lambda: "takes longer than 1 s" in self.said(), self.said)
        ticks = self.status()["ticks"]
        wait_for(lambda: self.status()["ticks"] > ticks + 1, self.said)
        self.assertEqual(self.status()["windows"]["state"], "reading")
        cached.send_signal(signal.SIGCONT)
        self.expect_long_windows()
        daemon.terminate()
        self.assertEqual(daemon.wait(timeout=10), 0)

    def test_no_history_is_no_error(self):
        self.configure(f"history: {{rrd: {self.dir}/nowhere}}")
        self.run_daemon()
        wait_for(lambda: self.status().get("windows", {}).get("state") == "failed", self.said)
        self.assertIn("there is no folder", self.status()["windows"]["message"])
        self.assertIn("NO HISTORY", self.ctl("status"))


if __name__ == "__main__":
    unittest.main()
