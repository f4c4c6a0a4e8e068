"""hotspotd on the node itself, as a user of its own: through libvirt's local socket, which the group libvirt may use."""
import grp
import os
import pathlib
import shutil
import signal
import subprocess

from harness import RIG, Daemon, Seen, wait_for
from loop_test import SCALE, wait_done
from measure import guest

URI = "qemu:///system"
NOBODY = 65534
EARLY = SCALE.replace("> 75%", "> 20%")    # that it acts is the question, not when


class LocalDaemon(Daemon):
    """Inside h1, as nobody, with the groups that are given. What is started enters h1; hotspotd is its child."""

    def __init__(self, world, groups, **more):
        node = f"{{name: h1, uri: '{URI}', key: '{world.rig.fingerprint(1)}'}}"
        super().__init__(world.rig, world.build, EARLY, admission=f"admission:\n  nodes: [{node}]\n", **more)
        self.groups = ["--groups", ",".join(map(str, groups))] if groups else ["--clear-groups"]
        shutil.copy(self.build / "bin" / "hotspotd", self.dir)
        for path in [self.dir, *self.dir.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [RIG, "enter", "1", "setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), *self.groups,
                 "--no-new-privs", self.dir / "hotspotd", "-c", self.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, "HOME": str(self.dir)})
        return self

    @property
    def pid(self):
        own = self.process.pid
        return int(pathlib.Path(f"/proc/{own}/task/{own}/children").read_text().split()[0])

    def leads(self, limit=30):
        wait_for("hotspotd of h1 leads", lambda: self.status()["holder"].startswith("hotspotd@h1:"), limit)
        return self

    def stop(self):
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
            self.process.wait(30)
        (self.dir / "hotspotd").unlink()


def announce(world, uri):
    """h1's collectd tells that h1 is reached so."""
    config = pathlib.Path(world.rig.root, "local-collectd.conf")
    config.write_text(world.rig("collectd", "config", 1).replace(world.rig.uri(1), uri))
    world.rig("collectd", "down", 1)
    world.rig("collectd", "up", 1, config)


def local_daemon(world, groups, **more):
    world.rig.redis("FLUSHALL")
    announce(world, URI)
    world.later(lambda: announce(world, world.rig.uri(1)))
    daemon = LocalDaemon(world, groups, **more).start()
    world.later(daemon.stop)
    return daemon.leads()


def connections(daemon):
    return daemon.status()["connections"]


def test_hotspotd_as_a_user_of_its_own_acts_on_the_local_libvirt(world):
    guest(world, 1, "hot1")
    daemon = local_daemon(world, [grp.getgrnam("libvirt").gr_gid])
    assert os.stat(f"/proc/{daemon.pid}").st_uid == NOBODY, "it is not nobody"
    wait_for("it is connected before anything has to act", lambda: connections(daemon)["connected"] == 1)
    wait_for("the domain counts", lambda: "hot1" in daemon.ctl("domain", "list").stdout)
    world.rig.work("hot1", "cpu:0 98")
    wait_done(daemon, "set_vcpus")
    wait_for("two vCPUs online in the guest", lambda: world.rig.ask("hot1")["vcpus_online"] == 2)
    listed = daemon.json("node", "list")
    assert [(node["name"], node["uri"]) for node in listed] == [("h1", URI)], listed


def test_hotspotd_that_the_local_libvirt_does_not_let_in_says_so_before_anything_has_to_act(world):
    daemon = local_daemon(world, [], mode="recommend")

    def said():
        if connections(daemon)["not_connected"] != 1:
            raise Seen(f"{connections(daemon)}; {daemon.text()[-2000:]}")
        return True
    wait_for("it is not connected", said)
    for shown in (daemon.ctl("status").stdout, daemon.text()):
        told = " ".join(shown.split())
        assert "libvirt-sock': Permission denied; docs/nodes.md says what lets hotspotd in" in told, shown
