#!/usr/bin/env python3
"""CPU of collectd plus libvirtd for one read of 60 running guests (one disk and one interface each), on the rig.

In turn, in one run: collectd with hotspot.so reading the same metrics at the same interval as the stock `virt` plugin
with most of its ExtraStats; `virt` itself; hotspot.so with its default tiers; Debian's prometheus-libvirt-exporter, with a
scrape in place of a read. hotspot.so also publishes to Redis; values go no further than collectd's write chain. CPU is
what the scheduler counted for collectd (or the exporter) and libvirtd over whole minutes, so that what is refreshed
once a minute is in it. The guests hold no system, so they tell their balloons nothing: the peers ask them each time all the
same, ours at each sixth read (docs/adr/0011). Ratios are medians over ROUNDS.

collector.py BUILD_DIR [GUESTS [ROUNDS [SECONDS]]]     (60 guests, 2 rounds, 60 s)
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.request

from measuring import conclude, median

os.environ.setdefault("RIG_ID", "6")
os.environ.setdefault("RIG_CPU_PERCENT", "200")
os.environ.setdefault("RIG_MEMORY_MIB", "8192")
from harness import RIG, Rig, run, wait_for  # noqa: E402

INTERVAL = 5
EXTRA = "cpu_util disk domain_state memory pcpu vcpu disk_allocation disk_capacity disk_physical"
# What ours may cost of a peer, with the same metrics and with our default tiers.
SAME = {"virt": 0.2, "exporter": 0.45}
DEFAULT = {"virt": 0.05, "exporter": 0.2}

DOMAIN = """<domain type='qemu'><name>{name}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{disk}'/><target dev='vda' bus='virtio'/></disk>
<interface type='bridge'><source bridge='br0'/><model type='virtio'/></interface>
<memballoon model='virtio'><stats period='5'/></memballoon></devices></domain>
"""
HEAD = """Hostname "h1"
FQDNLookup false
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
TypesDB "{types}"
Interval {interval}
LoadPlugin logfile
<Plugin logfile>
  LogLevel "info"
  File "{root}/h1/log/collectd.log"
</Plugin>
PostCacheChain "PostCache"
<Chain "PostCache">
  Target "stop"
</Chain>
"""
VIRT = f"""LoadPlugin virt
<Plugin virt>
  Connection "qemu:///system"
  ExtraStats "{EXTRA}"
</Plugin>
"""
OURS = """PluginDir "{plugins}"
LoadPlugin hotspot
PluginDir "/usr/lib/collectd"
<Plugin hotspot>
  Connection "qemu:///system"
  {more}
  <Redis>
    Host "{redis_host}"
    Port {redis_port}
  </Redis>
