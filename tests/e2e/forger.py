"""Snapshots that nobody read: what somebody with a collector's Redis password can append to the stream."""
import base64
import json
import subprocess
import threading
import time
import uuid

from harness import CLUSTER, run

STREAM = f"hotspot:{{{CLUSTER}}}:snapshots"
SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before the 32 bytes of a public key in DER


class Forger:
    """Appends the same forgeries each second, always of now, until it ends."""

    def __init__(self, rig, folder):
        self.rig, self.folder = rig, folder
        self.boot, self.sequence = int(time.time() * 1000), 0
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / "forger.key")
        der = run_binary("openssl", "pkey", "-in", folder / "forger.key", "-pubout", "-outform", "DER")
        self.key = base64.b64encode(der.removeprefix(SPKI)).decode()
        self.ended = threading.Event()
        self.forgeries = []

    def like(self, name, /, **node):
        """A snapshot as the node of that name sends it, with other values in `node`, and no domains."""
        entries = json.loads(self.rig.redis("--json", "XREVRANGE", STREAM, "+", "-", "COUNT", "30"))
        fields = [entry if isinstance(entry, dict) else dict(zip(entry[::2], entry[1::2])) for _, entry in entries]
        snapshot = next(s for s in (json.loads(f["snapshot"]) for f in fields) if s["node"]["name"] == name)
        snapshot["node"].update(node)
        return {**snapshot, "domains": [],
                **{table: {**snapshot[table], "rows": []} for table in snapshot if isinstance(snapshot[table], dict) and "rows" in snapshot[table]}}

    def forge(self, snapshot):
        self.forgeries.append(snapshot)

    def start(self):
        self.thread = threading.Thread(target=self._append, daemon=True)
        self.thread.start()
        return self

    def stop(self):
        self.ended.set()
        self.thread.join(30)

    def _append(self):
        while not self.ended.wait(1):
            self.sequence += 1
            for forgery in self.forgeries:
                text = json.dumps({**forgery, "taken_at": round(time.time(), 3), "sequence": self.sequence})
                self.rig.redis("XADD", STREAM, "*", "snapshot", text)
                self.rig.redis("XADD", STREAM, "*", "snapshot", text, *self.signature(forgery["node"]["uuid"], text))

    def signature(self, node, text):
        """By a key of its own: it is right, and nobody's whom hotspotd knows."""
        fields = {"node": node, "boot": str(self.boot), "sequence": str(self.sequence), "key": self.key}
        signed = "\n".join(["hotspot-snapshot-1", CLUSTER, node, fields["boot"], fields["sequence"], text])
        (self.folder / "text").write_text(signed)
        made = run_binary("openssl", "pkeyutl", "-sign", "-inkey", self.folder / "forger.key", "-rawin", "-in", self.folder / "text")
        fields["signature"] = base64.b64encode(made).decode()
        return [word for field in fields.items() for word in field]


def run_binary(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, check=True, timeout=60).stdout


def new_uuid():
    return str(uuid.uuid4())
