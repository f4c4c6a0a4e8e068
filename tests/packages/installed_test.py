#!/usr/bin/env python3
"""The packages on a machine that systemd has booted, installed, started, asked and upgraded. Step by step, in this order.

installed_test.py FOLDER    FOLDER/old and FOLDER/new hold the packages of two versions; run by machine.sh in its machine.
"""
import glob
import os
import pathlib
import pwd
import grp
import re
import subprocess
import sys
import time
import traceback

FOLDER = pathlib.Path(sys.argv[1])
PLUGIN_CONF = pathlib.Path("/etc/collectd/collectd.conf.d/hotspot.conf")
DAEMON_CONF = pathlib.Path("/etc/hotspot/hotspotd.yaml")
UNIT = "hotspotd.service"
NODE = os.uname().nodename
GUEST = """<domain type='qemu'><name>guest1</name><memory unit='MiB'>64</memory><currentMemory unit='MiB'>64</currentMemory>
<vcpu current='1'>2</vcpu><os><type arch='x86_64'>hvm</type></os><devices><memballoon model='virtio'/></devices></domain>"""


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


def redis(*words):
    return run("redis-cli", *words).strip()


def snapshots():
    return int(redis("XLEN", "hotspot:{default}:snapshots") or 0)


def rrd_written():
    """When the file of the node's CPU was last written a value, or 0."""
    path = f"/var/lib/collectd/rrd/{NODE}/hotspot/percent-cpu.rrd"
    last = run("rrdtool", "lastupdate", path, ok=False).strip().splitlines()
    match = re.match(r"(\d+): (?!.*U)", last[-1]) if last else None
    return int(match.group(1)) if match else 0


def graphite_values():
    path = f"/var/lib/graphite/whisper/collectd/{NODE}/hotspot/percent-cpu.wsp"
    fetched = run("whisper-fetch", "--drop=nulls", path, ok=False) if os.path.exists(path) else ""
    return re.findall(r"(?m)^\d+\t[0-9.]+$", fetched)


def version_of(package):
    return run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package, ok=False)


def replace(path, old, new):
    text = path.read_text()
    check(old in text, f"{path} has no {old!r}")
    path.write_text(text.replace(old, new))


def proven():
    return re.search(r'"standing": ?"proven"', run("hotspotctl", "-o", "json", "node", "list", ok=False))


