#!/usr/bin/env python3
"""The whole loop on the rig: real hosts, real guests, real collectd, Redis, RRD files, Carbon, real live migrations.

run.py BUILD_DIR [WORD...]   needs root; words choose tests by name; the last line is the count. Tests run in the order in which they stand: each leaves the
                      rig as it found it, but starting the rig for each would take minutes.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import suite  # noqa: E402
import admission_test  # noqa: E402
import collector_test  # noqa: E402
import local_test  # noqa: E402
import loop_test  # noqa: E402
import panels_test  # noqa: E402
import robustness_test  # noqa: E402
import scaling_test  # noqa: E402
import steering_test  # noqa: E402
import storage_test  # noqa: E402
import targets_test  # noqa: E402
import values_test  # noqa: E402

MODULES = [values_test, collector_test, admission_test, local_test, loop_test, panels_test, scaling_test, storage_test, targets_test,
           steering_test, robustness_test]

if __name__ == "__main__":
    sys.exit(suite.run(sys.argv[1], MODULES, only=sys.argv[2:]))
