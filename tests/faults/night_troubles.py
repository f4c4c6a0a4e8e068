"""What happens to the rig in a night: each trouble begins, lasts for a while and is over.

A trouble is a function of the Night and a source of chance. What an operator tries by hand may be refused, and is told; what a
trouble broke is mended, or the night fails.
"""
import signal

from harness import Seen, wait_for
from night_work import GUESTS
from rounds import pause

WRONG = "groups:\n- name: wrong\n  rules:\n  - hotspot: Wrong\n    expr: domain_cpu_ratoi > 90%\n"


def leader(night):
    """The hotspotd that leads, or the first where none does, or Redis is away."""
    try:
        holder = night.daemons[0].status()["holder"]
    except Seen:
        holder = ""
    return next((one for one in night.daemons if holder.endswith(f":{one.process.pid}")), night.daemons[0])


def standby(night):
    led = leader(night)
    return next(daemon for daemon in night.daemons if daemon is not led)


def by_hand(night, what, *command, daemon=None):
    """What an operator types. It may be refused."""
    try:
        (daemon or night.daemons[0]).ctl(*command)
    except Seen as refused:
        night.say(f"{what}: refused: {str(refused).strip().splitlines()[-1][-200:]}")


def leader_killed(night, chance):
    daemon = leader(night)
    daemon.kill()
    pause(chance.uniform(0, 5))
    daemon.start()


def standby_killed(night, chance):
    daemon = standby(night)
    daemon.kill()
    pause(chance.uniform(0, 2))
    daemon.start()


def leader_stopped(night, chance):
    daemon = leader(night)
    daemon.process.send_signal(signal.SIGSTOP)
    pause(chance.uniform(2, 20))
    daemon.process.send_signal(signal.SIGCONT)


def redis_killed(night, chance):
    night.world.rig("services", "redis-kill")
    pause(chance.uniform(0, 4))
    night.world.rig("services", "redis-start")


def redis_hangs(night, chance):
    night.world.rig("services", "redis-stop")
    pause(chance.uniform(1, 6))
    night.world.rig("services", "redis-cont")


def link_cut(night, chance):
    host = chance.choice((1, 2, 3))
    night.world.rig("link", host, "off")
    pause(chance.uniform(1, 8))
    night.world.rig("link", host, "on")


def libvirtd_hangs(night, chance):
    host = chance.choice((1, 2, 3))
    night.world.rig("host", "stop", host)
    pause(chance.uniform(1, 8))
    night.world.rig("host", "cont", host)


def libvirtd_killed(night, chance):
    host = chance.choice((1, 2, 3))
    night.world.rig("host", "kill", host)
    pause(chance.uniform(0, 4))
    night.world.rig("host", "start", host)


def collectd_killed(night, chance):
    host = chance.choice((1, 2, 3))
    night.world.rig("collectd", "kill", host)
    pause(chance.uniform(0, 6))
    night.world.rig("collectd", "up", host)


def operator_adds_a_vcpu(night, chance):
    name = chance.choice(list(GUESTS))
    virsh(night, name, "setvcpus", name, "2", "--live")


def operator_gives_memory(night, chance):
    name = chance.choice(list(GUESTS))
    virsh(night, name, "setmem", name, "224M", "--live")


def operator_migrates(night, chance):
    name = chance.choice(list(GUESTS))
    to = chance.choice([host for host in (1, 2, 3) if [host] != night.world.rig.where(name)])
    virsh(night, name, "migrate", "--live", "--p2p", name, night.world.rig.uri(to))


def virsh(night, name, *words):
    try:
        [host] = night.world.rig.where(name)
        night.world.rig.virsh(host, *words)
    except (Seen, ValueError) as problem:
        night.say(f"virsh {' '.join(words[:2])}: refused: {str(problem).strip().splitlines()[-1][-200:]}")


def paused(night, chance):
    seconds = chance.randint(10, 25)
    by_hand(night, "pause", "mode", "pause", "-r", "a look around", "--for", f"{seconds}s")
    pause(seconds)


def held(night, chance):
    seconds = chance.randint(20, 40)
    by_hand(night, "hold", "hold", "add", "domain", chance.choice(list(GUESTS)), "-r", "backup", "--for", f"{seconds}s")


def drained(night, chance):
    """Until the node is empty, or for as long as an operator would wait."""
    host = chance.choice((1, 2, 3))
    by_hand(night, "drain", "node", "drain", f"h{host}", "--reason", "new fans")

    def is_empty():
        return not [name for name in GUESTS if host in night.world.rig.where(name)]
    try:
        wait_for(f"h{host} is empty", is_empty, night.drain_limit_s, 2)
        night.say(f"h{host} is empty")
    except Seen:
        night.say(f"h{host} was not emptied within {night.drain_limit_s} s")
    by_hand(night, "undrain", "node", "undrain", f"h{host}")


def wrong_rule_file(night, chance):
    for daemon in night.daemons:
        daemon.write_rules(WRONG, "wrong.yaml")
    pause(chance.uniform(5, 15))
    for daemon in night.daemons:
        (daemon.dir / "rules/wrong.yaml").unlink()


ALL = (leader_killed, standby_killed, leader_stopped, redis_killed, redis_hangs, link_cut, libvirtd_hangs, libvirtd_killed,
       collectd_killed, operator_adds_a_vcpu, operator_gives_memory, operator_migrates, paused, held, drained,
       wrong_rule_file)
