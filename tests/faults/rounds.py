"""Rounds of trouble while guests scale and migrate, and what must hold after each.

Three guests: two that make a node hot together, and one whose vCPUs and memory are followed up and down. Their work is
chosen at random; HOTSPOT_SEED repeats a run, HOTSPOT_FAULT_ROUNDS (2) makes it longer.
"""
import collections
import os
import random
import time

from harness import Daemon, Seen, wait_for
from measure import guest

ROUNDS = int(os.environ.get("HOTSPOT_FAULT_ROUNDS", "2"))
SEED = int(os.environ.get("HOTSPOT_SEED", time.time_ns() % 1_000_000))
RULES = """groups:
- name: chaos
  rules:
  - hotspot: Move
    expr: node_cpu_domains_ratio > 40%
    for: 2 of 3
    remedy: [migrate]
    cooldown: 1s
  - hotspot: MoreVcpus
    expr: domain_cpu_ratio{domain="scale1"} > 70%
    for: 2 of 2
    remedy: [scale_vcpus: {by: 1, max: 3}]
    cooldown: 1s
  - hotspot: FewerVcpus
    expr: domain_cpu_ratio{domain="scale1"} < 30%
    for: 2 of 2
    remedy: [scale_vcpus: {by: -1, min: 1}]
    cooldown: 1s
  - hotspot: MoreMemory
    expr: domain_memory_used_ratio{domain="scale1"} > 75%
    for: 2 of 2
    remedy: [scale_memory: {by: 32MiB}]
    cooldown: 1s
  - hotspot: LessMemory
    expr: domain_memory_used_ratio{domain="scale1"} < 40%
    for: 2 of 2
    remedy: [scale_memory: {by: -32MiB, min: 160MiB}]
    cooldown: 1s
"""
# debug: the log names each action when it is started; as information only when it is over.
EXTRA = """lease: 2s
log_level: debug
foreign_rest: 0s
verify_limit: 10s
limits: {settle_samples: 1, cooldown_cap: 1s, cooldown_window: 10s, reversal_rest: 1s, return_rest: 0s}
shrink: {step: 32MiB, step_pause: 1s, watch: 2s, observed: 1s, remember: 5s, after: 1s}
"""
FINAL = ("done", "failed", "aborted", "skipped")
MOVERS = ("move1", "move2")
SCALED = "scale1"
SCALED_SIZE = ("--vcpus", "1/3", "--memory", "192/320")
GUESTS = (*MOVERS, SCALED)


def pause(seconds):
    end = time.monotonic() + seconds
    wait_for("the moment", lambda: time.monotonic() >= end, seconds + 10, 0.01)


def another(world, extra=EXTRA, **more):
    daemon = Daemon(world.rig, world.build, RULES, extra=extra, **more).start()
    world.later(daemon.stop)
    return daemon.leads()


def open_actions(daemon):
    newest = {}
    for entry in daemon.journal():
        newest[entry["action"]] = entry["state"]
    return {action: state for action, state in newest.items() if state not in FINAL}


def come_to_rest(daemon):
    """It begins nothing any more and what it began has ended: guests can be moved by hand without meeting its own moves."""
    daemon.ctl("mode", "pause", "-r", "the next round is made ready", "--for", "10m")
    wait_for("no action stays open", lambda: not open_actions(daemon), 120, 0.2)


def reach(daemon, chance):
    """A random moment: most often within an action that has come so far; a migration takes about a second here."""
    state = chance.choice(("intent", "started", "started", "progress", "verifying", None))
    if state:
        kind = chance.choice(("migrate", "set_"))

        def come_so_far():
            newest = {e["action"]: e for e in daemon.journal()}
            return [e for e in newest.values() if e["state"] == state and f'"kind":"{kind}' in e["body"]]
        try:
            wait_for(f"an action is {state}", come_so_far, 25, 0.02)
        except Seen:
            pass  # this round it does something else; the moment is as good as any
        pause(chance.uniform(0, 0.8))
    else:
        pause(chance.uniform(0, 4))


def where_exactly(world, name):
    def once():
        places = world.rig.where(name)
        if len(places) != 1:
            raise Seen(f"{name} runs on {places}")
        return places

    return wait_for(f"{name} runs on one node", once, 60, 0.3)[0]


def has_now(world, name):
    """What libvirt says: node, vCPUs and MiB."""
    place = where_exactly(world, name)
    stats = world.rig.domstats(place, name)
    return {"migrate": f"h{place}", "set_vcpus": int(stats["vcpu.current"]),
            "set_balloon": int(stats["balloon.current"]) >> 10}


