#!/usr/bin/env python3
"""During an upgrade hotspotctl and hotspotd differ in version: `hotspotctl status` shows what both know.

upgrade_test.py HOTSPOTCTL [-v]
"""
import json
import pathlib
import subprocess
import sys
import unittest

import cluster

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
NEWER = {"a member of a newer version": [{"with": {"parts": None}}]}


def with_more(value):
    """Each object in it has one more member."""
    if isinstance(value, list):
        return [with_more(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {**{name: with_more(one) for name, one in value.items()}, **NEWER}


def by_name(status):
    """Objects whose members have names of the cluster, not of the schema."""
    return {"cooldowns": status["cooldowns"], "foreign_rests": status["foreign_rests"]}


class Upgrade(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cluster.Cluster()
        cls.addClassCleanup(cls.world.close)
        cls.world.fill()

    def status_with(self, status, *words):
        self.world.call("HSET", self.world.key("state"), "status", json.dumps(status))
        return subprocess.run([HOTSPOTCTL, "--redis", f"127.0.0.1:{self.world.port}", "--cluster", "test", *words, "status"],
                              text=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                              env=self.world.environment())

    def test_a_status_without_any_one_of_its_members_is_shown(self):
        whole = self.world.status()
        for name in whole:
            call = self.status_with({other: value for other, value in whole.items() if other != name})
            self.assertEqual(call.returncode, 0, f"{name}: {call.stderr}")
            self.assertIn("\nmode ", call.stdout, name)

    def test_a_status_with_more_members_than_are_known_is_shown(self):
        status = self.world.status()
        newer = {**with_more(status), **by_name(status)}
        newer["intake"].update(snapshots={"taken": 9}, bad_snapshots={})
        newer["firings"][0].update(labels=status["firings"][0]["labels"], annotations={})
        call = self.status_with(newer)
        self.assertEqual(call.returncode, 0, call.stderr)
        self.assertIn("DomainCpuHotForTooLong", call.stdout)
        self.assertEqual(json.loads(self.status_with(newer, "-o", "json").stdout)["rules"], newer["rules"])

    def test_another_version_is_named_and_the_same_one_is_not(self):
        self.assertIn("\nversion      hotspotd is 9.9.9, hotspotctl is ", self.status_with(self.world.status(version="9.9.9")).stdout)
        own = subprocess.run([HOTSPOTCTL, "--version"], text=True, capture_output=True).stdout.split()[1]
        self.assertNotIn("\nversion ", self.status_with(self.world.status(version=own)).stdout)

    def test_a_status_without_anything_is_shown_with_a_sentence(self):
        call = self.status_with({})
        self.assertEqual(call.returncode, 0, call.stderr)
        self.assertIn("hotspotd does not say which version it is", " ".join(call.stdout.split()))


if __name__ == "__main__":
    unittest.main()
