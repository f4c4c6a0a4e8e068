#!/usr/bin/env python3
"""hotspotctl graph on RRD files made by rrdtool, through a real rrdcached too, with actions from a redis-server.

graph_test.py HOTSPOTCTL [-v]
"""
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import cluster

HOTSPOTCTL = pathlib.Path(sys.argv.pop(1)).resolve()
STEP = 10
NOW = int(time.time()) // STEP * STEP
START = NOW - 3600
GIB = 1 << 30
SVG = "{http://www.w3.org/2000/svg}"
RULES = """groups:
- name: test
  rules:
  - hotspot: CpuHot
    expr: domain_cpu_ratio > 90%
    for: 3 of 5
    remedy: [migrate]
  - alert: MemoryFull
    expr: domain_memory_used_ratio > 80%
  - alert: NodeBusy
    expr: node_cpu_ratio > 75%
"""
# As cairo writes #c62828 and the other reds of limits, #6a1b9a of a migration, #64b5f6 of what is used, #ef6c00 of steal.
LIMIT, MIGRATION, USED, STEAL = "rgb(77.6", "rgb(41.5", "rgb(39.2", "rgb(93.7"


def write_rrd(folder, name, values, source="value"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["rrdtool", "create", path, "--start", str(START), "--step", str(STEP),
                    f"DS:{source}:GAUGE:{2 * STEP}:U:U", "RRA:AVERAGE:0.1:1:1200", "RRA:AVERAGE:0.1:7:1200"], check=True)
    updates = [f"{START + (i + 1) * STEP}:{'U' if v is None else v}" for i, v in enumerate(values)]
    subprocess.run(["rrdtool", "update", path, *updates], check=True)


