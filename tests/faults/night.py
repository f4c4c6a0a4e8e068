#!/usr/bin/env python3
"""A night on real hosts: seven guests with random work, two hotspotd, short rules, and all kinds of trouble.

night.py BUILD_DIR [WATCHED_MINUTES [ENFORCED_MINUTES]]     (10 and 30; root; HOTSPOT_SEED repeats a night)

First the guests work while hotspotd only observes; then the same work begins again, hotspotd acts, and things are killed,
stopped, cut off, and changed by operators at random. At the end a table tells what came of it. The night fails on a process
that a guest's kernel killed though it does not without Hotspot, on a memory step that was taken back within three minutes, a
domain that is moved back within five to where it came from (but for a drain, which may have no other place for it), a guest
that was lost or doubled or started anew, and an action that never ended. Short: night_faults.py, in ./test.sh.
"""
import dataclasses
import os
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import night_account as account  # noqa: E402
import night_troubles  # noqa: E402
import suite  # noqa: E402
from harness import Daemon, Seen, wait_for  # noqa: E402
from night_watch import Watch  # noqa: E402
from night_work import GUESTS, Work, asked, kills, schedule, start_guests  # noqa: E402
from rounds import SEED, open_actions, pause, where_exactly  # noqa: E402

HOT = 0.45
RULES = """groups:
- name: night
  rules:
  - hotspot: NodeCpuHot
    expr: node_cpu_ratio > 45%
    for: 3 of 5
    remedy: [migrate]
    cooldown: 60s
  - hotspot: DomainCpuHot
    expr: domain_cpu_ratio > 85%
    for: 3 of 5
    remedy: [scale_vcpus: {by: 1}]
    cooldown: 60s
  - hotspot: DomainMemoryShort
    expr: domain_memory_used_ratio > 80%
    for: 3 of 5
    remedy: [scale_memory: {by: 16MiB}]
    cooldown: 60s
  - hotspot: DomainMemoryIdle
    expr: domain_memory_used_ratio < 25%
    for: 3 of 5
    remedy: [scale_memory: {by: -16MiB}]
    cooldown: 60s
  - hotspot: NodeDrain
    expr: node_drain_requested > 0 and node_domains > 0
    remedy: [drain: {partial: true}]
    cooldown: 60s
"""


@dataclasses.dataclass
class Plan:
    watched_s: int
    enforced_s: int
    seed: object = SEED
    hurry: float = 1           # how much faster the work changes
    between_s: tuple = (40, 100)  # troubles
    troubles: tuple = night_troubles.ALL
    drain_limit_s: int = 90
    extra: str = "foreign_rest: 60s\n"


class Half:
    """One of the two halves: what was seen in it."""

    def __init__(self, night, seconds):
        self.night, self.seconds = night, seconds
        self.kills_before = kills(asked(night.world))
        self.logged_before = night.logged()
        self.began = time.time()
        self.work = Work(night.world.rig, schedule(night.plan.seed, seconds, night.plan.hurry)).start()

    def end(self):
        self.work.stop()
        self.lines = self.night.logged() - self.logged_before
        said = asked(self.night.world)
        self.uptime = {name: one["uptime_seconds"] for name, one in said.items()}
        after = kills(said)
        self.kills = {name: after[name] - self.kills_before[name] for name in GUESTS}
        self.night.say(f"{len(self.work.plan)} changes of work, {len(self.work.missed)} of them not told; "
                       f"kills {sum(self.kills.values())}, log lines {self.lines}")
        for missed in self.work.missed:
            self.night.say(f"  {missed}")
        return self

    def hot(self, seconds):
        return account.hot_seconds(self.night.watch.samples, HOT, self.began, seconds)


