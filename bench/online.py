#!/usr/bin/env python3
"""The published load for online resource management, at its full size on the rig: a guest takes 1.7 GiB in steps of 100 MiB
and gives them back, over and over, while it works on 200 MiB more. rules/online.yml follows it, with its own thresholds
and steps, and seconds for its minutes.

The peer is the same guest with what it began with, 1 GiB, and nobody who follows. Compared is what must not be: pages
swapped in, and processes killed for want of memory. With ours there may be none, and its memory must go up only while the
guest takes, and down only once it has given back; otherwise the program ends with the reason.

online.py BUILD_DIR [CYCLES]     (2 cycles)
"""
import os
import sys

from measuring import ROOT, conclude

os.environ.setdefault("RIG_ID", "6")
from follower import Follower  # noqa: E402
from harness import Daemon, Rig, wait_for  # noqa: E402

SECONDS_FOR_MINUTES = {"cooldown: 2m": "cooldown: 2s", "cooldown: 1m": "cooldown: 1s", "cooldown: 30m": "cooldown: 5s",
                       "for: 10m": "for: 10s", "[1h]": "[10s]"}
GENTLY = ("limits: {settle_samples: 1, reversal_rest: 3s}\n"
          "shrink: {step: 128MiB, step_pause: 2s, watch: 6s, observed: 10s, remember: 20s, after: 6s}\n")
STEPS_MIB = range(100, 1701, 100)
BEGINS_MIB, MOST_MIB, SWAP_MIB = 1024, 3072, 2048
GIVEN_BACK_MIB = 1900  # the pack takes 500 MiB at a time, until a fifth is in use; 200 MiB and the kernel stay


def pack():
    text = (ROOT / "rules" / "online.yml").read_text()
    for minutes, seconds in SECONDS_FOR_MINUTES.items():
        assert minutes in text, f"rules/online.yml has no '{minutes}' any more"
        text = text.replace(minutes, seconds)
    return text


def start(rig, name):
    rig.start_guest(1, name, "--vcpus", "1/2", "--memory", f"{BEGINS_MIB}/{MOST_MIB}", "--swap", str(SWAP_MIB))
    rig.work(name, "rewrite 200 50")


def harm(rig, name):
    said = rig.ask(name)
    return said["pswpin"] + said["oom_kill"]


def ours(build, rig, cycles):
    start(rig, "followed")
    daemon = Daemon(rig, build, pack(), extra=GENTLY).start()
    try:
        follower = Follower(rig, "followed", daemon.leads())
        for _ in range(cycles):
            follower.take_and_give_back(STEPS_MIB, used_ratio=0.8, grown_mib=STEPS_MIB[-1], given_back_mib=GIVEN_BACK_MIB,
                                        given_back_s=300)
    finally:
        daemon.stop()
    return harm(rig, "followed")


def peer(rig):
    start(rig, "alone")
    for held in STEPS_MIB:
        rig.work("alone", f"hold {held}")
        wait_for(f"{held} MiB are held, or it was killed", lambda: harm(rig, "alone") or
                 rig.ask("alone")["work"]["held_mib"] == held, 60, 0.5)
    return harm(rig, "alone")


def main():
    cycles = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    rig = Rig(hosts=1)
    try:
        rig.up()
        rig.collectd_up(sys.argv[1])
        with_us, alone = ours(sys.argv[1], rig, cycles), peer(rig)
    finally:
        rig.down()
    return conclude("online", with_us, max(alone, 1), 0.0, "pages swapped in and processes killed", 0)


if __name__ == "__main__":
    sys.exit(main())
