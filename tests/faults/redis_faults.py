"""Redis killed, come back without its last writes, failed over."""
import re

from harness import CLUSTER, Daemon, wait_for
from rounds import EXTRA, RULES, Stage, another, check, come_to_rest, open_actions, pause, rounds
import random
import time


def written_by(daemon):
    """The ids of the actions of which its log says that they began."""
    return set(re.findall(r" started \(action ([^\s,)]+)", daemon.text()))


def nothing_is_missing(daemon):
    missing = written_by(daemon) - {entry["action"] for entry in daemon.journal()}
    assert not missing, f"the journal does not know {missing} any more:\n{daemon.text()[-4000:]}"


def test_redis_killed_at_random_moments_loses_no_action(world):
    def kill_redis(world, daemon, chance):
        world.rig("services", "redis-kill")
        pause(chance.uniform(0, 4))
        world.rig("services", "redis-start")
        return daemon.leads(30)

    rounds(world, kill_redis)


def test_redis_that_comes_back_without_its_last_writes_gets_them_again(world):
    def lose_writes(world, daemon, chance):
        world.rig("services", "redis-copy")
        pause(chance.uniform(0.2, 3))
        world.rig("services", "redis-kill")
        world.rig("services", "redis-restore")
        pause(chance.uniform(0, 3))
        world.rig("services", "redis-start")
        daemon.leads(30)
        wait_for("what was written is there again", lambda: nothing_is_missing(daemon) is None, 20, 0.3)
        return daemon

    rounds(world, lose_writes)


def test_redis_emptied_under_two_hotspotd_costs_neither_the_lead_nor_an_action(world):
    def empty(world, daemon, chance):
        standby = Daemon(world.rig, world.build, RULES, extra=EXTRA).start()
        world.later(standby.stop)
        wait_for("another stands by", lambda: f":{standby.process.pid} " in
                 world.rig.redis("HGET", f"hotspot:{{{CLUSTER}}}:state", "members"), 20, 0.05)
        led_before = daemon.status()["token"]
        world.rig.redis("FLUSHALL")
        wait_for("what was written is there again", lambda: nothing_is_missing(daemon) is None, 20, 0.3)
        daemon.leads(20)
        assert daemon.status()["token"] == led_before, f"a new term:\n{daemon.text()[-4000:]}"
        standby.stop()
        return daemon

    rounds(world, empty)


def collectd_by_sentinel(world, host, on):
    world.rig("collectd", "down", host)
    if not on:
        world.rig("collectd", "up", host)
        return
    text = world.rig("collectd", "config", host)
    where, port = world.rig.env["REDIS_HOST"], world.rig.env["SENTINEL_PORT"]
    text = re.sub(r"<Redis>.*?</Redis>", f'<Redis>\n    Sentinel "rig"\n    Address "{where}:{port}"\n  </Redis>', text,
                  flags=re.S)
    path = world.build / f"collectd-sentinel-{host}.conf"
    path.write_text(text)
    world.rig("collectd", "up", host, path)


def test_a_failover_of_redis_that_loses_the_last_writes_loses_no_action(world):
    hosts = range(1, world.rig.hosts + 1)

    def undo():
        world.rig("services", "replica-down")
        for host in hosts:
            collectd_by_sentinel(world, host, False)

    world.later(undo)
    world.rig("services", "replica-up")
    for host in hosts:
        collectd_by_sentinel(world, host, True)
    where, port = world.rig.env["REDIS_HOST"], world.rig.env["SENTINEL_PORT"]
    stage = Stage(world, random.Random(4))
    stage.begin_round()
    since = time.time()
    daemon = another(world, EXTRA, redis=f"{{sentinel: rig, addresses: ['{where}:{port}']}}")
    wait_for("an action begins", lambda: open_actions(daemon), 60, 0.02)
    world.rig("services", "replica-lag")
    pause(1.0)
    world.rig("services", "redis-kill")
    replica = str(int(world.rig.env["REDIS_PORT"]) + 1)
    world.rig.env["REDIS_PORT"], master = replica, world.rig.env["REDIS_PORT"]
    world.later(lambda: world.rig.env.update(REDIS_PORT=master))
    wait_for("the replica is the master", lambda: "role:master" in world.rig.redis("INFO", "replication"), 30)
    daemon.leads(40)
    wait_for("what was written is there again", lambda: nothing_is_missing(daemon) is None, 20, 0.3)
    check(stage, daemon, since)
    come_to_rest(daemon)
    stage.begin_round()
    moved = len(daemon.journal())
    daemon.ctl("mode", "resume")
    wait_for("it acts again", lambda: len(daemon.journal()) > moved, 60, 0.5)
    wait_for("no action stays open", lambda: not open_actions(daemon), 60, 0.5)
    daemon.stop()
