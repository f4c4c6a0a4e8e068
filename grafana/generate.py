#!/usr/bin/env python3
"""Makes the dashboards of their source: grafana/dashboards (provisioned), grafana/import (for Grafana's import form), and
grafana/graphite-web (for the dashboard page of graphite-web itself); and Grafana's alerts about Hotspot itself.

generate.py [--check] [--prefix PREFIX] [--domains name|uuid] [--plugin NAME] [--redis-memory BYTES]
            [--out FOLDER]

Without options it writes what ships. --check writes nothing, and fails by name where a file is not what its source says.
--prefix is write_graphite's Prefix, --domains hotspot.so's HostnameFormat, --plugin its PluginName.
--redis-memory is for a Redis whose fill level hotspotd may not know.
"""
import argparse
import copy
import importlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # below /usr/share it would stay when the package goes
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "source"), str(HERE / "source/pages")]
import alerts  # noqa: E402
import graphite_web  # noqa: E402
from names import Names  # noqa: E402

PAGES = ["fleet", "node", "domain", "actions", "health"]
VERSION = 1
PROVISIONED, IMPORTED = "${ds}", "${DS_GRAPHITE}"
PANEL_NAMES = {"timeseries": "Time series", "stat": "Stat", "bargauge": "Bar gauge", "heatmap": "Heatmap",
               "state-timeline": "State timeline", "status-history": "Status history", "table": "Table", "text": "Text"}


def source(uid):
    return {"type": "graphite", "uid": uid}


def variable(name, query, regex, **more):
    return {"name": name, "type": "query", "query": query, "definition": query, "regex": regex, "refresh": 2, "sort": 7,
            "multi": False, "includeAll": False, "hide": 0, "label": name, "options": [],
            "skipUrlSync": False, "current": {"selected": False, "text": "", "value": ""}, **more}


def variables(names, wanted, uid):
    """cluster ▸ node ▸ domain; `here` is all domains of the node at once, and not shown."""
    domains = (names.fill("<P>.percent-*@$node"), names.fill("<regex>"))
    known = {
        "cluster": variable("cluster", names.fill("<root>.fleet-*"), "/^fleet-(.+)$/",
                            description="Nodes among which domains may migrate."),
        "node": variable("node", names.fill("<F>.percent-cpu@*"), "/@([^@]+)$/", description="Nodes of the cluster."),
        "domain": variable("domain", *domains, description="Domains that were on the node."),
        "here": variable("here", *domains, description="All domains that were on the node.", multi=True,
                         includeAll=True, hide=2, current={"selected": True, "text": ["All"], "value": ["$__all"]}),
    }
    made = [dict(known[name], datasource=source(uid)) for name in wanted]
    if uid == PROVISIONED:
        made.insert(0, {"name": "ds", "label": "Graphite", "type": "datasource", "query": "graphite", "regex": "", "hide": 0,
                        "current": {"selected": True, "text": "Hotspot Graphite", "value": "hotspot-graphite"},
                        "description": "Where the values are.", "options": [], "refresh": 1, "multi": False,
                        "includeAll": False, "skipUrlSync": False})
    return made


def placed(panels):
    """Left to right, top to bottom, in 24 columns."""
    x = y = tall = 0
    for number, one in enumerate(panels, 1):
        size = one["gridPos"]
        if x + size["w"] > 24:
            x, y, tall = 0, y + tall, 0
        one["gridPos"] = {"x": x, "y": y, "w": size["w"], "h": size["h"]}
        one["id"] = number
        x, tall = x + size["w"], max(tall, size["h"])
    return panels


def with_targets(one, names, uid):
    queries = one.pop("queries")
    if names.domains == "uuid" and any("<legend>" in query for query in queries):
        # The series is named by the domain's name, and the page knows it by its UUID: it is to be chosen there.
        for link in one["fieldConfig"]["defaults"].get("links", []):
            link["url"] = link["url"].replace("&var-domain=${__field.name}", "")
    if queries:
        one["datasource"] = source(uid)
        one["targets"] = [{"refId": chr(ord("A") + i), "target": names.fill(query), "datasource": source(uid)}
                          for i, query in enumerate(queries)]
    return one


