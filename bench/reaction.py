#!/usr/bin/env python3
"""From the moment a guest's load rises to the first journal entry, on the rig.

The peer is what nobody can avoid: the moment at which the sample was read with which the rule's `for: 3 of 3` holds, as
rises.py reckons it from the stream. The bound leaves 100 ms on top of it for Redis, the rules, the plan and the journal.
It holds for the worst of ROUNDS rises. A rise in which three samples in a row were never hot is left out, and the line
says what disturbed it; at least half of the rises must remain. An entry that the samples do not ask for, or that is
missing although they do, fails the bench.

reaction.py BUILD_DIR [ROUNDS]     (10 rounds)
"""
import json
import os
import sys
import time

from measuring import conclude
from rises import Sample, disturbances, holds_at, verdict

os.environ.setdefault("RIG_ID", "6")
from harness import CLUSTER, Daemon, Rig, wait_for  # noqa: E402

SAMPLES = 3
THRESHOLD = 0.80
RULES = f"""groups:
- name: bench
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > {THRESHOLD:.0%}
    for: {SAMPLES} of {SAMPLES}
    remedy:
    - scale_vcpus: {{by: 1}}
    cooldown: 1s
"""
EXTRA = "dry_run: true\nlimits: {cooldown_cap: 1s, settle_samples: 1}\n"
ALLOWED_SECONDS = 0.1


LIMIT_SECONDS = 30


def samples_of(rig, domain, since):
    """What was read of the domain and its node after `since`, oldest first."""
    samples = []
    for _, fields in json.loads(rig.redis("--json", "XRANGE", f"hotspot:{{{CLUSTER}}}:snapshots", str(int(since * 1000)), "+")):
        fields = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2]))
        snapshot = json.loads(fields["snapshot"])
        rows = [dict(zip(snapshot["columns"], row)) for row in snapshot["domains"]]
        for row in (row for row in rows if row["name"] == domain):
            samples.append(Sample(snapshot["taken_at"], row["cpu_ratio"], snapshot["node"].get("cpu_ratio"),
                                  snapshot["node"].get("cpu_steal_ratio")))
    return samples


def first_entry(daemon, entries):
    """The journal's first entry after `entries`; None: within the limit there was none."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        journal = daemon.journal()
        if len(journal) > entries:
            return journal[entries]
        time.sleep(0.02)
    return None


def one_rise(rig, daemon):
    """From the rise to the journal's entry and to the sample that asks for it (None: no sample did), and what disturbed."""
    entries = len(daemon.journal())
    rig.work("hot1", "cpu:0 98")
    rose = time.time()
    entry = first_entry(daemon, entries)
    samples = samples_of(rig, "hot1", rose)
    held = holds_at(samples, THRESHOLD, SAMPLES, SAMPLES)
    rig.work("hot1", "idle")
    wait_for("nothing fires", lambda: not [r for r in daemon.json("rule", "list") if r["phase"] != "inactive"], 30, 0.1)
    wait_for("the cooldown is over", lambda end=time.monotonic() + 2: time.monotonic() > end, 5)
    acted = int(entry["stream_id"].split("-")[0]) / 1000 if entry else None
    if (acted is None) != (held is None) or (acted is not None and acted < held):
        raise RuntimeError(f"the journal's entry came {after(acted, rose)}, the rule holds {after(held, rose)}: {samples}")
    return acted and acted - rose, held and held - rose, disturbances(samples, THRESHOLD, rose)


def after(moment, rose):
    return "never" if moment is None else f"{moment - rose:.3f} s after the rise"


def tell(number, ours, peer, disturbed):
    if peer is None:
        print(f"rise {number}: left out, the rule does not hold: {'; '.join(disturbed)}", flush=True)
    else:
        print(f"rise {number}: journal after {ours:.3f} s, the rule holds since a sample read after {peer:.3f} s, "
              f"{1000 * (ours - peer):.0f} ms on top" + "".join(f"; {one}" for one in disturbed), flush=True)


def main():
    rig = Rig(hosts=1)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    daemon = None
    try:
        rig.up()
        rig.collectd_up(sys.argv[1])
        rig.start_guest(1, "hot1", "--vcpus", "1/4")
        daemon = Daemon(rig, sys.argv[1], RULES, extra=EXTRA).start().leads()
        ours, peers = [], []
        for number in range(rounds):
            mine, peer, disturbed = one_rise(rig, daemon)
            tell(number + 1, mine, peer, disturbed)
            ours.append(mine)
            peers.append(peer)
    finally:
        if daemon:
            daemon.stop()
        rig.down()
    seen = sum(peer is not None for peer in peers)
    if 2 * seen < rounds:
        print(f"reaction: the rule held in {seen} of {rounds} rises only: the machine is too busy to tell", flush=True)
        return 1
    worst_ours, worst_peer = verdict(ours, peers)
    print(f"worst of {seen}: {1000 * (worst_ours - worst_peer):.0f} ms on top of what is unavoidable; "
          f"{1000 * ALLOWED_SECONDS:.0f} ms are allowed")
    return conclude("reaction", worst_ours, worst_peer, (worst_peer + ALLOWED_SECONDS) / worst_peer, "s")


if __name__ == "__main__":
    sys.exit(main())
