#!/usr/bin/env python3
"""Live migrations on the rig, ours and `virsh migrate --live` in turn, over a link whose bandwidth is limited.

Guests of 256 MiB: idle, busy, and rewriting 60 MiB below, at and above the link's rate. Both get the same limit; libvirt's
own figures of the completed job are compared. One migration in each direction comes first, to learn the pair of nodes.
Plain pre-copy that has not ended after PLAIN_LIMIT seconds is ended and counts with that.

The last line compares the sums of the total times. Besides, all of these must hold, or the exit code is not 0:
  - ours always ends: done, or refused beforehand with a reason
  - the downtime of ours is at most 300 ms
  - no total of ours is worse than the plain one of the same guest and round by more than 5 %
  - nine in ten totals of ours were predicted within 20 %

migration.py BUILD_DIR [ROUNDS]     (3 rounds)
"""
import os
import sys

from measuring import conclude

os.environ.setdefault("RIG_ID", "6")
from harness import Rig  # noqa: E402
from mover import Mover  # noqa: E402

LINK_MIB = 20
WORKS = {"idle": "idle", "busy": "idle cpu 60", "below": "idle rewrite 60 6", "at": "idle rewrite 60 20",
         "above": "idle rewrite 60 40"}
PLAIN_LIMIT = 60
DOWNTIME_MS = 300
GUEST = "mover"


def compare(mover, work):
    mover.work(WORKS[work])
    return Pair(work, mover.ours(), mover.plain(PLAIN_LIMIT))


class Pair:
    def __init__(self, work, ours, plain):
        self.work, self.plain = work, plain
        self.state, self.message, self.figures = ours["state"], ours["message"], ours["figures"]
        self.done = self.state == "verifying"
        self.refused = self.state == "skipped" and "never end" in self.message
        self.total = self.figures.get("elapsed_ms") if self.done else None
        self.wall = self.figures.get("total_ms")
        self.predicted = self.figures.get("predicted_total_ms")
        self.downtime = self.figures.get("downtime_ms")
        self.sentence = ours["sentence"] or self.message

    def faults(self):
        if not self.done and not self.refused:
            yield f"ended as {self.state}: {self.message}"
        if self.done and self.downtime > DOWNTIME_MS:
            yield f"the downtime is {self.downtime:.0f} ms"
        if self.done and self.total > 1.05 * self.plain["total_ms"]:
            yield f"the total is {self.total / self.plain['total_ms'] - 1:.0%} above the plain one"

    def well_predicted(self):
        return abs(self.predicted - self.wall) <= 0.2 * self.wall

    def line(self):
        plain = f"{self.plain['total_ms'] / 1000:.1f} s, {self.plain['downtime_ms']:.0f} ms" if self.plain["ended"] \
            else f"not within {PLAIN_LIMIT} s"
        if not self.done:
            return f"{self.work:6} ours {self.state}: {self.message}; plain {plain}"
        return (f"{self.work:6} ours {self.total / 1000:.1f} s (predicted {self.predicted / 1000:.1f}, measured "
                f"{self.wall / 1000:.1f}), {self.downtime:.0f} ms, throttle {self.figures.get('throttle_percent', 0):.0f} %; "
                f"plain {plain}; {self.sentence}")


def judge(pairs):
    faults = [f"{pair.work}: {fault}" for pair in pairs for fault in pair.faults()]
    done = [pair for pair in pairs if pair.done]
    good = sum(pair.well_predicted() for pair in done)
    print(f"{len(done)} of {len(pairs)} done, the others refused; {good} of {len(done)} predicted within 20 %; "
          f"the longest downtime {max(pair.downtime for pair in done):.0f} ms")
    if good < 0.9 * len(done):
        faults.append("fewer than nine in ten predicted within 20 %")
    for fault in faults:
        print(f"does not hold: {fault}")
    code = conclude("migration", sum(p.total for p in done) / 1000, sum(p.plain["total_ms"] for p in done) / 1000, 1.05, "s")
    return 1 if faults else code


def main():
    rig = Rig(hosts=2)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    pairs = []
    try:
        rig.up(services=False)
        rig.start_guest(1, GUEST, "--vcpus", "1/2", "--memory", "256/256")
        mover = Mover(sys.argv[1], rig, GUEST, LINK_MIB)
        for _ in range(2):
            print("to learn:", mover.ours()["sentence"], flush=True)
        for number in range(rounds):
            for work in WORKS:
                pairs.append(compare(mover, work))
                print(f"round {number + 1}: {pairs[-1].line()}", flush=True)
    finally:
        rig.down()
    return judge(pairs)


if __name__ == "__main__":
    sys.exit(main())
