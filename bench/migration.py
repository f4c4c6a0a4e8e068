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
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from measuring import conclude

os.environ.setdefault("RIG_ID", "6")
from harness import Rig, run, wait_for  # noqa: E402

LINK_MIB = 20
WORKS = {"idle": "idle", "busy": "idle cpu 60", "below": "idle rewrite 60 6", "at": "idle rewrite 60 20",
         "above": "idle rewrite 60 40"}
PLAIN_LIMIT = 60
DOWNTIME_MS = 300
GUEST = "mover"


class Bench:
    def __init__(self, build, rig):
        self.tool = pathlib.Path(build) / "bin" / "bench_move"
        self.rig = rig
        self.book = pathlib.Path(tempfile.mkdtemp(prefix="bench-migration-")) / "book"
        self.book.touch()
        self.at = 1
        self.uuids = {host: re.search(r"<uuid>(.*?)</uuid>", rig.virsh(host, "capabilities")).group(1) for host in (1, 2)}

    def ends(self):
        return self.rig.uri(self.at), self.rig.uri(3 - self.at)

    def arrived(self):
        self.at = self.rig.where(GUEST)[0]

    def ours(self):
        source, target = self.ends()
        stats = self.rig.domstats(self.at, GUEST)
        kib = {name: int(stats[f"balloon.{name}"]) * 1024 for name in ("current", "unused")}
        done = run(self.tool, self.book, source, self.uuids[self.at], target, self.uuids[3 - self.at],
                   self.rig.virsh(self.at, "domuuid", GUEST), kib["current"], kib["unused"], LINK_MIB, self.busy(),
                   timeout=600)
        states = [json.loads(line) for line in done.stdout.splitlines()]
        self.arrived()
        return states[-1] | {"sentence": next((s["message"] for s in states if s["state"] == "started"), "")}

    def busy(self):
        """The busiest vCPU's share of a second, as a snapshot has it."""
        def times():
            stats = self.rig.domstats(self.at, GUEST)
            return {name: int(value) for name, value in stats.items() if re.fullmatch(r"vcpu\.[0-9]+\.time", name)}
        before, began = times(), time.monotonic()
        wait_for("a second", lambda: time.monotonic() > began + 1, 5)
        after, seconds = times(), time.monotonic() - began
        return max((after[name] - before.get(name, 0)) / 1e9 / seconds for name in after)

    def plain(self):
        source, target = self.ends()
        began = time.monotonic()
        process = subprocess.Popen(["virsh", "-q", "-c", source, "migrate", "--live", "--p2p", "--bandwidth", str(LINK_MIB),
                                    GUEST, target], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        ended = True
        try:
            process.wait(PLAIN_LIMIT)
        except subprocess.TimeoutExpired:
            ended = False
            self.rig.virsh(self.at, "domjobabort", GUEST)
            process.wait(60)
        seconds = time.monotonic() - began
        self.arrived()
        if not ended:
            return {"ended": False, "total_ms": PLAIN_LIMIT * 1000, "downtime_ms": None}
        assert process.returncode == 0, f"virsh migrate: {process.stdout.read()}"
        text = self.rig.virsh(self.at, "domjobinfo", "--completed", GUEST)
        number = lambda name: float(re.search(rf"^{name}:\s+([0-9.]+)", text, re.M).group(1))  # noqa: E731
        return {"ended": True, "total_ms": number("Time elapsed"), "downtime_ms": number("Total downtime"),
                "wall_ms": 1000 * seconds}

    def compare(self, work):
        self.rig.work(GUEST, WORKS[work])
        wait_for("the guest's memory is in use", lambda end=time.monotonic() + 5: time.monotonic() > end, 10)
        ours = self.ours()
        plain = self.plain()
        return Pair(work, ours, plain)


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
        bench = Bench(sys.argv[1], rig)
        for _ in range(2):
            print("to learn:", bench.ours()["sentence"], flush=True)
        for number in range(rounds):
            for work in WORKS:
                pairs.append(bench.compare(work))
                print(f"round {number + 1}: {pairs[-1].line()}", flush=True)
    finally:
        rig.down()
    return judge(pairs)


if __name__ == "__main__":
    sys.exit(main())
