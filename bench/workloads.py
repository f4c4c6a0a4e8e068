#!/usr/bin/env python3
"""Live migrations of a guest under integer, floating-point, linear-algebra and memory loads, on the rig over a limited
link: total time, by phase, and downtime. What hotspotd expects of each before it begins must rank them as the
measurement does: the selection "least migration time, then downtime" takes the one that is really over first.

Each load migrates ROUNDS times, after two migrations that teach the pair of nodes; the order is another one in each
round. Compared are all pairs of loads whose measured total times (the median of the rounds) differ by more than a tenth;
of the others, the downtimes, where those differ by more than 50 ms. The last line: pairs that the expectation ranks
wrongly, of those compared; none may be.

workloads.py BUILD_DIR [ROUNDS]     (3 rounds)
"""
import itertools
import os
import sys

from measuring import conclude, median

os.environ.setdefault("RIG_ID", "6")
from harness import Rig  # noqa: E402
from mover import Mover  # noqa: E402

LINK_MIB = 20
LOADS = {"idle": "idle", "integer": "idle integer cpu 90", "float": "idle float cpu 90", "linear": "idle linear cpu 90",
         "memory, slow": "idle rewrite 60 5", "memory, fast": "idle rewrite 60 14"}
PHASES = ("initialization_ms", "reservation_ms", "precopy_ms", "stop_and_copy_ms", "commitment_ms", "activation_ms")
GUEST = "worker"


class Load:
    def __init__(self, name):
        self.name, self.runs = name, []

    def add(self, ended):
        if ended["state"] != "verifying":
            raise SystemExit(f"{self.name} ended as {ended['state']}: {ended['message']}")
        self.runs.append(ended["figures"])

    def median(self, figure):
        return median([run.get(figure, 0.0) for run in self.runs])

    def line(self):
        phases = " ".join(f"{self.median(phase):7.0f}" for phase in PHASES)
        return (f"{self.name:13} {self.median('predicted_total_ms'):9.0f} {self.median('total_ms'):8.0f} {phases} "
                f"{self.median('predicted_downtime_ms'):9.0f} {self.median('downtime_ms'):8.0f} {self.median('rounds'):6.0f}")


def rank(loads):
    """Pairs that can be told apart, and those of them that were expected the other way round."""
    compared, wrong = 0, []
    for a, b in itertools.combinations(loads, 2):
        for measured, expected, apart in (
                ("total_ms", "predicted_total_ms", lambda x, y: abs(x - y) > 0.1 * max(x, y)),
                ("downtime_ms", "predicted_downtime_ms", lambda x, y: abs(x - y) > 50)):
            x, y = a.median(measured), b.median(measured)
            if not apart(x, y):
                continue
            compared += 1
            if (a.median(expected) - b.median(expected)) * (x - y) <= 0:
                wrong.append(f"{a.name} and {b.name} by {measured}: {x:.0f} and {y:.0f}, "
                             f"expected {a.median(expected):.0f} and {b.median(expected):.0f}")
            break
    return compared, wrong


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    loads = [Load(name) for name in LOADS]
    rig = Rig(hosts=2)
    try:
        rig.up(services=False)
        rig.start_guest(1, GUEST, "--vcpus", "1/1", "--memory", "256/256")
        mover = Mover(sys.argv[1], rig, GUEST, LINK_MIB)
        for _ in range(2):
            print("to learn:", mover.ours()["sentence"], flush=True)
        for number in range(rounds):
            for load in loads[number % len(loads):] + loads[:number % len(loads)]:
                mover.work(LOADS[load.name])
                load.add(mover.ours())
                figures = load.runs[-1]
                print(f"round {number + 1}: {load.name:13} {figures['total_ms']:.0f} ms, expected "
                      f"{figures['predicted_total_ms']:.0f}, downtime {figures['downtime_ms']:.0f} ms", flush=True)
    finally:
        rig.down()
    print(f"{'medians':13}  expected    total {' '.join(phase[:7].rjust(7) for phase in PHASES)}  expected downtime rounds")
    for load in loads:
        print(load.line())
    compared, wrong = rank(loads)
    for one in wrong:
        print("ranked wrongly:", one)
    return conclude("workloads", len(wrong), max(compared, 1), 0.0, "pairs ranked wrongly, of those that differ", 0)


if __name__ == "__main__":
    sys.exit(main())
