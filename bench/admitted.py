#!/usr/bin/env python3
"""admitted.py BUILD_DIR [NODES [DOMAINS]]: a whole hotspotd with 2,000 admitted nodes of 15 domains, in a real Redis.

Every node has a stand-in for its libvirtd (tests/support/libvirt_stand_in.py), stands in `admission` of hotspotd.yaml
with the fingerprint of its key, and sends a signed snapshot every ten seconds; a minute of them is in the stream before
hotspotd starts, as at a restart. hotspotd runs with the unit's descriptors, and its limits of tasks and memory where
this machine lets us set them. Printed are the time until all nodes count, and threads, descriptors, memory and CPU
time, until then and over the minute after it. Bounds: BENCH_BOUND_SECONDS until all count (120), and MemoryHigh.
Needs python3-cryptography; without it snapshots are not signed, which is said.
"""
import base64
import contextlib
import hashlib
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/contract"), str(ROOT / "tests/support")]
import libvirt_stand_in as stand_in  # noqa: E402
from connections import Cgroup, bytes_of, limits  # noqa: E402
from measuring import conclude  # noqa: E402
from waiting import free_port  # noqa: E402

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    Ed25519PrivateKey = None

INTERVAL, HISTORY, STEADY = 10, 60, 60
COLUMNS = ["uuid", "name", "state", "vcpus", "vcpus_max", "cpu_ratio", "cpu_cores", "cpu_steal_ratio",
           "memory_balloon_bytes", "memory_balloon_max_bytes", "memory_rss_bytes", "memory_available_bytes",
           "memory_unused_bytes", "memory_usable_bytes", "swap_in_bytes_per_second", "swap_out_bytes_per_second"]


class Node:
    def __init__(self, number, domains, port):
        self.number, self.sequence, self.port = number, 0, port
        self.uuid, self.name = stand_in.uuid(number), f"n{number:04d}"
        self.domains = [self.domain(one) for one in range(domains)]
        self.key = Ed25519PrivateKey.generate() if Ed25519PrivateKey else None
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) if self.key else b""

    def domain(self, one):
        return f"{self.number:08x}-0000-4000-a000-{one:012x}", f"vm{self.number}-{one}"

    def ratio(self, place):
        return round(random.uniform(0.05, 0.6), 3)

    def listed(self):
        digest = base64.b64encode(hashlib.sha256(self.public).digest()).decode().rstrip("=")
        key = f", key: 'SHA256:{digest}'" if self.key else ""
        uri = f"qemu+tcp://{stand_in.address(self.number)}:{self.port}/system"
        return f"  - {{name: {self.name}, uuid: {self.uuid}, uri: '{uri}'{key}}}"

    def entry(self, at):
        """The words of an XADD."""
        self.sequence += 1
        rows = [[uuid, name, "running", 2, 4, self.ratio(place), 0.5, 0.0, 2 << 30, 4 << 30, 2 << 30, 2 << 30, 1 << 29,
                 1 << 30, 0, 0] for place, (uuid, name) in enumerate(self.domains)]
        snapshot = json.dumps({
            "schema": 1, "cluster": "bench", "taken_at": round(at, 3), "sequence": self.sequence,
            "elapsed_seconds": INTERVAL, "interval_seconds": INTERVAL, "collector": {"version": "bench"},
            "node": {"uuid": self.uuid, "name": self.name, "uri": "", "hypervisor": "QEMU", "cpus": 16,
                     "memory_bytes": 64 << 30, "cpu_ratio": 0.3},
            "columns": COLUMNS, "domains": rows}, separators=(",", ":"))
        words = ["snapshot", snapshot]
        if self.key:
            text = f"hotspot-snapshot-1\nbench\n{self.uuid}\n1\n{self.sequence}\n{snapshot}"
            words += ["node", self.uuid, "boot", "1", "sequence", str(self.sequence),
                      "key", base64.b64encode(self.public).decode(),
                      "signature", base64.b64encode(self.key.sign(text.encode())).decode()]
        return ["XADD", "hotspot:{bench}:snapshots", "MAXLEN", "~", "40000", "*", *words]


