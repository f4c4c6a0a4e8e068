"""What the tests on a machine that systemd has booted share. Their only argument is the folder with the packages, in old/ and new/."""
import glob
import os
import pathlib
import re
import subprocess
import sys
import time
import traceback

FOLDER = pathlib.Path(sys.argv[1])
NODE = os.uname().nodename
UNIT = "hotspotd.service"
PLUGIN_CONF = pathlib.Path("/etc/collectd/collectd.conf.d/hotspot.conf")
DAEMON_CONF = pathlib.Path("/etc/hotspot/hotspotd.yaml")
LIBVIRTD_CONF = pathlib.Path("/etc/libvirt/libvirtd.conf")


def run(*command, ok=True, **more):
    done = subprocess.run([str(word) for word in command], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=600, **more)
    if ok and done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}")
    return done.stdout


def wait(what, seen, limit=120):
    """Until seen() is true; what it was at last is said otherwise."""
    until = time.monotonic() + limit
    while True:
        value = seen()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"not within {limit} s: {what}\n" + run("journalctl", "-b", "-n", "40", "--no-pager", ok=False))
        time.sleep(0.2)


def check(condition, said):
    if not condition:
        raise AssertionError(said)


def apt(*words):
    return run("apt-get", "-y", "-q", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", *words,
               env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def unit(name, *properties):
    shown = run("systemctl", "show", name, *[f"-p{word}" for word in properties])
    return dict(line.split("=", 1) for line in shown.splitlines())


def active(name):
    return unit(name, "ActiveState")["ActiveState"] == "active"


def packages(version):
    return sorted(glob.glob(f"{FOLDER}/{version}/*.deb"))


def replace(path, old, new):
    text = path.read_text()
    check(old in text, f"{path} has no {old!r}")
    path.write_text(text.replace(old, new))


def definition_file(name, text):
    path = pathlib.Path(f"/tmp/{name}.xml")
    path.write_text(text)
    return path


def run_steps(steps):
    """Each method in the order in which it stands, until one fails; the last line is the count."""
    suite = pathlib.Path("/etc/os-release").read_text()
    suite = re.search(r"VERSION_CODENAME=(\w+)", suite).group(1)
    count = {"ok": 0, "FAILED": 0}
    for name in [name for name in vars(type(steps)) if not name.startswith("_")]:
        began, trouble = time.monotonic(), ""
        try:
            getattr(steps, name)()
        except Exception:  # whatever it is, it is this step's
            trouble = traceback.format_exc()
        word = "FAILED" if trouble else "ok"
        count[word] += 1
        if trouble:
            trouble += "What comes after it was not tried.\n"
        said = re.sub(r"(\d) (\d)", r"\1.\2", name.replace("_", " "))
        print(f"{word:7} {suite}: {said} ({time.monotonic() - began:.1f} s)\n{trouble}", end="", flush=True)
        if trouble:
            break  # each step goes on from the one before
    print(f"{count['ok']} passed, {count['FAILED']} failed", flush=True)

