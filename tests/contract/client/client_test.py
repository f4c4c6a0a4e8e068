#!/usr/bin/env python3
"""libhotspot as it is installed: what it exports, the example of docs/client.md, and every call on a real redis-server and
hotspotd.

client_test.py BUILD_DIR CXX HOTSPOTD [-v]
"""
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "ctl")]
import waiting

BUILD, CXX, HOTSPOTD = pathlib.Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)).resolve()
sys.argv[1:1] = [str(HOTSPOTD), ""]
import steering_test  # takes two programs from the command line
import cluster

wait_for = functools.partial(waiting.wait_for, limit=30)
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}\n{done.stdout}")
    return done.stdout


def setUpModule():
    global FOLDER, PREFIX, LIBRARY, FLAGS
    FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="hotspot-client-"))
    PREFIX = FOLDER / "usr"
    for component in ("library", "library_dev"):
        run("cmake", "--install", BUILD, "--prefix", PREFIX, "--component", component)
    [LIBRARY] = PREFIX.rglob("libhotspot.so.0")
    path = {**os.environ, "PKG_CONFIG_PATH": str(LIBRARY.parent / "pkgconfig")}
    FLAGS = run("pkg-config", f"--define-variable=prefix={PREFIX}", "--cflags", "--libs", "hotspot", env=path).split()
    example = (SOURCE / "docs/client.md").read_text().split("```cpp\n")[1].split("```")[0]
    (FOLDER / "watch.cc").write_text(example)
    for name, source in (("watch", FOLDER / "watch.cc"), ("calls", HERE / "calls.cc")):
        run(CXX, "-std=c++20", *WARNINGS, source, "-o", FOLDER / name, *FLAGS, f"-Wl,-rpath,{LIBRARY.parent}")


def tearDownModule():
    shutil.rmtree(FOLDER)


