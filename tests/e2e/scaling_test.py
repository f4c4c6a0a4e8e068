"""Scaling that an operator leaves alone: memory followed up and down, and CPU caps."""
import time

from follower import Follower
from harness import wait_for
from loop_test import daemon_with, wait_done
from measure import guest

FOLLOW = """groups:
- name: memory
  rules:
  - hotspot: Grow
    expr: domain_memory_used_ratio{domain="mem4"} > 75%
    for: 2 of 2
    remedy: [scale_memory: {by: 32MiB}]
    cooldown: 1s
  - hotspot: Shrink
    expr: domain_memory_used_ratio{domain="mem4"} < 30%
    for: 3s
    remedy: [scale_memory: {by: -96MiB, min: 128MiB}]
    cooldown: 1s
"""
GENTLY = """limits: {settle_samples: 1}
shrink: {step: 48MiB, step_pause: 2s, watch: 6s}
"""
CAP = """groups:
- name: cpu
  rules:
  - hotspot: Cap
    expr: domain_cpu_ratio{domain="cap4"} > 70%
    for: 2 of 3
    remedy: [cap_cpu: {to: 50%}]
    cooldown: 10m
"""


# The published load takes 1.7 GiB in steps of 100 MiB; here a seventh of it, in steps of 20. What does not shrink with it
# are the 16 MiB of the guest's DMA zone: they count as available, but it swaps before it uses them. So growing begins
# early enough that a step leaves more than these. It takes again once all was given back: no controller that looks once a
# second is faster than a guest that takes 60 MiB within that second.
def test_law_8_a_guest_that_takes_memory_and_gives_it_back_is_followed_without_swapping_or_killing(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "mem4", "--memory", "160/448", "--swap", "256")
    daemon = daemon_with(world, FOLLOW, extra=GENTLY)
    follower = Follower(world.rig, "mem4", daemon)
    for _ in range(2):
        follower.take_and_give_back(range(20, 241, 20), used_ratio=0.75, grown_mib=280, given_back_mib=128)
    ended = {e["state"] for e in daemon.journal() if e["state"] in ("failed", "aborted")}
    assert not ended, daemon.text()[-3000:]


def test_a_capped_domain_uses_what_its_cap_says(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "cap4")
    daemon = daemon_with(world, CAP)
    world.rig.work("cap4", "cpu:0 98")
    wait_done(daemon, "set_cpu_cap")
    shown = dict(line.split(":") for line in world.rig.virsh(1, "schedinfo", "cap4").replace(" ", "").splitlines())
    assert shown["vcpu_quota"] == "50000" and shown["vcpu_period"] == "100000", shown
    before, began = int(world.rig.domstats(1, "cap4")["vcpu.0.time"]), time.monotonic()
    wait_for("five seconds are measured", lambda: time.monotonic() >= began + 5, 20)
    used = (int(world.rig.domstats(1, "cap4")["vcpu.0.time"]) - before) / 1e9 / (time.monotonic() - began)
    assert 0.40 <= used <= 0.53, f"{used:.3f} of a CPU against a cap of 0.5"
