"""Disks that only one host has, memory beyond the balloon, and limits of devices: on real libvirt and QEMU."""
import pathlib
import time

from harness import Seen, run, wait_for
from loop_test import daemon_with, last_action, wait_done
from measure import guest

LEAVE = """groups:
- name: leave
  rules:
  - hotspot: Leave
    expr: domain_cpu_node_ratio{{domain="{name}"}} > 5%
    for: 2 of 3
    remedy: [migrate]
    cooldown: 10m
"""
FOLLOW = """groups:
- name: memory
  rules:
  - hotspot: Grow
    expr: domain_memory_used_ratio{domain="plug1"} > 75%
    for: 2 of 2
    remedy: [scale_memory: {by: 64MiB}]
    cooldown: 1s
  - hotspot: Shrink
    expr: domain_memory_used_ratio{domain="plug1"} < 30%
    for: 3s
    remedy: [scale_memory: {by: -64MiB, min: 224MiB}]
    cooldown: 1s
"""
GENTLY = """limits: {settle_samples: 1, reversal_rest: 2s}
shrink: {step: 64MiB, step_pause: 1s, watch: 3s, observed: 5s, remember: 10s, after: 3s}
"""
SLOW_DISK = """groups:
- name: disk
  rules:
  - hotspot: Greedy
    expr: domain_block_read_bytes_per_second{domain="disk3"} > 3MiB
    for: 2 of 3
    remedy: [limit_disk: {read: 1MiB}]
    cooldown: 15s
  - hotspot: Quiet
    expr: domain_block_read_bytes_per_second{domain="disk3"} < 64KiB
    for: 3s
    remedy: [limit_disk: {to: none}]
    cooldown: 1s
"""


def image(world, host, name):
    return pathlib.Path(world.rig.root) / f"h{host}" / "lib" / "images" / f"{name}.qcow2"


def pools(world):
    """What libvirt needs on a target for files of its own."""
    for host in range(1, world.rig.hosts + 1):
        image(world, host, "x").parent.mkdir(parents=True, exist_ok=True)
        world.rig.virsh(host, "pool-create-as", "images", "dir", "--target", "/var/lib/libvirt/images")
        world.later(lambda host=host: world.rig.virsh(host, "pool-destroy", "images", check=False))


def guest_with_a_disk_of_its_host(world, name, mebibytes=64, *options):
    guest(world, 1, name, "--memory", "128/128", "--own-disk", mebibytes, *options)
    # Somebody to leave: a move that helps nobody is refused.
    guest(world, 1, name + "-neighbour", "--memory", "128/128")
    world.rig.work(name + "-neighbour", "cpu:0 60")
    return checksum(world, 1, name)


def checksum(world, host, name):
    """Of the disk's contents, whatever its file looks like."""
    raw = run("qemu-img", "convert", "-U", "-O", "raw", image(world, host, name), f"/tmp/hotspot-{world.rig.id}-{name}.raw")
    assert raw.returncode == 0
    path = pathlib.Path(f"/tmp/hotspot-{world.rig.id}-{name}.raw")
    try:
        return run("sha256sum", path).stdout.split()[0]
    finally:
        path.unlink()


def test_a_domain_with_a_disk_of_its_host_stays_and_it_is_said_what_would_let_it_go(world):
    world.rig.redis("FLUSHALL")
    guest_with_a_disk_of_its_host(world, "disk1")
    daemon = daemon_with(world, LEAVE.format(name="disk1"))
    world.rig.work("disk1", "cpu:0 90")

    def considered():
        text = daemon.ctl("decision", "list", "-o", "json", check=False).stdout
        return text if "'storage: copy' of hotspotd.yaml does not allow it" in text else None

    text = wait_for("the refusal is decided", considered, 60, 0.5)
    assert "/var/lib/libvirt/images/disk1.qcow2 lies on " in text, text
    assert world.rig.where("disk1") == [1]
    assert not daemon.journal()


def test_a_disk_of_its_host_is_copied_with_the_domain_and_its_definition_follows(world):
    world.rig.redis("FLUSHALL")
    pools(world)
    before = guest_with_a_disk_of_its_host(world, "disk2", 64, "--persistent")
    world.rig.virsh(1, "autostart", "disk2")
    world.rig.virsh(1, "desc", "disk2", "--config", "only in the definition")
    world.rig.virsh(1, "metadata", "disk2", "urn:test", "--key", "t", "--set", "<word/>", "--config", "--live")
    daemon = daemon_with(world, LEAVE.format(name="disk2"), extra="migration: {storage: copy, bandwidth: 64MiB/s}\n")
    world.rig.work("disk2", "cpu:0 90")
    action = wait_done(daemon, "migrate", 120)
    [there] = world.rig.where("disk2")
    assert there != 1
    assert checksum(world, there, "disk2") == before
    assert image(world, there, "disk2").stat().st_blocks * 512 < 40 << 20, "holes stay holes"
    assert world.rig.virsh(there, "desc", "disk2", "--config") == "only in the definition"
    assert "<word/>" in world.rig.virsh(there, "metadata", "disk2", "urn:test", "--config")
    assert "disk2" in world.rig.virsh(there, "list", "--all", "--name", "--autostart").split()
    assert "disk2" not in world.rig.virsh(1, "list", "--all", "--name").split()
    figures = daemon.json("action", "show", action["action"])
    text = str(figures) + str(daemon.journal())
    for figure in ("storage_ms", "predicted_storage_ms", "disk_total_bytes"):
        assert figure in text, (figure, text[-3000:])


