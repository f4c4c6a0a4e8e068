"""Targets that refuse a domain: on real libvirt and QEMU."""
import pathlib
import time

from collector_test import snapshots
from harness import Seen, wait_for
from loop_test import daemon_with
from measure import guest
from storage_test import LEAVE

AT_ONCE = LEAVE.replace("cooldown: 10m", "cooldown: 10s")
GENTLY = "limits: {settle_samples: 1}\n"


def on_host(world, host, name):
    """/var/lib/libvirt is each host's own."""
    return pathlib.Path(world.rig.root) / f"h{host}" / "lib" / "iso" / name


def iso(world, name, hosts):
    for host in hosts:
        path = on_host(world, host, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(64 << 10))
        world.later(path.unlink)


def busy_h3(world, name):
    """So that h2 is the emptiest."""
    guest(world, 3, name, "--memory", "128/128")
    world.rig.work(name, "cpu:0 20")


def tried(daemon, host):
    """The intents to move to that host."""
    return [e for e in daemon.journal() if e["state"] == "intent" and f'"target_name":"h{host}"' in e["body"]]


def leaves_for_h3(world, name, extra=GENTLY):
    guest(world, 1, name + "-neighbour", "--memory", "128/128")
    world.rig.work(name + "-neighbour", "cpu:0 60")
    busy_h3(world, name + "-other")
    daemon = daemon_with(world, AT_ONCE.format(name=name), extra=extra)
    world.rig.work(name, "cpu:0 90")

    def there():
        if world.rig.where(name) == [3]:
            return True
        raise Seen("; ".join(d["sentence"] for d in daemon.json("decision", "list")) + daemon.text()[-3000:])

    wait_for(f"{name} is on h3", there, 120, 0.5)
    world.rig.ask(name)
    assert len(tried(daemon, 2)) <= 1, daemon.text()[-4000:]
    return daemon


def test_a_guest_whose_cdrom_image_the_emptiest_host_lacks_ends_on_the_next_and_the_first_is_tried_once(world):
    world.rig.redis("FLUSHALL")
    iso(world, "cd.iso", [1, 3])
    guest(world, 1, "cd1", "--memory", "128/128", "--cdrom", "/var/lib/libvirt/iso/cd.iso")
    daemon = leaves_for_h3(world, "cd1")
    [refused] = daemon.status()["target_refusals"]["list"]
    assert refused["target"] == "h2" and "cd.iso" in refused["reason"], refused


def test_a_pool_tells_beforehand_that_the_image_is_missing_and_nothing_is_sampled_for_it(world):
    world.rig.redis("FLUSHALL")
    iso(world, "pool.iso", [1, 3])
    on_host(world, 2, "x").parent.mkdir(parents=True, exist_ok=True)
    world.rig.virsh(2, "pool-create-as", "iso", "dir", "--target", "/var/lib/libvirt/iso")
    world.later(lambda: world.rig.virsh(2, "pool-destroy", "iso", check=False))
    guest(world, 1, "cd2", "--memory", "128/128", "--cdrom", "/var/lib/libvirt/iso/pool.iso")
    daemon = leaves_for_h3(world, "cd2")
    assert "h2 has no file /var/lib/libvirt/iso/pool.iso, which cd2 needs" in daemon.text(), daemon.text()[-3000:]
    assert [e["state"] for e in daemon.journal() if "h2 has no file" in str(e)] == ["skipped"]


def test_a_domain_of_that_name_which_is_only_defined_on_the_emptiest_host_is_seen_beforehand(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "twin1", "--memory", "128/128")
    definition = pathlib.Path(world.rig.root) / "twin.xml"
    definition.write_text("<domain type='qemu'><name>twin1</name><memory unit='MiB'>64</memory>"
                          "<os><type arch='x86_64'>hvm</type></os></domain>")
    world.rig.virsh(2, "define", definition)
    world.later(lambda: world.rig.virsh(2, "undefine", "twin1", check=False))
    daemon = leaves_for_h3(world, "twin1")
    assert "h2 has another domain of the name 'twin1'" in daemon.text(), daemon.text()[-3000:]


def test_the_first_choice_has_the_network_of_the_guest_and_a_host_without_it_is_never_tried(world):
    world.rig.redis("FLUSHALL")
    network = pathlib.Path(world.rig.root) / "lan.xml"
    network.write_text("<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>")
    for host in (1, 3):
        world.rig.virsh(host, "net-create", network)
        world.later(lambda host=host: world.rig.virsh(host, "net-destroy", "lan", check=False))
    guest(world, 1, "net1", "--memory", "128/128")
    world.rig.virsh(1, "attach-interface", "net1", "network", "lan", "--model", "virtio", "--live")
    # What a node has is read once a minute.
    since = time.time()
    for host, expected in ((1, ["lan"]), (2, []), (3, ["lan"])):
        wait_for(f"h{host} tells its networks",
                 lambda host=host, expected=expected: [s for s in snapshots(world, host, since)
                                                       if s["node"]["networks"] == expected], 75, 1)
    daemon = leaves_for_h3(world, "net1")
    assert tried(daemon, 2) == [], daemon.text()[-4000:]
    said = str(daemon.json("decision", "list")) + daemon.text()
    assert "h2 has no active network 'lan', to which net1 is connected" in said, said[-4000:]
