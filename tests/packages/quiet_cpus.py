"""What libvirtd reads of this machine's CPUs: that they are idle, whatever else the real machine has to do meanwhile. A
full node would be given no vCPU, rightly, and no test of packages should hang on that."""
import os
import pathlib
import subprocess
import threading
import time

STAT = pathlib.Path("/run/quiet-stat")


def stat_now(lines):
    """The lines of /proc/stat with as much idle time as there was; always of one length, so that no reader sees a part."""
    ticks = int(time.monotonic() * os.sysconf("SC_CLK_TCK"))
    for line in lines:
        words = line.split()
        if line.startswith("cpu"):
            words[4] = str(ticks * (os.cpu_count() if words[0] == "cpu" else 1)).rjust(16)
        yield " ".join(words) + "\n"


def keep_on(lines):
    with open(STAT, "r+b", buffering=0) as file:
        while True:
            os.pwrite(file.fileno(), "".join(stat_now(lines)).encode(), 0)
            time.sleep(0.2)


def begin():
    lines = pathlib.Path("/proc/stat").read_text().splitlines()
    STAT.write_text("".join(stat_now(lines)))
    subprocess.run(["mount", "--bind", STAT, "/proc/stat"], check=True)
    threading.Thread(target=keep_on, args=(lines,), daemon=True).start()
