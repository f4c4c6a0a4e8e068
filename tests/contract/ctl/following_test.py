#!/usr/bin/env python3
"""What hotspotctl follows until it ends: --wait and --watch, on a redis-server that holds what a hotspotd would have written.

following_test.py HOTSPOTCTL [-v]
"""
import json
import os
import pty
import signal
import unittest

from cluster import NODE
from world import World


class Waiting(World):
    def drain(self, running, **more):
        return [{"node": NODE.format(1), "owner": "ada", "reason": "", "since": 1.0, "running": running, "staying": [], **more}]

    def test_a_drain_is_followed_until_the_node_is_empty(self):
        self.addCleanup(self.world.answer(lambda _: self.world.put_status(mode="enforce", holds=[], drains=self.drain(2))))
        process = self.begin("node", "drain", NODE.format(1), "--wait=1m")
        self.assertIn("2 domains run there still", process.stderr.readline())
        self.world.put_status(mode="enforce", holds=[], drains=self.drain(1))
        self.assertIn("1 domain runs there still", process.stderr.readline())
        self.world.put_status(mode="recommend", holds=[], drains=self.drain(1))
        self.assertIn("nothing is begun: the mode is recommend", process.stderr.readline())
        self.world.put_status(mode="enforce", holds=[],
                              drains=self.drain(0, staying=[{"domain": "db1", "state": "paused"}]))
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0, out + err)
        self.assertIn("nothing runs there any more; stays: db1 (paused)", out)

    def test_patience_ends_and_says_that_the_drain_goes_on(self):
        self.addCleanup(self.world.answer(lambda _: self.world.put_status(drains=self.drain(2))))
        text = self.ctl("node", "drain", NODE.format(1), "--wait=1s", expect=1)
        self.assertIn("not within 1s: ", text)
        self.assertIn("the drain goes on; hotspotctl node show", text)

    def test_ctrl_c_ends_the_waiting_and_nothing_else(self):
        self.addCleanup(self.world.answer(lambda _: self.world.put_status(drains=self.drain(2))))
        process = self.begin("node", "drain", NODE.format(1), "--wait")
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130, out + err)
        self.assertIn("the drain goes on", err)
        self.assertEqual([one["verb"] for one in self.world.entries("commands")], ["drain"])

    def test_an_action_is_followed_and_its_end_is_the_exit_code(self):
        for number, end, code in ((3, "done", 0), (4, "aborted", 1)):
            self.world.journal(number, "started")
            process = self.begin("action", "show", f"1795-1-a{number}", "--wait")
            self.assertIn("db1: ", process.stderr.readline())
            self.world.journal(number, "progress", "", {"memory_processed_bytes": float(1 << 30),
                                                        "memory_total_bytes": float(4 << 30),
                                                        "memory_remaining_bytes": float(3 << 30),
                                                        "bandwidth_bytes_per_second": float(100 << 20)})
            self.assertIn("1 GiB copied of 4 GiB, 3 GiB left, 100 MiB/s", process.stderr.readline())
            self.world.journal(number, end, "it was cancelled" if code else "")
            out, err = process.communicate(timeout=20)
            self.assertEqual(process.returncode, code, out + err)


class Watching(World):
    def test_in_a_pipe_each_look_follows_the_one_before_until_ctrl_c(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.begin("node", "list", "--watch=200ms")
            seen = ""
            while seen.count("NODE ") < 3:
                seen += process.stdout.readline()
            process.send_signal(number)
            process.communicate(timeout=20)
            self.assertEqual(process.returncode, 130)
            self.assertRegex(seen, r"\A\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\nNODE ")
            self.assertNotIn("\x1b", seen)

    def test_json_is_one_document_after_the_other(self):
        process = self.begin("hold", "list", "-o", "json", "--watch=200ms")
        text = ""
        while text.count("\n]\n") < 2:
            text += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        for document in text.split("\n]\n")[:2]:
            self.assertEqual(len(json.loads(document + "]")), 2)

    def test_on_a_terminal_it_is_drawn_in_its_place(self):
        leader, follower = pty.openpty()
        process = self.begin("node", "list", "-w", stdout=follower, stderr=follower)
        os.close(follower)
        text = b""
        while text.count(b"\x1b[H\x1b[J") < 2:
            text += os.read(leader, 4096)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(20), 130)
        os.close(leader)

    def test_redis_that_is_away_for_a_while_does_not_end_it(self):
        process = self.begin("status", "--watch=200ms")
        while "leader" not in process.stdout.readline():
            pass
        self.world.redis.send_signal(signal.SIGSTOP)
        self.addCleanup(self.world.redis.send_signal, signal.SIGCONT)
        self.assertIn("hotspotctl: ", process.stderr.readline())
        self.world.redis.send_signal(signal.SIGCONT)
        while "leader" not in process.stdout.readline():
            self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)


if __name__ == "__main__":
    unittest.main()
