#!/usr/bin/env python3
"""What hotspotd cannot reach is said before anything has to act: on a real redis-server, in recommend mode.

reach_test.py HOTSPOTD HOTSPOTCTL [-v]
"""
import functools
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=30)
HOTSPOTD, HOTSPOTCTL = sys.argv.pop(1), sys.argv.pop(1)
STAND_IN = pathlib.Path(__file__).resolve().parents[2] / "support" / "libvirt_stand_in.py"


class Reach(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-reach-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.port, self.nobody = free_port(), free_port()
        self.start("redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", folder.name)
        wait_for(lambda: self.redis("PING") == "PONG", "redis-server answers")
        (self.dir / "rules").mkdir()
        self.config = self.dir / "hotspotd.yaml"

    def daemon(self, node):
        self.config.write_text(
            f"cluster: test\nmode: recommend\nrules: {self.dir}/rules\nredis: {{port: {self.port}}}\nstate_dir: ''\n"
            f"admission:\n  require_keys: false\n  schemes: [qemu+tcp]\n  nodes: [{{name: h1, {node}}}]\n")
        self.start(HOTSPOTD, "-c", str(self.config))

    def start(self, *words, stdin=subprocess.DEVNULL):
        with open(self.dir / "log", "ab") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, stdin=stdin)
        if process.stdin:
            self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def redis(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], text=True, capture_output=True).stdout.strip()

    def ctl(self, *words):
        done = subprocess.run([HOTSPOTCTL, "-c", str(self.config), *words], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60)
        return done.stdout

    def log(self):
        return (self.dir / "log").read_text()

    def cut_off(self):
        text = self.ctl("-o", "json", "status")
        connections = json.loads(text).get("connections") if text.startswith("{") else None
        return connections and connections["not_connected"]

    def test_a_node_whose_libvirt_does_not_answer_is_named_with_the_reason(self):
        self.daemon(f"uri: 'qemu+tcp://127.0.0.1:{self.nobody}/system'")
        wait_for(lambda: self.cut_off() == 1, lambda: self.log() + self.ctl("status"))
        status = self.ctl("status")
        self.assertRegex(status, r"(?m)^libvirt +connected to 0 nodes, NOT to 1$")
        self.assertIn(f"127.0.0.1:{self.nobody}", status)
        self.assertIn("Connection refused", " ".join(status.split()))
        nodes = " ".join(self.ctl("node", "list").split())
        self.assertRegex(nodes, r"h1 does not count: .*Connection refused")
        self.assertRegex(self.log(), r"no connection to its libvirt: h1 .*Connection refused")

    # A libvirtd on a machine without a UUID makes up another one at each start.
    def test_a_node_that_comes_back_with_another_uuid_is_told_what_to_set(self):
        self.start("python3", str(STAND_IN), str(self.nobody), "good=1", stdin=subprocess.PIPE)
        self.daemon(f"uri: 'qemu+tcp://127.77.0.1:{self.nobody}/system', uuid: 11111111-1111-4111-8111-111111111111")
        wait_for(lambda: self.cut_off() == 1 and "leads to" in self.log(), lambda: self.log() + self.ctl("status"))
        status = " ".join(self.ctl("status").split())
        self.assertIn("leads to the host with UUID 00000000-0000-4000-8000-000000000000, not to node 11111111-", status)
        self.assertIn("makes up another UUID at each start, set host_uuid there", status)


if __name__ == "__main__":
    unittest.main()
