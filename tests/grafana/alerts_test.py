#!/usr/bin/env python3
"""Grafana's alerts about Hotspot itself: each is silent while all is well, and says so where something is not.

The queries are asked of a real graphite-web; what Grafana does with the answer (reduce, compare) is done here.
"""
import json
import pathlib
import re
import subprocess
import sys
import unittest

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
import stack  # noqa: E402
from dashboards import FOLDER, load  # noqa: E402

FILE = FOLDER / "provisioning/alerting/hotspot.yaml"
LAST_HALF_HOUR = range(60, 1800, 60)
# What is ill about the cluster "ill": {alert: {series below collectd.: value, or for nothing at all None}}
WELL = {"hotspot.fleet-{}.gauge-domains@n1": 7, "n1{}.hotspot.derive-snapshots_dropped": 0,
        "hotspot.actuator-{}.gauge-leader": 1, "hotspot.actuator-{}.duration-leader_age": 1.2,
        "hotspot.actuator-{}.duration-snapshot_lag": 6, "hotspot.actuator-{}.gauge-rules_refused": 0,
        "hotspot.actions-{}.derive-migrate_failed@NodeHot": 0, "hotspot.actuator-{}.gauge-domains_on_two_nodes": 0,
        "hotspot.actuator-{}.percent-redis_memory_used": 30, "redis{}.redis-hotspot.memory": 100 * 2**20}
ILL = {"hotspot-silent": ("hotspot.fleet-{}.gauge-domains@n1", None),
       "hotspot-dropped": ("n1{}.hotspot.derive-snapshots_dropped", 0.2),
       "hotspot-no-leader": ("hotspot.actuator-{}.gauge-leader", 0),
       "hotspot-lagging": ("hotspot.actuator-{}.duration-leader_age", 45),
       "hotspot-old-data": ("hotspot.actuator-{}.duration-snapshot_lag", 90),
       "hotspot-refused-rules": ("hotspot.actuator-{}.gauge-rules_refused", 1),
       "hotspot-failing": ("hotspot.actions-{}.derive-migrate_failed@NodeHot", 5 / 1800),
       "hotspot-two-nodes": ("hotspot.actuator-{}.gauge-domains_on_two_nodes", 1),
       "hotspot-redis-full": ("hotspot.actuator-{}.percent-redis_memory_used", 90)}


def rules(text):
    (group,) = yaml.safe_load(text)["groups"]
    return {one["uid"]: one for one in group["rules"]}


def number_of(series, how):
    """Grafana's reduce with dropNN: what is not a number is left out first."""
    values = [value for value, _ in series["datapoints"] if value is not None]
    return {"last": values[-1], "max": max(values)}[how] if values else None


