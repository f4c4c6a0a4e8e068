"""A target whose file system fills up while a disk is copied to it."""
from harness import Seen, wait_for
from loop_test import daemon_with, last_action
from storage_test import LEAVE, checksum, guest_with_a_disk_of_its_host, image, pools
from rounds import FINAL, open_actions

IMAGES = "/var/lib/libvirt/images"


def with_little_room(world):
    """Each target keeps its images on a file system of its own, of 600 MiB."""
    for host in range(2, world.rig.hosts + 1):
        world.rig("enter", host, "mkdir", "-p", IMAGES)
        world.rig("enter", host, "mount", "-t", "tmpfs", "-o", "size=600m", "images", IMAGES)
        world.later(lambda host=host: world.rig("enter", host, "umount", "--lazy", IMAGES))


def files_of(world, host):
    return world.rig("enter", host, "ls", IMAGES).split()


def test_a_target_that_fills_up_during_a_copy_keeps_nothing_of_it_and_the_domain_stays(world):
    world.rig.redis("FLUSHALL")
    with_little_room(world)
    pools(world)
    before = guest_with_a_disk_of_its_host(world, "fill1", 256)
    daemon = daemon_with(world, LEAVE.format(name="fill1"), extra="migration: {storage: copy, bandwidth: 8MiB/s}\n")
    world.rig.work("fill1", "cpu:0 90")

    def copying():
        [target, *more] = [h for h in range(2, world.rig.hosts + 1) if "fill1.qcow2" in files_of(world, h)] or [None]
        assert not more, "it is copied twice"
        return target if target and "File processed" in world.rig.virsh(1, "domjobinfo", "fill1") else None

    target = wait_for("the disk is being copied", copying, 90, 0.3)
    # To the last byte: dd ends with what it could write.
    world.rig("enter", target, "dd", "if=/dev/zero", f"of={IMAGES}/others", "bs=1M", check=False)

    def ended():
        action = last_action(daemon, "migrate")
        if action["state"] in FINAL:
            return action
        raise Seen(f"{action}; {daemon.text()[-3000:]}")

    action = wait_for("the action has ended", ended, 90, 0.3)
    assert action["state"] == "failed", action
    assert "o space left" in action["message"], action
    assert world.rig.where("fill1") == [1]
    world.rig.ask("fill1")
    assert checksum(world, 1, "fill1") == before
    assert image(world, 1, "fill1").exists()
    assert files_of(world, target) == ["others"], f"a file was left: {files_of(world, target)}"
    assert not open_actions(daemon)
