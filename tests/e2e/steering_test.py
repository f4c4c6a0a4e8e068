"""What steers hotspotd from outside, on real libvirt: holds, and somebody else's virsh."""
import json
import time

from harness import Seen, wait_for
from loop_test import SCALE, daemon_with, last_action, wait_done
from measure import guest


def sentences(daemon):
    return [d["sentence"] for d in daemon.json("decision", "list", "-n", "200")]


def says(daemon, words, limit=30):
    def said():
        all_of_them = sentences(daemon)
        if not any(words in s for s in all_of_them):
            raise Seen("said: " + "; ".join(all_of_them[-5:]))
        return True
    wait_for(words, said, limit)


def vcpus(world, name):
    return world.rig.virsh(1, "vcpucount", name, "--current", "--live")


def test_a_held_domain_is_left_alone_until_the_hold_is_removed(world):
    guest(world, 1, "hot1")
    world.rig.redis("FLUSHALL")  # the load of its boot is no reason to act
    daemon = daemon_with(world, SCALE)
    wait_for("the domain is seen", lambda: "hot1" in daemon.ctl("domain", "list").stdout)
    assert "hold 1" in daemon.ctl("hold", "add", "domain", "hot1", "-r", "backup", "--owner", "ada").stdout
    world.rig.work("hot1", "cpu:0 98")
    says(daemon, "nothing is done, because domain hot1 is held by ada: backup")
    assert vcpus(world, "hot1") == "1", sentences(daemon)
    daemon.ctl("hold", "remove", "1", "--yes")
    wait_done(daemon, "set_vcpus")
    assert vcpus(world, "hot1") == "2"
    assert not [s for s in sentences(daemon) if "somebody else" in s], sentences(daemon)


def test_law_4_somebody_elses_virsh_is_seen_and_not_undone(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "hot1")
    guest(world, 1, "cold1")
    daemon = daemon_with(world, SCALE, extra="foreign_rest: 20s\n")
    wait_for("the domains are seen", lambda: all(name in daemon.ctl("domain", "list").stdout for name in ("hot1", "cold1")))
    world.rig.virsh(1, "setvcpus", "cold1", "2", "--live")
    says(daemon, "cold1: vCPUs 1 → 2 by somebody else; it rests until")
    world.rig.virsh(1, "schedinfo", "hot1", "--live", "cpu_shares=512")
    says(daemon, "hot1: CPU cap or shares changed by somebody else")
    began = time.monotonic()
    world.rig.work("hot1", "cpu:0 98")
    says(daemon, "hot1 rests until")
    wait_for("an action once it has rested", lambda: last_action(daemon, "set_vcpus"), 60)
    assert time.monotonic() - began > 10, "it did not rest"


def answered(daemon, *command):
    """(exit code, what it says as JSON)"""
    done = daemon.ctl("-o", "json", *command, check=False)
    return done.returncode, json.loads(done.stdout)


def test_node_fit_and_plan_why_not_answer_from_what_the_leader_has_before_it(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "one1")
    daemon = daemon_with(world, SCALE)
    wait_for("one1 is seen, and each node counts", lambda: "one1" in daemon.ctl("domain", "list").stdout and
             len(answered(daemon, "node", "fit", "--vcpus", "1", "--memory", "128MiB", "--busy", "10%")[1]["places"]) == world.rig.hosts)
    code, large = answered(daemon, "node", "fit", "--vcpus", "1", "--memory", "1TiB")
    assert code == 1 and large["places"] == [], large
    assert {node["node"] for node in large["elsewhere"]} == {"h1", "h2", "h3"}, large
    assert {refusal["kind"] for node in large["elsewhere"] for refusal in node["refusals"]} == {"no_memory"}, large
    assert "fits on none of 3 nodes" in daemon.ctl("node", "fit", "--vcpus", "1", "--memory", "1TiB", check=False).stdout

    def possible():
        code, why = answered(daemon, "plan", "why-not", "one1", "h2")
        if code != 0 or not why["possible"] or why["seconds"] <= 0:
            raise Seen(why)
        return True
    wait_for("it could go to h2, once what its boot brought about is over", possible)
    daemon.ctl("node", "drain", "h2", "--reason", "new fans")

    def refused():
        code, why = answered(daemon, "plan", "why-not", "one1", "h2")
        reasons = [one for one in why["of_the_target"] if one["kind"] == "held"]
        return code == 1 and not why["possible"] and reasons and reasons[0]["possible_with"] == "hotspotctl node undrain h2"
    wait_for("it would not go to a node that is to be drained, and what would help is said", refused)
    code, fit = answered(daemon, "node", "fit", "--vcpus", "1", "--memory", "128MiB", "--busy", "10%")
    assert code == 0 and {place["node"] for place in fit["places"]} == {"h1", "h3"}, fit
    daemon.ctl("node", "undrain", "h2")
    wait_for("it could go there again", possible)


def ordered(daemon, *words):
    """What it says of an order that was carried out. One that is refused because the figures are too young is given again."""
    def done():
        answer = daemon.ctl("domain", *words, "--owner", "ada", "-r", "a try", "--wait=90s", check=False)
        if answer.returncode == 1 and "refused" in answer.stdout + answer.stderr:
            raise Seen(answer.stdout + answer.stderr)
        assert answer.returncode == 0, answer.stdout + answer.stderr + daemon.text()[-3000:]
        return answer.stdout
    return wait_for("the order is carried out: " + " ".join(words), done, 60, 1)


def test_an_operator_orders_a_vcpu_a_cap_and_a_move_in_mode_recommend(world):
    world.rig.redis("FLUSHALL")
    guest(world, 1, "hot1")
    daemon = daemon_with(world, SCALE, mode="recommend")
    wait_for("both nodes count", lambda: len([n for n in daemon.json("node", "list") if not n["stale"]]) == world.rig.hosts, 30)
    wait_for("the domain is seen", lambda: "hot1" in daemon.ctl("domain", "list").stdout)

    def shown_beforehand():
        dry = daemon.ctl("domain", "migrate", "hot1", "h2", "--dry-run", check=False)
        if dry.returncode != 0:
            raise Seen(dry.stdout + dry.stderr)
        return dry.stdout
    dry = wait_for("it says what it would do", shown_beforehand, 30, 1)
    assert "would do: migrate to h2 for hot1 on h1" in dry, dry
    assert daemon.journal() == [] and world.rig.where("hot1") == [1]

    said = ordered(daemon, "scale", "hot1", "--vcpus", "2")
    assert "undo: hotspotctl domain scale hot1 --vcpus 1" in said, said
    assert vcpus(world, "hot1") == "2"
    ordered(daemon, "cap", "hot1", "50%")

    def quota():
        return world.rig.virsh(1, "schedinfo", "hot1").replace(" ", "")
    assert "vcpu_quota:25000" in quota(), "half a CPU for two vCPUs: " + quota()
    ordered(daemon, "cap", "hot1", "none")
    assert "vcpu_quota:25000" not in quota(), quota()
    said = ordered(daemon, "migrate", "hot1", "h2")
    assert "undo: hotspotctl domain migrate hot1 h1" in said, said
    assert world.rig.where("hot1") == [2]
    kinds = [(a["kind"], a["state"], a["asked_by"]) for a in daemon.json("action", "list")]
    assert kinds == [(kind, "done", "ada, as an order") for kind in ("set_vcpus", "set_cpu_cap", "set_cpu_cap", "migrate")], kinds
    says(daemon, "ordered by ada (a try): migrate to h2 for hot1")
