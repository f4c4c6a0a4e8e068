"""What a night comes to: kills, reversals, returns, hot time. Only figures come in and go out.

An action is a row of `hotspotctl -o json action list`; times are Unix seconds.
"""
import collections
import re

REVERSAL_WITHIN_S = 180
RETURN_WITHIN_S = 300
DRAIN_RULE = "NodeDrain"  # of the night's rules
FINAL = ("done", "failed", "aborted", "skipped")
MIB = {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}


def is_roll_back(action):
    return "-back" in action["action"]


def done_of(actions, kind):
    """The actions of a kind that were done, oldest first, by domain."""
    found = collections.defaultdict(list)
    for action in sorted(actions, key=lambda a: a["at"]):
        if action["kind"] == kind and action["state"] == "done":
            found[action["domain"]].append(action)
    return found


def change_mib(action):
    before, after = (float(number) * MIB[unit] for number, unit in re.findall(r"([0-9.]+) ([KMG]iB)", action["step"]))
    return after - before


def reversals(actions):
    """Memory steps, each as a sentence, that took back within three minutes what the one before did. What a shrink gives
    back of itself is no step of a rule's."""
    found = []
    for domain, steps in done_of(actions, "set_balloon").items():
        steps = [step for step in steps if not is_roll_back(step)]
        for one, other in zip(steps, steps[1:]):
            apart = other["at"] - one["at"]
            if change_mib(one) * change_mib(other) < 0 and apart <= REVERSAL_WITHIN_S:
                found.append(f"{domain}: {one['step']}, {other['step']} {apart:.0f} s later")
    return found


def returns(actions):
    """Moves, each as a sentence, that brought a domain back within five minutes to where it had come from. Those of a drain
    do not count: for what leaves that node there may be no other place."""
    found = []
    for domain, moves in done_of(actions, "migrate").items():
        for i, first in enumerate(moves):
            for later in moves[i + 1:]:
                if later["rule"] == DRAIN_RULE:
                    continue
                apart = later["at"] - first["at"]
                if later["step"] == f"migrate to {first['node']}" and apart <= RETURN_WITHIN_S:
                    found.append(f"{domain}: left {first['node']}, back there {apart:.0f} s later")
                    break
    return found


def hot_seconds(samples, mark, begin, seconds):
    """The time for which nodes were above the mark, of samples (taken at, elapsed, ratio), in so many seconds from begin."""
    return sum(elapsed for at, elapsed, ratio in samples
               if begin <= at < begin + seconds and elapsed and ratio is not None and ratio > mark)


def by_kind_and_end(actions):
    """[(kind, end, how many)]; a roll-back is a kind of its own, and what has not ended is "open"."""
    count = collections.Counter((a["kind"] + (" back" if is_roll_back(a) else ""),
                                 a["state"] if a["state"] in FINAL else "open") for a in actions)
    return [(*key, number) for key, number in sorted(count.items())]


def table(rows):
    """Rows of texts as lines, in columns."""
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    return [("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths))).rstrip() for row in rows]