</Plugin>
"""
# The virt plugin knows nothing of jobs here, so neither do we.
SAME_METRICS = f"""ExtraStats "{EXTRA}"
  <GroupInterval>
    Memory 0
    Disk 0
    Job 3600
  </GroupInterval>"""


def cpu_seconds(pid):
    """Of the whole process with its threads, those that ended too: clock_getcpuclockid(3). /proc/PID/stat counts by 10 ms."""
    scheduler = 2  # CPUCLOCK_SCHED
    return time.clock_gettime(~pid << 3 | scheduler)


def process(rig, command):
    """The number of the process outside of the rig's host: the one with this command line in the host's cgroup."""
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
            if words[0].decode().rsplit("/", 1)[-1] == command and f"/h1" in (path / "cgroup").read_text() and \
                    f"rig-{rig.id}" in (path / "cgroup").read_text():
                return int(path.name)
        except (OSError, UnicodeDecodeError):
            continue
    return None


class Bench:
    def __init__(self, build, guests, seconds):
        self.rig = Rig(hosts=1)
        self.build, self.guests, self.seconds = pathlib.Path(build), guests, seconds
        self.folder = pathlib.Path(self.rig.root) / "bench"

    def up(self):
        self.rig.up()
        self.folder.mkdir()
        for number in range(self.guests):
            disk = self.folder / f"g{number}.raw"
            disk.write_bytes(b"\0" * (1 << 20))
            xml = self.folder / f"g{number}.xml"
            xml.write_text(DOMAIN.format(name=f"g{number}", disk=disk))
            self.rig.virsh(1, "create", xml)
        wait_for("all guests run", lambda: len(self.rig.where_all()) == self.guests, 60)
        self.libvirtd = process(self.rig, "libvirtd")

    def measure(self, pid, each_interval=lambda: None):
        """Milliseconds of CPU a read, of that process and of libvirtd."""
        watched = (pid, self.libvirtd)
        time.sleep(2.5 * INTERVAL)  # the first reads learn what there is
        before, began = [cpu_seconds(one) for one in watched], time.monotonic()
        reads = round(self.seconds / INTERVAL)
        for number in range(reads):
            each_interval()
            time.sleep(max(0, began + (number + 1) * INTERVAL - time.monotonic()))
        return [1000 * (cpu_seconds(one) - was) / reads for one, was in zip(watched, before)]

    def collectd(self, body):
        config = self.folder / "collectd.conf"
        config.write_text(HEAD.format(folder=self.folder, root=self.rig.root, interval=INTERVAL,
                                      types=pathlib.Path(__file__).resolve().parents[1] / "collectd-plugin/hotspot_types.db")
                          + body)
        self.rig("collectd", "up", "1", config)
        try:
            result = self.measure(process(self.rig, "collectd"))
        finally:
            self.rig("collectd", "down", "1")
        said = pathlib.Path(self.rig.root, "h1/log/collectd.log").read_text()
        # virt of collectd 5.12 says "Array index out of bounds" for each guest at each read.
        wrong = [line for line in said.splitlines() if ("failed" in line or "is away" in line) and "Array" not in line]
        assert not wrong, wrong[:5]
        return result

    def ours(self, more):
        plugin = next(self.build.rglob("hotspot.so")).resolve()
        return self.collectd(OURS.format(plugins=plugin.parent, more=more, redis_host=self.rig.env["REDIS_HOST"],
                                         redis_port=self.rig.env["REDIS_PORT"]))

    def exporter(self):
        command = subprocess.Popen([RIG, "enter", "1", "prometheus-libvirt-exporter", "--libvirt.uri", "qemu:///system",
                                    "--web.listen-address", ":9177"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"http://10.77.{self.rig.id}.11:9177/metrics"

        def scrape():
            text = urllib.request.urlopen(url, timeout=30).read().decode()
            assert text.count("libvirt_domain_block_stats_read_bytes_total{") == self.guests, text[:500]
            return True

        try:
            wait_for("the exporter answers", scrape, 30, 0.5)
            return self.measure(process(self.rig, "prometheus-libvirt-exporter"), scrape)
        finally:
            command.terminate()
            command.wait(10)


def main():
    arguments = [int(word) for word in sys.argv[2:]] + [60, 2, 60][len(sys.argv) - 2:]
    bench = Bench(sys.argv[1], arguments[0], arguments[2])
    Rig.where_all = lambda rig: rig.virsh(1, "list", "--name", "--state-running").split()
    contestants = {"same": lambda: bench.ours(SAME_METRICS), "virt": lambda: bench.collectd(VIRT),
                   "default": lambda: bench.ours("")}
    if shutil.which("prometheus-libvirt-exporter"):
        contestants["exporter"] = bench.exporter
    costs = {name: [] for name in contestants}
    try:
        bench.up()
        for number in range(arguments[1]):
            for name, contestant in contestants.items():
                own, libvirtd = contestant()
                costs[name].append(own + libvirtd)
                print(f"round {number + 1}, {name}: {own:.1f} ms itself + {libvirtd:.1f} ms libvirtd a read", flush=True)
    finally:
        bench.rig.down()
    cost = {name: median(values) for name, values in costs.items()}
    code = 0
    if "exporter" in cost:
        code |= conclude("collector-exporter", cost["default"], cost["exporter"], DEFAULT["exporter"], "ms", 1)
        code |= conclude("collector-exporter-same", cost["same"], cost["exporter"], SAME["exporter"], "ms", 1)
    code |= conclude("collector-default", cost["default"], cost["virt"], DEFAULT["virt"], "ms", 1)
    return code | conclude("collector", cost["same"], cost["virt"], SAME["virt"], "ms", 1)


if __name__ == "__main__":
    sys.exit(main())