class Redis:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.replies = self.socket.makefile("rb")

    def call(self, *commands):
        """The reply to each; only bulk strings, nil and what fits in a line."""
        request = b""
        for words in commands:
            raw = [word.encode() for word in words]
            request += b"*%d\r\n" % len(raw) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in raw)
        self.socket.sendall(request)
        return [self.reply() for _ in commands]

    def reply(self):
        line = self.replies.readline().rstrip()
        if line.startswith(b"-"):
            raise SystemExit(f"Redis: {line.decode()}")
        if not line.startswith(b"$"):
            return line
        length = int(line[1:])
        return None if length < 0 else self.replies.read(length + 2)[:-2]


class Sender(threading.Thread):
    """Every node sends once in each interval, evenly spread."""

    def __init__(self, nodes, port):
        super().__init__(daemon=True)
        self.nodes, self.redis, self.behind, self.ending = nodes, Redis(port), 0.0, threading.Event()

    # As a process is ended; before its Redis.
    def terminate(self):
        self.ending.set()

    def wait(self):
        self.join()

    def before(self):
        """What was sent in the last minute. Its entries are as new as their ids; the snapshots are as old as they say."""
        now = time.time()
        for ago in range(HISTORY - INTERVAL, 0, -INTERVAL):
            for at in range(0, len(self.nodes), 100):
                self.redis.call(*(node.entry(now - ago) for node in self.nodes[at:at + 100]))

    def run(self):
        groups = [self.nodes[at::50] for at in range(50)]
        began, turn = time.monotonic(), 0
        while not self.ending.is_set():
            for node in groups[turn % 50]:
                self.redis.call(node.entry(time.time()))
            turn += 1
            rest = began + turn * INTERVAL / 50 - time.monotonic()
            self.behind = max(self.behind, -rest)
            time.sleep(max(rest, 0))


