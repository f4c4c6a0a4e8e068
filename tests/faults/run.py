#!/usr/bin/env python3
"""Things are killed, stopped and cut off at random moments while Hotspot migrates, on the rig.

run.py BUILD_DIR [WORD...]     HOTSPOT_FAULT_ROUNDS rounds of each fault (3), HOTSPOT_SEED to repeat a run. After each
round: every domain runs on exactly one node, no journal entry stays open, and the journal says what libvirt says. The
last line is the count.
"""
import os
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import suite  # noqa: E402
from harness import Daemon, Seen, wait_for  # noqa: E402
from measure import guest  # noqa: E402

ROUNDS = int(os.environ.get("HOTSPOT_FAULT_ROUNDS", "3"))
SEED = int(os.environ.get("HOTSPOT_SEED", time.time_ns() % 1_000_000))
RULES = """groups:
- name: chaos
  rules:
  - hotspot: Move
    expr: node_cpu_domains_ratio > 40%
    for: 2 of 3
    remedy:
    - migrate
    cooldown: 1s
"""
EXTRA = """lease: 2s
foreign_rest: 0s
limits: {settle_samples: 1, cooldown_cap: 1s}
"""
FINAL = ("done", "failed", "aborted", "skipped")
GUESTS = ("one1", "two1")


def open_actions(daemon):
    newest = {}
    for entry in daemon.journal():
        newest[entry["action"]] = entry["state"]
    return {action: state for action, state in newest.items() if state not in FINAL}


def where_exactly(world, name):
    def once():
        places = world.rig.where(name)
        if len(places) != 1:
            raise Seen(f"{name} runs on {places}")
        return places

    return wait_for(f"{name} runs on one node", once, 60, 0.3)[0]


def bring_home(world):
    """Both guests on h1, so that it is hot again."""
    for name in GUESTS:
        place = where_exactly(world, name)
        if place != 1:
            world.rig.virsh(place, "migrate", "--live", "--p2p", name, world.rig.uri(1))


def check(world, daemon):
    wait_for("no action stays open", lambda: not open_actions(daemon), 120, 0.5)
    for name in GUESTS:
        place = where_exactly(world, name)
        world.rig.ask(name)
        moves = [a for a in daemon.json("action", "list", "-n", "500") if a["kind"] == "migrate" and a["domain"] == name]
        if moves and moves[-1]["at"] > world.round_began and moves[-1]["state"] == "done":
            assert int(moves[-1]["step"].removeprefix("migrate to h")) == place, (moves[-1], place)


def rounds(world, fault):
    """fault(daemon, pause) breaks something and mends it again; it returns the daemon that leads afterwards."""
    chance = random.Random(f"{SEED} {fault.__name__}")
    print(f"     HOTSPOT_SEED={SEED}", flush=True)
    world.rig.redis("FLUSHALL")
    for name, load in zip(GUESTS, (55, 40)):
        guest(world, 1, name, "--memory", "200/256")
        world.rig.work(name, f"cpu {load} rewrite 20 10")
    for number in range(ROUNDS):
        bring_home(world)
        world.round_began = time.time()
        daemon = Daemon(world.rig, world.build, RULES, extra=EXTRA).start()
        world.later(daemon.stop)
        daemon.leads()
        # Most often in the middle of a migration, which takes about a second here.
        if chance.random() < 0.75:
            wait_for("an action begins", lambda d=daemon: open_actions(d), 60, 0.02)
            pause(chance.uniform(0, 1.5))
        else:
            pause(chance.uniform(0, 4))
        before = open_actions(daemon)
        daemon = fault(world, daemon, chance)
        check(world, daemon)
        last = daemon.json("action", "list")[-1:]
        print(f"     round {number + 1}: open at the fault {list(before.values()) or 'nothing'}, at the end "
              f"{[(a['domain'], a['state'], a['message']) for a in last]}", flush=True)
        daemon.stop()


def pause(seconds):
    end = time.monotonic() + seconds
    wait_for("the moment", lambda: time.monotonic() >= end, seconds + 10, 0.01)


def another(world):
    daemon = Daemon(world.rig, world.build, RULES, extra=EXTRA).start()
    world.later(daemon.stop)
    return daemon.leads()


def test_hotspotd_killed_at_random_moments_loses_and_doubles_nothing(world):
    def kill(world, daemon, _):
        daemon.kill()
        return another(world)

    rounds(world, kill)


def test_hotspotd_stopped_for_longer_than_its_lease_does_not_act_when_it_wakes(world):
    def stop_and_wake(world, daemon, _):
        daemon.process.send_signal(19)
        second = another(world)
        daemon.process.send_signal(18)
        wait_for("the first gives the lead away", lambda: "does not lead any more" in daemon.text(), 20)
        tokens = [int(e["token"]) for e in second.journal()]
        assert tokens == sorted(tokens), f"an entry of an older leader came after one of a newer: {tokens}"
        daemon.stop()
        return second

    rounds(world, stop_and_wake)


def test_redis_killed_at_random_moments_loses_no_action(world):
    def kill_redis(world, daemon, chance):
        world.rig("services", "redis-kill")
        pause(chance.uniform(0, 4))
        world.rig("services", "redis-start")
        return daemon.leads(30)

    rounds(world, kill_redis)


def test_a_libvirtd_that_hangs_or_dies_at_random_moments_loses_no_domain(world):
    def hurt_libvirtd(world, daemon, chance):
        host = chance.choice((1, 2, 3))
        hurt, mend = chance.choice((("stop", "cont"), ("kill", "start")))
        world.rig("host", hurt, host)
        pause(chance.uniform(0.5, 5))
        world.rig("host", mend, host)
        return daemon

    rounds(world, hurt_libvirtd)


def test_a_link_cut_at_random_moments_loses_no_domain(world):
    def cut_link(world, daemon, chance):
        host = chance.choice((1, 2, 3))
        world.rig("link", host, "off")
        pause(chance.uniform(0.5, 4))
        world.rig("link", host, "on")
        return daemon

    rounds(world, cut_link)


if __name__ == "__main__":
    sys.exit(suite.run(sys.argv[1], [sys.modules[__name__]], only=sys.argv[2:]))
