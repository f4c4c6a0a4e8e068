#!/usr/bin/env python3
"""The dashboards as files: made of their source, and such as Grafana 9.5 to 13 take. Needs no Graphite."""
import fnmatch
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

from dashboards import FOLDER, ROOT, load, panels

# Of Grafana's own list (packages/grafana-data, valueFormats): a word that is not in it is shown as a suffix, without an error.
UNITS = {"percent", "bytes", "Bps", "none", "s", "ms", "cps", "pps", "iops"}
KINDS = {"timeseries", "stat", "bargauge", "heatmap", "state-timeline", "status-history", "table", "text", "row"}
THEME_COLORS = {"red", "orange", "yellow", "green", "blue", "purple", "dark-orange"}
FORMS = {"dashboards": "${ds}", "import": "${DS_GRAPHITE}"}


def generate(*words):
    return subprocess.run([sys.executable, str(FOLDER / "generate.py"), *words], text=True, capture_output=True,
                          check=False)


class Dashboards(unittest.TestCase):
    at = ""

    def _formatMessage(self, msg, standardMsg):
        return super()._formatMessage(f"{self.at}: {msg or ''}", standardMsg)

    def each_page(self):
        for form, uid in FORMS.items():
            for page in load(form).values():
                self.at = f"{form}/{page['uid']}"
                yield form, uid, page

    def each_panel(self):
        for form, uid, page in self.each_page():
            for one in panels(page):
                self.at = f"{form}/{page['uid']}, panel '{one['title']}'"
                yield uid, page, one

    def test_both_forms_are_what_their_source_says(self):
        done = generate("--check")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_file_that_was_changed_by_hand_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            generate("--out", folder)
            file = pathlib.Path(folder) / "import/hotspot-node.json"
            file.write_text(file.read_text().replace("percent", "short"))
            done = generate("--check", "--out", folder)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "import/hotspot-node.json is not what its source says: run grafana/generate.py\n")

    def test_there_are_the_five_pages_in_both_forms(self):
        for form in FORMS:
            self.assertEqual(set(load(form)), {f"hotspot-{name}" for name in
                                               ("fleet", "node", "domain", "actions", "health")})

    def test_a_page_is_one_that_all_claimed_versions_take(self):
        for _, _, page in self.each_page():
            self.assertEqual(page["schemaVersion"], 38)
            self.assertIsNone(page["id"])
            self.assertRegex(page["uid"], r"^[A-Za-z0-9_-]{1,40}$")
            self.assertTrue({one["type"] for one in page["panels"]} <= KINDS)
            self.assertEqual([one["id"] for one in page["panels"]], list(range(1, len(page["panels"]) + 1)))
            self.assertTrue(page["title"] and page["description"])

    def test_each_form_has_its_own_marks_and_not_the_other_s(self):
        for form, uid, page in self.each_page():
            text = json.dumps(page)
            for other in FORMS.values():
                self.assertEqual(other in text, other == uid, other)
            self.assertEqual("__inputs" in page, form == "import")
            self.assertEqual(any(one["type"] == "datasource" for one in page["templating"]["list"]), form == "dashboards")
            if form == "import":
                needed = {one["id"] for one in page["__requires"] if one["type"] == "panel"}
                self.assertEqual(needed, {one["type"] for one in panels(page)})

    def test_no_two_panels_overlap_and_none_is_outside(self):
        for _, _, page in self.each_page():
            taken = {}
            for one in page["panels"]:
                at = one["gridPos"]
                self.assertLessEqual(at["x"] + at["w"], 24, one["title"])
                for cell in itertools.product(range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"])):
                    self.assertNotIn(cell, taken, f"'{one['title']}' lies on '{taken.get(cell)}'")
                    taken[cell] = one["title"]

    def test_each_panel_says_what_it_is_in_a_unit_that_grafana_knows(self):
        for _, _, one in self.each_panel():
            self.assertTrue(one["description"].endswith("."), one["description"])
            if one["type"] == "text":
                continue
            self.assertTrue(one["title"])
            defaults = one["fieldConfig"]["defaults"]
            self.assertIn(defaults["unit"], UNITS)
            steps = [step["value"] for step in defaults["thresholds"]["steps"]]
            self.assertIsNone(steps[0])
            self.assertEqual(steps[1:], sorted(set(steps[1:])))

    def test_colours_are_those_that_each_theme_has_a_shade_of(self):
        """A colour that is written as a number is right on one ground only; there is no fixed colour of text at all."""
        def colors(part):
            for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
                if key in ("color", "fill", "fixedColor", "iconColor") and isinstance(value, str) and value != "dash":
                    yield value
                yield from colors(value)
        for _, _, page in self.each_page():
            found = set(colors(page))
            self.assertIn("green", found)
            self.assertTrue(found <= THEME_COLORS, found - THEME_COLORS)
            self.assertNotRegex(json.dumps(page), r"#[0-9a-fA-F]{6}\b|rgba?\(|\"style\": \"(dark|light)\"")

    def test_a_panel_with_a_drawn_limit_has_one(self):
        for _, _, one in self.each_panel():
            defaults = one["fieldConfig"]["defaults"]
            if defaults.get("custom", {}).get("thresholdsStyle", {}).get("mode") == "dashed":
                self.assertGreater(len(defaults["thresholds"]["steps"]), 1)

    def test_titles_are_distinct_on_a_page(self):
        for _, _, page in self.each_page():
            titles = [(one["type"] == "row", one["type"] == "stat", one["title"]) for one in page["panels"]]
            self.assertEqual(len(titles), len(set(titles)), titles)

    def test_each_query_asks_the_page_s_source_and_uses_variables_that_the_page_has(self):
        for uid, page, one in self.each_panel():
            if one["type"] == "text":
                continue
            known = {variable["name"] for variable in page["templating"]["list"]}
            refs = [target["refId"] for target in one["targets"]]
            self.assertEqual(len(refs), len(set(refs)))
            self.assertTrue(refs)
            for target in one["targets"]:
                self.assertEqual(target["datasource"]["uid"], uid)
                used = set(re.findall(r"\$\{?(\w+)", target["target"]))
                self.assertTrue(used <= known, f"{used - known} in {target['target']}")
                self.assertNotRegex(target["target"], r"[<>]", "a word that names.py does not know")

    def test_a_gap_stays_a_gap_and_rates_are_not_made_twice(self):
        for _, _, one in self.each_panel():
            self.assertFalse(one["fieldConfig"]["defaults"].get("custom", {}).get("spanNulls", False))
            for target in one.get("targets", []):
                # A node that has yet to store the newest minute is no gap of the whole fleet.
                shown = re.sub(r"Series\(keepLastValue\(([^()]*),2\)\)", r"Series(\1)", target["target"])
                self.assertNotRegex(shown, "keepLastValue|perSecond|nonNegativeDerivative|constantLine")

    def test_of_a_large_fleet_no_panel_asks_for_every_point_of_every_node(self):
        """Of 2,000 nodes over six hours these are 24 MB of JSON, and a smear in most panels."""
        few = r"(highest|lowest)\w*\(|(max|average|stddev|count|sum)Series\("
        for _, _, one in self.each_panel():
            for target in one.get("targets", []):
                if re.search(r"fleet-\$cluster\.[\w-]+@\*", target["target"]) and not re.search(few, target["target"]):
                    self.assertLessEqual(one.get("maxDataPoints", 1000), 60, target["target"])

    def test_links_keep_time_and_variables_and_lead_to_pages_that_are_there(self):
        for form, _, page in self.each_page():
            for link in page["links"]:
                self.assertTrue(link["keepTime"] and link["includeVars"])
            for one in panels(page):
                for link in one["fieldConfig"]["defaults"].get("links", []):
                    uid = re.match(r"/d/([\w-]+)\?\$\{__url_time_range\}&\$\{cluster:queryparam\}", link["url"])
                    self.assertIsNotNone(uid, link["url"])
                    there = load(form)[uid.group(1)]["templating"]["list"]
                    for name in re.findall(r"var-(\w+)=", link["url"]):
                        self.assertIn(name, [variable["name"] for variable in there], link["url"])

    def test_the_events_of_a_page_are_asked_for_by_variables_with_one_value(self):
        for _, _, page in self.each_page():
            single = {variable["name"] for variable in page["templating"]["list"] if not variable["multi"]}
            (one,) = page["annotations"]["list"]
            (tag,) = one["target"]["tags"]  # of two, graphite-web forgets the one that no event has
            self.assertRegex(tag, r"^@\$\w+$")
            self.assertIn(tag.lstrip("@$"), single)


class GraphiteWeb(unittest.TestCase):
    """The pages of graphite-web itself."""

    def states(self):
        return {state["name"]: state for state in load("graphite-web").values()}

    def test_each_panel_is_a_graph_there_or_its_numbers_are_lines_of_another(self):
        known = {name: {graph[1]["title"].partition(" (")[0] for graph in state["graphs"]}
                 for name, state in self.states().items()}
        of = {"hotspot-health": known["hotspot-health"] | known["hotspot-collector"]}
        for uid, page in load().items():
            for one in panels(page):
                if one["type"] not in ("text", "stat") and "$node" not in one["title"]:  # that is on the node's own page
                    self.assertIn(one["title"], of.get(uid, known[uid]), uid)

    def test_no_word_is_left_that_only_grafana_knows(self):
        for name, state in self.states().items():
            targets = [target for graph in state["graphs"] for target in graph[1]["target"]]
            for target in targets:
                self.assertNotRegex(target, r"[<>]|\$\w", name)
            if name not in ("hotspot-fleet", "hotspot-health"):
                self.assertIn("__VALUE__", " ".join(targets), name)

    def test_no_two_graphs_are_one(self):
        for name, state in self.states().items():
            known = [graph[0] for graph in state["graphs"]]
            self.assertEqual(len(known), len(set(known)), name)


class Names(unittest.TestCase):
    """What is asked of hotspotd's own numbers has the names that the plugin gives them, and docs/metrics.md lists just these."""

    def written(self):
        """{plugin: {type-instance}} as the code has them; KIND, RULE, BOUND and METRIC for what only a run knows."""
        values = (ROOT / "collectd-plugin/dispatch/leader_values.cc").read_text()
        metrics = (ROOT / "telemetry/published_metrics.cc").read_text()
        health = {f"{kind}-{name}" for name, kind in re.findall(r'PublishedMetric\{"(\w+)", "(\w+)"\}', metrics)}
        health |= {f"{kind}-{name}" for kind, name in re.findall(r'lists\.add\("(\w+)", "(\w+)"', values)}
        (outcomes,) = re.findall(r'outcome : \{([^}]*)\}', values)
        health |= {f"derive-decisions_{outcome}" for outcome in re.findall(r'"(\w+)"', outcomes)}
        health |= {f"{kind}-{name}@RULE" for kind, name in re.findall(r'add_of\(rule, "(\w+)", "(\w+)"', values)}
        actions = {f"{kind}-KIND{name}@RULE"
                   for kind, name in re.findall(r'add_of\(one\.rule, "(\w+)", one\.kind \+ "(\w+)"', values)}
        actions |= {f"derive-KIND{name}_le_BOUND" for name in re.findall(r'add_buckets\(\{sum\.\w+, kind \+ "(\w+)"', values)}
        return {"actuator": health, "actions": actions, "limit": {"percent-METRIC@RULE", "gauge-METRIC@RULE"}}

    def documented(self):
        """The same as the page has them: the first of a line whole, of those behind it what differs."""
        found = {"actuator": set(), "actions": set(), "limit": set()}
        for line in (ROOT / "docs/metrics.md").read_text().splitlines():
            plugin = re.match(r"\| `(actuator|actions|limit)-CLUSTER/", line)
            for name in re.findall(r"`([^`]+)`", line.split("|")[1]) if plugin else ():
                if "/" in name:
                    first = name = name.partition("/")[2]
                if name.startswith("-"):
                    name = first.partition("-")[0] + name
                if name.startswith("_"):
                    name = first.rpartition("_")[0] + name + "@RULE"
                found[plugin[1]].add(name.replace("-migrate_", "-KIND_"))
            if plugin and "; `gauge-` if the metric is not a ratio" in line:
                found["limit"].add("gauge-METRIC@RULE")
        return found

    def each_asked(self):
        """(where, plugin, name) of all dashboards and alerts."""
        texts = {uid: [target["target"] for one in panels(page) for target in one.get("targets", [])]
                 for uid, page in load().items()}
        for name, state in load("graphite-web").items():
            texts[f"graphite-web {name}"] = [target for graph in state["graphs"] for target in graph[1]["target"]]
        texts["alerts"] = re.findall(r'"?target"?: "(.*)"', (FOLDER / "provisioning/alerting/hotspot.yaml").read_text())
        for where, targets in texts.items():
            for found in re.findall(r"hotspot\.(actuator|actions|limit)-[^.]+\.([^,()'\"\s]+)", " ".join(targets)):
                yield where, *found

    def a_run_s(self, plugin):
        """The names that are stored with each kind of action, a rule, a bound, and each series of a domain or node."""
        metrics = (ROOT / "telemetry/published_metrics.cc").read_text()
        kinds = re.findall(r'"(\w+)"', metrics.partition("kPublishedActions{")[2].partition("}")[0])
        series = re.findall(r'\{\{"((?:node|domain)_\w+)", Scope', (ROOT / "actuator/model/series_catalog.cc").read_text())
        self.assertTrue(kinds and series)
        for name in self.written()[plugin]:
            for kind in kinds:
                yield name.replace("KIND", kind).replace("RULE", "SomeRule").replace("BOUND", "1000")
            for metric in series if "METRIC" in name else ():
                short = metric.removeprefix("node_").removesuffix("_ratio")
                if name.startswith("percent-") == metric.endswith("_ratio"):
                    yield name.replace("METRIC", short).replace("RULE", "SomeRule")

    def test_the_code_and_the_page_of_metrics_name_the_same(self):
        written = self.written()
        self.assertGreater(sum(map(len, written.values())), 30)
        documented = self.documented()
        for plugin, names in written.items():
            self.assertEqual(sorted(documented[plugin]), sorted(names), plugin)

    def test_each_that_is_asked_for_is_one_that_is_stored(self):
        stored, count = {plugin: set(self.a_run_s(plugin)) for plugin in self.written()}, 0
        for where, plugin, name in self.each_asked():
            count += 1
            self.assertTrue(fnmatch.filter(stored[plugin], name), f"{where} asks for {plugin}-CLUSTER/{name}, which nothing stores")
        self.assertGreater(count, 60)

    def test_each_alert_about_hotspotd_is_among_what_is_asked_for(self):
        self.assertEqual(len([name for where, _, name in self.each_asked() if where == "alerts"]), 7)


class Counterparts(unittest.TestCase):
    """README.md says which panel of ours answers for which of others."""

    def test_each_panel_that_it_names_is_there(self):
        named = re.compile(r"(fleet|node|domain|health): ")
        titles = {uid.removeprefix("hotspot-"): [one["title"] for one in panels(page)] for uid, page in load().items()}
        rows = (FOLDER / "README.md").read_text().partition("## What others'")[2].partition("\n## ")[0].splitlines()
        count = 0
        for ours in (row.split("|")[3].strip() for row in rows if row.count("|") == 4):
            parts = named.split(ours)[1:] if not ours.startswith("not here") else []
            for uid, words in zip(parts[::2], parts[1::2]):
                for word in words.rstrip("; ").split("; "):
                    count += 1
                    begin = re.split(r", | \(", word)[0]
                    self.assertTrue([one for one in titles[uid] if one.startswith(begin)], f"{uid} has no panel '{word}'")
        self.assertGreater(count, 35)


class Settings(unittest.TestCase):
    def made(self, *words):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        done = generate("--out", folder.name, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return load(base=pathlib.Path(folder.name))

    def test_a_prefix_stands_before_every_name(self):
        for page in self.made("--prefix", "stats.dc1.").values():
            self.assertNotIn("collectd.", json.dumps(page).replace("collectd stored", ""))
            self.assertIn("stats.dc1.hotspot.fleet-", json.dumps(page))

    def test_lists_of_domains_show_names_where_paths_have_uuids(self):
        page = self.made("--domains", "uuid")["hotspot-domain"]
        (domain,) = [one for one in page["templating"]["list"] if one["name"] == "domain"]
        self.assertEqual(domain["regex"], "/^percent-(?<value>[0-9a-f-]+)~(?<text>.+)@[^@]+$/")

    def test_no_link_takes_a_name_for_a_uuid(self):
        by_uuid = {one["title"]: one["fieldConfig"]["defaults"]["links"][0]["url"]
                   for one in self.made("--domains", "uuid")["hotspot-node"]["panels"]
                   if one.get("fieldConfig", {}).get("defaults", {}).get("links")}
        self.assertNotIn("var-domain", by_uuid["Its domains"], "its series have names")
        self.assertIn("var-domain", by_uuid["Who is robbed"], "its series have UUIDs")

    def test_another_plugin_name_is_that_of_the_domains_alone(self):
        text = json.dumps(self.made("--plugin", "libvirt")["hotspot-node"])
        self.assertIn("$here.libvirt.percent-steal", text)
        self.assertIn("$node.hotspot.percent-cpu", text)

    def test_what_cannot_be_is_a_sentence(self):
        for words, said in ((("--domains", "mac"), "domains is 'mac'; it is one of: name, uuid"),
                            (("--prefix", "stats"), "prefix is 'stats'; it ends with a dot"),
                            (("--redis-memory", "nan"), "redis-memory is nan; it is a number of bytes above 0"),
                            (("--redis-memory", "0"), "redis-memory is 0; it is a number of bytes above 0")):
            done = generate(*words, "--check")
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)

    def test_a_folder_that_cannot_be_written_to_is_a_sentence(self):
        done = generate("--out", "/dev/null")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        self.assertIn("generate.py: ", done.stderr)

    def test_it_leaves_nothing_beside_its_source(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(FOLDER, f"{folder}/grafana", ignore=shutil.ignore_patterns("__pycache__"))
            before = {str(path) for path in pathlib.Path(folder).rglob("*")}
            subprocess.run([sys.executable, f"{folder}/grafana/generate.py"], check=True)
            self.assertEqual({str(path) for path in pathlib.Path(folder).rglob("*")}, before)


class Provisioning(unittest.TestCase):
    def test_the_datasource_is_the_one_that_the_pages_begin_with(self):
        (source,) = yaml.safe_load((FOLDER / "provisioning/datasources/hotspot.yaml").read_text())["datasources"]
        self.assertEqual(source["jsonData"]["graphiteVersion"], "1.1")
        for page in load().values():
            (ds,) = [one for one in page["templating"]["list"] if one["type"] == "datasource"]
            self.assertEqual(ds["current"], {"selected": True, "text": source["name"], "value": source["uid"]})
            self.assertEqual(ds["query"], source["type"])

    def test_pages_cannot_be_changed_where_the_change_would_be_lost(self):
        (provider,) = yaml.safe_load((FOLDER / "provisioning/dashboards/hotspot.yaml").read_text())["providers"]
        self.assertFalse(provider["allowUiUpdates"])
        self.assertEqual(provider["options"]["path"], "/usr/share/hotspot/grafana/dashboards")


if __name__ == "__main__":
    unittest.main()
