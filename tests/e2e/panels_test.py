"""What every page shows of a cluster that lives: each query of each panel is asked of a real graphite-web.

collectd with hotspot.so of three hosts writes to a Carbon with the schemas that ship, and one of them stores what the hotspotd
that leads has published. Two guests work; one gets a vCPU and one is moved. HOTSPOT_PICTURES keeps pictures of the pages.
"""
import os
import pathlib
import sys
import tempfile
import time

from harness import CLUSTER, ROOT, wait_for
from loop_test import daemon_with, wait_done
from measure import guest

sys.path[:0] = [str(ROOT / "tests" / "grafana"), str(ROOT / "tests" / "contract")]
import asked  # noqa: E402
import dashboards  # noqa: E402
import draw  # noqa: E402
import graphite_web  # noqa: E402
import stack  # noqa: E402
import waiting  # noqa: E402

# What acts is of the two first; the others are there for the limits that the pages draw in.
RULES = """groups:
- name: pages
  rules:
  - {hotspot: NodeCpuHot, expr: 'node_cpu_domains_ratio > 55%', for: 3 of 5, remedy: [migrate], cooldown: 15m}
  - {hotspot: DomainCpuHot, expr: 'domain_cpu_ratio{domain="web1"} > 65%', for: 3 of 5, remedy: [scale_vcpus: {by: 1}], cooldown: 15m}
  - {hotspot: NodeCpuFull, expr: 'node_cpu_ratio > 99%', for: 5m, mode: observe, remedy: [migrate]}
  - {hotspot: NodeMemoryFull, expr: 'node_memory_used_ratio > 99%', for: 5m, mode: observe, remedy: [migrate]}
  - {hotspot: DomainMemoryHot, expr: 'domain_memory_used_ratio > 99%', for: 5m, mode: observe,
     remedy: [scale_memory: {by: 64MiB}]}
"""
# What cannot be there in such a run: a panel, a part of its query, and why.
MAY_BE_EMPTY = [
    ("Failures by the hour", "", "no action fails, and an hour without one is left out"),
    ("Done by the hour", "_failed@", "as above"),
    ("Latency of flushes", "", "the guests' work never flushes its disk"),
    ("Huge pages", "", "the machine may have no pool of them"),
    ("Swap", "", "the machine may have none"),
]
STAYS, MOVES = "web1", "batch1"  # both begin on h1; a disk of a host's own would have to be copied, so only one has one
SIX_HOURS = 6 * 3600  # as the pages open


