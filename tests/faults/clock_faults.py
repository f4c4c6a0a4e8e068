"""hotspotd's clock jumps, by an hour forth and back. The hosts' clocks stay as they are."""
import glob

from harness import Seen, wait_for
from rounds import EXTRA, Stage, another, check, open_actions, pause
import random
import time


def faketime(path):
    library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not library:
        raise Seen("libfaketime is not installed: packaging/dependencies.sh rig")
    return {"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": str(path), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0"}


def begun(daemon):
    return {entry["action"] for entry in daemon.journal() if entry["state"] == "intent"}


def nothing_fresh(daemon):
    intake = daemon.status()["intake"]
    return intake if intake["stale_nodes"] == intake["nodes"] else None


def jump_and_back(world, by):
    stage = Stage(world, random.Random(5))
    stage.begin_round()
    since = time.time()
    clock = world.build / "faketime"
    clock.write_text("+0s\n")
    daemon = another(world, EXTRA, env=faketime(clock))
    wait_for("an action begins", lambda: open_actions(daemon), 60, 0.02)
    clock.write_text(f"{by:+d}s\n")
    wait_for("no action stays open", lambda: not open_actions(daemon), 120, 0.5)
    stage.check_guests()
    before = begun(daemon)
    stage.begin_round()
    seen = wait_for("status says that no node is fresh", lambda: nothing_fresh(daemon), 30, 0.5)
    pause(6)
    assert begun(daemon) == before, f"it acted on data that seem {by} s old: {begun(daemon) - before}; {seen}"
    clock.write_text("+0s\n")
    wait_for("it acts again", lambda: begun(daemon) - before, 60, 0.5)
    wait_for("no action stays open", lambda: not open_actions(daemon), 120, 0.5)
    stage.check_guests()
    daemon.stop()


def test_a_clock_that_jumps_an_hour_forth_stops_acting_until_it_is_right_again(world):
    jump_and_back(world, 3600)


def test_a_clock_that_jumps_an_hour_back_stops_acting_until_it_is_right_again(world):
    jump_and_back(world, -3600)
