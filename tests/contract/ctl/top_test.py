#!/usr/bin/env python3
"""hotspotctl top: once, in a pipe, and live at a terminal that is resized, with a Redis that goes away.

top_test.py HOTSPOTCTL [-v]
"""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

import cluster
from cluster import DB, NODE, WEB

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
HOSTILE = "evil\x1b]0;title\x07\x1b[2J\n" + "x" * 300
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


class Terminal:
    """A terminal with top in it; `screen` is what it shows."""

    def __init__(self, words, environment, size=(24, 80)):
        self.process, self.leader = pty.fork()
        if self.process == 0:
            try:
                os.execve(HOTSPOTCTL, [str(HOTSPOTCTL), *words], environment)
            finally:
                os._exit(127)
        self.resize(*size)
        self.sent = ""
        self.ended = False
        self.status = None

    def resize(self, lines, columns):
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text):
        os.write(self.leader, text.encode())

    def read(self, seconds=0.1):
        if not self.ended and select.select([self.leader], [], [], seconds)[0]:
            try:
                more = os.read(self.leader, 65536)
            except OSError:
                more = b""
            self.ended = not more
            self.sent += more.decode(errors="replace")

    @property
    def screen(self):
        """The last picture that was drawn whole, without colours."""
        frames = self.sent.split("\x1b[H")
        whole = [one for one in frames if one.endswith("\x1b[J") or "\x1b[J" in one]
        text = whole[-1].split("\x1b[J")[0] if whole else ""
        return re.sub(r"\x1b\[[0-9;]*[mK]", "", text).replace("\r\n", "\n")

    def until(self, pattern, limit=30):
        end = time.monotonic() + limit
        while not re.search(pattern, self.screen):
            assert time.monotonic() < end and not self.ended, f"waited for {pattern!r}; the screen is:\n{self.screen}"
            self.read()

    def wait(self, limit=30):
        end = time.monotonic() + limit
        while self.status is None:
            self.read()
            done, status = os.waitpid(self.process, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(status)
            assert time.monotonic() < end, f"it goes on:\n{self.screen}"
        while not self.ended:
            self.read()
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.leader)