class Night:
    def __init__(self, world, plan):
        self.world, self.plan = world, plan
        self.drain_limit_s = plan.drain_limit_s
        self.began = time.monotonic()
        world.rig.redis("FLUSHALL")
        start_guests(world)
        self.daemons = [Daemon(world.rig, world.build, RULES, mode="observe", extra=plan.extra) for _ in range(2)]
        for daemon in self.daemons:
            daemon.start()
            world.later(daemon.stop)
        wait_for("one leads", lambda: self.daemons[0].status()["holder"], 30, 0.5)
        self.watch = Watch(world.rig)
        world.later(self.watch.stop)
        self.hosts = {name: where_exactly(world, name) for name in GUESTS}

    def say(self, text):
        seconds = time.monotonic() - self.began
        print(f"     {int(seconds // 60)}:{seconds % 60:04.1f} {text}", flush=True)

    def logged(self):
        return sum(len(daemon.text().splitlines()) for daemon in self.daemons)

    def actions(self):
        return [a for a in self.daemons[0].json("action", "list", "-n", "10000")]

    def steer(self, *words):
        """A command of the operator's that must be done, as soon as somebody leads."""
        wait_for(f"hotspotctl {' '.join(words)}", lambda: self.daemons[0].ctl(*words), 60, 1)

    def trouble(self, seconds):
        """So many seconds in which one thing after another goes wrong."""
        chance = random.Random(f"{self.plan.seed} troubles")
        end = time.monotonic() + seconds
        bag = []
        while True:
            rest = chance.uniform(*self.plan.between_s)
            if time.monotonic() + rest + 15 > end:
                break
            pause(rest)
            bag = bag or chance.sample(self.plan.troubles, len(self.plan.troubles))
            one = bag.pop()
            self.say(one.__name__.replace("_", " "))
            one(self, chance)
        pause(max(0, end - time.monotonic()))

    def come_to_rest(self):
        self.steer("mode", "pause", "-r", "the night is over", "--for", "1h")
        wait_for("no action stays open", lambda: not open_actions(self.daemons[0]), 180, 1)

    def lost(self, uptime):
        """Sentences about guests that are not where and what they should be: on one node each, and never started anew."""
        wrong = []
        for name in GUESTS:
            try:
                where_exactly(self.world, name)
            except Seen as problem:
                wrong.append(str(problem))
        for name, said in asked(self.world).items():
            if said["uptime_seconds"] < uptime[name]:
                wrong.append(f"{name} was started anew")
        return wrong


def report(night, watched, enforced):
    """The table, and the sentences of what must not be."""
    both = min(watched.seconds, enforced.seconds)
    actions = [a for a in night.actions() if a["at"] >= enforced.began]
    reversals, returns = account.reversals(actions), account.returns(actions)
    more_kills = {name: enforced.kills[name] for name in GUESTS if enforced.kills[name] > watched.kills[name]}
    for line in account.table([
            ("", "watched", "enforced"),
            ("seconds", watched.seconds, enforced.seconds),
            (f"hot node seconds in the same {both} s", f"{watched.hot(both):.0f}", f"{enforced.hot(both):.0f}"),
            ("hot node seconds", f"{watched.hot(watched.seconds):.0f}", f"{enforced.hot(enforced.seconds):.0f}"),
            ("processes killed for want of memory", sum(watched.kills.values()), sum(enforced.kills.values())),
            ("memory steps taken back within 3 min", "", len(reversals)),
            ("domains back within 5 min", "", len(returns)),
            ("log lines of both hotspotd", watched.lines, enforced.lines)]):
        print(f"     {line}")
    for line in account.table([("action", "end", "times"), *account.by_kind_and_end(actions)]):
        print(f"     {line}")
    for sentence in reversals + returns:
        print(f"     {sentence}", flush=True)
    return ([f"{name}: {count} processes killed for want of memory" for name, count in more_kills.items()]
            + reversals + returns)


def run_night(world, plan):
    print(f"     HOTSPOT_SEED={plan.seed}", flush=True)
    night = Night(world, plan)
    night.say("watched only")
    watched = Half(night, plan.watched_s)
    pause(plan.watched_s)
    watched.end()
    uptime = watched.uptime
    night.steer("mode", "enforce")
    night.say("enforced")
    enforced = Half(night, plan.enforced_s)
    night.trouble(plan.enforced_s)
    enforced.end()
    night.come_to_rest()
    night.watch.stop()
    wrong = report(night, watched, enforced) + night.lost(uptime)
    moved = [name for name in GUESTS if where_exactly(world, name) != night.hosts[name]]
    night.say(f"now elsewhere: {' '.join(moved) or 'none'}")
    if wrong:
        raise Seen("; ".join(wrong))
    for daemon in night.daemons:
        daemon.stop()


def test_a_night(world):
    minutes = [float(word) for word in sys.argv[2:4]] + [10, 30][len(sys.argv[2:4]):]
    run_night(world, Plan(*(int(60 * each) for each in minutes)))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: night.py BUILD_DIR [WATCHED_MINUTES [ENFORCED_MINUTES]]")
    sys.exit(suite.run(os.path.abspath(sys.argv[1]), [sys.modules[__name__]]))
