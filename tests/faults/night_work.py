"""Seven guests whose work changes at random, the same work again for the same seed.

What a guest is asked to hold always fits into the memory that it starts with: a process is killed for want of memory
only where somebody took some away.
"""
import concurrent.futures
import json
import random
import subprocess
import threading
import time

from harness import RIG, Seen, run, wait_for

GUESTS = {"n1": 1, "n2": 1, "n3": 1, "n4": 2, "n5": 2, "n6": 3, "n7": 3}  # and the host of each
SIZE = ("--vcpus", "1/2", "--memory", "192/256")
CPU_PERCENT = (2,) * 8 + (15, 45, 90)
HOLD_MIB = (5, 5, 10, 30, 60, 85, 105)
LONGEST_S, SHORTEST_S = 40, 15


def schedule(seed, seconds, hurry=1):
    """[(seconds from the beginning, guest, words)], in order. `hurry` makes the changes come that much faster."""
    plan = []
    for name in GUESTS:
        chance = random.Random(f"{seed} {name}")
        at = chance.uniform(0, 5)
        while at < seconds:
            plan.append((at, name, f"cpu:0 {chance.choice(CPU_PERCENT)} hold {chance.choice(HOLD_MIB)}"))
            at += chance.uniform(SHORTEST_S, LONGEST_S) / hurry
    return sorted(plan)


class Work:
    """Follows a schedule in a thread of its own, and asks the guests what their kernels have killed."""

    def __init__(self, rig, plan):
        self.rig, self.plan = rig, plan
        self.ended = threading.Event()
        self.missed = []  # what could not be told to a guest, as sentences
        self.thread = threading.Thread(target=self._follow, daemon=True)

    def start(self):
        self.began = time.monotonic()
        self.thread.start()
        return self

    def stop(self):
        self.ended.set()
        self.thread.join(90)

    def _follow(self):
        for at, name, words in self.plan:
            if self.ended.wait(max(0.0, self.began + at - time.monotonic())):
                return
            try:
                run(RIG, "guest", "work", name, words, timeout=60)
            except (Seen, subprocess.TimeoutExpired) as problem:
                # Not so much memory, or no answer: the next change comes all the same.
                self.missed.append(f"{name}: {words}: {str(problem).splitlines()[0][-160:]}")


def of_each_guest(call):
    """{name: call(name)}, all at once: each takes a process or two, and a guest its time."""
    with concurrent.futures.ThreadPoolExecutor(len(GUESTS)) as pool:
        return dict(zip(GUESTS, pool.map(call, GUESTS)))


def start_guests(world):
    for name in GUESTS:
        world.later(lambda name=name: world.rig("guest", "stop", name, check=False))
    of_each_guest(lambda name: world.rig("guest", "start", GUESTS[name], name, *SIZE))
    of_each_guest(lambda name: world.rig("guest", "wait", name, "90"))


def asked(world):
    """What each guest says of itself."""
    return of_each_guest(lambda name: wait_for(f"{name} answers", lambda: json.loads(world.rig("guest", "ask", name)), 60, 1))


def kills(said):
    return {name: one["oom_kill"] for name, one in said.items()}
