#!/usr/bin/env python3
"""connections.py [GOOD SILENT [REAL]]: bench/connections.cc with REAL libvirtd (20), under the limits of the unit.

Each libvirtd has a UUID, an address (127.78.0.N) and, in a mount namespace, folders of its own. Needs root. Without
arguments: 1,980 stand-ins that answer, and then 1,480 with 500 that say nothing.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PORT = 16509
HOST = """
mount -t tmpfs tmpfs /run && mkdir /run/libvirt && mount -t tmpfs tmpfs /var/lib/libvirt &&
mount -t tmpfs tmpfs /var/log/libvirt && exec libvirtd --listen --config "$1"
"""


def limits(*names):
    unit = (ROOT / "packaging/systemd/hotspotd.service").read_text()
    return {name: re.search(rf"^{name}=(\S+)$", unit, re.M).group(1) for name in names or ("LimitNOFILE", "TasksMax", "MemoryMax")}


def start_libvirtd(number, folder):
    uuid = f"00000000-0000-4000-9000-{number:012x}"
    config = folder / f"{number}.conf"
    config.write_text(f'listen_tls = 0\nlisten_tcp = 1\nauth_tcp = "none"\nlisten_addr = "127.78.0.{number}"\n'
                      f'tcp_port = "{PORT}"\nhost_uuid = "{uuid}"\n')
    process = subprocess.Popen(["unshare", "--mount", "sh", "-c", HOST, "sh", str(config)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    return process, f"{uuid}=qemu+tcp://127.78.0.{number}:{PORT}/system"


def answers(uri, limit=120):
    """The first time libvirtd asks every QEMU what it can do."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if subprocess.run(["virsh", "-q", "-c", uri, "capabilities"], capture_output=True).returncode == 0:
            return
        time.sleep(0.2)
    raise SystemExit(f"no libvirtd answers at {uri}")


def bytes_of(text):
    return int(text[:-1]) << {"K": 10, "M": 20, "G": 30}[text[-1]] if text[-1] in "KMG" else int(text)


class Cgroup:
    """The unit's limits on tasks and memory, where this machine lets us set them."""

    def __init__(self, given):
        self.path = pathlib.Path("/sys/fs/cgroup/hotspot-bench-connections")
        try:
            self.path.mkdir(exist_ok=True)
            (self.path / "pids.max").write_text(given["TasksMax"])
            (self.path / "memory.max").write_text(str(bytes_of(given["MemoryMax"])))
            self.procs = self.path / "cgroup.procs"
            print(f"limits: {given}")
        except OSError as problem:
            self.procs = None
            print(f"limits: {given['LimitNOFILE']} descriptors; those of tasks and memory cannot be set here: {problem}")

    def enter(self, command):
        if self.procs is None:
            return command
        return ["sh", "-c", f'echo $$ > {self.procs}; exec "$@"', "sh", *command]

    def figures(self):
        for name in ("memory.peak", "pids.peak"):
            if self.procs is not None and (self.path / name).exists():
                print(f"{name} {(self.path / name).read_text().strip()}, the stand-ins included")


def main():
    words = [int(word) for word in sys.argv[1:]]
    cases = [words[:2]] if len(words) >= 2 else [[1980, 0], [1480, 500]]
    given = limits()
    program = next(path for path in (ROOT / "build").glob("*/bin/bench_connections"))
    with tempfile.TemporaryDirectory() as folder:
        real = [start_libvirtd(n, pathlib.Path(folder)) for n in range(1, (words[2:] or [20])[0] + 1)]
        failed = 0
        try:
            for _, word in real:
                answers(word.partition("=")[2])
            group = Cgroup(given)
            for good, silent in cases:
                print(f"--- {good} that answer, {silent} that say nothing, {len(real)} real libvirtd", flush=True)
                command = ["prlimit", f"--nofile={given['LimitNOFILE']}:{given['LimitNOFILE']}", str(program), str(good),
                           str(silent), *(uri for _, uri in real)]
                failed += subprocess.run(group.enter(command)).returncode != 0
            group.figures()
        finally:
            for process, _ in real:
                process.terminate()
            for process, _ in real:
                process.wait()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
