#!/usr/bin/env python3
"""The CPU that a busy guest uses against its cap, on the rig: 25, 50, … 200 %, for one and two vCPUs and 128, 256 and
512 MiB. It must be the cap, up to the vCPUs that the guest has, within two points, as in the published tables.

Ours is the cap as hotspotd sets it, the peer what an operator types: `virsh schedinfo --live vcpu_quota=…`. Both are
measured in turn on the same guest. Where the cap is all that the guest has or more, what others kept from its vCPUs
(their delay: it could have run and did not; and what a hypervisor took from the machine itself, its steal time) is
counted as used, since that is the machine's doing; below, it cannot be told from the cap. On a quiet machine it is
nothing.

The last line compares the largest deviations, ours with the two points.

cap.py BUILD_DIR [SECONDS] [VCPUS/MEMORY...]     seconds a measurement (12); 1/128 1/256 1/512 2/128 2/256 2/512
"""
import os
import pathlib
import sys
import time

from measuring import conclude

os.environ.setdefault("RIG_ID", "6")
os.environ.setdefault("RIG_CPU_PERCENT", "200")
from harness import Rig, run, wait_for  # noqa: E402
from measure import machine_ns, taken_ns  # noqa: E402

CAPS = range(25, 201, 25)
POINTS = 2.0
GUEST = "capped"


class Capped:
    def __init__(self, build, rig, vcpus, memory):
        self.tool = pathlib.Path(build) / "bin" / "bench_tune"
        self.rig, self.vcpus = rig, vcpus
        rig.start_guest(1, GUEST, "--vcpus", f"{vcpus}/{vcpus}", "--memory", f"{memory}/{memory}")
        self.uuid = rig.virsh(1, "domuuid", GUEST)
        rig.work(GUEST, "cpu 100")

    def ours(self, percent):
        run(self.tool, self.rig.uri(1), self.uuid, percent)

    def peer(self, percent):
        self.rig.virsh(1, "schedinfo", "--live", GUEST, "vcpu_period=100000", f"vcpu_quota={percent * 1000 // self.vcpus}")

    def counters(self):
        used, delay = taken_ns(self, 1, GUEST)
        _, stolen = machine_ns()  # of each vCPU as much as of each CPU
        return used, delay + self.vcpus * stolen // os.cpu_count(), time.monotonic()

    def used(self, set_cap, percent, seconds):
        """In per cent of one CPU, and what the machine kept from it."""
        set_cap(percent)
        wait_for("the cap holds", lambda end=time.monotonic() + 0.5: time.monotonic() > end, 5, 0.02)
        used, delay, began = self.counters()
        wait_for("the time is over", lambda: time.monotonic() >= began + seconds, seconds + 10, 0.02)
        later, delayed, ended = self.counters()
        share = lambda ns: 100 * ns / 1e9 / (ended - began)  # noqa: E731
        return share(later - used), share(delayed - delay)


def deviation(capped, percent, used, kept):
    """From the cap, or from all the vCPUs; there, what was kept explains a lack."""
    most = 100 * capped.vcpus
    if percent < most or used > most:
        return used - min(percent, most)
    return min(0.0, used + kept - most)


def main():
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 12
    shapes = sys.argv[3:] or ["1/128", "1/256", "1/512", "2/128", "2/256", "2/512"]
    rig = Rig(hosts=1)
    worst = {"ours": 0.0, "peer": 0.0}
    try:
        rig.up(services=False)
        for shape in shapes:
            vcpus, memory = map(int, shape.split("/"))
            capped = Capped(sys.argv[1], rig, vcpus, memory)
            for percent in CAPS:
                line = []
                for who in ("ours", "peer"):
                    used, kept = capped.used(getattr(capped, who), percent, seconds)
                    off = deviation(capped, percent, used, kept)
                    worst[who] = max(worst[who], abs(off))
                    line.append(f"{who} {used:6.1f} % ({off:+.1f}; others kept {kept:.1f})")
                print(f"{vcpus} vCPU, {memory} MiB, cap {percent:3} %: {', '.join(line)}", flush=True)
            rig("guest", "stop", GUEST)
    finally:
        rig.down()
    print(f"the largest deviation of the peer is {worst['peer']:.2f} points")
    return conclude("cap", worst["ours"], POINTS, 1.0, "points")


if __name__ == "__main__":
    sys.exit(main())
