"""The collector on real domains: against the stock virt plugin, the kernel against libvirt, what comes and goes, what hangs."""
import csv
import json
import os
import pathlib
import time

from harness import CLUSTER, Seen, wait_for
from measure import guest
from values_test import domain_in, newest_snapshot

# Where collectd 5.12's virt is wrong, and docs/metrics.md says so: bit patterns of doubles; ns and µs where ms are meant;
# over the configured interval. And of a sparse file, libvirt's two calls say something else. The last is a Unix time.
VIRT_IS_WRONG = ("swap_io", "ps_pagefaults", "disk_time", "total_time_in_ms", "percent-", "disk_physical",
                 "memory-last_update")
EXTRA = "cpu_util disk domain_state memory pcpu vcpu vcpupin disk_allocation disk_capacity disk_physical"


def snapshots(world, host, since):
    """Those of the host that were taken after `since`, oldest first."""
    listing = world.rig.redis("--json", "XRANGE", f"hotspot:{{{CLUSTER}}}:snapshots", str(int(since * 1000) - 2000), "+")
    found = []
    for _, fields in json.loads(listing or "[]"):
        fields = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2]))
        snapshot = json.loads(fields["snapshot"])
        if snapshot["node"]["name"] == f"h{host}" and snapshot["taken_at"] > since:
            found.append(snapshot)
    return found


def domains_of(world, host, since, name):
    """That domain in each of the snapshots since then, None where it is missing."""
    rows = []
    for snapshot in snapshots(world, host, since):
        try:
            rows.append(domain_in(snapshot, name))
        except Seen:
            rows.append(None)
    return rows


def rows_of(snapshot, table, name):
    place = [dict(zip(snapshot["columns"], row))["name"] for row in snapshot["domains"]].index(name)
    columns = snapshot[table]["columns"]
    return [dict(zip(columns, row)) for row in snapshot[table]["rows"] if row[0] == place]


def qemu(world, host, name, signal):
    world.rig("enter", str(host), "pkill", f"-{signal}", "-f", f"guest={name},")


def collectd_log(world, host):
    return pathlib.Path(world.rig.root, f"h{host}/log/collectd.log").read_text(errors="replace")


def series_in(folder):
    """Of each type and instance the rows (time, values) that the csv plugin wrote."""
    found = {}
    for path in folder.glob("*"):
        with open(path, newline="", encoding="utf-8") as file:
            rows = [[float(word) for word in row] for row in list(csv.reader(file))[1:]]
        if rows:
            found[path.name.rsplit("-", 3)[0]] = rows
    return found


def side_by_side_config(world, host):
    """The rig's configuration with both plugins, that of ours storing as `ours`, into csv files."""
    config = world.rig("collectd", "config", str(host))
    config = config.replace('LoadPlugin "rrdtool"', "LoadPlugin csv\nLoadPlugin virt").replace('LoadPlugin "write_graphite"', "")
    start, end = config.index("<Plugin rrdtool>"), config.index("PluginDir")
    body = (f'<Plugin csv>\n  DataDir "{world.rig.root}/csv"\n</Plugin>\n<Plugin virt>\n  Connection "qemu:///system"\n'
            f'  ExtraStats "{EXTRA}"\n</Plugin>\n')
    more = f'  PluginName "ours"\n  ExtraStats "{EXTRA}"\n  <GroupInterval>\n    Memory 0\n    Disk 0\n  </GroupInterval>\n'
    config = config[:start] + body + config[end:]
    return config.replace('  Cluster "', more + '  Cluster "')


def disagreement(name, virt, ours):
    """What is wrong with ours; every value of virt lies between those of ours before and after it."""
    for at, *values in virt[-4:-1]:
        before = [row for row in ours if row[0] <= at + 0.6]
        after = [row for row in ours if row[0] >= at - 0.6]
        if not before or not after:
            continue
        for place, value in enumerate(values):
            seen = [row[1 + place] for row in (before[-2:] + after[:2])]
            # virt has a vCPU's time from clock ticks.
            slack = 3e7 if name.startswith(("virt_vcpu", "ps_cputime")) else 0.05 * abs(value) if name == "memory-rss" else \
                1 << 20 if name.startswith("memory") else 0
            if not min(seen) - slack <= value <= max(seen) + slack:
                return f"{name}: virt says {value} at {at}, ours {seen}"
    return None


