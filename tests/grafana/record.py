#!/usr/bin/env python3
"""Records what collectd wrote to a Carbon, for queries_test.py.

record.py WHISPER_DIR SECONDS > recorded.txt

A line a series: its name, then for each value how many seconds before the end it was, ":" and the value. With Debian's
python3 (package python3-whisper). The rig's Carbon keeps every second, so a value stands where it was written.
"""
import pathlib
import sys
import time

import whisper

SKIPPED = ("carbon.",)


def main(folder, seconds):
    until = int(time.time())
    for path in sorted(pathlib.Path(folder).rglob("*.wsp")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        if name.startswith(SKIPPED):
            continue
        (start, _, step), values = whisper.fetch(str(path), until - seconds, until)
        points = [f"{until - start - i * step}:{value:.6g}" for i, value in enumerate(values) if value is not None]
        if points:
            print(name, *points)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
