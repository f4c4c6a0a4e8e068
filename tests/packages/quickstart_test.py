#!/usr/bin/env python3
"""docs/quickstart.md as an operator types it, on one machine that is both control and the node: each command and each line of a file
here stands on that page, word by word. Only passwords, addresses and names are this machine's.

quickstart_test.py FOLDER    FOLDER/new holds the packages; run by machine.sh in its machine.
"""
import os
import pathlib
import re
import subprocess
import uuid

import quiet_cpus
from steps import (DAEMON_CONF, FOLDER, LIBVIRTD_CONF, NODE, PLUGIN_CONF, UNIT, active, check, definition_file, replace, run, run_steps,
                   wait)

PAGE = pathlib.Path("/docs/quickstart.md").read_text()
OURS = {"192.0.2.10": "127.0.0.2", "node1": NODE, "qemu+tls://node1.example.net/system": "qemu:///system"}
IMAGE = pathlib.Path("/var/lib/libvirt/images/web1.img")
GUEST = f"""<domain type='qemu'><name>web1</name><memory unit='MiB'>64</memory><vcpu current='1'>2</vcpu>
<os><type arch='x86_64'>hvm</type></os><devices><disk type='file'><driver name='qemu' type='raw'/><source file='{IMAGE}'/>
<target dev='vda' bus='virtio'/></disk></devices></domain>"""
PASSWORD = "ADMINISTRATOR"


def ours(text):
    for theirs in sorted(OURS, key=len, reverse=True):
        text = text.replace(theirs, OURS[theirs])
    return text


def on_page(text):
    check(re.search(r"(?m)^ {4,}(\$ )?" + re.escape(text) + "( {2,}|$)", PAGE), f"not on the page: {text}")
    return text


def typed(command, answer="", ok=True):
    """A command of the page, typed by root; what it says."""
    words = re.sub(r"\bsudo (-H -u (\w+) )?", "", ours(on_page(command)))
    shell = {**os.environ, "REDISCLI_AUTH": PASSWORD, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["bash", "-c", words], input=answer, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=600, cwd=FOLDER / "new", env=shell)
    check(not ok or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}")
    return done.stdout


def set_line(path, default, line):
    """An operator makes a line of the page of the one that the file has, as far to the right."""
    replace(path, f"\n{default}", "\n" + " " * (len(default) - len(default.lstrip())) + ours(on_page(line)))


def block(first):
    """The lines of the page from `first` on to the next one that is not indented."""
    lines = PAGE.split("\n    " + first, 1)[1].split("\n\n", 1)[0]
    return first + lines.replace("\n    ", "\n") + "\n"


