#!/usr/bin/env python3
"""The samples for history, as they ship, with real rrdcached, Carbon and a central collectd.

history_test.py HOTSPOT.SO
"""
import contextlib
import functools
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=40)
ROOT = pathlib.Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "collectd-plugin/collectd.conf.d"
PLUGIN = pathlib.Path(sys.argv.pop()).resolve()
HEAD = """Hostname "{host}"
FQDNLookup false
BaseDir "{dir}"
TypesDB "/usr/share/collectd/types.db"
Interval 5
"""
# The interval of five seconds stands, as operators have it; what is waited for comes with the first reads.
LOAD = f"""PluginDir "{PLUGIN.parent}"
LoadPlugin hotspot
PluginDir "/usr/lib/collectd"
<Plugin hotspot>
  Connection "test:///default"
</Plugin>
"""


class History(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-history-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def start(self, name, *words):
        log = open(self.dir / f"{name}.log", "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        if process.poll() is None:
            process.kill()
        process.wait()

    def sample(self, name, *changes):
        text = (SAMPLES / name).read_text()
        for before, after in changes:
            self.assertIn(before, text, f"{name} is another than this test knows")
            text = text.replace(before, str(after))
        return text

    def start_collectd(self, name, text):
        base = self.dir / name
        base.mkdir()
        config = base / "collectd.conf"
        config.write_text(HEAD.format(host=name, dir=base) + text)
        self.start(f"collectd-{name}", "collectd", "-f", "-C", config, "-P", base / "pid")

    def start_rrdcached(self):
        (self.dir / "db").mkdir()
        self.socket = self.dir / "rrdcached.sock"
        self.start("rrdcached", "rrdcached", "-g", "-l", f"unix:{self.socket}", "-b", self.dir / "db", "-B", "-p",
                   self.dir / "rrdcached.pid", "-w", "1", "-f", "2")
        wait_for(self.socket.exists, lambda: self.logs())

    def rrdcached_sample(self):
        return self.sample("hotspot-rrdcached.conf", ("/run/rrdcached.sock", self.socket),
                           ("/var/lib/rrdcached/db/collectd", self.dir / "db/collectd"))

    def logs(self):
        return "\n".join(f"== {path.name}\n{path.read_text()}" for path in self.dir.glob("*.log"))

    def expect_values(self, file):
        """Waits until a known value stands in the RRD file, as rrdcached wrote it; returns `rrdtool info`."""
        def newest():
            if not file.exists():
                return ""
            done = subprocess.run(["rrdtool", "lastupdate", str(file)], text=True, capture_output=True, check=False)
            return "" if done.returncode else done.stdout.strip().split(":")[-1].split()[0].replace("U", "")
        self.assertGreater(float(wait_for(newest, self.logs)), 0)
        return subprocess.run(["rrdtool", "info", str(file)], text=True, capture_output=True, check=True).stdout

    def test_rrdcached_keeps_what_the_sample_says(self):
        self.start_rrdcached()
        self.start_collectd("node1", LOAD + self.rrdcached_sample())
        self.expect_values(self.dir / "db/collectd/test/virt/domain_state.rrd")
        one = self.dir / "db/collectd/node1/hotspot/gauge-domains.rrd"
        info = self.expect_values(one)
        self.assertIn("step = 5\n", info)
        # Each sample for two hours, and about a minute, 7 minutes, half an hour, 6 hours.
        for steps in (1, 12, 84, 372, 4380):
            self.assertIn(f".pdp_per_row = {steps}\n", info, info)
        self.assertIn("rows = 1440\n", info)
        # docs/history.md tells this size of a file with one value.
        self.assertAlmostEqual(one.stat().st_size / 1024, 173, delta=10)
        self.assertNotIn("rror", (self.dir / "collectd-node1.log").read_text(), self.logs())

    def test_carbon_keeps_what_the_sample_says_under_the_documented_names(self):
        port = self.start_carbon()
        self.start_collectd("node1", LOAD + self.sample("hotspot-graphite.conf", ('"2003"', f'"{port}"')))
        whisper = self.dir / "whisper/collectd"
        for name, method in (("test/virt/domain_state/state", "last"),
                             ("node1/hotspot/gauge-domains", "average")):
            file = whisper / f"{name}.wsp"
            wait_for(file.exists, lambda: self.logs() + "\n".join(map(str, whisper.rglob("*.wsp"))))
            told = subprocess.run(["whisper-info", str(file)], text=True, capture_output=True, check=True).stdout
            words = told.split()
            self.assertIn(f"aggregationMethod: {method}", told)
            self.assertIn("xFilesFactor: 0.0\n", told)
            steps = [int(words[i + 1]) for i, word in enumerate(words) if word == "secondsPerPoint:"]
            spans = [int(words[i + 1]) for i, word in enumerate(words) if word == "retention:"]
            self.assertEqual(list(zip(steps, spans)),
                             [(5, 21600), (60, 604800), (600, 60 * 86400), (3600, 2 * 365 * 86400)])

    def start_carbon(self):
        for name in ("whisper", "log", "run"):
            (self.dir / name).mkdir()
        for name in ("storage-schemas.conf", "storage-aggregation.conf"):
            (self.dir / name).write_text((ROOT / "collectd-plugin/carbon" / name).read_text() +
                                         ("[default]\npattern = .*\nretentions = 60s:1d\n" if "schemas" in name else ""))
        ports = [free_port() for _ in range(3)]
        (self.dir / "carbon.conf").write_text(f"""[cache]
CONF_DIR = {self.dir}
STORAGE_DIR = {self.dir}
LOCAL_DATA_DIR = {self.dir}/whisper/
LOG_DIR = {self.dir}/log/
PID_DIR = {self.dir}/run/
USER =
MAX_UPDATES_PER_SECOND = 2000
MAX_CREATES_PER_MINUTE = inf
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {ports[0]}
PICKLE_RECEIVER_INTERFACE = 127.0.0.1
PICKLE_RECEIVER_PORT = {ports[1]}
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {ports[2]}
""")
        self.start("carbon", "carbon-cache", "--nodaemon", f"--config={self.dir}/carbon.conf", "start")

        def listens():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[0]), timeout=1):
                return True
            return False
        wait_for(listens, self.logs)
        return ports[0]

    def test_one_central_collectd_stores_the_values_of_a_node_under_the_node_s_name(self):
        self.start_rrdcached()
        port = free_port(socket.SOCK_DGRAM)
        auth = self.dir / "auth"
        auth.write_text("hotspot: change-me\n")
        self.start_collectd("central", self.rrdcached_sample() + self.sample(
            "hotspot-central.conf", ("0.0.0.0", "127.0.0.1"), ("25826", port), ("/etc/collectd/hotspot-auth", auth)))
        self.start_collectd("node1", LOAD + self.sample(
            "hotspot-to-central.conf", ("collectd.example.net", "127.0.0.1"), ("25826", port)))
        self.expect_values(self.dir / "db/collectd/test/virt/domain_state.rrd")
        self.expect_values(self.dir / "db/collectd/node1/hotspot/gauge-domains.rrd")
        self.assertFalse((self.dir / "db/collectd/central/hotspot").exists(), "the central host is no node")


if __name__ == "__main__":
    unittest.main()
