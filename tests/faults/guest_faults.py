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
shrink: {step: 32MiB, step_pause: 1s, watch: 3s}
"""


def actions(daemon):
    return [a for a in daemon.json("action", "list", "-n", "100") if a["domain"] == "stubborn"]


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
