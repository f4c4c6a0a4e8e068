"""Watches the nodes from outside: every snapshot that reaches Redis, kept for as long as the night lasts."""
import json
import subprocess
import threading

from harness import CLUSTER, Seen

STREAM = f"hotspot:{{{CLUSTER}}}:snapshots"


class Watch:
    """samples: (taken at, seconds since the one before, node_cpu_ratio) of every node."""

    def __init__(self, rig):
        self.rig = rig
        self.samples = []
        self.last = "-"
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def stop(self):
        self.ended.set()
        self.thread.join(30)
        self._read()

    def _follow(self):
        while not self.ended.wait(2):
            try:
                self._read()
            except (Seen, ValueError, subprocess.TimeoutExpired):
                pass  # Redis is away; the stream is still there when it is back

    def _read(self):
        begin = "-" if self.last == "-" else f"({self.last}"
        for stream_id, fields in json.loads(self.rig.redis("--json", "XRANGE", STREAM, begin, "+") or "[]"):
            if not isinstance(fields, dict):
                fields = dict(zip(fields[::2], fields[1::2]))
            snapshot = json.loads(fields["snapshot"])
            self.samples.append((snapshot["taken_at"], snapshot["elapsed_seconds"], snapshot["node"]["cpu_ratio"]))
            self.last = stream_id
