"""Runs test functions on one rig and counts.

A test is a function test_… of a module, taking the World. Its name is the sentence that is printed.
"""
import inspect
import pathlib
import signal
import sys
import time
import traceback

from harness import Rig


class World:
    def __init__(self, build):
        self.build = pathlib.Path(build)
        self.rig = Rig()
        self.at_end = []  # what the running test has to take down again

    def later(self, undo):
        self.at_end.append(undo)

    def undo_all(self):
        for undo in reversed(self.at_end):
            try:
                undo()
            except Exception:  # noqa: BLE001 - the next test needs the others undone all the same
                traceback.print_exc()
        self.at_end.clear()


def tests_of(modules, only):
    for module in modules:
        functions = [f for name, f in inspect.getmembers(module, inspect.isfunction)
                     if name.startswith("test_") and f.__module__ == module.__name__]
        for function in sorted(functions, key=lambda f: f.__code__.co_firstlineno):
            if not only or any(word in function.__name__ for word in only):
                yield function


def run(build, modules, only=(), hosts_alone=False):
    """Returns the exit code. Words in `only` select tests by name; hosts_alone: no Redis, no Carbon, no collectd."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    world = World(build)
    passed = failed = 0
    try:
        world.rig.up(services=not hosts_alone)
        if not hosts_alone:
            world.rig.collectd_up(build)
        for test in tests_of(modules, only):
            began = time.monotonic()
            try:
                test(world)
                passed += 1
                word = "ok  "
            except Exception:  # noqa: BLE001 - a failed test; the next one runs
                failed += 1
                word = "FAIL"
                traceback.print_exc(file=sys.stdout)
            finally:
                world.undo_all()
            sentence = test.__name__.removeprefix("test_").replace("_", " ")
            print(f"{word} {time.monotonic() - began:6.1f} s  {sentence}", flush=True)
    except Exception:  # noqa: BLE001 - the rig itself
        failed += 1
        traceback.print_exc(file=sys.stdout)
    finally:
        world.rig.down()
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0
