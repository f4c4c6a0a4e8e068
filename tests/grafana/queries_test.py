#!/usr/bin/env python3
"""Every query of every panel against a real graphite-web, with the variables filled in as Grafana does.

The values are those of stack.py. Where a query finds nothing the test fails with the panel's name.
"""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
import asked  # noqa: E402
import draw  # noqa: E402
import stack  # noqa: E402
from dashboards import FOLDER, choices, interpolate, load, panels, resolve  # noqa: E402

UUIDS = {"web1": "6695eb01-f6a4-8304-79aa-97f2502e193f", "db1": "8f2c1d5e-0b7a-4c39-9c55-0d3a1b2c4e6f",
         "mail1": "1b4e28ba-2fa1-11d2-883f-0016d3cca427"}


def by_uuid(series):
    """The same as a collectd with another prefix, HostnameFormat uuid and PluginName libvirt would have sent it."""
    renamed = {}
    for name, points in series.items():
        for domain, uuid in UUIDS.items():
            name = name.replace(f"collectd.{domain}.virt.", f"stats.dc1.{uuid}.libvirt.")
            name = name.replace(f"percent-{domain}@", f"percent-{uuid}~{domain}@")
        renamed[name.replace("collectd.", "stats.dc1.")] = points
    return renamed


SHORT = "collectd.brief.virt.bytes-job_remaining"  # a migration that one read saw
# As collectd's write_graphite sends them; a dot and a blank are "_" by then.
STRANGE = ["*", "{web1,db1}", "[a-z]", "it's", 'say"hi"', "x(1)", "a|b", "100%", "a_b", "zoë"]


def strange_domains():
    """Domains of the node h3 of a cluster of their own."""
    now_and_then = [(ago, 10.0) for ago in range(30, 330, 60)]
    made = {}
    for name in STRANGE:
        made[f"collectd.hotspot.place-strange.percent-{name}@h3"] = now_and_then
        made[f"collectd.{name}.virt.percent-steal"] = now_and_then
    return made | {"collectd.hotspot.fleet-strange.percent-cpu@h3": now_and_then}


def half_a_minute():
    """A cluster of two nodes, of which only one has stored the newest minute yet."""
    return {f"collectd.hotspot.fleet-some.{what}@{node}": [(ago, value) for ago in range(first, 400, 60)]
            for what, value in (("gauge-domains", 7), ("percent-cpu", 40), ("memory-available", 1e9))
            for node, first in (("n1", 5), ("n2", 65))}


