"""Who is a node: what an operator has to do for it, and what somebody with a collector's password cannot."""
import json
import pathlib
import tempfile

from forger import Forger, new_uuid
from harness import CLUSTER, SCHEMES, Seen, run, wait_for
from loop_test import MIGRATE, daemon_with, wait_done
from measure import guest

LIBVIRT_PORT = ":16509"


def connections(daemon):
    """Of hotspotd to libvirtds, as the kernel has them."""
    return [line for line in run("ss", "-tnpH").stdout.splitlines()
            if f"pid={daemon.process.pid}," in line and LIBVIRT_PORT in line.split()[4]]


def peers(daemon):
    return {line.split()[4] for line in connections(daemon)}


def admission(world):
    return json.loads(world.rig.redis("HGET", f"hotspot:{{{CLUSTER}}}:state", "admission") or "{}")


def waiting(world):
    return {node["name"]: node["fingerprint"] for node in admission(world).get("waiting", [])}


def all_wait(world):
    expected = {f"h{host}": world.rig.fingerprint(host) for host in range(1, world.rig.hosts + 1)}
    assert all(print_.startswith("SHA256:") for print_ in expected.values()), expected

    def seen():
        if waiting(world) == expected:
            return True
        raise Seen(f"expected {expected}, there is {admission(world)}")
    wait_for("each node waits with the fingerprint that its collectd logged", seen, 30, 0.5)


def test_a_node_is_nobody_until_an_operator_admits_it(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "move1")
    guest(world, 1, "move2")
    daemon = daemon_with(world, MIGRATE, admission=SCHEMES)
    world.rig.work("move1", "cpu 65")
    world.rig.work("move2", "cpu 50")
    all_wait(world)
    listed = daemon.json("node", "list", "--waiting")
    assert {node["name"]: node["fingerprint"] for node in listed} == waiting(world), listed
    assert connections(daemon) == [], "it is connected to before anybody admitted it"
    assert daemon.json("domain", "list") == [], "its data count"
    wrong = daemon.ctl("node", "admit", "h1", "--fingerprint", world.rig.fingerprint(2), "--yes", check=False)
    assert wrong.returncode == 3 and world.rig.fingerprint(1) in wrong.stderr, wrong
    daemon.ctl("node", "admit", "h1", "--fingerprint", world.rig.fingerprint(1), "--yes")
    wait_for("h1 counts", lambda: "move1" in [domain["name"] for domain in daemon.json("domain", "list")], 30, 0.5)
    assert peers(daemon) == {world.rig.address(1) + LIBVIRT_PORT}, "h1 alone is connected to"
    told = daemon.ctl("node", "admit", "--all-seen", "--yes").stderr
    assert world.rig.uri(2) in told and world.rig.fingerprint(3) in told and world.rig.uri(1) not in told, told
    wait_for("each node is connected to", lambda: len(peers(daemon)) == world.rig.hosts, 30, 0.5)
    wait_done(daemon, "migrate")


def test_a_forged_snapshot_runs_nothing_and_is_the_target_of_nothing(world):
    world.rig.redis("FLUSHALL")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hotspot-forged-"))
    world.later(lambda: run("rm", "-r", folder))
    script, ran = folder / "run", folder / "ran"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    guest(world, 1, "move1")
    guest(world, 1, "move2")
    daemon = daemon_with(world, MIGRATE)
    wait_for("the nodes are there", lambda: len(daemon.json("node", "list")) == world.rig.hosts, 30, 0.5)
    forger = Forger(world.rig, folder)
    command = f"qemu+ext:///system?command={script}"
    # The best of all targets; and h1 itself, whose URI is to be another.
    forger.forge(forger.like("h2", name="evil", uuid=new_uuid(), uri=command, cpus=512, memory_bytes=4 << 40, cpu_ratio=0.0))
    forger.forge(forger.like("h1", uri=command))
    world.later(forger.start().stop)
    wait_for("the forgeries are refused", lambda: forger.sequence >= 3 and "evil" in waiting(world), 30, 0.5)
    world.rig.work("move1", "cpu 65")
    world.rig.work("move2", "cpu 50")
    action = wait_done(daemon, "migrate")
    assert action["step"] in ("migrate to h2", "migrate to h3"), action
    assert "evil" not in str(daemon.json("decision", "list", "-n", "100")), "it was thought of as a target"
    assert "evil" not in [node["name"] for node in daemon.json("node", "list") if not node.get("waiting")]
    assert world.rig.where(action["domain"]) != [1] and not ran.exists(), "its command was executed"
