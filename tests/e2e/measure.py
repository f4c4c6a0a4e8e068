"""What libvirt counts, over the time that really passed."""
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


def delay_time_ns(world, host, name):
    """How long the domain's vCPUs could have run and did not, because another had the CPU: not the guest's doing."""
    stats = world.rig.domstats(host, name)
    return sum(int(value) for key, value in stats.items() if key.startswith("vcpu.") and key.endswith(".delay"))


class Contention:
    """The share of one CPU that others kept from a domain, between the beginning and the asking."""

    def __init__(self, world, host, name):
        self.of = (world, host, name)
        self.delay, self.began = delay_time_ns(*self.of), time.monotonic()

    def share(self):
        return (delay_time_ns(*self.of) - self.delay) / 1e9 / (time.monotonic() - self.began)


def ratio_while(world, host, name, seconds):
    """The share of one CPU that the domain used in that many seconds from now."""
    used, began = cpu_time_ns(world, host, name)
    wait_for("the time is over", lambda: time.monotonic() >= began + seconds, seconds + 10)
    later, ended = cpu_time_ns(world, host, name)
    return (later - used) / 1e9 / (ended - began)
