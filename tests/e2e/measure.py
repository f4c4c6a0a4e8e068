"""What libvirt counts, over the time that really passed."""
import os
import pathlib
import time

from harness import wait_for


def guest(world, host, name, *options):
    """A guest that answers, and is gone at the end of the test."""
    world.rig.start_guest(host, name, *options)
    world.later(lambda: world.rig("guest", "stop", name))


def cpu_time_ns(world, host, name):
    """CPU time of a domain's vCPUs and when it was read, in the middle of the call.

    QEMU's own threads are left out: what they use beside the guest's work depends on the machine."""
    before = time.monotonic()
    stats = world.rig.domstats(host, name)
    used = sum(int(value) for key, value in stats.items() if key.startswith("vcpu.") and key.endswith(".time"))
    return used, (before + time.monotonic()) / 2


def taken_ns(world, host, name):
    """Of the domain's vCPUs: how long they ran, and how long they could have run and did not, as another had the CPU."""
    stats = world.rig.domstats(host, name)
    return [sum(int(value) for key, value in stats.items() if key.startswith("vcpu.") and key.endswith(end))
            for end in (".time", ".delay")]


def machine_ns():
    """Of all CPUs of this machine: how long they were busy, and how long its hypervisor had them elsewhere (proc(5))."""
    user, nice, system, _, _, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    return [ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK") for ticks in (user + nice + system + irq + softirq, steal)]


class Contention:
    """The share of one CPU that others kept from a domain, between the beginning and the asking: not the guest's doing.

    What the machine's hypervisor stole counts for the domain as far as the machine was busy with it."""

    def __init__(self, world, host, name):
        self.of = (world, host, name)
        self.before, self.began = self.counters(), time.monotonic()

    def counters(self):
        return taken_ns(*self.of) + machine_ns()

    def share(self):
        used, delay, busy, stolen = (now - then for now, then in zip(self.counters(), self.before))
        return (delay + stolen * min(1, used / max(1, busy))) / 1e9 / (time.monotonic() - self.began)


def ratio_while(world, host, name, seconds):
    """The share of one CPU that the domain used in that many seconds from now."""
    used, began = cpu_time_ns(world, host, name)
    wait_for("the time is over", lambda: time.monotonic() >= began + seconds, seconds + 10)
    later, ended = cpu_time_ns(world, host, name)
    return (later - used) / 1e9 / (ended - began)