class Top(unittest.TestCase):
    def setUp(self):
        self.world = cluster.Cluster()
        self.addCleanup(self.world.close)
        self.world.fill()
        self.words = ["--redis", f"127.0.0.1:{self.world.port}", "--cluster", "test", "top"]

    def run_top(self, *words, expect=0, **variables):
        done = subprocess.run([HOTSPOTCTL, *self.words, *words], text=True, capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, env=self.world.environment(**variables))
        self.assertEqual(done.returncode, expect, done.stderr)
        return done.stdout + (done.stderr if expect else "")

    def at_a_terminal(self, *words, size=(24, 80), every="200ms", **variables):
        terminal = Terminal([*self.words, f"--watch={every}", *words], self.world.environment(**variables), size)
        self.addCleanup(terminal.close)
        return terminal

    def test_once_is_a_table_for_people_and_scripts(self):
        text = self.run_top("--once")
        self.assertRegex(text.splitlines()[0], r"^ +DOMAIN +NODE +CPU +STEAL +VCPUS +MEM +BALLOON +DISK +NET +HOTSPOT$")
        self.assertRegex(text, rf"(?m)^!  {WEB[1]} .* 93 % .*DomainCpuHotForTooLong for [\d.]+ s")
        self.assertLess(text.index(WEB[1]), text.index("db1"), "the busier one comes first")
        rows = self.run_top("--once", "--no-headers", "--sort=-cpu")
        self.assertNotIn("DOMAIN", rows)
        self.assertLess(rows.index("db1"), rows.index(WEB[1]))
        apart = self.run_top("--once", "--no-headers", "--sort", "-cpu")
        self.assertLess(apart.index("db1"), apart.index(WEB[1]), "with a blank between")
        self.assertIn(NODE.format(2), self.run_top("--once", "--nodes", "--sort", "domains"))
        self.assertEqual(self.run_top("--once", "-o", "name").split(), [WEB[1], "db1"])

    def test_what_is_done_about_a_hotspot_stands_there(self):
        self.assertRegex(self.run_top("--once"), r"(?m)DomainCpuHotForTooLong for [\d.]+ s$")
        decision = {"id": "9-d", "at": time.time(), "rule": "DomainCpuHotForTooLong", "mode": "recommend",
                    "subject": f"domain {WEB[1]} on {NODE.format(1)}", "outcome": "nothing", "action": None,
                    "sentence": "it is hot; nothing is done, because every target is full"}
        self.world.call("XADD", self.world.key("decisions"), "*", "decision", json.dumps(decision))
        self.assertRegex(self.run_top("--once"), r"for [\d.]+ s: nothing: every target is full")
        flying = {"id": "1795-1-a9", "domain": WEB[1], "domain_uuid": WEB[0], "node": NODE.format(1),
                  "node_uuid": cluster.node_uuid(1), "kind": "migrate", "step": "migrate to h2", "state": "started",
                  "rule": "DomainCpuHotForTooLong", "reason": "", "planned_at": 1.0}
        self.world.put_status(in_flight=[flying])
        [web] = [one for one in json.loads(self.run_top("--once", "-o", "json")) if one["name"] == WEB[1]]
        self.assertTrue(web["doing"].endswith(": migrate to h2 (started)"), web)
        self.assertEqual((web["in_flight"][0]["id"], web["firings"][0]["phase"]), ("1795-1-a9", "firing"))

    def test_json_is_sorted_too(self):
        names = lambda *words: [one["name"] for one in json.loads(self.run_top("--once", "-o", "json", *words))]  # noqa: E731
        self.assertEqual(names(), [WEB[1], "db1"])
        self.assertEqual(names("--sort=-cpu"), ["db1", WEB[1]])
        self.assertEqual(names("--nodes", "--sort=-node"), [NODE.format(2), NODE.format(1)])

    def test_what_does_not_go_together_is_said(self):
        for words, said in ((["-o", "json"], "need --once"), (["--once", "--watch"], "exclude each other"),
                            (["--once", "--sort", "cpux"], "--sort: 'cpux' is none of domain, node, cpu"),
                            (["--watch=soon"], "--watch: ")):
            with self.subTest(words=words):
                self.assertIn(said, self.run_top(*words, expect=2))

    def test_in_a_pipe_one_table_follows_the_other_and_a_closed_pipe_ends_it(self):
        process = subprocess.Popen([HOTSPOTCTL, *self.words, "--watch=200ms"], text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self.world.environment())
        self.addCleanup(process.stderr.close)
        seen = ""
        while seen.count("DOMAIN ") < 2:
            seen += process.stdout.readline()
        self.assertRegex(seen, r"\A\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n")
        self.assertNotIn("\x1b", seen)
        process.stdout.close()
        self.assertNotEqual(process.wait(30), 0)

    def test_a_terminal_has_it_as_long_as_it_runs_and_gets_its_own_back(self):
        terminal = self.at_a_terminal()
        terminal.until(WEB[1][:8])
        self.assertTrue(terminal.sent.startswith(ENTER), terminal.sent[:40])
        lines = terminal.screen.splitlines()
        self.assertEqual(len(lines), 24)
        self.assertIn("2 nodes, 2 domains, 1 firing; PAUSED by ada", lines[0])
        self.assertEqual(lines[-1], "q end  Tab nodes  by Domain Node Cpu Steal Vcpus Mem Balloon dIsk neT Hotspot")
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertIn("\x1b[1;31m!\x1b[0m", terminal.sent)
        terminal.type("q")
        self.assertEqual(terminal.wait(), 0)
        self.assertIn(LEAVE, terminal.sent)

    def test_keys_change_the_column_and_the_kind_of_rows(self):
        terminal = self.at_a_terminal(size=(24, 200))
        before = lambda a, b: rf"(?s){a}.*{b}"  # noqa: E731
        terminal.until(before("instance", "db1"))
        terminal.type("b")
        terminal.until(before("db1", "instance"))  # it has the larger balloon
        terminal.type("b")
        terminal.until(before("instance", "db1"))
        terminal.type("\t")
        terminal.until("CPU DOMAINS")
        terminal.type("j")
        terminal.until(r"(?s)\A(?!.*node01).*node02")
        terminal.type("q")
        self.assertEqual(terminal.wait(), 0)

    def test_a_resized_terminal_is_filled_at_once(self):
        terminal = self.at_a_terminal(every="60s")
        terminal.until("instance")
        self.assertNotIn(WEB[1], terminal.screen)
        terminal.resize(10, 220)
        terminal.until(WEB[1])
        self.assertEqual(len(terminal.screen.splitlines()), 10)

    def test_what_is_watched_fits_a_resized_terminal_too(self):
        terminal = Terminal([*self.words[:-1], "domain", "list", "--watch=60s"], self.world.environment())
        self.addCleanup(terminal.close)
        cluster.wait_for(lambda: (terminal.read(), "instance" in terminal.sent)[1], lambda: terminal.sent)
        self.assertNotIn(WEB[0], terminal.sent)
        terminal.resize(24, 220)
        cluster.wait_for(lambda: (terminal.read(), WEB[0] in terminal.sent)[1], lambda: terminal.sent)

    def test_ctrl_c_ends_it_and_ctrl_z_gives_the_terminal_back_meanwhile(self):
        terminal = self.at_a_terminal()
        terminal.until("instance")
        terminal.type("\x1a")
        cluster.wait_for(lambda: (terminal.read(), LEAVE in terminal.sent)[1], "it stops")
        cluster.wait_for(lambda: pathlib.Path(f"/proc/{terminal.process}/stat").read_text().split()[2] == "T", "it stops")
        os.kill(terminal.process, signal.SIGCONT)
        cluster.wait_for(lambda: (terminal.read(), terminal.sent.count(ENTER) == 2)[1], "it goes on")
        terminal.type("\x03")
        self.assertEqual(terminal.wait(), 130)

    def test_redis_that_goes_away_leaves_the_last_table_and_says_since_when(self):
        terminal = self.at_a_terminal()
        terminal.until("instance")
        self.world.redis.terminate()
        self.world.redis.wait()
        terminal.until(r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d nothing can be read: ")
        self.assertIn("instance", terminal.screen)
        self.world.redis = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(self.world.port), "--save",
                                             "", "--dir", self.world.folder.name], stdout=subprocess.DEVNULL)
        cluster.wait_for(lambda: self.world.call("PING").strip() == "PONG", "redis-server answers")
        self.world.fill()
        terminal.until(r"(?s)\A(?!.*nothing can be read).*instance")
        self.words[1] = "127.0.0.1:1"
        self.assertIn("hotspotctl: ", self.run_top("--once", expect=1))

    def test_names_of_strangers_are_shown_and_not_obeyed(self):
        self.world.send_snapshot(2, [["a1b2c3d4-0000-4000-8000-000000000008", HOSTILE, "running", 1, 1, 0.99, 1 << 30]])
        self.assertNotRegex(self.run_top("--once"), "[\x00-\x09\x0b-\x1f\x7f]")
        terminal = self.at_a_terminal(NO_COLOR="1")
        terminal.until("evil")
        self.assertRegex(terminal.screen, r"(?m)^ +evil.*…x+ ")
        self.assertNotIn("\x1b]0;", terminal.sent)
        self.assertEqual(terminal.sent.count("\x1b[2J"), 0)
        self.assertNotRegex(terminal.sent, r"\x1b\[[0-9;]*m")
        self.assertLessEqual(max(map(len, terminal.screen.splitlines())), 80)

    def test_an_empty_cluster_is_no_error(self):
        self.world.call("DEL", self.world.key("snapshots"))
        self.world.call("DEL", self.world.key("nodes"))
        self.assertEqual(self.run_top("--once"), "")
        self.assertEqual(json.loads(self.run_top("--once", "-o", "json")), [])
        terminal = self.at_a_terminal()
        terminal.until("no admitted node has sent anything for an hour")


if __name__ == "__main__":
    unittest.main()
