#!/usr/bin/env python3
"""What bash, zsh and fish complete, each by itself, with the names that a real redis-server has now.

completion_test.py HOTSPOTCTL [-v]
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

import cluster
from cluster import DB, NODE, WEB

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
COMMANDS = ["status", "top", "graph", "report", "node", "domain", "rule", "action", "decision", "plan", "simulate", "hold", "mode", "help", "completion", "schema"]
# Completes a line as bash does after a Tab, and prints what there is.
BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
eval "COMP_WORDS=($3)"
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_hotspotctl
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cluster.Cluster()
        cls.addClassCleanup(cls.world.close)
        cls.world.fill()
        cls.bin = cls.world.root / "bin"
        cls.bin.mkdir()
        (cls.bin / "hotspotctl").symlink_to(HOTSPOTCTL)
        cls.config = cls.world.root / "hotspotctl.yaml"
        cls.config.write_text(f"cluster: test\nredis: {{port: {cls.world.port}}}\nrules: /nowhere\n")
        for shell in ("bash", "zsh", "fish"):
            text = subprocess.run([HOTSPOTCTL, "completion", shell], text=True, capture_output=True, check=True).stdout
            (cls.world.root / f"completion.{shell}").write_text(text)

    def setUp(self):
        self.world.refresh()
        strange = ["a1b2c3d4-0000-4000-8000-000000000003", "a name:with $words", "running", 1, 1, 0.1, 1]
        # bash writes a character that it cannot print as $'...', which quotes nothing where a quote is open already.
        hostile = ["a1b2c3d4-0000-4000-8000-000000000004", "a\u0378$(touch ran)", "running", 1, 1, 0.1, 1]
        self.world.send_snapshot(2, [strange, hostile])

    def environment(self):
        return dict(self.world.environment(), HOTSPOT_CONFIG=str(self.config), HOME=str(self.world.root),
                    PATH=f"{self.bin}:{os.environ['PATH']}")

    def assert_offered(self, words, wanted):
        """Live names have 0.3 s, which a busy machine may take for itself: then there are none, and it is asked again."""
        cluster.wait_for(lambda: self.offers(*words) == wanted, lambda: f"{words}: {self.offers(*words)}, not {wanted}")

    def assert_same(self, ask, wanted):
        cluster.wait_for(lambda: ask() == wanted, lambda: f"{ask()}, not {wanted}")

    def offers(self, *words):
        """What hotspotctl itself says."""
        done = subprocess.run([HOTSPOTCTL, "__complete", *words], text=True, capture_output=True, timeout=10,
                              env=self.environment())
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [line.split("\t")[0] for line in done.stdout.splitlines()]

    def bash(self, line, words=None):
        done = subprocess.run(["bash", "-c", BASH, "bash", str(self.world.root / "completion.bash"), line,
                               words or (line + ("''" if line.endswith(" ") else ""))],
                              text=True, capture_output=True, timeout=20, env=self.environment())
        self.assertEqual(done.stderr.replace("bash: compopt: not currently executing completion function\n", ""), "")
        return [one for one in done.stdout.splitlines() if one]

    def at_a_terminal(self, start, line):
        """What a shell at a terminal shows after the line and a Tab."""
        environment = dict(self.environment(), TERM="dumb", COLUMNS="200", LINES="50")
        process, leader = pty.fork()
        if process == 0:
            try:
                os.execvpe(start[0], start, environment)
            finally:
                os._exit(127)  # it never goes on as a second run of these tests
        text = ""

        def until(wanted, limit=30):
            nonlocal text
            end = time.monotonic() + limit
            while not re.search(wanted, text):
                self.assertLess(time.monotonic(), end, f"waited for {wanted!r}: {text!r}")
                if select.select([leader], [], [], 0.1)[0]:
                    text += os.read(leader, 65536).decode(errors="replace")
        try:
            until("READY> ")
            text = ""
            os.write(leader, line.encode() + b"\t")
            end = time.monotonic() + 30
            while not re.search("|".join(map(re.escape, self.wanted)), text):
                self.assertLess(time.monotonic(), end, f"waited for {self.wanted}: {text!r}")
                if select.select([leader], [], [], 2)[0]:
                    text += os.read(leader, 65536).decode(errors="replace")
                else:
                    os.write(leader, b"\t")  # a busy machine had no time for names
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(leader)
        return text

    def test_commands_options_and_their_values(self):
        self.assertEqual([one for one in self.offers("") if one != "help"], [one for one in COMMANDS if one != "help"])
        self.assertEqual(self.offers("no"), ["node"])
        self.assertEqual(self.offers("node", "li"), ["list"])
        self.assertEqual(self.offers("-o", "y"), ["yaml"])
        self.assertEqual(self.offers("--output=j"), ["--output=json"])
        self.assertEqual(self.offers("--output", "=", "j"), ["--output=json"])
        self.assertIn("--watch", self.offers("node", "list", "--w"))
        self.assertIn("--wait", self.offers("node", "drain", "--w"))
        self.assertEqual(self.offers("hold", "add", "d"), ["domain"])
        self.assertEqual(self.offers("mode", "p"), ["pause"])
        self.assertEqual(self.offers("top", "--sort", "vo"), ["volume"])
        self.assertEqual(self.offers("top", "--sort=vc"), ["--sort=vcpus"])
        self.assertEqual(self.offers("help", "node", "d"), ["drain"])
        self.assertEqual(self.offers("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.offers("rule", "check", ""), [":files"])
        self.assertEqual(self.offers("-c", ""), [":files"])
        self.assertEqual(self.offers("graph", "-o", ""), [":files"])

    def test_live_names(self):
        nodes = [NODE.format(1), NODE.format(2)]
        for words in (("node", "show", ""), ("node", "drain", ""), ("domain", "list", "--node", ""), ("hold", "add", "node", ""),
                      ("-o", "json", "node", "show", "compute")):
            self.assert_offered(words, nodes)
        self.assert_offered(("domain", "list", "--node=compute",), ["--node=" + one for one in nodes])
        for words in (("domain", "show", "inst"), ("action", "list", "--domain", "inst"), ("hold", "add", "domain", "inst"),
                      ("rule", "explain", "DomainCpuHotForTooLong", "inst"), ("graph", "inst"), ("graph", "db1", "inst")):
            self.assert_offered(words, [WEB[1]])
        self.assert_offered(("rule", "show", "D",), ["DomainCpuHotForTooLong"])
        self.assert_offered(("action", "cancel", "",), ["1795-1-a2", "1795-1-a1"])
        self.assert_offered(("decision", "show", "1795",), ["1795-1-d2", "1795-1-d1"])
        self.assert_offered(("hold", "remove", "",), ["1", "pause"])
        self.assertEqual(self.offers("--cluster", "elsewhere", "node", "show", ""), [], "the line says where")

    def test_a_redis_that_is_silent_or_away_costs_a_third_of_a_second_and_says_nothing(self):
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        for address in (f"127.0.0.1:{silent.getsockname()[1]}", "127.0.0.1:1", "nobody.invalid:6379"):
            began = time.monotonic()
            self.assertEqual(self.offers("--redis", address, "node", "show", ""), [])
            self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(self.offers("-c", "/no/such/file", "node", "show", ""), [])

    def test_bash(self):
        self.assertEqual(self.bash("hotspotctl no"), ["node"])
        self.assert_same(lambda: self.bash("hotspotctl domain show inst"), [WEB[1]])
        self.assert_same(lambda: self.bash("hotspotctl node drain "), [NODE.format(1), NODE.format(2)])
        # What stands before the = stays; a name is one word for the shell.
        self.assert_same(lambda: self.bash("hotspotctl domain list --node=comp", "hotspotctl domain list --node = comp"),
                         [NODE.format(1), NODE.format(2)])
        self.assert_same(lambda: self.offers("domain", "show", "a"), ["a name:with $words", "a\u0378$(touch ran)"])
        self.assert_same(lambda: self.bash("hotspotctl domain show a"), [r"a\ name:with\ \$words"])
        folder = self.world.root / "files"
        folder.mkdir()
        (folder / "new.yml").touch()
        self.assertEqual(self.bash(f"hotspotctl rule check {folder}/n"), [f"{folder}/new.yml"])

    @unittest.skipUnless(shutil.which("bash"), "no bash")
    def test_bash_at_a_terminal(self):
        start = self.world.root / "bashrc"
        start.write_text(f"PS1='READY> '\nsource {self.world.root}/completion.bash\n")
        self.wanted = [WEB[1]]
        self.assertIn(WEB[1], self.at_a_terminal(["bash", "--noprofile", "--rcfile", str(start), "-i"],
                                                 "hotspotctl domain show inst"))

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh_at_a_terminal(self):
        (self.world.root / ".zshrc").write_text(
            f"PS1='READY> '\nautoload -Uz compinit && compinit -u -D\nsource {self.world.root}/completion.zsh\n")
        for line, wanted in (("hotspotctl domain show inst", WEB[1]), ("hotspotctl decis", "decision"),
                             ("hotspotctl node list --no-h", "--no-headers")):
            self.wanted = [wanted]
            self.assertIn(wanted, self.at_a_terminal(["zsh", "-i"], line))

    @unittest.skipUnless(shutil.which("fish"), "no fish")
    def test_fish(self):
        def fish(line):
            done = subprocess.run(["fish", "--no-config", "-c",
                                   f"source {self.world.root}/completion.fish; complete -C {line!r}"], text=True,
                                  capture_output=True, timeout=60, env=self.environment())
            return [one.split("\t")[0] for one in done.stdout.splitlines()], done.stderr
        self.assert_same(lambda: fish("hotspotctl domain show inst"), ([WEB[1]], ""))
        self.assertEqual(fish("hotspotctl hold add d"), (["domain"], ""))
        self.assertEqual(fish("hotspotctl -o j")[0], ["json"])
        self.assert_same(lambda: sorted(fish("hotspotctl domain list --node=comp")[0]),
                         ["--node=" + NODE.format(1), "--node=" + NODE.format(2)])


if __name__ == "__main__":
    unittest.main()