class Alerts(stack.Stack):
    @classmethod
    def fed(cls):
        made = {}
        for cluster in ("well", "ill", "gone"):
            for name, value in WELL.items():
                made["collectd." + name.format(cluster)] = [(ago, value) for ago in LAST_HALF_HOUR]
        for name, value in ILL.values():
            points = [(ago, value) for ago in LAST_HALF_HOUR if value is not None or ago > 900]
            made["collectd." + name.format("ill")] = [(ago, 7 if value is None else value) for ago, _ in points]
        made["collectd.hotspot.actuator-gone.gauge-leader"] = [(ago, 1) for ago in LAST_HALF_HOUR if ago > 900]
        made["collectd.hotspot.fleet-well.gauge-domains@old"] = [(86400 + ago, 7) for ago in LAST_HALF_HOUR]
        return made

    def firing(self, one):
        """{what the series is called: its number} of those that Grafana would tell of."""
        query, reduce, compare = (part["model"] for part in one["data"])
        back = one["data"][0]["relativeTimeRange"]["from"]
        found = {}
        for series in self.graphite.render([query["target"]], self.now - back, self.now):
            self.assertNotIn(series["tags"]["name"], found, "two series with the same labels are an error in Grafana")
            found[series["tags"]["name"]] = number_of(series, reduce["reducer"])
        (condition,) = compare["conditions"]
        limit, how = condition["evaluator"]["params"][0], condition["evaluator"]["type"]
        self.assertTrue(found, one["title"])
        return {name: number for name, number in found.items()
                if number is not None and (number > limit if how == "gt" else number < limit)}

    def test_each_tells_of_what_is_ill_and_of_nothing_else(self):
        known = rules(FILE.read_text())
        self.assertEqual(set(known), set(ILL))
        for uid, (name, _) in ILL.items():
            told = set(self.firing(known[uid]))
            wanted = {"collectd." + name.format("ill")}
            if uid == "hotspot-no-leader":
                wanted.add("collectd.hotspot.actuator-gone.gauge-leader")
            self.assertEqual(told, wanted, f"{known[uid]['title']}: {known[uid]['data'][0]['model']['target']}")

    def test_where_hotspotd_may_not_ask_redis_collectds_plugin_is_asked(self):
        made = self.dir / "plugin"
        subprocess.run([sys.executable, str(FOLDER / "generate.py"), "--out", str(made), "--redis-memory", str(100 * 2**20)],
                       check=True)
        one = rules((made / "provisioning/alerting/hotspot.yaml").read_text())["hotspot-redis-full"]
        self.assertEqual(set(self.firing(one)), {f"collectd.redis{cluster}.redis-hotspot.memory" for cluster in ("well", "ill", "gone")},
                         "100 MiB are more than 80 % of 100 MiB")
        self.assertIn("Redis holds", one["annotations"]["summary"])

    def test_other_names_are_those_of_the_generator(self):
        made = self.dir / "made"
        subprocess.run([sys.executable, str(FOLDER / "generate.py"), "--out", str(made), "--prefix", "stats.",
                        "--redis-memory", "4e9"], check=True)
        for one in rules((made / "provisioning/alerting/hotspot.yaml").read_text()).values():
            self.assertRegex(one["data"][0]["model"]["target"], r"\bstats\.")
            self.assertNotRegex(one["data"][0]["model"]["target"], r"collectd\.|[<>]")
            if one["uid"] == "hotspot-redis-full":
                self.assertEqual(one["data"][2]["model"]["conditions"][0]["evaluator"]["params"], [3.2e9])


class Form(unittest.TestCase):
    """As Grafana's own reader of these files takes them (pkg/services/provisioning/alerting)."""

    def test_each_rule_has_what_the_reader_asks_for(self):
        for uid, one in rules(FILE.read_text()).items():
            self.assertRegex(uid, r"^[a-z-]{1,40}$")
            self.assertTrue(one["title"] and one["condition"] == "C" and len(one["data"]) == 3)
            self.assertRegex(one["for"], r"^\d+[sm]$")
            self.assertIn(one["noDataState"], ("OK", "NoData", "Alerting"))
            self.assertIn(one["execErrState"], ("OK", "Error", "Alerting"))
            self.assertIn(one["labels"]["severity"], ("warning", "critical"))
            self.assertTrue(one["annotations"]["description"].endswith("."))
            self.assertIn(one["annotations"]["page"].removeprefix("/d/"), load())
            self.assertNotRegex(json.dumps(one["annotations"]), r"\$\{", "the reader would put the environment there")
            for part, uid_wanted in zip(one["data"], ("hotspot-graphite", "__expr__", "__expr__")):
                self.assertEqual((part["refId"], part["datasourceUid"]), (part["model"]["refId"], uid_wanted))

    def test_names_are_cut_out_of_labels_as_the_templates_say(self):
        (cluster,) = re.findall(r'reReplaceAll "(.*?)" "\$2"', yaml.safe_load(FILE.read_text())["groups"][0]["rules"][2]
                                ["annotations"]["summary"])
        self.assertEqual(re.sub(cluster, r"\2", "collectd.hotspot.actuator-rack7.gauge-leader"), "rack7")


if __name__ == "__main__":
    unittest.main()