class Stage:
    """The guests at their work, and the uptime that they had, so that one that began anew is found out."""

    def __init__(self, world, chance):
        self.world, self.chance = world, chance
        self.uptime = collections.defaultdict(float)
        world.rig.redis("FLUSHALL")
        for name, load in zip(MOVERS, (65, 50)):
            guest(world, 1, name, "--memory", "200/256")
            world.rig.work(name, f"cpu {load} rewrite 20 10")
        guest(world, 3, SCALED, *SCALED_SIZE)

    def begin_round(self):
        """Both movers on h1, so that it is hot again, and something to follow for the third. No daemon may act meanwhile."""
        for name in MOVERS:
            place = where_exactly(self.world, name)
            if place != 1:
                self.world.rig.virsh(place, "migrate", "--live", "--p2p", name, self.world.rig.uri(1))
        self.chance.choice((self.want_vcpus, self.want_memory, self.leave_memory))()

    def want_vcpus(self):
        """Up to two more. One that it once had is not taken from a guest without KVM: then it starts anew."""
        self.give_memory(192)
        if has_now(self.world, SCALED)["set_vcpus"] > 1:
            self.world.rig("guest", "stop", SCALED)
            self.world.rig.start_guest(3, SCALED, *SCALED_SIZE)
            self.uptime[SCALED] = 0
        self.world.rig.work(SCALED, "cpu 95")

    def want_memory(self):
        """Of what 192 MiB leave to its processes, 89 %: above the limit of 75 %."""
        self.give_memory(192)
        self.world.rig.work(SCALED, "hold 110")

    def leave_memory(self):
        """Below the limit of 40 % of 320 MiB, and of each step down to 160."""
        self.give_memory(320)

    def give_memory(self, mib):
        self.world.rig.work(SCALED, "cpu 3 hold 0")
        self.world.rig.virsh(where_exactly(self.world, SCALED), "setmem", SCALED, f"{mib}MiB", "--live")
        wait_for("the balloon", lambda: abs(has_now(self.world, SCALED)["set_balloon"] - mib) <= 1, 30, 0.2)

    def check_guests(self):
        for name in GUESTS:
            where_exactly(self.world, name)
            said = self.world.rig.ask(name)
            assert said["uptime_seconds"] >= self.uptime[name], f"{name} was started anew: {said}"
            self.uptime[name] = said["uptime_seconds"]


def check(stage, daemon, since):
    """Nothing stays open, nothing is lost or doubled, no step was taken twice, and the journal says what libvirt says."""
    world = stage.world
    wait_for("no action stays open", lambda: not open_actions(daemon), 120, 0.5)
    stage.check_guests()
    wait_for("the journal says what libvirt says", lambda: not difference(world, daemon, since), 40, 0.5)
    steps_chain(daemon, since)


def difference(world, daemon, since):
    """A sentence about the last step of a kind that was done, where libvirt says something else; else nothing.

    What goes on meanwhile changes libvirt first and the journal then, hence the waiting."""
    for name in GUESTS:
        done = {a["kind"]: a for a in daemon.json("action", "list", "-n", "1000")
                if a["domain"] == name and a["at"] > since and a["state"] == "done"}
        now = has_now(world, name)
        for kind, action in done.items():
            to = action["step"].rsplit(" ", 2 if kind == "set_balloon" else 1)
            to = float(to[-2]) if kind == "set_balloon" else to[-1]
            same = abs(now[kind] - to) <= 8 if kind == "set_balloon" else str(now[kind]) == to
            if not same:
                raise Seen(f"{name}: the journal says {action['step']} ({action['action']}), libvirt {now}")
    return ""


def steps_chain(daemon, since):
    """Of each domain, where a step that was done begins, the one of its kind before it ended: none was done twice."""
    reached = {}
    for action in daemon.json("action", "list", "-n", "1000"):
        if action["at"] <= since or action["state"] != "done":
            continue
        if action["kind"] == "migrate":
            begin, end = action["node"], action["step"].removeprefix("migrate to ")
        else:
            begin, _, end = action["step"].partition(" → ")
            begin = begin.split(" ", 1)[1]
        key = action["domain"], action["kind"]
        assert reached.get(key, begin) == begin, f"{key} was at {reached[key]}, and then {action} was done"
        reached[key] = end


def rounds(world, fault, extra=EXTRA, count=ROUNDS):
    """fault(world, daemon, chance) breaks something and mends it again; it returns the daemon that leads afterwards."""
    chance = random.Random(f"{SEED} {fault.__name__}")
    print(f"     HOTSPOT_SEED={SEED}", flush=True)
    stage = Stage(world, chance)
    counted = collections.Counter()
    for number in range(count):
        stage.begin_round()
        since = time.time()
        daemon = another(world, extra)
        if number > 0:
            daemon.ctl("mode", "resume")
        reach(daemon, chance)
        before = open_actions(daemon)
        daemon = fault(world, daemon, chance)
        try:
            check(stage, daemon, since)
            come_to_rest(daemon)
        except Exception:
            print(f"     round {number + 1}: open at the fault {before}\n{daemon.text()[-6000:]}", flush=True)
            raise
        ended = [(a["domain"], a["kind"], a["state"], a["message"] if a["state"] != "done" else "") for a in daemon.json("action", "list", "-n", "1000") if a["at"] > since]
        counted.update(one[:3] for one in ended)
        print(f"     round {number + 1}: open at the fault {list(before.values()) or 'nothing'}, "
              f"ended {[' '.join(one).strip() for one in ended[-3:]]}", flush=True)
        daemon.stop()
    print("     " + ", ".join(f"{count} x {' '.join(what)}" for what, count in sorted(counted.items())), flush=True)
