"""A cluster with a rule file, and the hotspotctl that is the test's first argument."""
import json
import pathlib
import subprocess
import sys
import unittest

import cluster

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
RULES = """groups:
- name: test
  rules:
  - hotspot: DomainCpuHotForTooLong
    expr: domain_cpu_ratio > 90%
    for: 3 of 5
    mode: enforce
    remedy: [migrate]
"""


class World(unittest.TestCase):
    def setUp(self):
        self.world = cluster.Cluster()
        self.addCleanup(self.world.close)
        self.world.fill()
        (self.world.root / "rules.yml").write_text(RULES)
        self.config = self.world.root / "hotspotctl.yaml"
        self.config.write_text(f"cluster: test\nredis: {{port: {self.world.port}}}\nrules: {self.world.root}/rules.yml\n")

    def begin(self, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **variables):
        return subprocess.Popen([HOTSPOTCTL, "-c", self.config, *words], text=True, stdout=stdout, stderr=stderr,
                                stdin=subprocess.DEVNULL, env=self.world.environment(**variables))

    def ctl(self, *words, expect=0, **variables):
        process = self.begin(*words, **variables)
        out, err = process.communicate(timeout=60)
        if expect is not None:
            self.assertEqual(process.returncode, expect, f"{words}\n{out}{err}")
        return out + err

    def shows(self, *words, key=None):
        return json.loads(self.ctl("-o", "json", *words))