class Queries(stack.Stack):
    @classmethod
    def fed(cls):
        series = stack.recorded()
        return series | by_uuid(series) | strange_domains() | {SHORT: [(400, 7e6)]} | half_a_minute()

    def each_query(self, wanted, base=FOLDER):
        return asked.each_query(self.graphite.find, wanted, base)

    def check(self, wanted, base=FOLDER):
        wrong, count = [], 0
        for what, _, target, values in self.each_query(wanted, base):
            count += 1
            found = asked.wrong_about(self.rendered, target, values)
            if found:
                wrong.append(f"{found}: {what}")
        self.assertEqual(wrong, [], "\n".join(wrong))
        self.assertGreater(count, 70)

    def test_each_query_finds_data_under_legends_that_people_can_read(self):
        self.check({"node": "h1", "domain": "web1"})

    def test_so_does_each_query_of_pages_made_for_uuids_and_another_prefix(self):
        made = self.dir / "made"
        subprocess.run([sys.executable, str(FOLDER / "generate.py"), "--out", str(made), "--prefix", "stats.dc1.",
                        "--domains", "uuid", "--plugin", "libvirt"], check=True)
        (domain,) = [one for one in load(base=made)["hotspot-domain"]["templating"]["list"] if one["name"] == "domain"]
        here = choices(domain, self.graphite.find("stats.dc1.hotspot.place-rig.percent-*@h1"))
        self.assertEqual(here, sorted([UUIDS["web1"], UUIDS["db1"]]))
        self.check({"node": "h1", "domain": UUIDS["web1"]}, made)

    def test_the_lists_chain_from_cluster_to_node_to_domain(self):
        page = load()["hotspot-domain"]
        find = self.graphite.find
        self.assertEqual(resolve(page, find)["cluster"], "rig")
        self.assertEqual(resolve(page, find)["node"], "h1")
        self.assertEqual(resolve(load()["hotspot-node"], find, {"node": "h1"})["here"], ["db1", "web1"])
        self.assertEqual(resolve(load()["hotspot-node"], find, {"node": "h2"})["here"], ["mail1", "web1"],
                         "it was on both: it migrated")

    def test_a_name_that_graphite_takes_for_a_pattern_is_in_no_list_and_in_each_stack(self):
        """Chosen, a domain named * would show all domains as if they were one."""
        wanted = {"cluster": "strange", "node": "h3"}
        values = resolve(load()["hotspot-domain"], self.graphite.find, wanted)
        self.assertEqual(values["domain"], "a_b")
        values = resolve(load()["hotspot-node"], self.graphite.find, wanted)
        self.assertEqual(values["here"], ["a_b"])
        shown = {}
        for one in panels(load()["hotspot-node"]) + panels(load()["hotspot-fleet"]):
            if one["title"] in ("Its domains", "Who is robbed", "Top consumers"):
                shown[one["title"]] = {each["target"] for each in self.rendered([interpolate(one["targets"][0]["target"], values)])}
        self.assertEqual(shown["Its domains"], set(STRANGE))
        self.assertEqual(shown["Top consumers"], {name + "@h3" for name in STRANGE})
        self.assertEqual(shown["Who is robbed"], {"a_b"})

    def test_numbers_of_all_nodes_do_not_fall_while_some_have_yet_to_store_the_newest_minute(self):
        shown = {}
        for one in panels(load()["hotspot-fleet"]):
            if one["type"] == "stat" and "fleet-" in one["targets"][0]["target"]:
                (found,) = self.rendered([interpolate(one["targets"][0]["target"], {"cluster": "some"})])
                shown[one["title"]] = draw.last(found)
        self.assertEqual(shown, {"Hottest": 40, "Mean": 40, "Spread": 0, "Nodes": 2, "Domains": 14,
                                 "Memory that could be used": 2e9})

    def test_where_a_domain_ran_is_a_row_a_node_one_after_the_other(self):
        (panel,) = [one for one in panels(load()["hotspot-domain"]) if one["title"] == "Where it ran, when"]
        query = interpolate(panel["targets"][0]["target"], {"cluster": "rig", "domain": "web1"})
        times = {one["target"]: [at for value, at in one["datapoints"] if value is not None]
                 for one in self.rendered([query])}
        self.assertEqual(set(times), {"h1", "h2"})
        self.assertLess(max(times["h1"]), max(times["h2"]), "it ends on the one")
        self.assertLess(min(times["h1"]), min(times["h2"]), "and begins on the other")

    def test_what_is_measured_at_every_second_read_makes_a_line_and_no_dots(self):
        for name in ("percent-memory", "memory-usable", "virt_dirty_rate"):
            (one,) = self.rendered([f"collectd.db1.virt.{name}"])
            values = [value for value, _ in one["datapoints"]]
            first = next(i for i, value in enumerate(values) if value is not None)
            there = [value is not None for value in values[first:-2]]
            self.assertGreater(sum(there), 0.9 * len(there), f"{name}: our schema keeps it finer than it comes")

    def test_what_one_read_saw_is_there_when_a_day_is_looked_at(self):
        for name, value in ((SHORT, 7e6), ("collectd.hotspot.actuator-rig.gauge-firing", 2)):
            (one,) = self.graphite.render([name], self.now - 86400, self.now)
            self.assertIn(value, [value for value, _ in one["datapoints"]], name)
        for what in ("actuator-rig/gauge-firing", "actions-rig/derive-migrate_done@NodeCpuHigh", "limit-rig/percent-cpu@NodeCpuHigh"):
            told = subprocess.run(["whisper-info", str(self.dir / f"whisper/collectd/hotspot/{what}.wsp")], text=True,
                                  capture_output=True, check=True).stdout
            self.assertIn("xFilesFactor: 0.0\n", told, "the sections that ship are for all that is stored of hotspotd too")

    def test_each_panel_can_be_drawn_of_its_answers(self):
        """The pictures stay in the folder that HOTSPOT_PICTURES names, for who wants to look at them."""
        for uid, page in load().items():
            values = resolve(page, self.graphite.find, {"node": "h1", "domain": "web1"})
            answers = {one["id"]: self.rendered([interpolate(target["target"], values) for target in one["targets"]])
                       for one in panels(page) if "targets" in one}
            drawn = draw.page_html(page, answers)
            for one in panels(page):
                if one["type"] != "text":
                    picture = draw.panel_html(one, answers[one["id"]])
                    self.assertRegex(picture, "<(rect|polyline|text) ", f"{uid}, panel '{one['title']}'")
                    self.assertNotIn("nan", picture)
            if os.environ.get("HOTSPOT_PICTURES"):
                (pathlib.Path(os.environ["HOTSPOT_PICTURES"]) / f"{uid}.html").write_text(drawn)

    def test_what_is_not_there_is_an_empty_panel_and_no_error(self):
        for wanted in ({"node": "gone", "domain": "gone"}, {"node": "h1", "domain": "gone"}):
            for what, _, target, values in self.each_query(wanted):
                values = {**values, "here": values.get("here") or [""]}
                found = self.rendered([interpolate(target["target"], {**values, "cluster": "gone"})])
                self.assertIsInstance(found, list, what)


if __name__ == "__main__":
    unittest.main()