class Steps:
    def a_machine_has_guests_and_the_servers_before_hotspot_comes(self):
        definition = pathlib.Path("/tmp/guest1.xml")
        definition.write_text(GUEST)
        run("virsh", "define", definition)
        run("virsh", "start", "guest1")
        replace(pathlib.Path("/etc/default/graphite-carbon"), "CARBON_CACHE_ENABLED=false", "CARBON_CACHE_ENABLED=true")
        run("systemctl", "restart", "carbon-cache")
        wait("redis, collectd and carbon run", lambda: all(map(active, ("redis-server", "collectd", "carbon-cache"))))

    def apt_installs_the_packages_from_files(self):
        apt("install", *packages("old"))
        for package in ("collectd-plugin-hotspot", "hotspot-actuator", "hotspot-tools", "hotspot-dashboards"):
            check(version_of(package).startswith("installed 0.0.9-"), version_of(package))
        check(run("dpkg", "--verify", "hotspot-actuator", "hotspot-tools", "collectd-plugin-hotspot") == "", "files differ from the packages'")
        check("hotspot" in run("hotspotctl", "--version"), "no hotspotctl")

    def hotspotd_runs_as_its_unit_says_from_the_installation_on(self):
        wait("hotspotd is ready", lambda: active(UNIT))
        shown = unit(UNIT, "User", "UnitFileState", "MainPID", "WatchdogUSec", "NotifyAccess", "Type")
        check(shown["UnitFileState"] == "enabled" and shown["Type"] == "notify" and shown["WatchdogUSec"] == "30s", shown)
        owner = os.stat(f"/proc/{shown['MainPID']}").st_uid
        check(pwd.getpwuid(owner).pw_name == "hotspot", f"runs as {owner}")
        check("hotspot" in grp.getgrnam("libvirt").gr_mem, grp.getgrnam("libvirt"))
        check(os.stat("/var/lib/hotspot").st_mode & 0o077 == 0, "others read its state")

    def what_the_unit_exposes_is_at_most_1_8(self):
        run("systemd-analyze", "security", "--threshold=18", "--no-pager", UNIT)

    def the_manual_pages_and_the_completion_are_found(self):
        for page in ("hotspotd", "hotspotctl", "hotspot.so"):
            check(f"/{page}." in run("man", "-w", page), page)
        completed = run("bash", "-c", ". /usr/share/bash-completion/bash_completion; _completion_loader hotspotctl; complete -p hotspotctl")
        check("hotspotctl" in completed, completed)

    def collectd_has_loaded_the_plugin_with_the_file_of_the_package(self):
        wait("snapshots come to Redis", snapshots)
        pages = run("journalctl", "-b", "--no-pager", "-t", "collectd")
        check("signs snapshots with key SHA256:" in pages, pages)
        check("type" not in "".join(re.findall(r"hotspot: .*type.*unknown", pages)), pages)

    def an_operator_edits_the_files_and_adds_graphite(self):
        replace(PLUGIN_CONF, "  # ActuatorURI \"qemu+tls://node1.example.net/system\"", "  ActuatorURI \"qemu:///system\"")
        replace(PLUGIN_CONF, "  CacheTimeout 120", "  CacheTimeout 0")
        replace(PLUGIN_CONF, "  Interval 5", "  Interval 2")
        replace(DAEMON_CONF, "log_level: info", "log_level: debug")
        run("cp", "/usr/share/hotspot/collectd.conf.d/hotspot-graphite.conf", PLUGIN_CONF.parent)
        schemas = pathlib.Path("/etc/carbon/storage-schemas.conf")
        schemas.write_text(pathlib.Path("/usr/share/hotspot/carbon/storage-schemas.conf").read_text() + schemas.read_text())
        run("systemctl", "restart", "carbon-cache", "collectd", UNIT)
        wait("hotspotd is ready", lambda: active(UNIT))

    def a_value_is_in_redis_in_the_rrd_file_and_in_graphite(self):
        before = snapshots()
        wait("snapshots go on", lambda: snapshots() > before)
        wait("the RRD file has a value", rrd_written)
        wait("Graphite has values", graphite_values, 120)
        check(os.path.isdir("/var/lib/collectd/rrd/guest1/virt"), "the guest has no RRD files")

    def the_node_is_admitted_and_proven_by_the_group_libvirt(self):
        run("hotspotctl", "node", "admit", "--all-seen", "--yes")
        wait("the node is proven", proven)
        check("guest1" in run("hotspotctl", "domain", "list"), "the guest is not seen")

    def an_upgrade_keeps_what_was_edited_and_the_admission(self):
        kept = {path: path.read_text() for path in (PLUGIN_CONF, DAEMON_CONF)}
        before = {name: unit(name, "MainPID")["MainPID"] for name in (UNIT, "collectd")}
        apt("install", *packages("new"))
        check("0.0.9" not in version_of("hotspot-actuator"), version_of("hotspot-actuator"))
        for path, text in kept.items():
            check(path.read_text() == text, f"{path} was changed")
        for name, process in before.items():
            wait(f"{name} runs again", lambda: active(name) and unit(name, "MainPID")["MainPID"] not in ("0", process))
        wait("the node is proven again", proven)
        before = snapshots()
        wait("snapshots go on", lambda: snapshots() > before)

    def what_an_operator_has_disabled_stays_so(self):
        run("systemctl", "disable", "--now", UNIT)
        apt("install", "--reinstall", *[path for path in packages("new") if "actuator" in path])
        shown = unit(UNIT, "UnitFileState", "ActiveState")
        check(shown == {"UnitFileState": "disabled", "ActiveState": "inactive"}, shown)
        run("systemctl", "enable", "--now", UNIT)



def main():
    suite = pathlib.Path("/etc/os-release").read_text()
    suite = re.search(r"VERSION_CODENAME=(\w+)", suite).group(1)
    count = {"ok": 0, "FAILED": 0}
    steps = Steps()
    for name in [name for name in vars(Steps) if not name.startswith("_")]:
        began, trouble = time.monotonic(), ""
        try:
            getattr(steps, name)()
        except Exception:  # whatever it is, it is this step's
            trouble = traceback.format_exc()
        word = "FAILED" if trouble else "ok"
        count[word] += 1
        if trouble:
            trouble += "What comes after it was not tried.\n"
        print(f"{word:7} {suite}: {name.replace('_', ' ')} ({time.monotonic() - began:.1f} s)\n{trouble}", end="", flush=True)
        if trouble:
            break  # each step goes on from the one before
    print(f"{count['ok']} passed, {count['FAILED']} failed", flush=True)


main()
