#!/usr/bin/env python3
"""Things are killed, stopped, cut off, filled up and lied to at random moments while Hotspot scales and migrates.

run.py BUILD_DIR [WORD...]     on the rig; words select tests by name. HOTSPOT_FAULT_ROUNDS rounds of each fault (2; for a
night, 200), HOTSPOT_SEED to repeat a run. After each round: every domain runs on exactly one node and was not started
anew, no journal entry stays open, no step was taken twice, and the journal says what libvirt says. The last line is the
count.
"""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import suite  # noqa: E402
import clock_faults  # noqa: E402
import daemon_faults  # noqa: E402
import guest_faults  # noqa: E402
import night_faults  # noqa: E402
import node_faults  # noqa: E402
import redis_faults  # noqa: E402
import storage_faults  # noqa: E402

MODULES = [daemon_faults, redis_faults, node_faults, guest_faults, storage_faults, clock_faults,
           night_faults]

if __name__ == "__main__":
    sys.exit(suite.run(sys.argv[1], MODULES, only=sys.argv[2:]))
