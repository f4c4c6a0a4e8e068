#!/usr/bin/env python3
"""hotspotctl rule check of 2,000 recording rules against Debian's promtool on the same file: CPU time of the process.

  check.py BUILD [--rules N] [--rounds N]

A third of the rules record series of the collector, a third what others record, each the one before it, and a third
joins two with labels, so that what a rule may use is looked up among all that are recorded. Both programs run in turn;
the median of each counts. Ours is also run on a tenth of the rules: the time must grow with them, not faster.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from measuring import conclude, median  # noqa: E402

BOUND = 1.0


def rules(count):
    lines = ["groups:"]
    for i in range(count):
        if i % 100 == 0:
            lines += [f"- name: group{i // 100}", "  rules:"]
        kind, before = i % 3, f"node:cpu{max(0, i - 3) // 3 * 3}:mean"
        if kind == 0:
            lines += [f"  - record: node:cpu{i}:mean",
                      f"    expr: avg by (node) (avg_over_time(domain_cpu_ratio{{domain=~\"web{i}-.*\"}}[5m]))"]
        elif kind == 1:
            chain = f"node:chain{i - 3}:most" if i > 3 else before
            lines += [f"  - record: node:chain{i}:most", f"    expr: max by (node) ({chain}) > 0.{i % 9 + 1}",
                      "    labels:", f"      tier: t{i % 7}"]
        else:
            lines += [f"  - record: node:joined{i}:ratio",
                      f"    expr: node_cpu_ratio * on (node) group_left (tier) node:chain{i - 1}:most"]
    return "\n".join(lines) + "\n"


def cpu_seconds(*command):
    """User and system time of one process; it must succeed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        if process.returncode != 0:
            sys.exit(f"{command[0]} failed ({process.returncode}): {output.read(2000).decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rules", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    ours, theirs, tenth = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        whole, part = pathlib.Path(folder, "rules.yml"), pathlib.Path(folder, "tenth.yml")
        whole.write_text(rules(options.rules))
        part.write_text(rules(options.rules // 10))
        check = [str(options.build / "bin" / "hotspotctl"), "rule", "check"]
        for _ in range(options.rounds):
            ours.append(cpu_seconds(*check, str(whole)))
            theirs.append(cpu_seconds("promtool", "check", "rules", str(whole)))
            tenth.append(cpu_seconds(*check, str(part)))
    print(f"{options.rules} rules, {options.rounds} rounds: ours {min(ours):.3f} to {max(ours):.3f} s, "
          f"promtool {min(theirs):.3f} to {max(theirs):.3f} s; a tenth of them {median(tenth):.3f} s")
    linear = conclude("check-linear", median(ours) / 10, median(tenth), 1.5, "s")
    return conclude("check", median(ours), median(theirs), BOUND, "s of CPU") or linear


if __name__ == "__main__":
    sys.exit(main())