class Installed(unittest.TestCase):
    def test_the_soname_is_stable_and_nothing_but_the_header_is_exported(self):
        self.assertRegex(run("readelf", "-d", LIBRARY), r"SONAME.*\[libhotspot\.so\.0\]")
        names = run("nm", "-DC", "--defined-only", LIBRARY).splitlines()
        exported = [line.split(" ", 2)[2] for line in names if not line.endswith(" HOTSPOT_0")]
        self.assertGreater(len(exported), 10)
        strange = [name for name in exported if not re.match(r"hotspot::client::(Client::|visible\[?\(?)", name) and
                   not name.startswith("HOTSPOT_0")]
        self.assertEqual(strange, [])

    def test_it_needs_neither_libvirt_nor_rrd(self):
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", LIBRARY))
        self.assertTrue(any(name.startswith("libhiredis") for name in needed), needed)
        self.assertFalse([name for name in needed if re.match(r"libvirt|librrd|libyaml|libcairo|libcurl", name)], needed)

    def test_cmake_finds_it(self):
        project = FOLDER / "project"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(watch CXX)\nset(CMAKE_CXX_STANDARD 20)\n"
            "find_package(hotspot 0.1 REQUIRED)\nadd_executable(watch ../watch.cc)\n"
            "target_link_libraries(watch PRIVATE hotspot::hotspot)\n")
        run("cmake", "-G", "Ninja", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_CXX_COMPILER={CXX}")
        run("cmake", "--build", project / "build")
        self.assertIn("libhotspot.so.0", run("readelf", "-d", project / "build/watch"))


class World(unittest.TestCase):
    def setUp(self):
        self.world = cluster.Cluster()
        self.addCleanup(self.world.close)

    def call(self, *words, expect=0):
        done = subprocess.run([FOLDER / "calls", f"127.0.0.1:{self.world.port}", *words], text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout

    def position(self):
        return self.call("position").strip()


class WithHotspotd(World):
    def setUp(self):
        super().setUp()
        root = self.world.root
        (root / "rules.yaml").write_text(steering_test.RULES)
        (root / "hotspotd.yaml").write_text(f"cluster: test\nmode: recommend\nrules: {root}/rules.yaml\n"
                                            f"redis: {{port: {self.world.port}}}\n" + waiting.admission("h1"))
        self.node = steering_test.Node(self.world, "test")
        self.addCleanup(self.node.stop)
        log = open(root / "log", "w")
        self.addCleanup(log.close)
        self.daemon = subprocess.Popen([HOTSPOTD, "-c", root / "hotspotd.yaml"], stderr=log)
        self.addCleanup(self.daemon.wait)
        self.addCleanup(self.daemon.terminate)
        wait_for(lambda: " proven fresh" in self.call("nodes"), lambda: self.call("nodes") + (root / "log").read_text())

    def test_the_example_prints_the_nodes_and_then_decisions_as_they_come(self):
        out = FOLDER / "watched"
        with open(out, "w") as file:
            watch = subprocess.Popen([FOLDER / "watch", "test", f"127.0.0.1:{self.world.port}"], stdout=file, stderr=file)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.kill)
        wait_for(lambda: "h1: 20 % CPU" in out.read_text(), out.read_text)
        self.call("hold", "web1")  # recorded as a decision
        wait_for(lambda: re.search(r"(?m)^hold: .*backup", out.read_text()), out.read_text)
        self.assertIsNone(watch.poll())

    def test_each_call_gives_what_hotspotd_knows(self):
        self.assertRegex(self.call("nodes"), r"node h1 proven fresh cpus 8 cpu 0\.20 drain 0")
        self.assertRegex(self.call("domains"), r"domain web1 on h1 running vcpus 2/8 used not measured")
        begin = self.position()
        self.assertRegex(self.call("hold", "web1"), r"^done: ")
        self.assertRegex(self.call("drain", "h1"), r"^done: ")
        self.assertRegex(self.call("mode", "observe"), r"^done: ")
        wait_for(lambda: "drain 1" in self.call("nodes"), lambda: self.call("nodes"))
        wait_for(lambda: re.search(r"leader \S+ version \S+ mode observe holds 1 drains 1", self.call("status")),
                 lambda: self.call("status"))
        self.assertIn("hold 1 on domain web1 by ada: backup", self.call("status"))
        self.assertRegex(self.call("decisions"), r"decision \S+ Hot ")
        events = self.call("events", begin)
        self.assertRegex(events, r"(?m)^decision \S+  hold json [1-9]")
        self.assertNotIn("gap", events)
        again = self.call("events", events.split("next ")[1].split()[0])
        self.assertNotRegex(again, r"  hold json")

    def test_what_the_leader_refuses_says_so(self):
        self.assertRegex(self.call("hold", "nobody"), r"^refused: .*nobody")
        self.assertRegex(self.call("drain", "nowhere"), r"^refused: .*nowhere")
        self.assertRegex(self.call("mode", "turbo", expect=1), r"^error: 'turbo' is no mode")
        self.assertRegex(self.call("hold", "x" * 100_000, expect=1), r"^error: ")


class WithoutHotspotd(World):
    def test_a_command_that_nobody_answers_is_not_done(self):
        self.assertRegex(self.call("hold", "web1"), r"^unanswered: .*no hotspotd leads the cluster 'test'")

    def test_actions_and_decisions_come_as_events_and_what_was_trimmed_is_a_gap(self):
        begin = self.position()
        self.assertEqual(begin, "0-0/0-0")
        self.world.fill()
        self.assertEqual(len(re.findall(r"(?m)^action \S+ \S+ (?:done|failed): .*, ended$", self.call("actions"))), 2)
        events = self.call("events", begin)
        self.assertEqual((events.count("decision "), events.count("action ")), (2, 5), events)
        self.assertNotIn("gap", events)
        after = self.position()
        self.world.call("DEL", self.world.key("journal"))
        self.assertIn(" gap", self.call("events", after))

    def test_what_strangers_wrote_is_left_out_counted_or_refused_with_a_sentence(self):
        self.world.fill()
        begin = self.position()
        for field, value in (("decision", "{"), ("decision", "[]"), ("other", "x")):
            self.world.call("XADD", self.world.key("decisions"), "*", field, value)
        self.world.call("XADD", self.world.key("journal"), "*", "body", '{"action": 7}')
        self.assertRegex(self.call("events", begin), r"^next \S+ unreadable 4\n")
        for position in ("", "/", "x/y", "1-1", "1-1/", "9" * 5000):
            self.assertRegex(self.call("events", position, expect=1), r"is no position that this library gave")
        self.world.call("HSET", self.world.key("state"), "status", "{")
        self.assertRegex(self.call("status", expect=1), r"^error: .*of another version, or damaged")
        self.world.call("HSET", self.world.key("nodes"), "forged", "{")
        self.world.call("HSET", self.world.key("state"), "status", json.dumps(self.world.status()), "drains", "[", "admission", "7")
        self.assertIn("unproven", self.call("nodes"))
        self.world.call("XADD", self.world.key("snapshots"), "*", "snapshot", "{")
        self.assertIn("domain db1", self.call("domains"))

    def test_a_redis_that_is_away_is_an_error_with_its_address(self):
        self.world.redis.terminate()
        self.world.redis.wait()
        for verb in ("status", "nodes", "domains", "decisions", "actions", "position"):
            self.assertRegex(self.call(verb, expect=1), rf"^error: .*{self.world.port}")


if __name__ == "__main__":
    unittest.main()