def test_a_disk_on_a_path_that_the_operator_calls_shared_moves_without_a_copy(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "disk5", "--memory", "128/128", "--disk", 16)
    guest(world, 1, "disk5-neighbour", "--memory", "128/128")
    world.rig.work("disk5-neighbour", "cpu:0 60")
    daemon = daemon_with(world, LEAVE.format(name="disk5"), extra=f"migration: {{shared_paths: [{world.rig.root}/guests]}}\n")
    world.rig.work("disk5", "cpu:0 90")
    wait_done(daemon, "migrate")
    assert world.rig.where("disk5") != [1]
    assert not any(image(world, host, "disk5").exists() for host in range(1, world.rig.hosts + 1))
    assert "disk5" not in world.rig.virsh(1, "list", "--all", "--name").split(), "a transient domain stays transient"


def test_a_copy_that_is_cancelled_leaves_nothing_behind(world):
    world.rig.redis("FLUSHALL")
    pools(world)
    before = guest_with_a_disk_of_its_host(world, "disk4", 256)
    daemon = daemon_with(world, LEAVE.format(name="disk4"), extra="migration: {storage: copy, bandwidth: 8MiB/s}\n")
    world.rig.work("disk4", "cpu:0 90")

    def copying():
        action = last_action(daemon, "migrate")
        files = [h for h in range(2, world.rig.hosts + 1) if image(world, h, "disk4").exists()]
        return action if action and files and "File processed" in world.rig.virsh(1, "domjobinfo", "disk4") else None

    action = wait_for("the disk is being copied", copying, 60, 0.3)
    daemon.ctl("action", "cancel", action["action"])
    wait_for("it is aborted", lambda: last_action(daemon, "migrate")["state"] == "aborted", 60, 0.3)
    assert world.rig.where("disk4") == [1]
    assert not any(image(world, h, "disk4").exists() for h in range(2, world.rig.hosts + 1)), "a file was left"
    assert checksum(world, 1, "disk4") == before


def plugged_mib(world):
    for line in world.rig.virsh(1, "dumpxml", "plug1").splitlines():
        if "<current " in line:
            return int(line.split(">")[1].split("<")[0]) >> 10
    raise Seen("no virtio-mem device in the XML")


def test_a_guest_grows_beyond_its_balloon_by_virtio_mem_and_gives_it_back(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "plug1", "--memory", "224/256", "--plug", "256/1024")
    daemon = daemon_with(world, FOLLOW, extra=GENTLY)
    for held in (40, 80, 120, 160):
        world.rig.work("plug1", f"hold {held}")
        wait_for("there is room for more", lambda: world.rig.ask("plug1")["memory_kib"]["available"] >= 45 << 10, 60, 0.2)
    wait_for("memory is plugged in", lambda: plugged_mib(world) >= 64, 60, 0.5)
    assert world.rig.ask("plug1")["memory_kib"]["total"] >= 180 << 10, "the guest's kernel has taken it"
    kinds = [e["body"] for e in daemon.journal() if e["state"] == "done"]
    balloon = next(i for i, body in enumerate(kinds) if "set_balloon" in body)
    assert balloon < next(i for i, body in enumerate(kinds) if "set_virtio_mem" in body), "the balloon goes first"
    world.rig.work("plug1", "hold 0")
    wait_for("it is given back", lambda: plugged_mib(world) == 0, 120, 1)
    assert world.rig.ask("plug1")["oom_kill"] == 0


def test_a_disk_is_limited_and_the_limit_lifted(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "disk3", "--disk", 64)
    daemon = daemon_with(world, SLOW_DISK, extra="limits: {settle_samples: 1}\n")
    world.rig.work("disk3", "disk 8 0")
    wait_for("the limit is set", lambda: "read_bytes_sec : 1048576" in world.rig.virsh(1, "blkdeviotune", "disk3", "vda"),
             60, 0.5)

    def read_bytes():
        return int(world.rig.domstats(1, "disk3")["block.0.rd.bytes"])

    before, began = read_bytes(), time.monotonic()
    wait_for("5 MiB are read", lambda: read_bytes() - before >= 5 << 20, 60, 0.2)
    rate = (read_bytes() - before) / (time.monotonic() - began)
    assert rate < 1.3 * (1 << 20), f"{rate / (1 << 20):.2f} MiB/s against a limit of 1"
    wait_done(daemon, "set_disk_limit")
    world.rig.work("disk3", "disk 0 0")
    wait_for("the limit is lifted", lambda: "read_bytes_sec : 0" in world.rig.virsh(1, "blkdeviotune", "disk3", "vda"),
             60, 0.5)
