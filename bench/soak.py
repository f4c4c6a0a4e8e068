#!/usr/bin/env python3
"""soak.py BUILD_DIR [MINUTES [NODES [DOMAINS]]]: does the memory of a hotspotd that leads for a while stop growing?

10 admitted nodes of 100 domains, each with a stand-in for its libvirtd, send a signed snapshot a second into a real
redis-server. Every minute a tenth of the domains is hot, another tenth each time, so that the rule here fires, is decided
upon and resolves all the while; and one domain of each node goes and another one comes. The mode is recommend. Printed is
hotspotd's resident memory each minute (its own: not what is mapped from files), with what it remembers; the windows of
the rule are full after five. Bound: the straight line through the figures of the second half rises by at most
BENCH_BOUND_MIB_PER_MINUTE (0.1).
"""
import os
import sys
import time

sys.dont_write_bytecode = True
import admitted  # noqa: E402
from admitted import Node, Process, admission, free_port, run  # noqa: E402

admitted.INTERVAL, admitted.HISTORY = 1, 2
RULES = """groups:
- name: soak
  rules:
  - hotspot: SoakDomainCpu
    expr: avg_over_time(domain_cpu_ratio[5m]) > 0% and domain_cpu_ratio > 90%
    for: 2 of 3
    remedy:
    - scale_vcpus: {by: 1}
    - migrate
    cooldown: 1m
"""


class Busy(Node):
    """Its domains are hot in turns, and one of them is replaced each minute."""

    def __init__(self, number, domains, port):
        super().__init__(number, domains, port)
        self.minute, self.born = 0, domains

    def ratio(self, place):
        return 0.95 if place % 10 == self.minute % 10 else super().ratio(place)

    def entry(self, at):
        minute = int(at // 60)
        if minute != self.minute:
            self.minute, self.born = minute, self.born + 1
            self.domains[minute % len(self.domains)] = self.domain(self.born)
        return super().entry(at)


def slope(points):
    """Of the straight line through them, by least squares."""
    count = len(points)
    x, y = (sum(column) / count for column in zip(*points))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def watch(daemon, redis, minutes):
    """Whether the memory goes on growing, as admitted.run() wants it."""
    process, points = Process(daemon.pid), []
    began, cpu = time.monotonic(), 0.0
    for minute in range(1, minutes + 1):
        time.sleep(max(began + 60 * minute - time.monotonic(), 0))
        if daemon.poll() is not None:
            raise SystemExit(f"hotspotd ended with {daemon.returncode}")
        points.append((minute, process.memory("RssAnon")))
        status, used = admission(redis), process.cpu_seconds()
        print(f"minute {minute:3}: {points[-1][1]:7.2f} MiB, CPU {100 * (used - cpu) / 60:4.1f} % of a core, "
              f"{status.get('admission', {}).get('proven')} nodes count, {status.get('firing_count')} fire, "
              f"{status.get('store', {}).get('samples')} samples, {status.get('ticks')} rounds", flush=True)
        cpu = used
    rise, bound = slope(points[minutes // 2:]), float(os.environ.get("BENCH_BOUND_MIB_PER_MINUTE", "0.1"))
    return [("soak", rise, bound, 1, "MiB/min")]


def main():
    build, *words = sys.argv[1:]
    minutes, count, domains = (int(word) for word in words + ["12", "10", "100"][len(words):])
    if minutes < 10:
        raise SystemExit("soak.py: give at least 10 minutes: the windows are full after five, and the second half counts")
    port_of_libvirt = free_port()
    return run([Busy(number, domains, port_of_libvirt) for number in range(count)], port_of_libvirt,
               lambda config: [f"{build}/bin/hotspotd", "-c", str(config)],
               lambda daemon, redis: watch(daemon, redis, minutes), mode="recommend", rules=RULES)


if __name__ == "__main__":
    sys.exit(main())
