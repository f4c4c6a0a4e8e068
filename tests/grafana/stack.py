"""A Carbon with our schemas and a graphite-web of the test's own, and what is fed into them.

recorded.txt is what collectd with hotspot.so sent to a Carbon from two hosts with three guests while one of them migrated
(record.py).
"""
import contextlib
import functools
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "contract")]
import graphite_web  # noqa: E402
import waiting  # noqa: E402
from dashboards import ROOT  # noqa: E402

wait_for = functools.partial(waiting.wait_for, limit=120)
# What a guest without work never does; here it did.
HAPPENED = {"total_requests-flush-vda": 2.0, "total_time_in_ms-flush-vda": 9.0}
# What the recording hosts did not have.
HAD = {"collectd.h1.hotspot.memory-huge_pages": 2.0**31, "collectd.h1.hotspot.memory-huge_pages_free": 2.0**29,
       "collectd.hotspot.fleet-rig.gauge-firing@h1": 2, "collectd.hotspot.fleet-rig.gauge-firing@h2": 0}
# What the leader of that cluster would have left to be stored.
LEADER = {"gauge-leader": 1, "gauge-firing": 2, "gauge-firing@NodeCpuHigh": 1, "gauge-firing@DomainCpu": 1,
          "gauge-actions_in_flight": 1, "duration-leader_age": 1.1, "duration-snapshot_lag": 6, "gauge-nodes_stale": 0,
          "gauge-rules_refused": 0, "bytes-redis_memory": 3e8, "bytes-redis_memory_limit": 1e9,
          "percent-redis_memory_used": 30, "gauge-domains_on_two_nodes": 0, "derive-snapshots_taken": 0.4,
          "derive-snapshots_refused": 0, "duration-evaluation": 0.004, "derive-decisions_act": 0.01,
          "derive-decisions_recommend": 0, "derive-decisions_nothing": 0.1}
ACTIONS = {"derive-migrate_done@NodeCpuHigh": 0.02, "derive-migrate_failed@NodeCpuHigh": 0.01,
           "derive-migrate_aborted@NodeCpuHigh": 0.01, "derive-set_vcpus_done@DomainCpu": 0.01,
           "derive-set_vcpus_failed@DomainCpu": 0, "derive-migrate_duration_ms_le_5000": 0.01,
           "derive-migrate_duration_ms_le_inf": 0.01, "derive-migrate_downtime_ms_le_100": 0.02,
           "derive-migrate_prediction_percent_le_110": 0.02}
LIMITS = {"percent-cpu@NodeCpuHigh": 85, "percent-cpu_domains@NodeCpuHigh": 65, "percent-memory_used@NodeMemory": 90,
          "percent-domain_cpu@DomainCpu": 90, "percent-domain_memory_used@DomainMemory": 90}
CARBON = """[cache]
CONF_DIR = {dir}
STORAGE_DIR = {dir}
LOCAL_DATA_DIR = {dir}/whisper/
LOG_DIR = {dir}/log/
PID_DIR = {dir}/run/
USER =
MAX_UPDATES_PER_SECOND = 100000
MAX_CREATES_PER_MINUTE = inf
CARBON_METRIC_INTERVAL = 0
LINE_RECEIVER_INTERFACE = {interface}
LINE_RECEIVER_PORT = {ports[0]}
PICKLE_RECEIVER_INTERFACE = 127.0.0.1
PICKLE_RECEIVER_PORT = {ports[1]}
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {ports[2]}
"""


def begin_carbon(folder, ports, interface="127.0.0.1"):
    """A Carbon with our schemas and its files in the folder, as a process. `ports`: for lines, on the interface; for pickles
    and for queries, on loopback."""
    for name in ("whisper", "log", "run"):
        (folder / name).mkdir()
    for name in ("storage-schemas.conf", "storage-aggregation.conf"):
        (folder / name).write_text((ROOT / "collectd-plugin/carbon" / name).read_text())
    (folder / "carbon.conf").write_text(CARBON.format(dir=folder, ports=ports, interface=interface))
    with open(folder / "carbon.log", "wb") as log:
        return subprocess.Popen(["carbon-cache", "--nodaemon", f"--config={folder}/carbon.conf", "start"],
                                stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def recorded():
    """{name: [(seconds before the end, value)]}"""
    series = {}
    for line in (HERE / "recorded.txt").read_text().splitlines():
        name, *points = line.split()
        series[name] = [tuple(float(part) for part in point.split(":")) for point in points]
        happened = HAPPENED.get(name.split(".")[-1])
        if happened is not None:
            series[name] = [(ago, happened) for ago, _ in series[name]]
    times = [ago for ago, _ in series["collectd.h1.hotspot.gauge-cpus"]]
    led = {f"collectd.hotspot.{plugin}-rig.{name}": value
           for plugin, those in (("actuator", LEADER), ("actions", ACTIONS), ("limit", LIMITS)) for name, value in those.items()}
    series |= {name: [(ago, value) for ago in times] for name, value in HAD.items()}
    return series | {name: [(ago, value) for ago in range(30, 330, 60)] for name, value in led.items()}


def lines(series, now):
    return "".join(f"{name} {value:.6g} {int(now - ago)}\n" for name, points in series.items() for ago, value in points)


class Stack(unittest.TestCase):
    """Carbon and graphite-web for a class of tests, with the series that `fed` gives."""

    @classmethod
    def fed(cls):
        return recorded()

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-graphite-")
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        cls.ports = [waiting.free_port() for _ in range(4)]
        cls.keep(begin_carbon(cls.dir, cls.ports))
        cls.graphite = cls.another_web("web", cls.ports[3])
        cls.feed()
        wait_for(lambda: all(cls.stored(name) for name in cls.series), cls.logs)

    @classmethod
    def another_web(cls, name, port, settings="", mended=()):
        """A graphite-web over the same values, with a database of its own below cls.dir / name."""
        cls.keep(graphite_web.start(cls.dir / name, cls.dir / "whisper", cls.ports[2], port, settings, mended))
        web = graphite_web.Graphite(port)
        wait_for(web.answers, cls.logs)
        return web

    @classmethod
    def keep(cls, process):
        def end():
            process.kill()
            process.wait()
        cls.addClassCleanup(end)

    @classmethod
    def logs(cls):
        return "\n".join(f"== {path}\n{path.read_text()[-2000:]}" for path in cls.dir.rglob("*.log"))

    @classmethod
    def feed(cls):
        def connection():
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", cls.ports[0]), timeout=5)
        cls.series, cls.now = cls.fed(), int(time.time())
        with wait_for(connection, cls.logs) as carbon:
            carbon.settimeout(120)  # on a busy machine
            carbon.sendall(lines(cls.series, cls.now).encode())

    @classmethod
    def stored(cls, name):
        return (cls.dir / "whisper" / (name.replace(".", "/") + ".wsp")).exists()

    def rendered(self, targets):
        began = time.monotonic()
        found = self.graphite.render(targets, self.now - 900, self.now)
        self.assertLess(time.monotonic() - began, 10, targets)
        return found
