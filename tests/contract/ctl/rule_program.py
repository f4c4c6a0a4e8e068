"""Rules for tests of `hotspotctl rule`, and the hotspotctl that is the test's first argument."""
import subprocess
import sys

HOTSPOTCTL = sys.argv.pop(1)
RULES = """groups:
- name: test
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > 90%
    for: 3 of 5
    annotations: {summary: "{{ $labels.domain }} is hot"}
    remedy:
    - scale_vcpus: {by: 1, max: 4}
    - migrate
  - hotspot: Short
    expr: domain_memory_used_ratio > 80%
    for: 1m
    remedy: [{scale_memory: {by: 100MiB}}]
  - alert: NoSuchData
    expr: node_load_1m > 100
"""


def ctl(*arguments, expect=0):
    done = subprocess.run([HOTSPOTCTL, *arguments], text=True, capture_output=True, timeout=60)
    assert done.returncode == expect, f"exit {done.returncode}, expected {expect}: {arguments}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr
