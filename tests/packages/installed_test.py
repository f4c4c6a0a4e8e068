#!/usr/bin/env python3
"""The packages on a machine that systemd has booted, from their first installation to the purge. Step by step, in this order.

installed_test.py FOLDER    FOLDER/old and FOLDER/new hold the packages of two versions; run by machine.sh in its machine.
"""
import grp
import json
import os
import pathlib
import pwd
import re
import subprocess
import time
import uuid

import quiet_cpus
from rights import ALLOWED, REFUSED
from steps import (DAEMON_CONF, LIBVIRTD_CONF, NODE, PLUGIN_CONF, UNIT, active, apt, check, definition_file, packages, replace, run,
                   run_steps, unit, wait)

GUEST = """<domain type='qemu'><name>guest1</name><memory unit='MiB'>64</memory><currentMemory unit='MiB'>64</currentMemory>
<vcpu current='1'>2</vcpu><os><type arch='x86_64'>hvm</type></os><devices><memballoon model='virtio'/></devices></domain>"""

GROW_FILE = pathlib.Path("/etc/hotspot/rules.d/grow.yml")
GROW = """groups:
- name: grow
  rules:
  - hotspot: OneVcpuIsFew
    expr: domain_vcpus{domain="DOMAIN"} < 2
    for: 2 of 3
    remedy:
    - scale_vcpus: {by: 1, max: 2}
    cooldown: 1m
"""


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


def as_hotspot(words):
    """virsh as the user of hotspotd."""
    return subprocess.run(["setpriv", "--reuid=hotspot", "--regid=hotspot", "--init-groups", "virsh", "-q", "-c", "qemu:///system", *words.split()],
                          text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)


def vcpus(domain):
    return run("virsh", "vcpucount", domain, "--live", "--active", ok=False).strip()


def action_of(domain):
    """The newest state of the one action that a domain has had, or None before that; a second one is wrong."""
    actions = json.loads(run("hotspotctl", "-o", "json", "action", "list", "--domain", domain))
    check(len(actions) <= 1, f"more than one action: {actions}")
    return actions[0] if actions else None


def proven():
    return re.search(r'"standing": ?"proven"', run("hotspotctl", "-o", "json", "node", "list", ok=False))


class Steps:
    def a_machine_has_guests_and_the_servers_before_hotspot_comes(self):
        quiet_cpus.begin()
        # The machine's board has no UUID, so docs/nodes.md wants one here.
        LIBVIRTD_CONF.write_text(LIBVIRTD_CONF.read_text() + f'\nhost_uuid = "{uuid.uuid4()}"\n')
        run("systemctl", "restart", "libvirtd")
        run("virsh", "define", definition_file("guest1", GUEST))
        run("virsh", "start", "guest1")
        replace(pathlib.Path("/etc/default/graphite-carbon"), "CARBON_CACHE_ENABLED=false", "CARBON_CACHE_ENABLED=true")
        # Otherwise collectd's own values may wait for minutes until Carbon makes their files.
        replace(pathlib.Path("/etc/carbon/carbon.conf"), "MAX_CREATES_PER_MINUTE = 50", "MAX_CREATES_PER_MINUTE = inf")
        run("systemctl", "restart", "carbon-cache")
        wait("redis, collectd and carbon run", lambda: all(map(active, ("redis-server", "collectd", "carbon-cache"))))

    def apt_installs_the_packages_from_files(self):
        apt("install", *packages("old"))
        for package in ("collectd-plugin-hotspot", "hotspot-actuator", "hotspot-tools", "hotspot-console", "hotspot-dashboards", "libhotspot0", "libhotspot-dev"):
            check(version_of(package).startswith("installed 0.0.9-"), version_of(package))
        check(run("dpkg", "--verify", "hotspot-actuator", "hotspot-tools", "collectd-plugin-hotspot", "libhotspot0", "libhotspot-dev") == "", "files differ from the packages'")
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

    def hotspotd_begins_an_action_whose_end_takes_its_time(self):
        # No system in the guest brings the vCPU online, so hotspotd waits for that until the limit.
        replace(DAEMON_CONF, "verify_limit: 30s", "verify_limit: 1h")
        replace(DAEMON_CONF, "mode: recommend", "mode: enforce")
        GROW_FILE.write_text(GROW.replace("DOMAIN", "guest1"))
        run("systemctl", "restart", UNIT)
        wait("the guest has two vCPUs", lambda: vcpus("guest1") == "2")
        wait("the action is in the journal", lambda: action_of("guest1"))
        self.action = action_of("guest1")["action"]
        wait("it is watched whether the guest uses them", lambda: action_of("guest1")["state"] == "verifying")
        # Read at the start, so the version that comes will know it.
        replace(DAEMON_CONF, "verify_limit: 1h", "verify_limit: 5s")
        self.edited = {path: path.read_text() for path in (PLUGIN_CONF, DAEMON_CONF)}

    def an_upgrade_keeps_what_was_edited_and_the_admission(self):
        before = {name: unit(name, "MainPID")["MainPID"] for name in (UNIT, "collectd")}
        apt("install", *packages("new"))
        check("0.0.9" not in version_of("hotspot-actuator"), version_of("hotspot-actuator"))
        for path, text in self.edited.items():
            check(path.read_text() == text, f"{path} was changed")
        for name, process in before.items():
            wait(f"{name} runs again", lambda: active(name) and unit(name, "MainPID")["MainPID"] not in ("0", process))
        wait("the node is proven again", proven)
        before = snapshots()
        wait("snapshots go on", lambda: snapshots() > before)

    def the_new_version_takes_up_the_action_that_was_under_way_and_ends_it(self):
        end = wait("the action has ended", lambda: (action_of("guest1")["state"] in ("done", "failed")) and action_of("guest1"))
        told = json.loads(run("hotspotctl", "-o", "json", "action", "show", self.action))
        states = [entry["state"] for entry in told]
        check(end["action"] == self.action and states[:2] == ["intent", "started"] and states.count("started") == 1, states)
        check(told[-1]["token"] > told[0]["token"], f"who began it has ended it: {told}")
        check(end["state"] == "failed" and "online" in end["message"], end)
        check(vcpus("guest1") == "2", vcpus("guest1"))
        GROW_FILE.unlink()
        replace(DAEMON_CONF, "mode: enforce", "mode: recommend")
        run("systemctl", "restart", UNIT)

    def what_an_operator_has_disabled_stays_so(self):
        run("systemctl", "disable", "--now", UNIT)
        apt("install", "--reinstall", *[path for path in packages("new") if "actuator" in path])
        shown = unit(UNIT, "UnitFileState", "ActiveState")
        check(shown == {"UnitFileState": "disabled", "ActiveState": "inactive"}, shown)
        run("systemctl", "enable", "--now", UNIT)

    def the_least_rights_by_polkit_let_see_and_act_and_nothing_else(self):
        run("virsh", "net-define", definition_file("net", "<network><name>net1</name></network>"))
        run("virsh", "pool-define", definition_file("pool", "<pool type='dir'><name>pool1</name><target><path>/srv</path></target></pool>"))
        run("virsh", "pool-start", "pool1")
        run("virsh", "define", definition_file("other", GUEST.replace("guest1", "guest2")))
        LIBVIRTD_CONF.write_text(LIBVIRTD_CONF.read_text() + '\naccess_drivers = [ "polkit" ]\n')
        check(as_hotspot("suspend guest1").returncode == 0, "in the group libvirt it may do all, without that driver")
        check(as_hotspot("resume guest1").returncode == 0, "and undo it")
        definition_file("secret", "<secret ephemeral='yes' private='yes'><usage type='volume'><volume>/srv/x</volume></usage></secret>")
        run("cp", "/usr/share/hotspot/polkit/hotspot-least.rules", "/etc/polkit-1/rules.d/60-hotspot.rules")
        run("systemctl", "restart", "polkit", "libvirtd")
        for words in ALLOWED:
            done = as_hotspot(words)
            check(done.returncode == 0, f"{words} should be allowed: {done.stdout}")
        let = {words: done.stdout for words in REFUSED for done in [as_hotspot(words)] if "access denied" not in done.stdout}
        check(not let, f"these should be refused with 'access denied': {let}")
        check(run("virsh", "domstate", "guest1").strip() == "running", "the guest is not running")

    def and_with_them_hotspotd_acts(self):
        # A domain that nobody else has touched: guest1 is left alone for half an hour after what virsh did to it.
        run("virsh", "define", definition_file("guest3", GUEST.replace("guest1", "guest3")))
        run("virsh", "start", "guest3")
        check(vcpus("guest3") == "1", vcpus("guest3"))
        GROW_FILE.write_text(GROW.replace("DOMAIN", "guest3"))
        replace(DAEMON_CONF, "mode: recommend", "mode: enforce")
        run("systemctl", "restart", UNIT)
        wait("the guest has two vCPUs", lambda: vcpus("guest3") == "2")
        wait("hotspotd has done it", lambda: action_of("guest3"))
        check(action_of("guest3")["kind"] == "set_vcpus", action_of("guest3"))
        said = run("journalctl", "-b", "-u", UNIT, "--no-pager")
        check("access denied" not in said, said)
        GROW_FILE.unlink()

    def collectd_goes_on_when_the_plugin_is_removed(self):
        apt("remove", "collectd-plugin-hotspot")
        check(not PLUGIN_CONF.exists(), "collectd would be told to load what is gone")
        wait("collectd runs", lambda: active("collectd"))
        check("hotspot.so" not in pathlib.Path(f"/proc/{unit('collectd', 'MainPID')['MainPID']}/maps").read_text(), "still loaded")
        graph, since = pathlib.Path(f"/var/lib/graphite/whisper/collectd/{NODE}/load/load/shortterm.wsp"), time.time()
        wait("collectd's other values go on", lambda: graph.exists() and graph.stat().st_mtime > since)

    def and_what_was_edited_is_back_with_the_plugin(self):
        apt("install", *[path for path in packages("new") if "plugin" in path])
        text = PLUGIN_CONF.read_text()
        check("CacheTimeout 0" in text and 'ActuatorURI "qemu:///system"' in text, text)
        before = snapshots()
        wait("snapshots go on", lambda: snapshots() > before)

    def a_file_of_an_operators_own_that_loads_the_plugin_is_named_when_it_is_removed(self):
        own = PLUGIN_CONF.with_name("own.conf")
        own.write_text("LoadPlugin hotspot\n")
        said = apt("remove", "collectd-plugin-hotspot")
        own.unlink()
        check(str(own) in said, said)

    def a_removed_actuator_is_stopped_and_leaves_its_configuration_and_state(self):
        apt("remove", "hotspot-actuator")
        check(unit(UNIT, "ActiveState")["ActiveState"] == "inactive", unit(UNIT, "ActiveState"))
        check("debug" in DAEMON_CONF.read_text(), "the configuration is gone")
        check(os.path.isdir("/var/lib/hotspot"), "the state is gone")

    def a_purge_leaves_what_collectd_and_redis_have_and_the_operators_own_files(self):
        own = [DAEMON_CONF.with_name("redis.password"), DAEMON_CONF.parent / "rules.d/own.yml"]
        for path in own:
            path.write_text("own\n")
        before = snapshots()
        apt("purge", "hotspot-actuator", "hotspot-tools", "hotspot-console", "hotspot-dashboards", "collectd-plugin-hotspot", "libhotspot-dev", "libhotspot0")
        for path in ("/var/lib/hotspot", "/var/lib/collectd/hotspot", "/usr/share/hotspot", PLUGIN_CONF,
                     f"{PLUGIN_CONF}.removed", f"/etc/systemd/system/multi-user.target.wants/{UNIT}"):
            check(not os.path.lexists(path), f"{path} is there")
        left = [path for path in DAEMON_CONF.parent.rglob("*") if not path.is_dir()]
        check(sorted(left) == sorted(own), f"in /etc/hotspot are {left}")
        check(0 < before <= snapshots(), f"of {before} snapshots Redis has {snapshots()}")
        check(unit(UNIT, "LoadState")["LoadState"] == "not-found", unit(UNIT, "LoadState"))
        check(os.path.isdir("/var/lib/collectd/rrd/guest1"), "collectd's files are gone")
        run("systemctl", "restart", "collectd")
        wait("collectd runs", lambda: active("collectd"))


run_steps(Steps())
