#!/usr/bin/env python3
"""A signal ends test.sh and demo.sh at once: nothing that they started lives on, and the rig is gone. A stage whose tool
does not run has failed.

The scripts run in a copy of their folder in which a script that hangs takes the place of every command that takes long. It
has a child, and a child in a process group of its own, as Ninja has for its compilers. Run alone:
tests/house/test_sh_test.py [-v]
"""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 30
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Writes its process numbers, and hangs if $HANGS names it, or it and its first argument.
HANGING = """#!/bin/bash
[[ " $HANGS " == *" ${0##*/} "* || " $HANGS " == *" ${0##*/}:$1 "* ]] || exit 0
sleep 1000 &
child=$!
setsid sleep 1000 &
own_group=$!
trap 'kill $own_group; exit 1' INT TERM HUP
echo $$ $child $own_group >> "$PIDS"
wait
"""


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Interrupted(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hotspot-signal-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.pids, self.stopped = self.folder / "pids", self.folder / "stopped"
        for script in ("test.sh", "demo.sh"):
            shutil.copy(ROOT / script, self.folder)
        for name in ("bin/cmake", "bin/ctest", "bin/run-clang-tidy", "bin/clang-format", "tests/rig/selftest",
                     "tests/clean/root.sh"):
            self.add(name, HANGING)
        self.add("packaging/dependencies.sh", "#!/bin/bash\n")
        self.add("tests/rig/rig", HANGING.replace("\n[[", f"\necho \"$@\" >> {self.stopped}\n[[", 1))
        subprocess.run(["git", "init", "-q", str(self.folder)], check=True)
        (self.folder / "a.cc").write_text("")

    def add(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def start(self, hangs, *command):
        environment = {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HANGS": hangs,
                       "PIDS": str(self.pids), "RIG_ID": self.folder.name}
        environment.pop("SUDO_UID", None)
        # A background job of a shell has SIGINT ignored, and a shell cannot catch what was ignored when it began.
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, start_new_session=True,
                                preexec_fn=lambda: [signal.signal(one, signal.SIG_DFL) for one in SIGNALS])

    def wait_until_it_hangs(self, process, hanging=1):
        end = time.monotonic() + LIMIT_SECONDS
        while not self.pids.exists() or len(self.pids.read_text().splitlines()) < hanging:
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                self.fail(f"it did not come to the command that hangs: {process.communicate()[0]}")
            time.sleep(0.02)

    def interrupted(self, hangs, sent, *command, hanging=1, to=os.kill):
        """The lines that it prints when it is sent a signal while a command hangs."""
        process = self.start(hangs, *command)
        self.wait_until_it_hangs(process, hanging)
        to(process.pid, sent)
        try:
            output = process.communicate(timeout=LIMIT_SECONDS)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail("it did not end")
        pids = [int(pid) for pid in self.pids.read_text().split()]
        end = time.monotonic() + LIMIT_SECONDS  # what was killed may have to wait for a CPU in order to end
        while any(map(is_alive, pids)) and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual([pid for pid in pids if is_alive(pid)], [], output)
        self.assertNotEqual(process.returncode, 0)
        self.pids.unlink()
        return output.splitlines()

    def test_a_signal_ends_what_a_stage_runs_and_the_count_is_the_last_line(self):
        for stage, hangs in (("unit", "cmake:--build"), ("unit", "ctest"), ("tidy", "run-clang-tidy"), ("format", "clang-format"),
                             ("rig", "selftest"), ("debian13", "root.sh")):
            for sent in SIGNALS:
                with self.subTest(stage=stage, hangs=hangs, signal=sent.name):
                    lines = self.interrupted(hangs, sent, "./test.sh", stage)
                    self.assertEqual(lines[-1], "0 passed, 1 failed, 0 skipped", lines)
                    self.assertTrue(any(line.endswith("interrupted") for line in lines), lines)

    def test_ctrl_c_at_a_terminal_goes_to_every_process_of_the_group(self):
        lines = self.interrupted("ctest", signal.SIGINT, "./test.sh", "unit", to=os.killpg)
        self.assertEqual(lines[-1], "0 passed, 1 failed, 0 skipped", lines)

    def test_what_is_built_ahead_ends_too_and_the_rig_is_removed(self):
        lines = self.interrupted("selftest cmake:--build", signal.SIGTERM, "./test.sh", "rig", "asan", hanging=2)
        self.assertEqual(lines[-1], "0 passed, 1 failed, 0 skipped", lines)
        self.assertEqual(self.stopped.read_text(), "down\n")

    def test_what_the_time_does_not_suffice_for_is_skipped_and_said(self):
        for seconds, hangs in (("0", ""), ("1", "cmake:--build")):
            with self.subTest(seconds=seconds):
                process = self.start(hangs, "env", f"HOTSPOT_TEST_SECONDS={seconds}", "./test.sh", "format", "asan", "fuzz")
                lines = process.communicate(timeout=LIMIT_SECONDS)[0].splitlines()
                self.assertEqual(lines[-1], "1 passed, 0 failed, 2 skipped", lines)
                self.assertTrue(any(f"fuzz: skipped, since the {seconds} s of this run are over" in line for line in lines), lines)
                pids = self.pids.read_text().split() if self.pids.exists() else []
                self.assertEqual([pid for pid in pids if is_alive(int(pid))], [])

    def test_a_clang_format_that_fails_is_a_format_that_was_not_checked(self):
        for code, last in ((0, "1 passed, 0 failed, 0 skipped"), (1, "0 passed, 1 failed, 0 skipped")):
            self.add("bin/clang-format", f"#!/bin/bash\nexit {code}\n")
            self.assertEqual(self.start("", "./test.sh", "format").communicate(timeout=LIMIT_SECONDS)[0].splitlines()[-1], last)

    def test_the_next_one_can_begin_at_once(self):
        self.interrupted("ctest", signal.SIGTERM, "./test.sh", "unit")
        lines = self.interrupted("ctest", signal.SIGTERM, "./test.sh", "unit")
        self.assertFalse(any("another one is running" in line for line in lines), lines)

    @unittest.skipUnless(os.getuid() == 0, "the demo needs root")
    def test_a_signal_ends_a_step_of_the_demo_and_its_hosts_are_removed(self):
        # What the trap does takes longer than a round of the loop that it interrupts.
        self.add("bin/date", "#!/bin/bash\nsleep 0.4\nexec /bin/date \"$@\"\n")
        for sent in SIGNALS:
            with self.subTest(signal=sent.name):
                self.stopped.unlink(missing_ok=True)
                lines = self.interrupted("cmake:--build", sent, "./demo.sh")
                self.assertTrue(lines[-1].endswith("interrupted, cleaning up"), lines)
                self.assertEqual(self.stopped.read_text(), "down\n")


if __name__ == "__main__":
    unittest.main()