def test_each_value_that_the_stock_virt_plugin_reports_is_reported_and_agrees(world):
    guest(world, 1, "side1", "--vcpus", "2/4", "--memory", "96/128", "--disk", "16", "--net")
    world.rig.work("side1", "cpu 30 disk 1 1 net 0.2")
    world.rig("collectd", "down", "1")
    world.later(lambda: world.rig("collectd", "up", "1"))
    path = pathlib.Path(world.rig.root, "side.conf")
    path.write_text(side_by_side_config(world, 1))
    world.rig("collectd", "up", "1", path)
    world.later(lambda: world.rig("collectd", "down", "1"))
    folder = pathlib.Path(world.rig.root, "csv/side1")

    def enough():
        return len(series_in(folder / "virt").get("disk_ops-vda", [])) >= 8 and \
            len(series_in(folder / "ours").get("disk_ops-vda", [])) >= 8

    wait_for("eight reads of both", enough, 60, 0.5)
    virt, ours = series_in(folder / "virt"), series_in(folder / "ours")
    missing = sorted(set(virt) - set(ours))
    assert not missing, f"virt reports {missing}, ours does not"
    wrong = [text for name in sorted(virt) if not name.startswith(VIRT_IS_WRONG)
             if (text := disagreement(name, virt[name], ours[name]))]
    assert not wrong, "\n".join(wrong)
    compared = [name for name in virt if not name.startswith(VIRT_IS_WRONG)]
    assert len(compared) >= 20, sorted(compared)


def test_the_kernel_and_libvirt_say_the_same(world):
    guest(world, 1, "both1", "--vcpus", "2/4", "--net")
    guest(world, 1, "both2")
    world.rig.work("both1", "cpu 40 net 0.5")
    program = next(world.build.resolve().rglob("kernel_contract"))
    said = world.rig("enter", "1", program, "qemu:///system", "both1", "both2")
    assert said.splitlines()[-1].endswith(" 0 differ"), said


def test_vcpus_disks_and_interfaces_that_are_plugged_in_are_there_at_the_next_read(world):
    guest(world, 1, "plug1")
    disk = pathlib.Path(world.rig.root, "plug1.raw")
    disk.write_bytes(b"\0" * (4 << 20))
    wait_for("plug1 is read", lambda: domain_in(newest_snapshot(world, 1), "plug1")["cpu_ratio"] is not None, 20)

    def after_next_read(what, shows):
        # The read that was under way when libvirt said done may have been too early; the one behind it is not.
        done = time.time()
        seen = wait_for(f"two reads after {what}", lambda: len(s := snapshots(world, 1, done)) >= 2 and s, 20)
        assert shows(seen[1]), (what, seen[1])

    world.rig.virsh(1, "setvcpus", "plug1", "3", "--live")
    after_next_read("the vCPUs", lambda s: domain_in(s, "plug1")["vcpus"] == 3 and len(rows_of(s, "vcpus", "plug1")) == 3)
    world.rig.virsh(1, "attach-disk", "plug1", disk, "vdb", "--live", "--targetbus", "virtio")
    after_next_read("the disk", lambda s: "vdb" in [row["device"] for row in rows_of(s, "disks", "plug1")])
    guest(world, 1, "plug2")  # the first has no free slot left
    wait_for("plug2 is read", lambda: domain_in(newest_snapshot(world, 1), "plug2")["cpu_ratio"] is not None, 20)
    world.rig.virsh(1, "attach-interface", "plug2", "bridge", "br0", "--model", "virtio", "--live")
    after_next_read("the interface", lambda s: len(rows_of(s, "interfaces", "plug2")) == 1)


def test_a_domain_that_was_paused_or_started_anew_has_a_gap_and_no_spike(world):
    guest(world, 1, "gap1", "--persistent")
    world.rig.work("gap1", "cpu 60")
    began = time.time()
    wait_for("it is measured", lambda: (d := domain_in(newest_snapshot(world, 1), "gap1"))["cpu_ratio"] is not None, 20)
    world.rig.virsh(1, "suspend", "gap1")
    wait_for("it is seen paused", lambda: domain_in(newest_snapshot(world, 1), "gap1")["state"] == "paused", 20)
    paused = domain_in(newest_snapshot(world, 1), "gap1")
    assert paused["cpu_ratio"] is None and paused["swap_in_bytes_per_second"] is None, paused
    world.rig.virsh(1, "resume", "gap1")
    resumed = time.time()
    wait_for("it is measured again", lambda: domain_in(newest_snapshot(world, 1), "gap1")["cpu_ratio"] is not None, 20)
    first = next(row for row in domains_of(world, 1, resumed, "gap1") if row and row["state"] == "running")
    assert first["cpu_ratio"] is None, first
    world.rig.virsh(1, "destroy", "gap1")
    world.rig.virsh(1, "start", "gap1")
    restarted = time.time()
    wait_for("five reads of the new run", lambda: len(domains_of(world, 1, restarted, "gap1")) >= 5, 20)
    ratios = [row["cpu_ratio"] for row in domains_of(world, 1, began, "gap1") if row]
    assert None in [row["cpu_ratio"] for row in domains_of(world, 1, restarted - 1.5, "gap1") if row], ratios
    assert max(ratio for ratio in ratios if ratio is not None) < 1.3, ratios


