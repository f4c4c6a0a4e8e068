"""One guest that moves to and fro between two hosts of the rig: ours, as hotspotd does it, and `virsh migrate --live`."""
import json
import pathlib
import re
import subprocess
import tempfile
import time

from harness import run, wait_for


class Mover:
    def __init__(self, build, rig, guest, link_mib):
        self.tool = pathlib.Path(build) / "bin" / "bench_move"
        self.rig, self.guest, self.link_mib = rig, guest, link_mib
        self.book = pathlib.Path(tempfile.mkdtemp(prefix="bench-mover-")) / "book"
        self.book.touch()
        self.at = 1
        self.uuids = {host: re.search(r"<uuid>(.*?)</uuid>", rig.virsh(host, "capabilities")).group(1) for host in (1, 2)}

    def ends(self):
        return self.rig.uri(self.at), self.rig.uri(3 - self.at)

    def arrived(self):
        self.at = self.rig.where(self.guest)[0]

    def ours(self):
        """The last state of the action, with its figures and the sentence of the prediction."""
        source, target = self.ends()
        stats = self.rig.domstats(self.at, self.guest)
        kib = {name: int(stats[f"balloon.{name}"]) * 1024 for name in ("current", "unused")}
        done = run(self.tool, self.book, source, self.uuids[self.at], target, self.uuids[3 - self.at],
                   self.rig.virsh(self.at, "domuuid", self.guest), kib["current"], kib["unused"], self.link_mib, self.busy(),
                   timeout=600)
        states = [json.loads(line) for line in done.stdout.splitlines()]
        self.arrived()
        return states[-1] | {"sentence": next((s["message"] for s in states if s["state"] == "started"), "")}

    def busy(self):
        """The busiest vCPU's share of a second, as a snapshot has it."""
        def times():
            stats = self.rig.domstats(self.at, self.guest)
            return {name: int(value) for name, value in stats.items() if re.fullmatch(r"vcpu\.[0-9]+\.time", name)}
        before, began = times(), time.monotonic()
        wait_for("a second", lambda: time.monotonic() > began + 1, 5)
        after, seconds = times(), time.monotonic() - began
        return max((after[name] - before.get(name, 0)) / 1e9 / seconds for name in after)

    def plain(self, limit_s):
        """virsh's, ended after so many seconds; libvirt's own figures of the completed job."""
        source, target = self.ends()
        began = time.monotonic()
        process = subprocess.Popen(["virsh", "-q", "-c", source, "migrate", "--live", "--p2p", "--bandwidth",
                                    str(self.link_mib), self.guest, target], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ended = True
        try:
            process.wait(limit_s)
        except subprocess.TimeoutExpired:
            ended = False
            self.rig.virsh(self.at, "domjobabort", self.guest)
            process.wait(60)
        seconds = time.monotonic() - began
        self.arrived()
        if not ended:
            return {"ended": False, "total_ms": limit_s * 1000, "downtime_ms": None}
        assert process.returncode == 0, f"virsh migrate: {process.stdout.read()}"
        text = self.rig.virsh(self.at, "domjobinfo", "--completed", self.guest)
        number = lambda name: float(re.search(rf"^{name}:\s+([0-9.]+)", text, re.M).group(1))  # noqa: E731
        return {"ended": True, "total_ms": number("Time elapsed"), "downtime_ms": number("Total downtime"),
                "wall_ms": 1000 * seconds}

    def work(self, words, settle_s=5):
        self.rig.work(self.guest, words)
        wait_for("the guest's memory is in use", lambda end=time.monotonic() + settle_s: time.monotonic() > end,
                 settle_s + 10)
