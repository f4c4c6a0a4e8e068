"""Redis or libvirt away, at start or later; snapshots that are nonsense; a daemon that dies."""
import json
import os
import signal
import time

from harness import CLUSTER, RIG, Daemon, run, wait_for
from loop_test import MIGRATE, SCALE, daemon_with, last_action, wait_done
from measure import guest
from values_test import QUIET, newest_snapshot


def collectd_log(world, host):
    return open(f"{world.rig.root}/h{host}/log/collectd.log", errors="replace").read()


def test_snapshots_that_are_nonsense_are_counted_named_and_skipped(world):
    world.rig.redis("FLUSHALL")
    daemon = daemon_with(world, QUIET)
    good = json.dumps(newest_snapshot_soon(world))
    stream = f"hotspot:{{{CLUSTER}}}:snapshots"
    for text in (good[:len(good) // 2], "{}", "[1,2", json.dumps({**json.loads(good), "schema": 99}),
                 "\x01\x02", json.dumps({**json.loads(good), "domains": [[1, 2, 3]]})):
        world.rig.redis("XADD", stream, "*", "snapshot", text)
    world.rig.redis("XADD", stream, "*", "another_field", "x")

    def counted():
        bad = daemon.status()["intake"]["bad_snapshots"]
        return bad.get("higher_schema", {}).get("count") == 1 and sum(b["count"] for b in bad.values()) >= 7 and bad

    bad = wait_for("all seven are counted", counted)
    assert "99" in bad["higher_schema"]["last_message"], bad
    assert "higher_schema" in daemon.ctl("status").stdout
    assert daemon.status()["intake"]["stale_nodes"] == 0


def newest_snapshot_soon(world):
    return wait_for("a snapshot of h1", lambda: newest_snapshot(world, 1), 20)


def test_redis_killed_and_started_again_is_said_once_and_all_go_on(world):
    guest(world, 1, "hot1")
    world.rig.redis("FLUSHALL")  # the load of its boot is no reason to act
    daemon = daemon_with(world, SCALE)
    world.rig("services", "redis-kill")
    world.later(lambda: world.rig("services", "redis-start"))
    wait_for("the daemon says that Redis is away", lambda: "away" in daemon.text() or "answer" in daemon.text(), 20)
    said = len(daemon.text().splitlines())
    world.rig.work("hot1", "cpu:0 98")
    end = time.monotonic() + 6
    wait_for("six seconds are over", lambda: time.monotonic() > end, 10)
    assert len(daemon.text().splitlines()) - said <= 6, daemon.text()[-2000:]
    assert world.rig.virsh(1, "vcpucount", "hot1", "--current", "--live") == "1", "it acted without a journal"
    world.rig("services", "redis-start")
    wait_done(daemon, "set_vcpus", 60)
    for host in (1, 2, 3):
        log = collectd_log(world, host)
        assert log.count("hotspot: Redis") <= 8, log[-2000:]


def test_a_libvirtd_that_hangs_costs_only_its_own_node(world):
    world.rig.redis("FLUSHALL")
    daemon = daemon_with(world, QUIET)
    wait_for("three nodes", lambda: len(daemon.json("node", "list")) == 3)
    world.rig("host", "stop", "2")
    world.later(lambda: world.rig("host", "cont", "2"))

    def only_h2_is_stale():
        return {n["name"] for n in daemon.json("node", "list") if n["stale"]} == {"h2"}

    wait_for("h2 is stale and the others are not", only_h2_is_stale, 30, 0.5)
    world.rig("host", "cont", "2")
    wait_for("h2 is fresh again", lambda: not any(n["stale"] for n in daemon.json("node", "list")), 40, 0.5)


def test_a_libvirtd_that_is_killed_and_started_again_is_read_again(world):
    world.rig.redis("FLUSHALL")
    guest(world, 3, "stay1")
    daemon = daemon_with(world, QUIET)
    wait_for("stay1 is seen", lambda: [d for d in daemon.json("domain", "list") if d["name"] == "stay1"])
    world.rig("host", "kill", "3")
    wait_for("h3 is stale", lambda: {n["name"] for n in daemon.json("node", "list") if n["stale"]} == {"h3"}, 30, 0.5)
    world.rig("host", "start", "3")
    wait_for("stay1 is seen again, fresh", lambda: [d for d in daemon.json("domain", "list")
                                                    if d["name"] == "stay1" and not d["stale"]], 40, 0.5)


def test_collectd_that_starts_before_libvirtd_and_redis_says_so_once_and_recovers(world):
    world.rig.redis("FLUSHALL")
    world.rig("collectd", "down", "2")
    world.rig("host", "kill", "2")
    world.rig("services", "redis-kill")
    world.rig("collectd", "up", "2")

    def said(what, log=lambda: collectd_log(world, 2)):
        return [line for line in log().splitlines() if what in line]

    wait_for("it says that libvirt is away", lambda: said("hotspot: libvirt at qemu:///system is away"), 20)
    world.rig("host", "start", "2")
    wait_for("it says that libvirt is back", lambda: said("is back after"), 20)
    wait_for("it says that Redis is away", lambda: said("Redis at 10.77"), 20)
    world.rig("services", "redis-start")
    wait_for("snapshots of h2 arrive", lambda: newest_snapshot(world, 2), 30)
    assert len(said("hotspot: libvirt")) == 2, collectd_log(world, 2)[-3000:]
    assert len(said("hotspot: Redis")) <= 2, collectd_log(world, 2)[-3000:]


def test_collectd_ends_within_2_s_while_libvirtd_hangs(world):
    world.rig.redis("FLUSHALL")
    wait_for("snapshots of h3", lambda: newest_snapshot(world, 3), 20)
    world.rig("host", "stop", "3")
    world.later(lambda: world.rig("collectd", "up", "3"))
    world.later(lambda: world.rig("host", "cont", "3"))
    wait_for("a read hangs", lambda: "is away" in collectd_log(world, 3), 20)
    began = time.monotonic()
    world.rig("collectd", "down", "3")
    assert time.monotonic() - began < 2.5, f"{time.monotonic() - began:.1f} s"


def test_a_mistyped_option_is_named_with_its_plugin(world):
    world.rig("collectd", "down", "3")
    world.later(lambda: world.rig("collectd", "up", "3"))
    config = world.rig("collectd", "config", "3").replace("ActuatorURI", "ActuatorUrl")
    path = f"{world.rig.root}/mistyped.conf"
    with open(path, "w", encoding="utf-8") as file:
        file.write(config)
    refused = run(RIG, "collectd", "up", "3", path, check=False)
    assert refused.returncode != 0
    log = collectd_log(world, 3) + refused.stderr
    assert "hotspot plugin: unknown key 'ActuatorUrl' in <Plugin hotspot>, did you mean 'ActuatorURI'?" in log, log


def test_hotspotd_that_starts_before_redis_waits_for_it(world):
    world.rig.redis("FLUSHALL")
    world.rig("services", "redis-kill")
    daemon = Daemon(world.rig, world.build, QUIET).start()
    world.later(daemon.stop)
    wait_for("it says that Redis is away", lambda: "Connection refused" in daemon.text(), 15)
    assert daemon.process.poll() is None, daemon.text()
    world.rig("services", "redis-start")
    daemon.leads()


def test_a_daemon_killed_in_the_middle_of_a_migration_leaves_it_to_the_next_to_say_done(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "move1", "--memory", "200/256")
    guest(world, 1, "stay1")
    world.rig.work("stay1", "cpu 60")
    first = Daemon(world.rig, world.build, MIGRATE).start()
    world.later(first.stop)
    first.leads()
    world.rig.work("move1", "cpu 50 rewrite 30 20")
    wait_for("the migration has started", lambda: (a := last_action(first, "migrate")) and
             a["state"] in ("started", "progress"), 60, 0.05)
    first.kill()
    second = Daemon(world.rig, world.build, QUIET).start()
    world.later(second.stop)

    def ended():
        action = last_action(second, "migrate")
        return action if action["state"] in ("done", "failed", "aborted", "skipped") else None

    action = wait_for("the action has an end", ended, 90, 0.5)
    places = wait_for("the domain runs somewhere", lambda: world.rig.where(action["domain"]), 20)
    assert len(places) == 1, places
    told = {"done": int(action["step"].removeprefix("migrate to h"))}.get(action["state"], 1)
    assert places == [told], (places, action)


def test_two_daemons_share_a_cluster_and_one_takes_over_within_10_s(world):
    world.rig.redis("FLUSHALL")
    first = daemon_with(world, QUIET)
    second = Daemon(world.rig, world.build, QUIET).start()
    world.later(second.stop)
    wait_for("the second stands by", lambda: second.process.poll() is None and
             first.status()["leader"]["holder"].endswith(f":{first.process.pid}"))
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait(10)
    began = time.monotonic()
    second.leads(20)
    assert time.monotonic() - began < 10.5, "within 10 s, and the time to see it"
