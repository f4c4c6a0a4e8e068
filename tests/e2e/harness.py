"""Real hosts, guests, collectd, Redis, Carbon and hotspotd for the tests that use the rig.

Everything waits for a condition with a limit, and a wait that fails says what was seen last.
"""
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RIG = ROOT / "tests" / "rig" / "rig"
CLUSTER = "rig"
# The rig's libvirtds speak neither TLS nor ssh.
SCHEMES = "admission:\n  schemes: [qemu+tcp]\n"


class Seen(AssertionError):
    """A condition did not come true in time."""


def wait_for(what, condition, limit=30.0, pause=0.1):
    """Returns the condition's first true value. `condition` may raise; the last value or exception is shown."""
    end = time.monotonic() + limit
    last = None
    while True:
        try:
            last = condition()
            if last:
                return last
        except Exception as problem:  # noqa: BLE001 - shown below
            last = problem
        if time.monotonic() >= end:
            raise Seen(f"not within {limit:.0f} s: {what}; seen last: {last!r}")
        time.sleep(pause)


def run(*command, check=True, timeout=120, **more):
    done = subprocess.run([str(c) for c in command], text=True, capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=timeout, **more)
    if check and done.returncode != 0:
        raise Seen(f"{shlex.join(map(str, command))} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


class Rig:
    def __init__(self, hosts=3):
        self.hosts = hosts
        self.env = {}

    def __call__(self, *arguments, **more):
        return run(RIG, *arguments, **more).stdout

    def up(self, services=True):
        self("guest", "build", timeout=300)
        self("up", self.hosts)
        if not services:
            return
        self("services", "up")
        for line in self("services", "env").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            self.env[name] = shlex.split(value)[0] if value else ""

    def down(self):
        run(RIG, "down", check=False)

    def collectd_up(self, build):
        os.environ["HOTSPOT_PLUGIN"] = str(next(pathlib.Path(build).rglob("hotspot.so")))
        for host in range(1, self.hosts + 1):
            self("collectd", "up", host)

    @property
    def id(self):
        return os.environ.get("RIG_ID", "7")

    @property
    def root(self):
        return os.environ.get("RIG_ROOT", f"/tmp/hotspot-rig-{self.id}")

    def address(self, host):
        return f"10.77.{self.id}.1{host}"

    def uri(self, host):
        return f"qemu+tcp://{self.address(host)}/system"

    def fingerprint(self, host):
        """Of the key that the host's snapshots are signed with, as its collectd logged it; empty: it has none yet."""
        log = pathlib.Path(self.root, f"h{host}", "log", "collectd.log")
        logged = re.findall(r"signs snapshots with key (SHA256:\S+)", log.read_text()) if log.exists() else []
        return logged[-1] if logged else ""

    def admission(self):
        """For hotspotd.yaml: these hosts, with what their collectds logged. An operator would copy it from there."""
        nodes = [f"  - {{name: h{host}, uri: '{self.uri(host)}', key: '{self.fingerprint(host)}'}}\n"
                 for host in range(1, self.hosts + 1) if self.fingerprint(host)]
        return SCHEMES + ("  nodes:\n" + "".join(nodes) if nodes else "")

    def virsh(self, host, *arguments, check=True):
        return run("virsh", "-q", "-c", self.uri(host), *arguments, check=check).stdout.strip()

    def where(self, guest):
        """The hosts on which libvirt says that the guest runs: [1]."""
        return [host for host in range(1, self.hosts + 1)
                if guest in self.virsh(host, "list", "--name", "--state-running").split()]

    def start_guest(self, host, name, *options):
        self("guest", "start", host, name, *options)
        self("guest", "wait", name)

    def work(self, guest, words):
        self("guest", "work", guest, words)

    def ask(self, guest):
        return json.loads(self("guest", "ask", guest))

    def domstats(self, host, guest):
        lines = self.virsh(host, "domstats", guest).splitlines()
        return dict(line.strip().split("=", 1) for line in lines if "=" in line)

    def redis(self, *command):
        return run("redis-cli", "-h", self.env["REDIS_HOST"], "-p", self.env["REDIS_PORT"], *command).stdout.strip()

    @property
    def redis_address(self):
        return f"{self.env['REDIS_HOST']}:{self.env['REDIS_PORT']}"


class Daemon:
    """One hotspotd with a configuration and rules of its own. It admits the rig's hosts by their keys, unless told otherwise."""

    def __init__(self, rig, build, rules, mode="enforce", extra="", redis="", env=None, admission=None):
        self.build = pathlib.Path(build)
        self.rig = rig
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="hotspotd-"))
        (self.dir / "rules").mkdir()
        self.write_rules(rules)
        self.config = self.dir / "hotspotd.yaml"
        redis = redis or f"{{host: {rig.env['REDIS_HOST']}, port: {rig.env['REDIS_PORT']}}}"
        (self.dir / "state").mkdir(mode=0o700)
        admission = rig.admission() if admission is None else admission
        self.config.write_text(f"cluster: {CLUSTER}\nmode: {mode}\nrules: {self.dir}/rules\nredis: {redis}\n"
                               f"state_dir: {self.dir}/state\n{admission}{extra}")
        self.env = {**os.environ, **(env or {})}
        self.log = self.dir / "log"
        self.process = None

    def write_rules(self, text, name="rules.yaml"):
        # A whole file at once, as an editor does it.
        part = self.dir / "rules" / (name + ".part")
        part.write_text(text)
        part.rename(self.dir / "rules" / name)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(self.build / "bin" / "hotspotd"), "-c", str(self.config)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env)
        return self

    def leads(self, limit=20):
        wait_for("hotspotd leads", lambda: self.status()["holder"].endswith(f":{self.process.pid}"), limit)
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def text(self):
        return self.log.read_text(errors="replace")

    def ctl(self, *arguments, check=True):
        return run(self.build / "bin" / "hotspotctl", "-c", self.config, *arguments, check=check)

    def json(self, *arguments):
        done = self.ctl("-o", "json", *arguments, check=False)
        if done.returncode not in (0, 3):
            raise Seen(f"hotspotctl {shlex.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else []

    def status(self):
        return self.json("status")

    def journal(self):
        """Every entry of the journal, oldest first."""
        listing = self.rig.redis("--json", "XRANGE", f"hotspot:{{{CLUSTER}}}:journal", "-", "+")
        entries = []
        for stream_id, fields in json.loads(listing or "[]"):
            if not isinstance(fields, dict):
                fields = dict(zip(fields[::2], fields[1::2]))
            entries.append({"stream_id": stream_id, **fields})
        return entries


def rrd_last(path):
    """The newest value that is not NaN, of each data source."""
    lines = run("rrdtool", "fetch", path, "AVERAGE", "-s", "-20").stdout.splitlines()
    rows = [line.split() for line in lines if re.match(r"^\d+:", line)]
    for row in reversed(rows):
        values = [float(value) for value in row[1:]]
        if all(value == value for value in values):
            return values
    return None
