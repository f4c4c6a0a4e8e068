"""What an attacker needs: a connection to Redis with a stolen password, keys to sign with, and snapshots that lie. And a
hotspotd with the ACL that ships, and one honest node, to attack."""
import base64
import copy
import functools
import hashlib
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import waiting
from waiting import free_port

wait_for = functools.partial(waiting.wait_for, limit=60)  # some seconds where nothing else runs
ROOT = pathlib.Path(__file__).resolve().parents[3]
HOTSPOTD, HOTSPOTCTL = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
del sys.argv[1:3]

RULES = """groups:
- name: test
  rules:
  - hotspot: NodeHot
    expr: node_cpu_ratio > 80%
    for: 1 of 2
    remedy: [migrate]
"""
UUID = "00000000-0000-0000-0000-%012d"


class Redis:
    """Speaks RESP, so that 20,000 commands are one write. An error reply is returned as its text."""

    def __init__(self, port, user=None, password="secret"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.input = self.socket.makefile("rb")
        if user:
            assert self.call("AUTH", user, password) == "OK"

    def close(self):
        self.input.close()
        self.socket.close()

    def many(self, commands):
        self.socket.sendall(b"".join(self.encoded(words) for words in commands))
        return [self.reply() for _ in commands]

    def call(self, *words):
        return self.many([words])[0]

    @staticmethod
    def encoded(words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

    def reply(self):
        line = self.input.readline()
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"$":
            return None if rest == "-1" else self.input.read(int(rest) + 2)[:-2].decode(errors="replace")
        if kind == b"*":
            return None if rest == "-1" else [self.reply() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest


class Key:
    """An Ed25519 key of a collector's, by openssl."""

    def __init__(self, folder, name):
        self.dir, self.pem = pathlib.Path(folder), f"{name}.pem"
        self.openssl("genpkey", "-algorithm", "ed25519", "-out", self.pem)
        raw = self.openssl("pkey", "-in", self.pem, "-pubout", "-outform", "DER")[-32:]
        self.public = base64.b64encode(raw).decode()
        self.fingerprint = "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")

    def openssl(self, *words):
        return subprocess.run(["openssl", *words], cwd=self.dir, capture_output=True, check=True).stdout

    def envelope(self, snapshot, boot, sequence=None, node=None, cluster="test"):
        """The fields of an entry that this key has signed; each part may differ from what the snapshot says."""
        text = json.dumps(snapshot)
        node = snapshot["node"]["uuid"] if node is None else node
        sequence = snapshot["sequence"] if sequence is None else sequence
        name = f"signed-{threading.get_ident()}.txt"
        (self.dir / name).write_text("\n".join(["hotspot-snapshot-1", cluster, node, str(boot), str(sequence), text]))
        signature = self.openssl("pkeyutl", "-sign", "-inkey", self.pem, "-rawin", "-in", name)
        return ["snapshot", text, "node", node, "boot", boot, "sequence", sequence, "key", self.public,
                "signature", base64.b64encode(signature).decode()]


def snapshot(number, sequence=1, **changes):
    """Of the node hNUMBER. `changes` are put into it; a key `node` is merged into the node."""
    told = {"schema": 1, "cluster": "test", "taken_at": round(time.time(), 3), "sequence": sequence, "elapsed_seconds": 1,
            "interval_seconds": 1, "collector": {"version": "test"},
            "node": {"uuid": UUID % number, "name": f"h{number}", "uri": "test:///default", "hypervisor": "QEMU", "cpus": 8,
                     "memory_bytes": 8 << 30, "memory_available_bytes": 6 << 30, "cpu_ratio": 0.95},
            "columns": ["uuid", "name", "state", "vcpus", "vcpus_max", "cpu_ratio"],
            "domains": [[UUID % (100 + number), f"web{number}", "running", 2, 8, 0.2]]}
    changes = copy.deepcopy(changes)
    told["node"].update(changes.pop("node", {}))
    told.update(changes)
    return told


class Honest(threading.Thread):
    """The collector of h1: a signed snapshot twice a second."""

    def __init__(self, test):
        super().__init__(daemon=True)
        self.test, self.redis, self.key = test, test.as_role("collector"), Key(test.dir, "h1")
        self.boot, self.sequence, self.sent = 1, 0, []
        self.ending, self.quiet, self.lock = threading.Event(), threading.Event(), threading.Lock()

    def run(self):
        while not self.ending.wait(0.5):
            if not self.quiet.is_set():
                self.send()

    def send(self, number=1, **changes):
        with self.lock:
            self.sequence += 1
            fields = self.key.envelope(snapshot(number, self.sequence, **changes), self.boot)
            self.sent.append(fields)
            self.redis.call("XADD", "hotspot:{test}:snapshots", "*", *fields)

    def stop(self):
        self.ending.set()
        self.join()
        self.redis.close()


class Attacked(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hotspot-attack-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.port = free_port()
        lines = (ROOT / "packaging/redis/hotspot.acl").read_text().splitlines()
        lines = [re.sub(r"^(user \S+)", r"\1 on >secret", line) for line in lines]
        (self.dir / "users.acl").write_text("user default on nopass ~* &* +@all\n" + "\n".join(lines) + "\n")
        (self.dir / "password").touch(mode=0o600)
        (self.dir / "password").write_text("secret\n")
        (self.dir / "rules.yml").write_text(RULES)
        self.start(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", self.dir,
                    "--aclfile", self.dir / "users.acl"], "redis")
        wait_for(self.answers, "redis-server answers")
        (self.dir / "keys").mkdir()
        self.admin, self.stolen = self.connect(), self.as_role("collector")
        self.h1 = Honest(self)
        self.evil = Key(self.dir / "keys", "evil")
        self.daemons = 0

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def connect(self, user=None):
        redis = Redis(self.port, user)
        self.addCleanup(redis.close)
        return redis

    def as_role(self, role):
        return self.connect(f"hotspot-{role}")

    def start(self, words, name):
        with open(self.dir / f"{name}.log", "ab") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.wait()

    def config(self, role, text=""):
        path = self.dir / f"{role}.yaml"
        path.write_text(
            ("" if "mode:" in text else "mode: recommend\n") + f"cluster: test\nrules: {self.dir}/rules.yml\n"
            f"redis: {{port: {self.port}, user: hotspot-{role}, password_file: {self.dir}/password}}\n"
            f"state_dir: {self.dir}/state\nlease: 3s\n"
            f"admission: {{schemes: [test], nodes: [{{name: h1, uri: 'test:///default', key: '{self.h1.key.fingerprint}'}}]}}\n"
            + text)
        return path

    def run_daemon(self, text=""):
        (self.dir / "state").mkdir(exist_ok=True)
        self.daemons += 1
        return self.start([HOTSPOTD, "-c", self.config("actuator", text)], f"hotspotd{self.daemons}")

    def begin(self, text="", **limit):
        """A hotspotd that leads, and h1, which counts."""
        daemon = self.run_daemon(text)
        self.h1.start()
        self.addCleanup(self.h1.stop)
        self.expect_h1_counts(**limit)
        return daemon

    def log(self):
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.dir.glob("hotspotd*.log")))

    def run_ctl(self, *words, role="operator"):
        return subprocess.run([HOTSPOTCTL, "-c", self.config(role), *words], text=True, capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False)

    def ctl(self, *words, role="operator"):
        done = self.run_ctl(*words, role=role)
        return done.stdout + done.stderr

    def json(self, *words):
        done = self.run_ctl("-o", "json", *words)
        return json.loads(done.stdout) if done.stdout else {}

    def refused(self):
        refused = self.json("status").get("admission", {}).get("refused", {})
        return {kind: one["count"] for kind, one in refused.items()}

    def expect_refused(self, kind, count=1):
        wait_for(lambda: self.refused().get(kind, 0) >= count, lambda: f"{kind} of {self.refused()}\n{self.log()}")

    def node(self, name):
        return next((node for node in self.json("node", "list") if node.get("name") == name), None)

    def taken(self):
        return self.json("status").get("intake", {}).get("snapshots", {}).get("taken", 0)

    def expect_h1_counts(self, **limit):
        """Of what h1 sends from now on, something counts for who leads now."""
        def is_by_the_leader():
            return self.json("status").get("holder", "").endswith(f":{self.led_by()}") and self.taken() > 0
        wait_for(is_by_the_leader, self.all, **limit)
        before = self.taken()
        wait_for(lambda: self.taken() > before, self.all, **limit)

    def all(self):
        return self.ctl("status") + self.ctl("node", "list") + self.log()

    def led_by(self):
        holder = re.search(r":(\d+)\b", self.admin.call("GET", "hotspot:{test}:lease") or "")
        return int(holder[1]) if holder else None

    def send(self, fields, redis=None):
        return (redis or self.stolen).call("XADD", "hotspot:{test}:snapshots", "*", *fields)