class Process:
    """What the kernel says of hotspotd."""

    def __init__(self, pid):
        self.folder = pathlib.Path("/proc") / str(pid)
        self.most_threads = self.most_descriptors = 0

    def look(self):
        threads, descriptors = (len(os.listdir(self.folder / name)) for name in ("task", "fd"))
        self.most_threads = max(self.most_threads, threads)
        self.most_descriptors = max(self.most_descriptors, descriptors)
        return threads, descriptors

    def memory(self, name):
        """Of VmRSS, VmHWM or RssAnon, in MiB."""
        lines = dict(line.split(":", 1) for line in (self.folder / "status").read_text().splitlines())
        return int(lines[name].split()[0]) / 1024

    def cpu_seconds(self):
        words = (self.folder / "stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def configuration(folder, nodes, port, mode="observe", rules=(ROOT / "rules/careful.yml").read_text()):
    path = folder / "hotspotd.yaml"
    (folder / "rules.yml").write_text(rules)
    path.write_text(f"cluster: bench\nmode: {mode}\nrules: {folder}/rules.yml\nredis: {{port: {port}}}\nstate_dir: {folder}/state\n"
                    f"admission:\n  require_keys: {'true' if nodes[0].key else 'false'}\n  schemes: [qemu+tcp]\n"
                    "  nodes:\n" + "\n".join(node.listed() for node in nodes) + "\n")
    return path


def admission(redis):
    status = redis.call(["HGET", "hotspot:{bench}:state", "status"])[0]
    return json.loads(status) if status else {}


def measure(daemon, redis, nodes):
    """What it comes to, as run() wants it."""
    process, bound = Process(daemon.pid), float(os.environ.get("BENCH_BOUND_SECONDS", "120"))
    began, proven, told = time.monotonic(), 0, 0
    while proven < nodes and time.monotonic() - began < 2 * bound:
        if daemon.poll() is not None:
            raise SystemExit(f"hotspotd ended with {daemon.returncode}")
        process.look()
        proven = admission(redis).get("admission", {}).get("proven", 0)
        if proven >= told + nodes // 4:
            told = proven
            print(f"{proven:5} nodes count after {time.monotonic() - began:5.1f} s", flush=True)
        time.sleep(0.2)
    seconds, cpu = time.monotonic() - began, process.cpu_seconds()
    print(f"until all count: {proven} of {nodes} in {seconds:.1f} s, CPU {cpu:.1f} s ({100 * cpu / seconds:.0f} % of a core); "
          f"at most {process.most_threads} threads, {process.most_descriptors} descriptors, {process.memory('VmHWM'):.0f} MiB",
          flush=True)
    time.sleep(STEADY)
    used = process.cpu_seconds() - cpu
    threads, descriptors = process.look()
    status = admission(redis)
    print(f"the minute after it: CPU {100 * used / STEADY:.1f} % of a core, {threads} threads, {descriptors} descriptors, "
          f"{process.memory('VmRSS'):.0f} MiB (at most {process.memory('VmHWM'):.0f})")
    print(f"intake {json.dumps(status.get('intake'))[:300]}\nadmission {json.dumps(status.get('admission'))[:300]}\n"
          f"store {json.dumps(status.get('store'))}, arrivals dropped: {status.get('dropped_arrivals')}")
    # Where not all count, it was twice the bound.
    high = bytes_of(limits("MemoryHigh")["MemoryHigh"]) / (1 << 20)
    return [("admitted-memory", process.memory("VmHWM"), high, 1, "MiB"), ("admitted", seconds, bound, 1, "s")]


@contextlib.contextmanager
def ending(process):
    """It ends with the block: a process, or what sends."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def run(nodes, port_of_libvirt, command, measure, sender=Sender, **configured):
    """Runs a hotspotd whose nodes send into a Redis of their own, each with a stand-in for its libvirtd; returns the exit code.
    `command` makes the words of its command from the path of its configuration; `measure` is given the process and its
    Redis, and returns the arguments of conclude() for each bound; `sender` is what makes the nodes send."""
    with tempfile.TemporaryDirectory(prefix="hotspot-bench-") as name, contextlib.ExitStack() as ends:
        folder, port = pathlib.Path(name), free_port()

        def start(*words, **options):
            return ends.enter_context(ending(subprocess.Popen(words, **options)))

        start("redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", name, stdout=subprocess.DEVNULL)
        stand_ins = start(sys.executable, str(ROOT / "tests/support/libvirt_stand_in.py"), str(port_of_libvirt),
                          f"good={len(nodes)}", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if b"ready" not in stand_ins.stdout.readline():
            raise SystemExit("the stand-ins did not start")
        sender = sender(nodes, port)
        sender.before()
        sender.start()
        ends.enter_context(ending(sender))
        config = configuration(folder, nodes, port, **configured)
        with open(folder / "log", "wb") as log:
            daemon = start(*command(config), stdout=log, stderr=log)
        try:
            found = measure(daemon, Redis(port))
        finally:
            lines = (folder / "log").read_text().splitlines()
            print(f"the log has {len(lines)} lines; of the first and the last:", *lines[:8], *lines[8:][-5:], sep="\n  ")
            print(f"the sender was {sender.behind:.1f} s late at most", flush=True)
    return max([conclude(*one) for one in found], default=0)


def main():
    build, *words = sys.argv[1:]
    count, domains = (int(word) for word in words + ["2000", "15"][len(words):])
    given, port_of_libvirt = limits(), free_port()
    nodes = [Node(number, domains, port_of_libvirt) for number in range(count)]
    print(f"--- {count} nodes of {domains} domains, snapshots {'signed' if nodes[0].key else 'NOT signed'}", flush=True)

    def command(config):
        return Cgroup(given).enter(["prlimit", f"--nofile={given['LimitNOFILE']}:{given['LimitNOFILE']}",
                                    f"{build}/bin/hotspotd", "-c", str(config)])

    return run(nodes, port_of_libvirt, command, lambda daemon, redis: measure(daemon, redis, count))


if __name__ == "__main__":
    sys.exit(main())