def collectd_with(world, host, more):
    """collectd of the host with more options of the plugin, until the test is over."""
    world.rig("collectd", "down", str(host))
    world.later(lambda: world.rig("collectd", "up", str(host)))
    path = pathlib.Path(world.rig.root, "more.conf")
    path.write_text(world.rig("collectd", "config", str(host)).replace('  Cluster "', more + '\n  Cluster "'))
    world.rig("collectd", "up", str(host), path)
    world.later(lambda: world.rig("collectd", "down", str(host)))


def stop_one_of_two(world, counted_by_the_kernel):
    guest(world, 1, "stuck1", "--disk", "16")
    guest(world, 1, "lively1", "--disk", "16")
    world.rig.work("lively1", "cpu 30")
    for name in ("stuck1", "lively1"):
        wait_for(f"the memory of {name}", lambda n=name: domain_in(newest_snapshot(world, 1), n)["memory_unused_bytes"], 30)
    before = len(collectd_log(world, 1))
    qemu(world, 1, "stuck1", "STOP")
    world.later(lambda: qemu(world, 1, "stuck1", "CONT"))
    began = time.time()

    def ten_reads():
        return len(found := snapshots(world, 1, began)) >= 10 and found

    found = wait_for("ten reads", ten_reads, 40, 0.5)
    gaps = [b["taken_at"] - a["taken_at"] for a, b in zip(found, found[1:])]
    assert max(gaps) < 1.7, gaps
    lively = [domain_in(snapshot, "lively1") for snapshot in found]
    assert all(row["cpu_ratio"] is not None and row["memory_unused_bytes"] is not None for row in lively), lively
    assert domain_in(found[-1], "stuck1")["memory_unused_bytes"] is None, "what it said ten seconds ago is too old"
    if counted_by_the_kernel:
        assert domain_in(found[-1], "stuck1")["cpu_ratio"] is not None, "the kernel still counts"
    assert found[-1]["collector"]["timed_out_domains"] == 1, found[-1]["collector"]
    qemu(world, 1, "stuck1", "CONT")
    resumed = time.time()
    wait_for("it answers again", lambda: domain_in(newest_snapshot(world, 1), "stuck1")["memory_unused_bytes"], 20)
    after = [row for row in domains_of(world, 1, resumed, "stuck1") if row]
    assert any(row["memory_unused_bytes"] is not None for row in after[:3]), after[:3]

    def said():
        return [line for line in collectd_log(world, 1)[before:].splitlines() if "stuck1" in line]

    wait_for("it is said that it answers", lambda: len(said()) >= 2, 10)
    assert len(said()) == 2 and "does not answer" in said()[0] and "answers again" in said()[1], said()


def test_a_qemu_that_is_stopped_costs_only_its_own_memory_and_disks(world):
    stop_one_of_two(world, counted_by_the_kernel=True)


def test_a_monitor_that_does_not_answer_costs_only_its_own_values_also_where_only_libvirt_is_asked(world):
    collectd_with(world, 1, '  Source "libvirt"')
    stop_one_of_two(world, counted_by_the_kernel=False)


def test_collectd_ends_within_2_s_at_a_long_interval_while_libvirtd_and_a_qemu_hang(world):
    os.environ["RIG_INTERVAL"] = "10"
    world.later(lambda: os.environ.pop("RIG_INTERVAL"))
    guest(world, 1, "end1")
    collectd_with(world, 1, "")
    os.environ["RIG_INTERVAL"] = "1"
    wait_for("it reads", lambda: domain_in(newest_snapshot(world, 1), "end1"), 30)
    qemu(world, 1, "end1", "STOP")
    world.later(lambda: qemu(world, 1, "end1", "CONT"))
    world.rig("host", "stop", "1")
    world.later(lambda: world.rig("host", "cont", "1"))
    # In the middle of a read that hangs: the next one begins 10 s after the last.
    last = newest_snapshot(world, 1)["taken_at"]
    wait_for("the next read has begun", lambda: time.time() > last + 10.3, 15)
    began = time.monotonic()
    world.rig("collectd", "down", "1")
    took = time.monotonic() - began
    assert took < 2.5, f"{took:.1f} s"
    world.rig("host", "cont", "1")
    world.rig("collectd", "up", "1")
