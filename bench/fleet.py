#!/usr/bin/env python3
"""fleet.py BUILD_DIR [NODES [DOMAINS [MINUTES]]]: what a whole hotspotd costs as its fleet grows, through a real Redis.

NODES (2,000) of DOMAINS (30), each with a stand-in for its libvirtd, in `admission` with the fingerprint of its key, send
a signed snapshot every ten seconds, evenly spread; all are encoded and signed beforehand. First a quarter of the nodes,
then all of them, in mode recommend with the ten rules of bench/fleet.yml. After all nodes count and a minute and a half,
MINUTES (3) are measured: hotspotd's share of a core (bound 15 %), its memory (2 GiB), the CPU time of the loop's thread
that 99 of 100 rounds stay below (250 ms; the upper bound of a bucket of hotspot_tick_cpu_seconds), and how the cost
grows: the share with all nodes against four times that with a quarter of them (1.25).
"""
import pathlib
import re
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import admitted  # noqa: E402
from connections import Cgroup, limits  # noqa: E402
from measuring import conclude  # noqa: E402
from waiting import free_port  # noqa: E402

RULES = (pathlib.Path(__file__).parent / "fleet.yml").read_text()
SETTLE, BOUND_CORE, BOUND_MIB, BOUND_ROUND = 90, 0.15, 2048, 0.25


def wire(words):
    raw = [word.encode() for word in words]
    return b"*%d\r\n" % len(raw) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in raw)


class Recorded(threading.Thread):
    """Every node sends once in each interval, evenly spread, what was encoded beforehand."""

    def __init__(self, nodes, port, seconds):
        super().__init__(daemon=True)
        self.nodes, self.redis, self.ending, self.behind = nodes, admitted.Redis(port), threading.Event(), 0.0
        self.turns = (seconds // admitted.INTERVAL + 2) * 50
        self.batches, self.began = [], 0.0

    def before(self):
        """A minute of the past into the stream; then all that is to be sent is encoded."""
        from_now = len(self.nodes) * (self.turns // 50) * 0.0006 + 5  # about how long encoding takes
        groups = [self.nodes[at::50] for at in range(50)]
        self.began = time.time() + from_now
        for turn in range(self.turns):
            at = self.began + turn * admitted.INTERVAL / 50
            self.batches.append(b"".join(wire(node.entry(at)) for node in groups[turn % 50]))
        print(f"{self.turns * len(self.nodes) // 50} snapshots are encoded, {sum(map(len, self.batches)) >> 20} MiB", flush=True)
        time.sleep(max(self.began - time.time(), 0))
        self.began = max(self.began, time.time())

    def run(self):
        for turn, batch in enumerate(self.batches):
            rest = self.began + turn * admitted.INTERVAL / 50 - time.time()
            self.behind = max(self.behind, -rest)
            if self.ending.wait(max(rest, 0)):
                return
            self.redis.socket.sendall(batch)
            for _ in self.nodes[turn % 50::50]:
                self.redis.reply()
            self.batches[turn] = b""

    def terminate(self):
        self.ending.set()

    def wait(self):
        self.join()


def rounds(build, config):
    """Rounds of the loop by the upper bound of their bucket, cumulative, from the metrics."""
    text = subprocess.run([f"{build}/bin/hotspotctl", "-c", str(config), "-o", "prometheus", "status"], text=True,
                          capture_output=True, check=True).stdout
    return {float(bound): float(count) for bound, count in
            re.findall(r'^hotspot_tick_cpu_seconds_bucket\{[^}]*le="([^"]+)"\} (\S+)', text, re.M)}


def quantile(before, after, share):
    """The upper bound of the bucket in which that share of the rounds ends."""
    counts = {bound: after[bound] - before.get(bound, 0) for bound in after}
    wanted = share * max(counts.values())
    return next(bound for bound, count in sorted(counts.items()) if count >= wanted)


def measure(build, config, daemon, redis, nodes, minutes):
    process, began = admitted.Process(daemon.pid), time.monotonic()
    while admitted.admission(redis).get("admission", {}).get("proven", 0) < nodes:
        if daemon.poll() is not None or time.monotonic() - began > 240:
            raise SystemExit(f"not all of {nodes} nodes count after {time.monotonic() - began:.0f} s")
        time.sleep(0.5)
    print(f"all {nodes} nodes count after {time.monotonic() - began:.0f} s", flush=True)
    time.sleep(SETTLE)
    before, cpu, at = rounds(build, config), process.cpu_seconds(), time.monotonic()
    time.sleep(60 * minutes)
    used, passed, after = process.cpu_seconds() - cpu, time.monotonic() - at, rounds(build, config)
    status = admitted.admission(redis)
    print(f"{nodes} nodes: CPU {used:.2f} s in {passed:.1f} s, {100 * used / passed:.2f} % of a core; {process.memory('VmRSS'):.0f} MiB "
          f"(at most {process.memory('VmHWM'):.0f}); rounds {max(after.values()) - max(before.values()):.0f}; "
          f"intake {status['intake'].get('stale_nodes')} stale, arrivals dropped {status.get('dropped_arrivals')}", flush=True)
    if status["intake"].get("stale_nodes") or status.get("dropped_arrivals"):
        raise SystemExit("it could not keep up: a share of a core says nothing then")
    return {"share": used / passed, "mib": process.memory("VmHWM"), "round": quantile(before, after, 0.99)}


def fleet(build, count, domains, minutes):
    given, port_of_libvirt, found = limits(), free_port(), {}
    nodes = [admitted.Node(number, domains, port_of_libvirt) for number in range(count)]
    print(f"--- {count} nodes of {domains} domains, snapshots {'signed' if nodes[0].key else 'NOT signed'}", flush=True)

    def command(config):
        found["config"] = config
        return Cgroup(given).enter(["prlimit", f"--nofile={given['LimitNOFILE']}:{given['LimitNOFILE']}",
                                    f"{build}/bin/hotspotd", "-c", str(config)])

    def measured(daemon, redis):
        found.update(measure(build, found["config"], daemon, redis, count, minutes))
        return []

    admitted.run(nodes, port_of_libvirt, command, measured, rules=RULES, mode="recommend",
                 sender=lambda nodes, port: Recorded(nodes, port, 240 + SETTLE + 60 * minutes))
    return found


def main():
    build, *words = sys.argv[1:]
    count, domains, minutes = (int(word) for word in words + ["2000", "30", "3"][len(words):])
    few = fleet(build, max(count // 4, 1), domains, minutes)
    all_of_them = fleet(build, count, domains, minutes)
    return max([conclude("fleet-linear", all_of_them["share"], 4 * few["share"], 1.25, "share of a core", 4),
                conclude("fleet-memory", all_of_them["mib"], BOUND_MIB, 1, "MiB", 0),
                conclude("fleet-round", all_of_them["round"], BOUND_ROUND, 1, "s"),
                conclude("fleet", all_of_them["share"], BOUND_CORE, 1, "share of a core")])


if __name__ == "__main__":
    sys.exit(main())