class Eyes:
    """A Carbon with our schemas, to which the hosts' collectds write, and a graphite-web over it."""

    def __init__(self, world):
        self.world, self.began = world, time.time()
        folder = tempfile.TemporaryDirectory(prefix="hotspot-eyes-")
        world.later(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.ports = [waiting.free_port() for _ in range(4)]
        self.keep(stack.begin_carbon(self.dir, self.ports, world.rig.env["CARBON_HOST"]))
        self.keep(graphite_web.start(self.dir / "web", self.dir / "whisper", self.ports[2], self.ports[3]))
        self.graphite = graphite_web.Graphite(self.ports[3])

    def keep(self, process):
        def end():
            process.kill()
            process.wait()
        self.world.later(end)

    def collect(self, host):
        """From now on the host's collectd writes here, and measures what guests rewrite."""
        rig = self.world.rig
        text = rig("collectd", "config", host).replace(f'Port "{rig.env["CARBON_PORT"]}"', f'Port "{self.ports[0]}"')
        text = text.replace("  <Redis>", "  <GroupInterval>\n    DirtyRate 4\n  </GroupInterval>\n  <Redis>")
        config = self.dir / f"collectd-h{host}.conf"
        config.write_text(text)
        rig("collectd", "down", host)
        rig("collectd", "up", host, config)

        def as_before():
            rig("collectd", "down", host)
            rig("collectd", "up", host)
        self.world.later(as_before)

    def rendered(self, queries):
        now = time.time()
        return self.graphite.render(queries, now - SIX_HOURS, now)

    def has(self, query):
        return asked.has_data(self.rendered([query]))


def live(world):
    """A cluster in which a guest has got a vCPU and another was moved away from h1: what looks at it, and the target."""
    world.rig.redis("FLUSHALL")
    # How full it is can only be said where there is an end.
    world.rig.redis("CONFIG", "SET", "maxmemory", "1gb")
    world.later(lambda: world.rig.redis("CONFIG", "SET", "maxmemory", "0"))
    eyes = Eyes(world)
    guest(world, 1, STAYS, "--memory", "128/256", "--net", "--disk", "16")
    guest(world, 1, MOVES, "--memory", "128/256", "--net")
    guest(world, 3, "idle1", "--memory", "128/128")
    world.rig.work(STAYS, "disk 0.1 0.1 net 0.1")
    world.rig.work(MOVES, "net 0.1")
    wait_for("graphite-web answers", eyes.graphite.answers, 60)
    for host in range(1, world.rig.hosts + 1):
        eyes.collect(host)
    daemon = daemon_with(world, RULES, extra="migration: {bandwidth: 8MiB/s}\n"
                                             f"graphite: {{events: '{eyes.graphite.url}/events/'}}\n")
    # A counter is seen to rise where it was seen before.
    wait_for("the leader's counters are stored", lambda: eyes.has(f"collectd.hotspot.actions-{CLUSTER}.derive-migrate_done@NodeCpuHot"),
             150, 1)
    world.rig.work(STAYS, "cpu:0 80 disk 0.1 0.1 net 0.1")
    wait_done(daemon, "set_vcpus", 120)
    world.rig.work(MOVES, "cpu 80 rewrite 16 2 net 0.1")
    action = wait_done(daemon, "migrate", 180)
    assert action["domain"] == MOVES, action
    return eyes, int(action["step"].removeprefix("migrate to h"))


def of_disks(query):
    return "disk_" in query or "total_requests" in query


def questions(eyes):
    """{what it is: (may it be empty?, function that says what is wrong about the answer)} of all panels of all pages."""
    made, excuses = {}, set()

    def add(what, title, queries, wrong):
        if not (what.startswith(("hotspot-domain of " + MOVES)) and any(of_disks(query) for query in queries)):
            excuses.update(excused := {one for one in MAY_BE_EMPTY if one[0] == title and all(one[1] in query for query in queries)})
            made[what] = (bool(excused), wrong)

    for domain in (STAYS, MOVES):
        wanted = {"cluster": CLUSTER, "node": "h1", "domain": domain}
        for what, title, target, values in asked.each_query(eyes.graphite.find, wanted):
            what = what.replace("hotspot-domain,", f"hotspot-domain of {domain},")
            add(what, title, [target["target"]],
                lambda target=target, values=values: asked.wrong_about(eyes.rendered, target, values))
        value_of = {"hotspot-cluster": CLUSTER, "hotspot-domain": domain,
                    **{f"hotspot-{name}": "h1" for name in ("node", "actions", "collector")}}
        for what, title, queries in asked.each_graph(value_of):
            what = what.replace("hotspot-domain,", f"hotspot-domain of {domain},") + " (graphite-web)"
            add(what, title, queries, lambda queries=queries: asked.wrong_about_graph(eyes.rendered, queries))
    assert excuses == set(MAY_BE_EMPTY), f"excuses for what nobody asks: {set(MAY_BE_EMPTY) - excuses}"
    return made


def test_each_panel_of_each_page_shows_what_happened(world):
    eyes, target = live(world)
    made = questions(eyes)
    assert len(made) > 150, len(made)
    left = dict(made)

    def all_answered():
        wrong = {}
        for what, (may_be_empty, ask) in list(left.items()):
            found = ask()
            if not found or (may_be_empty and found == asked.NOTHING):
                del left[what]
            else:
                wrong[what] = found
        assert not wrong, "".join(f"\n{found}: {what}" for what, found in wrong.items())
        return True

    wait_for("each query has an answer", all_answered, 180, 5)
    wait_for("the fleet page tells what happened", lambda: told(eyes), 120, 5)
    lists_have_what_is_there(eyes, target)
    marks = {uid: marks_of(eyes, page) for uid, page in dashboards.load().items()}
    wanted = f"migrate to h{target}"
    assert all(any(wanted in one["what"] for one in those) for those in marks.values()), marks
    take_pictures(eyes, marks)


def told(eyes):
    """Which node was hot, by which rule, and what was done."""
    shown = {}
    for one in dashboards.panels(dashboards.load()["hotspot-fleet"]):
        if one["title"] in ("Hotspots by node", "Hotspots by rule", "Done by the hour"):
            found = eyes.rendered([dashboards.interpolate(one["targets"][0]["target"], {"cluster": CLUSTER})])
            most = {series["target"]: max(draw.values_of(series), default=None) for series in found}
            shown[one["title"]] = {name: round(value) for name, value in most.items() if value}
    for title, names in {"Hotspots by node": {"h1"}, "Hotspots by rule": {"DomainCpuHot", "NodeCpuHot"},
                         "Done by the hour": {"migrate NodeCpuHot", "set_vcpus DomainCpuHot"}}.items():
        assert names <= set(shown[title]), shown
    return True


def lists_have_what_is_there(eyes, target):
    page, find = dashboards.load()["hotspot-domain"], eyes.graphite.find
    offered = {}
    for variable in page["templating"]["list"]:
        if variable["type"] == "query":
            query = dashboards.interpolate(variable["query"], {"cluster": CLUSTER, "node": "h1"})
            offered[variable["name"]] = dashboards.choices(variable, find(query))
    assert offered == {"cluster": [CLUSTER], "node": ["h1", "h2", "h3"], "domain": [MOVES, STAYS]}, offered
    there = dashboards.resolve(dashboards.load()["hotspot-node"], find, {"node": f"h{target}"})
    assert MOVES in there["here"] and STAYS not in there["here"], there


def marks_of(eyes, page):
    """The events that the page's annotations ask for, of the node and the domain that it shows."""
    values = dashboards.resolve(page, eyes.graphite.find, {"cluster": CLUSTER, "node": "h1", "domain": MOVES})
    (annotation,) = page["annotations"]["list"]
    (tag,) = annotation["target"]["tags"]
    return eyes.graphite.events(dashboards.interpolate(tag, values), eyes.began, time.time())


def take_pictures(eyes, marks):
    """For who wants to look at them: in the folder that HOTSPOT_PICTURES names."""
    folder = os.environ.get("HOTSPOT_PICTURES")
    for uid, page in dashboards.load().items() if folder else ():
        values = dashboards.resolve(page, eyes.graphite.find, {"node": "h1", "domain": MOVES})
        answers = {one["id"]: eyes.graphite.render([dashboards.interpolate(target["target"], values) for target in one["targets"]],
                                                   eyes.began, time.time())
                   for one in dashboards.panels(page) if "targets" in one}
        for one in dashboards.panels(page):
            one["title"] = dashboards.interpolate(one["title"], values)
        for theme in draw.THEMES:
            draw.photograph(page, draw.page_html(page, answers, theme, [one["when"] for one in marks[uid]]), pathlib.Path(folder) / f"{uid}-{theme}.png")