def annotations(uid, wanted):
    """Graphite events with the tag @NAME of the domain, node or cluster that the page is about, as hotspotd writes them. One tag
    alone: of several, graphite-web leaves out those that no event has, and a page of a domain without any would show all."""
    about = next((name for name in ("domain", "node", "cluster") if name in wanted), "cluster")
    return [{"name": "Hotspot", "enable": True, "iconColor": "blue", "datasource": source(uid), "hide": False,
             "target": {"fromAnnotations": True, "queryType": "tags", "tags": [f"@${about}"]}}]


def page(name, names, uid):
    module = importlib.import_module(name)
    panels = placed([with_targets(one, names, uid) for one in map(copy.deepcopy, module.PANELS)])
    made = {
        "id": None, "uid": f"hotspot-{name}", "title": module.TITLE, "description": module.__doc__, "tags": ["hotspot"],
        "schemaVersion": 38, "version": VERSION, "editable": False, "graphTooltip": 1, "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"}, "refresh": "1m", "weekStart": "", "fiscalYearStartMonth": 0,
        "liveNow": False,
        "timepicker": {"refresh_intervals": ["30s", "1m", "5m", "15m"]},
        "links": [{"title": "Hotspot", "type": "dashboards", "tags": ["hotspot"], "asDropdown": False, "icon": "dashboard",
                   "keepTime": True, "includeVars": True, "targetBlank": False, "tooltip": "The other pages", "url": ""}],
        "annotations": {"list": annotations(uid, module.VARIABLES)},
        "templating": {"list": variables(names, module.VARIABLES, uid)}, "panels": panels}
    if uid == IMPORTED:
        kinds = sorted({one["type"] for one in panels} - {"row"})
        made = {"__inputs": [{"name": "DS_GRAPHITE", "label": "Graphite", "type": "datasource", "pluginId": "graphite",
                              "pluginName": "Graphite", "description": "Where collectd's values are."}],
                "__elements": {},
                "__requires": [{"type": "grafana", "id": "grafana", "name": "Grafana", "version": "9.5.0"},
                               {"type": "datasource", "id": "graphite", "name": "Graphite", "version": "1.0.0"}] +
                              [{"type": "panel", "id": kind, "name": PANEL_NAMES[kind], "version": ""} for kind in kinds],
                **made}
    return made


def files(names):
    """{path below grafana/: text} of all that is generated."""
    made = {f"{folder}/hotspot-{name}.json": page(name, names, uid)
            for name in PAGES for folder, uid in (("dashboards", PROVISIONED), ("import", IMPORTED))}
    panels = {name: importlib.import_module(name).PANELS for name in PAGES}
    made |= {f"graphite-web/hotspot-{name}.json": state for name, state in graphite_web.states(panels, names).items()}
    texts = {"provisioning/alerting/hotspot.yaml": alerts.provisioned(names)}
    return texts | {path: json.dumps(what, indent=1, ensure_ascii=False) + "\n" for path, what in made.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is not up to date")
    parser.add_argument("--prefix", default="collectd.", help="write_graphite's Prefix (collectd.)")
    parser.add_argument("--domains", default="name", help="hotspot.so's HostnameFormat: name or uuid (name)")
    parser.add_argument("--plugin", default="virt", help="hotspot.so's PluginName (virt)")
    parser.add_argument("--redis-memory", type=float, default=None, metavar="BYTES",
                        help="ask collectd's plugin redis, not hotspotd, how full Redis is: the alert is at 80 %% of this")
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="folder to write to (this one)")
    asked = parser.parse_args()
    try:
        made = files(Names(prefix=asked.prefix, domains=asked.domains, plugin=asked.plugin,
                           redis_memory=asked.redis_memory))
    except ValueError as wrong:
        parser.error(str(wrong))
    if asked.check:
        stale = [path for path, text in made.items()
                 if not (asked.out / path).exists() or (asked.out / path).read_text() != text]
        for path in stale:
            print(f"{path} is not what its source says: run grafana/generate.py", file=sys.stderr)
        return 1 if stale else 0
    try:
        for path, text in made.items():
            (asked.out / path).parent.mkdir(parents=True, exist_ok=True)
            (asked.out / path).write_text(text)
    except OSError as wrong:
        print(f"generate.py: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
