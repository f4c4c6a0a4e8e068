"""A made-up fleet under work, for pictures: what hotspot.so of each node would have stored over six hours.

Always the same one. Twelve nodes; n07 fills up, and two of its domains are moved to n11 and n03, after which it is well.
"""
import math
import random

NODES, MINUTES, CPUS = 12, 360, 32
GIB = 2**30
NAMES = ["web", "db", "mail", "shop", "ci", "cache", "auth", "wiki", "queue", "git"]
MOVES = {"shop3": ("n07", "n11", 118), "ci7": ("n07", "n03", 96)}  # minutes before the end


class Domain:
    def __init__(self, name, dice, busy=1.0):
        self.name, self.base, self.swing = name, busy * dice.uniform(0.6, 5), dice.uniform(0.1, 0.4)
        self.phase, self.noise, self.memory = dice.uniform(0, 6.3), dice.uniform(0.05, 0.2), dice.choice([2, 4, 4, 8, 16])

    def percent(self, ago, dice):
        """Of its node's CPUs."""
        value = self.base * (1 + self.swing * math.sin(self.phase + ago / 60) + dice.gauss(0, self.noise))
        if self.name in MOVES:  # what made the node hot
            value += 22 / (1 + math.exp((ago - 175) / 14))
        return max(0.05, value)


def where(name, home, ago):
    if name not in MOVES:
        return home
    old, new, at = MOVES[name]
    return old if ago > at else new


def pressure(cpu):
    return max(0, cpu - 62) ** 1.35 / 3


def hotspots(node, ago):
    """What fires there: n07 is hot until its domains have left, and now and then a domain is short of memory."""
    return (1 if node == "n07" and 95 < ago < 170 else 0) + (1 if ago % 47 == 0 and node == f"n{ago % 12 + 1:02}" else 0)


def node_values(load, memory, domains, dice):
    cpu = min(99, load + 2.5 + abs(dice.gauss(0, 0.6)))
    net = min(95, 4 + load * 0.45 + abs(dice.gauss(0, 2)))
    full = min(0.97, memory / 128)
    return {"percent-cpu": cpu, "percent-cpu_steal": 0, "percent-memory": 100 * full, "percent-net": net,
            "percent-pressure_cpu": pressure(cpu) + abs(dice.gauss(0, 0.3)),
            "percent-pressure_memory": max(0, 100 * full - 82) * 0.8 + abs(dice.gauss(0, 0.1)),
            "gauge-volume": 1 / ((1 - cpu / 100) * (1 - full) * (1 - net / 100)), "gauge-domains": domains,
            "gauge-domains_timed_out": 0, "memory-available": (1 - full) * 128 * GIB,
            "duration-read": 0.012 + 0.0012 * domains + abs(dice.gauss(0, 0.004))}


def leader_values(ago):
    """What the leader would have left to be stored, of its newest minute."""
    hot = 1 if 95 < ago < 170 else 0
    moved = sum(1 for _, _, at in MOVES.values() if at == ago)
    grown = 1 if ago % 47 == 0 else 0
    return {"actuator": {"gauge-leader": 1, "gauge-firing": hot + grown, "gauge-firing@NodeCpuHigh": hot,
                         "gauge-firing@DomainMemory": grown, "gauge-actions_in_flight": moved},
            "actions": {"derive-migrate_done@NodeCpuHigh": moved / 60, "derive-migrate_failed@NodeCpuHigh": 0,
                        "derive-set_balloon_done@DomainMemory": grown / 60}}


def series(cluster="rack7"):
    """{name: [(seconds before the end, value)]}, as stack.py feeds it."""
    dice, made = random.Random(7), {}
    homes = {}
    for node in range(1, NODES + 1):
        busy = 1 if node in (3, 7, 11) else dice.uniform(0.7, 2.1)
        homes[f"n{node:02}"] = [Domain(f"{dice.choice(NAMES)}{node * 20 + i}", dice, busy) for i in range(dice.randint(7, 15))]
    homes["n07"] += [Domain(name, dice) for name in MOVES]
    fleet, place = f"collectd.hotspot.fleet-{cluster}", f"collectd.hotspot.place-{cluster}"
    for ago in range(MINUTES, 0, -1):
        for plugin, values in leader_values(ago).items():
            for what, value in values.items():
                made.setdefault(f"collectd.hotspot.{plugin}-{cluster}.{what}", []).append((60 * ago, value))
        load, memory, count = ({node: 0 for node in homes} for _ in range(3))
        for home, domains in homes.items():
            for one in domains:
                node, value = where(one.name, home, ago), one.percent(ago, dice)
                load[node], memory[node], count[node] = load[node] + value, memory[node] + one.memory, count[node] + 1
                made.setdefault(f"{place}.percent-{one.name}@{node}", []).append((60 * ago, value))
        for node in homes:
            made.setdefault(f"{fleet}.gauge-firing@{node}", []).append((60 * ago, hotspots(node, ago)))
            for what, value in node_values(load[node], memory[node], count[node], dice).items():
                made.setdefault(f"{fleet}.{what}@{node}", []).append((60 * ago, value))
    return made