class Steps:
    def a_machine_has_a_guest_under_work(self):
        quiet_cpus.begin()
        LIBVIRTD_CONF.write_text(LIBVIRTD_CONF.read_text() + f'\nhost_uuid = "{uuid.uuid4()}"\n')
        run("systemctl", "restart", "libvirtd")
        # A boot sector that jumps to itself.
        IMAGE.write_bytes((b"\xeb\xfe".ljust(510, b"\0") + b"\x55\xaa").ljust(1 << 20, b"\0"))
        run("virsh", "define", definition_file("web1", GUEST))
        run("virsh", "start", "web1")
        pathlib.Path("/etc/apt/apt.conf.d/99yes").write_text('APT::Get::Assume-Yes "true";\n')

    def step_1_the_packages(self):
        typed("sudo apt install --no-install-recommends collectd ./collectd-plugin-hotspot_*.deb ./hotspot-tools_*.deb")
        typed("sudo apt install redis-server ./hotspot-actuator_*.deb ./hotspot-tools_*.deb")
        wait("hotspotd runs", lambda: active(UNIT))

    def step_2_redis(self):
        conf = pathlib.Path("/etc/redis/redis.conf")
        text = re.sub(r"(?m)^bind .*$|^appendonly .*$", "", conf.read_text())
        added = [on_page(line) for line in ("bind 127.0.0.1 192.0.2.10", f"requirepass {PASSWORD}", "appendonly yes")]
        conf.write_text(text + ours("\n".join(added)) + "\n")
        typed("sudo systemctl restart redis-server")
        typed("sed 's/^user /ACL SETUSER /' /usr/share/hotspot/redis/hotspot.acl | redis-cli")
        users = block("ACL SETUSER hotspot-collector on")
        check(users.count("\n") == 4, users)
        check(typed("redis-cli", users).split() == ["OK"] * 4, users)

    def step_3_collectd(self):
        typed("sudo install -m 600 /dev/null /etc/collectd/hotspot-redis.password")
        pathlib.Path("/etc/collectd/hotspot-redis.password").write_text("COLLECTOR\n")
        set_line(PLUGIN_CONF, '  Cluster "default"', 'Cluster "rack7"')
        uri = 'ActuatorURI "qemu+tls://node1.example.net/system"'
        set_line(PLUGIN_CONF, f"  # {uri}", uri)
        set_line(PLUGIN_CONF, '    Host "127.0.0.1"', 'Host "192.0.2.10"')
        set_line(PLUGIN_CONF, '    # User "hotspot-collector"', 'User "hotspot-collector"')
        password = 'PasswordFile "/etc/collectd/hotspot-redis.password"'
        set_line(PLUGIN_CONF, f"    # {password}", password)
        typed("sudo systemctl restart collectd")
        journal = "sudo journalctl -t collectd -n 50 | grep hotspot:"
        connected = r"(?s).*signs snapshots with key (SHA256:\S+).*Redis is connected"
        self.said = wait("the plugin is connected", lambda: re.search(connected, typed(journal, ok=False)))
        wait("the number rises", lambda: int(typed("redis-cli XLEN 'hotspot:{rack7}:snapshots'")) > 1)

    def step_4_hotspotd(self):
        typed("sudo install -o root -g hotspot -m 640 /dev/null /etc/hotspot/redis.password")
        pathlib.Path("/etc/hotspot/redis.password").write_text("ACTUATOR\n")
        set_line(DAEMON_CONF, "cluster: default", "cluster: rack7")
        set_line(DAEMON_CONF, "  # user: hotspot-actuator", "user: hotspot-actuator")
        set_line(DAEMON_CONF, "  # password_file: /etc/hotspot/redis.password", "password_file: /etc/hotspot/redis.password")
        typed("sudo hotspotd --check && sudo systemctl restart hotspotd")
        wait("the cluster has a leader", lambda: re.search("(?s)rack7.*hotspotd@", typed("sudo hotspotctl status", ok=False)))

    def step_5_admit_the_nodes(self):
        on_page("sudo hotspotctl node admit --all-seen")
        admit = ("hotspotctl", "node", "admit", "--all-seen", "--yes")
        asked = wait("the node waits", lambda: re.search("key (SHA256:\\S+)", run(*admit, ok=False)))
        check(asked.group(1) == self.said.group(1), f"collectd logs {self.said.group(1)}, the admission shows {asked.group(1)}")
        wait("the node is fresh", lambda: re.search(rf"(?m)^{NODE} +fresh ", typed("sudo hotspotctl node list", ok=False)))
        wait("the guest is seen", lambda: "web1" in typed("sudo hotspotctl domain list", ok=False))

    def step_6_rules_and_the_first_recommendation(self):
        pathlib.Path("/etc/hotspot/rules.d/try.yml").write_text(block("groups:").replace("> 90%", "> 10%"))  # what others leave it is enough
        typed("hotspotctl rule check /etc/hotspot/rules.d")
        typed("sudo hotspotctl rule reload")
        wait("the rule is explained", lambda: "> 10%  holds" in typed("sudo hotspotctl rule explain TryCpuHot web1", ok=False))
        seen = wait("something is recommended",
                    lambda: re.search(r"(?m)  recommend  .*\s(\d+-\d+-\d+)\s*$", typed("sudo hotspotctl decision list", ok=False)))
        on_page("sudo hotspotctl decision show 1795951670847-8-0")
        check("vCPU" in run("hotspotctl", "decision", "show", seen.group(1)), seen.group(0))

    def step_7_the_first_graph(self):
        on_page("hotspotctl graph web1 node1 --since 15m -o /tmp/first.png")
        picture = pathlib.Path("/tmp/first.png")
        drawn = ("hotspotctl", "graph", "web1", NODE, "--since", "15m", "-o", picture)
        wait("there is a picture of both", lambda: "no RRD" not in run(*drawn, ok=False) and picture.exists(), 240)
        check(picture.read_bytes()[:4] == b"\x89PNG", "no PNG")
        on_page("sudo hotspotctl top")
        check("TryCpuHot" in run("hotspotctl", "top", "--once"), run("hotspotctl", "top", "--once"))


run_steps(Steps())
