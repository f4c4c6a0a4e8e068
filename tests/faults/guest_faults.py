"""Guests that do not do what they are asked to."""
from harness import wait_for
from loop_test import daemon_with
from measure import guest

VCPUS = """groups:
- name: cpu
  rules:
  - hotspot: MoreVcpus
    expr: domain_cpu_ratio{domain="stubborn"} > 40%
    for: 2 of 2
    remedy: [scale_vcpus: {by: 1}]
    cooldown: 20s
"""
FEWER = """groups:
- name: cpu
  rules:
  - hotspot: FewerVcpus
    expr: domain_cpu_ratio{domain="emulated"} < 30%
    for: 2 of 2
    remedy: [scale_vcpus: {by: -1}]
    cooldown: 1s
"""
MOVE = """groups:
- name: move
  rules:
  - hotspot: Move
    expr: node_cpu_domains_ratio{node="h1"} > 30%
    for: 2 of 3
    remedy: [drain]
    cooldown: 1s
"""
MEMORY = """groups:
- name: memory
  rules:
  - hotspot: LessMemory
    expr: domain_memory_used_ratio{domain="stubborn"} < 60%
    for: 2 of 2
    remedy: [scale_memory: {by: -64MiB, min: 192MiB}]
    cooldown: 20s
"""
GENTLY = """verify_limit: 8s
limits: {settle_samples: 1}
shrink: {step: 32MiB, step_pause: 1s, watch: 3s, observed: 0s}
"""


def actions(daemon, domain="stubborn"):
    return [a for a in daemon.json("action", "list", "-n", "100") if a["domain"] == domain]


def emulated_with_two_vcpus(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "emulated", "--vcpus", "1/3")
    world.rig.virsh(1, "setvcpus", "emulated", "2", "--live")
    wait_for("two vCPUs online in the guest", lambda: world.rig.ask("emulated")["vcpus_online"] == 2)


def test_a_guest_that_does_not_bring_its_vcpu_online_is_told_of_and_left_alone(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "stubborn", "--vcpus", "1/3")
    world.rig.work("stubborn", "vcpus-offline cpu 95")
    daemon = daemon_with(world, VCPUS, extra=GENTLY)
    wait_for("the action has failed", lambda: [a for a in actions(daemon) if a["state"] == "failed"], 60, 0.3)
    failed = actions(daemon)[0]
    assert "has not brought its vCPU 1 online" in failed["message"], failed
    resting = wait_for("the decision says that it rests", lambda: [
        d for d in daemon.json("decision", "list", "-n", "50") if "cools down" in str(d)], 30, 0.5)
    assert resting and len(actions(daemon)) == 1, actions(daemon)


def test_a_guest_without_kvm_keeps_its_vcpus_and_it_is_said_why(world):
    emulated_with_two_vcpus(world)
    daemon = daemon_with(world, FEWER, extra=GENTLY + "foreign_rest: 0s\n")
    wait_for("the decision says why", lambda: [
        d for d in daemon.json("decision", "list", "-n", "50")
        if "emulated keeps its 2 vCPUs: QEMU without KVM" in str(d)], 60, 0.5)
    assert actions(daemon, "emulated") == []
    assert world.rig.ask("emulated")["vcpus_online"] == 2


def test_a_guest_whose_vcpu_went_without_libvirts_noticing_is_not_moved_and_stays_alive(world):
    emulated_with_two_vcpus(world)
    world.rig.virsh(1, "setvcpus", "emulated", "1", "--live", check=False)  # "timed out": QEMU 7.2 does not tell
    wait_for("one vCPU online in the guest", lambda: world.rig.ask("emulated")["vcpus_online"] == 1)
    assert world.rig.domstats(1, "emulated")["vcpu.current"] == "2", "libvirt has noticed: this test is of no use here"
    world.rig.work("emulated", "cpu 90")
    daemon = daemon_with(world, MOVE, extra=GENTLY + "foreign_rest: 0s\n")
    ended = wait_for("the move was skipped", lambda: [
        a for a in actions(daemon, "emulated") if a["state"] in ("skipped", "failed", "done")], 60, 0.3)
    assert ended[0]["state"] == "skipped" and "libvirt counts 2 vCPUs of emulated, of which 1 runs" in ended[0]["message"], ended
    assert world.rig.where("emulated") == [1] and world.rig.ask("emulated")["vcpus_online"] == 1


def test_a_guest_that_gives_no_memory_back_keeps_it_and_is_told_of(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "stubborn", "--memory", "320/320")
    world.rig.work("stubborn", "balloon-off")
    daemon = daemon_with(world, MEMORY, extra=GENTLY)
    ended = wait_for("the shrink has ended", lambda: [a for a in actions(daemon) if a["state"] in ("failed", "aborted")],
                     90, 0.3)
    assert "does not give memory back" in ended[0]["message"] or "no fresh" in ended[0]["message"], ended
    back = wait_for("it was rolled back", lambda: [
        a for a in actions(daemon) if a["action"].startswith(ended[0]["action"] + "-back") and a["state"] == "done"], 60, 0.3)
    assert back, actions(daemon)
    assert int(world.rig.domstats(1, "stubborn")["balloon.current"]) >> 10 >= 310