class Graph(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cluster.Cluster()
        cls.addClassCleanup(cls.world.close)
        cls.root = cls.world.root
        cls.rrd = cls.root / "rrd"
        (cls.root / "rules.yml").write_text(RULES)
        # web is hot for ten minutes, and nothing is known of it for the ten after.
        load = [30 + i % 7 for i in range(120)] + [96] * 60 + [None] * 60 + [50 + i % 5 for i in range(120)]
        write_rrd(cls.rrd, "h1/hotspot/percent-cpu.rrd", [55 + i % 11 for i in range(360)])
        write_rrd(cls.rrd, "h1/hotspot/percent-cpu_steal.rrd", [3] * 360)
        write_rrd(cls.rrd, "h1/hotspot/memory-used.rrd", [20 * GIB] * 360)
        write_rrd(cls.rrd, "h1/hotspot/memory-available.rrd", [12 * GIB] * 360)
        write_rrd(cls.rrd, "web/virt/percent-vcpus.rrd", load)
        write_rrd(cls.rrd, "web/virt/percent-steal.rrd", [None if v is None else v / 12 for v in load])
        write_rrd(cls.rrd, "web/virt/gauge-vcpus.rrd", [2] * 180 + [3] * 180)
        write_rrd(cls.rrd, "web/virt/memory-available.rrd", [4 * GIB] * 360)
        write_rrd(cls.rrd, "web/virt/memory-usable.rrd", [3 * GIB - i * (5 << 20) for i in range(360)])
        write_rrd(cls.rrd, "web/virt/memory-actual_balloon.rrd", [4 * GIB] * 360)
        write_rrd(cls.rrd, "web/virt/disk_octets-vda.rrd", [3e6 + i * 1e4 for i in range(360)], "read")
        write_rrd(cls.rrd, "web/virt/if_octets-vnet0.rrd", [2e5] * 360, "rx")
        write_rrd(cls.rrd, "db/virt/percent-vcpus.rrd", [20] * 360)
        cls.config = cls.root / "hotspotctl.yaml"
        cls.config.write_text(f"cluster: test\nredis: {{port: {cls.world.port}}}\nrules: {cls.root}/rules.yml\n"
                              f"history: {{rrd: {cls.rrd}}}\n")

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.here = pathlib.Path(self.folder.name)

    def graph(self, *words, expect=0):
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "graph", *words], text=True, capture_output=True, timeout=60,
                              cwd=self.here, stdin=subprocess.DEVNULL, env=self.world.environment(TZ="UTC"))
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        self.said = done.stderr
        return done.stdout + (done.stderr if expect else "")

    def svg(self, *words):
        self.assertEqual(self.graph(*words, "-o", "all.svg"), "all.svg\n")
        text = (self.here / "all.svg").read_text()
        return text, xml.etree.ElementTree.fromstring(text)

    def journal(self, state, ago):
        body = cluster.action_body(1, state)
        body["action"].update(domain_name="web", node_name="h1")
        body["at_ms"] = (NOW - ago) * 1000
        self.world.call("XADD", self.world.key("journal"), "*", "action", "1795-1-a1", "state", state, "token", "7", "body",
                        cluster.json.dumps(body))

    def png_size(self, name):
        data = (self.here / name).read_bytes()
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        return struct.unpack(">II", data[16:24])

    def test_writes_a_png_of_the_domains_name_and_says_where(self):
        self.assertEqual(self.graph("web", "--since", "1h"), "web.png\n")
        self.assertEqual(self.said, "")
        width, height = self.png_size("web.png")
        self.assertGreater(width, 800)
        self.assertGreater(height, 4 * 130)
        self.assertEqual(sorted(os.listdir(self.here)), ["web.png"], "nothing else stays")

    def test_several_stand_below_each_other_in_one_file(self):
        self.graph("web", "--since", "1h", "-o", "one.png")
        self.graph("h1", "db", "web", "--since", "1h", "-o", "three.png")
        self.assertGreater(self.png_size("three.png")[1], 2 * self.png_size("one.png")[1])
        _, root = self.svg("h1", "web", "--since", "1h")
        panels = root.findall(SVG + "svg")
        self.assertEqual(len(panels), 3 + 4)
        tops = [float(one.get("y")) for one in panels]
        self.assertEqual(tops, sorted(set(tops)))
        names = [one.get("id") for one in root.iter() if one.get("id")]
        self.assertEqual(len(names), len(set(names)), "a name in two panels would draw the letters of the other")

    def test_limits_are_dashed_lines_and_what_is_used_is_an_area(self):
        text, root = self.svg("web", "--since", "1h")
        first, second, third = root.findall(SVG + "svg")[:3]
        drawn = lambda panel: xml.etree.ElementTree.tostring(panel, encoding="unicode")  # noqa: E731
        dashed = re.compile(r"stroke-dasharray[=:] ?\"?6")
        for panel in (first, second):
            self.assertRegex(drawn(panel), dashed)
            self.assertIn(LIMIT, drawn(panel))
            self.assertIn(USED, drawn(panel))
        self.assertNotRegex(drawn(third), dashed)
        (self.here / "none.yml").write_text("groups: []\n")
        without, _ = self.svg("web", "--since", "1h", "--rules", "none.yml")
        self.assertNotRegex(without, dashed)

    def test_steal_is_a_line_of_domains_and_of_nodes(self):
        for name, drawn in (("web", True), ("h1", True), ("db", False)):  # of db there is none
            _, root = self.svg(name, "--since", "1h")
            panel = xml.etree.ElementTree.tostring(root.find(SVG + "svg"), encoding="unicode")
            self.assertEqual(bool(re.search('stroke[:=]"?' + re.escape(STEAL), panel)), drawn, name)

    def test_what_was_done_is_marked_in_each_panel(self):
        before, _ = self.svg("web", "--since", "1h")
        self.assertNotIn(MIGRATION, before)
        for state, ago in (("intent", 1805), ("started", 1800), ("done", 1770)):
            self.journal(state, ago)
        self.addCleanup(self.world.call, "DEL", self.world.key("journal"))
        _, root = self.svg("web", "h1", "db", "--since", "1h")
        marked = [MIGRATION in xml.etree.ElementTree.tostring(one, encoding="unicode") for one in root.findall(SVG + "svg")]
        self.assertEqual(marked, [True] * 7 + [False] * 4)
        later, _ = self.svg("web", "--since", "10m")
        self.assertNotIn(MIGRATION, later)

    def test_what_is_not_there_is_said_with_the_nearest(self):
        self.assertIn("there are no RRD files of a node or domain 'wbe' in", self.graph("wbe", expect=3))
        self.assertIn("did you mean 'web'?", self.graph("web", "wbe", expect=3))
        self.assertEqual(os.listdir(self.here), [])

    def test_a_time_without_values_is_said_with_when_there_were_some(self):
        self.assertRegex(self.graph("web", "--since", "30d", "--until", "29d", expect=3),
                         r"'web' has no value between .* and .*; its newest is of about \d{4}-\d\d-\d\d ")
        self.graph("web", "--since", "10d", "-o", "long.png")  # a part of it: the rest is a gap

    def test_no_folder_and_an_empty_one(self):
        self.assertIn("there is no folder /no/such", self.graph("web", "--rrd", "/no/such", expect=1))
        self.assertIn("it has none of hotspot.so at all", self.graph("web", "--rrd", str(self.here), expect=3))

    def test_what_cannot_be_drawn_besides_leaves_the_rest(self):
        self.graph("web", "--since", "1h", "-o", "a.png")
        config = self.root / "other.yaml"
        config.write_text(f"cluster: test\nredis: {{port: 1}}\nrules: /no/such/rules\nhistory: {{rrd: {self.rrd}}}\n")
        done = subprocess.run([HOTSPOTCTL, "-c", config, "graph", "web"], text=True, capture_output=True, timeout=60,
                              cwd=self.here, stdin=subprocess.DEVNULL, env=self.world.environment())
        self.assertEqual((done.returncode, done.stdout), (0, "web.png\n"), done.stderr)
        self.assertIn("no limits of rules are drawn: ", done.stderr)
        self.assertIn("what was done is not drawn: ", done.stderr)
        self.png_size("web.png")

    def test_without_the_rules_files_the_limits_are_those_that_hotspotd_runs(self):
        config = self.root / "elsewhere.yaml"
        config.write_text(f"cluster: test\nredis: {{port: {self.world.port}}}\nrules: /no/such/rules\n"
                          f"history: {{rrd: {self.rrd}}}\n")

        def draw():
            done = subprocess.run([HOTSPOTCTL, "-c", config, "graph", "web", "--since", "1h", "-o", "a.svg"], text=True,
                                  capture_output=True, timeout=60, cwd=self.here, stdin=subprocess.DEVNULL,
                                  env=self.world.environment())
            self.assertEqual((done.returncode, done.stdout), (0, "a.svg\n"), done.stderr)
            return (self.here / "a.svg").read_text().count(LIMIT), done.stderr

        lines, said = draw()
        self.assertEqual(lines, 0, said)
        self.assertIn("no limits of rules are drawn: ", said)
        head = {"schema": 1, "cluster": "test", "at_ms": NOW * 1000, "sequence": 1, "writer": "", "news": 0}
        limit = {"rule": "CpuHot", "metric": "domain_cpu_ratio", "comparison": ">", "number": 0.9}
        key = self.world.key("published")
        self.world.call("SET", key, json.dumps(head) + "\n" + json.dumps({"limits": [limit]}))
        self.addCleanup(self.world.call, "DEL", key)
        lines, said = draw()
        self.assertGreater(lines, 0, said)
        self.assertIn("the limits are those of the rules that hotspotd runs", said)
        self.world.call("SET", key, "nonsense")
        lines, said = draw()
        self.assertEqual(lines, 0, said)
        self.assertIn("and of hotspotd's: the leader's published record cannot be used", said)

    def test_a_file_that_cannot_be_written_and_one_of_another_kind(self):
        self.assertIn("cannot write /no/such/web.png: No such file or directory",
                      self.graph("web", "--since", "1h", "-o", "/no/such/web.png", expect=1))
        self.assertIn("--file: 'json' ends neither in .png nor in .svg", self.graph("web", "-o", "json", expect=2))
        self.assertIn("--until has to be less than --since", self.graph("web", "--until", "7h", expect=2))
        done = subprocess.run([HOTSPOTCTL, "-o", "json", "graph", "web"], text=True, capture_output=True, timeout=60,
                              env=self.world.environment())
        self.assertEqual(done.returncode, 2)
        self.assertIn("'graph' draws a picture", done.stderr)

    def test_a_link_that_somebody_laid_is_not_written_through(self):
        other = self.here / "other"
        other.write_text("mine")
        for name in ("web.png", "web.png.part"):
            (self.here / name).symlink_to(other)
        self.graph("web", "--since", "1h")
        self.assertEqual(other.read_text(), "mine")
        self.assertFalse((self.here / "web.png").is_symlink())

    def test_files_beside_it_stay_as_they_are(self):
        (self.here / "web.png.part").write_text("mine")
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        self.graph("web", "--since", "1h")
        self.assertEqual((self.here / "web.png.part").read_text(), "mine")
        self.assertEqual(sorted(os.listdir(self.here)), ["web.png", "web.png.part"])
        self.assertEqual((self.here / "web.png").stat().st_mode & 0o777, 0o640)

    def test_a_pipe_is_not_waited_for_and_not_replaced(self):
        os.mkfifo(self.here / "web.png")
        self.assertIn("cannot write web.png: it exists and is not a regular file", self.graph("web", "--since", "1h", expect=1))
        self.assertTrue((self.here / "web.png").is_fifo())

    def test_a_folder_for_temporary_files_that_is_not_there_is_said(self):
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "graph", "web"], text=True, capture_output=True, timeout=60,
                              cwd=self.here, env=self.world.environment(TMPDIR="/no/such"))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn("cannot draw: no file can be made in the folder for temporary files", done.stderr)
        strange = self.here / "a:b"
        strange.mkdir()
        done = subprocess.run([HOTSPOTCTL, "-c", self.config, "graph", "web"], text=True, capture_output=True, timeout=60,
                              cwd=self.here, env=self.world.environment(TMPDIR=str(strange)))
        self.assertEqual((done.returncode, os.listdir(strange)), (0, []), done.stderr)

    def test_a_journal_that_is_longer_than_what_is_read_is_said(self):
        body = cluster.action_body(1, "done")
        body["action"].update(domain_name="web", node_name="h1")
        body["at_ms"] = (NOW - 1800) * 1000
        self.addCleanup(self.world.call, "DEL", self.world.key("journal"))
        self.world.call("EVAL", "for i = 1, 10000 do redis.call('XADD', KEYS[1], '*', 'action', '1795-1-a1', 'state', 'done', "
                        "'token', '7', 'body', ARGV[1]) end", "1", self.world.key("journal"), cluster.json.dumps(body))
        self.graph("web", "--since", "1h")
        self.assertRegex(self.said, r"what was done before \d{4}-.* is not drawn: only the 10000 newest entries")
        self.graph("web", "--since", "10m")
        self.assertEqual(self.said, "")

    def test_a_domain_may_be_called_as_it_likes(self):
        strange = "a:b\\l\x1b[31m%s"
        write_rrd(self.here / "rrd", f"{strange}/virt/percent-vcpus.rrd", [20] * 360)
        self.assertEqual(self.graph(strange, "--since", "1h", "--rrd", str(self.here / "rrd")), "a_b_l__31m_s.png\n")
        self.png_size("a_b_l__31m_s.png")

    @unittest.skipUnless(shutil.which("rrdcached"), "no rrdcached")
    def test_through_rrdcached_and_without_it_when_it_is_away(self):
        socket = self.here / "rrdcached.sock"
        daemon = subprocess.Popen(["rrdcached", "-g", "-l", f"unix:{socket}", "-b", str(self.rrd), "-B", "-p",
                                   str(self.here / "pid")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        cluster.wait_for(socket.exists, "rrdcached listens")
        words = ["--since", "1h", "--rrdcached", f"unix:{socket}", "--rrd", str(self.rrd)]
        write_rrd(self.rrd, "late/virt/percent-vcpus.rrd", [None])
        subprocess.run(["rrdtool", "update", "--daemon", f"unix:{socket}", self.rrd / "late/virt/percent-vcpus.rrd",
                        *[f"{START + i * STEP}:50" for i in range(2, 100)]], check=True)
        self.assertIn("'late' has no value between", self.graph("late", "--since", "1h", expect=3))
        self.graph("late", *words)  # what rrdcached still holds is drawn
        self.png_size("late.png")
        daemon.terminate()
        daemon.wait()
        self.assertRegex(self.graph("web", *words, expect=1), r"rrdcached at unix:.* does not answer: ")


if __name__ == "__main__":
    unittest.main()
