"""The same pages for graphite-web's own dashboard page, which draws PNGs and knows no variables.

Of a page of one cluster, node or domain a template is made: __VALUE__ stands for its name. Each panel is a graph, in order.
"""
import re
import urllib.parse

UNITS = {"percent": "%", "none": "", "s": "seconds", "ms": "milliseconds", "cps": "a second", "pps": "packets a second",
         "iops": "requests a second", "bytes": "bytes", "Bps": "bytes a second"}
VALUE = "__VALUE__"
SEEN = ("1", "3", "5", "6")  # states that last; there is no room in a title for all
MOST = 10  # lines in a graph: its legend is part of the picture
SIZE = {"width": 620, "height": 320}
HOURS = {"from": "-6hours", "until": "now"}
# How many nodes are how full, where no heat map can be drawn.
PARTS = [(100, "the fullest"), (90, "nine of ten below"), (50, "half below"), (10, "one of ten below")]


def asked_of_all(query, names):
    """A query that reads all domains of the node: Graphite itself puts the names of those that were there into it."""
    each = "applyByNode(aliasSub(<P>.percent-*@$node,'<own>','\\1'),0,'" + names.prefix + "%." + names.plugin + ".{}')"
    return re.sub(r"<H>\.([\w-]+)", lambda found: each.format(found[1]), query)


def up_and_down(query):
    """What Grafana draws below zero by an override."""
    pair = re.search(r"(<\w>[^,']*)\{(\w+),(\w+)\}", query)
    if not pair:
        return [query]
    path, up, down = pair.groups()
    return [query.replace(pair[0], path + up), query.replace(pair[0], f"scale({path}{down},-1)")]


def queries_of(one, style):
    queries = [re.sub(r",(15|20|40)([,)])", rf",{MOST}\2", query) for query in one["queries"]]
    if one["type"] == "heatmap":
        path = re.search(r"<F>\.[\w@*-]+", queries[0])[0]
        return [f"alias(percentileOfSeries({path},{part}),'{says}')" for part, says in PARTS]
    if style == "out":
        return [half for query in queries for half in up_and_down(query)]
    return queries


def dashed(query):
    """A limit of a rule, as the others are drawn by an override."""
    return re.sub(r"^aliasSub\((<root>\.limit-[^,]+),", r"aliasSub(dashed(color(\1,'red')),", query)


def limits(one):
    defaults = one["fieldConfig"]["defaults"]
    if defaults["custom"].get("thresholdsStyle", {}).get("mode") != "dashed":
        return []
    return [f"alias(dashed(color(constantLine({step['value']:g}),'{step['color']}')),'{step['value']:g}')"
            for step in defaults["thresholds"]["steps"][1:]]


def graph(one, names, value):
    defaults = one["fieldConfig"]["defaults"]
    custom, unit = defaults["custom"], defaults["unit"]
    changed = [each["id"] for part in one["fieldConfig"]["overrides"] for each in part["properties"]]
    style = "out" if "custom.transform" in changed else ""
    targets = []
    for query in queries_of(one, style) + limits(one):
        filled = names.fill(asked_of_all(dashed(query), names))
        targets.append(re.sub(r"\$(\w+)", lambda found: value.get(found[1], "*"), filled))
    made = {"target": targets, "title": one["title"], "hideLegend": "false", "vtitle": UNITS[unit],
            "yUnitSystem": "binary" if unit in ("bytes", "Bps") else "si"}
    if "min" in defaults:
        made["yMin"] = str(defaults["min"])
    if custom.get("stacking", {}).get("mode") == "normal":
        made["areaMode"] = "stacked"
    if custom.get("lineInterpolation") == "stepAfter" or one["type"] == "state-timeline":
        made["lineMode"] = "staircase"
    words = [mapping["options"] for mapping in defaults["mappings"]]
    if words:
        made["title"] += " (" + ", ".join(f"{key} {found['text']}" for key, found in words[0].items()
                                          if key in SEEN or len(words[0]) < len(SEEN)) + ")"
    return [urllib.parse.urlencode({"target": targets}, doseq=True), made, "/render"]


def asked(query):
    """What it reads, without what it is called."""
    return re.sub(r"^alias\((.*),'[^']*'\)$", r"\1", query)


def state(name, panels, names, value):
    """What graphite-web keeps of a dashboard. A number that is also a line of another graph is no graph of its own."""
    shown = [one for one in panels if one["queries"]]
    lines = {asked(query) for one in shown if one["type"] != "stat" for query in one["queries"]}
    graphs = [graph(one, names, value) for one in shown
              if one["type"] != "stat" or not {asked(query) for query in one["queries"]} <= lines]
    return {
        "name": f"hotspot-{name}", "graphs": graphs, "graphSize": SIZE, "defaultGraphParams": {**HOURS, **SIZE},
        "refreshConfig": {"enabled": True, "interval": 60000},
        "timeConfig": {"type": "relative", "relativeStartQuantity": "6", "relativeStartUnits": "hours",
                       "relativeUntilQuantity": "", "relativeUntilUnits": "now", "startDate": "2026-01-01T00:00:00",
                       "startTime": "9:00 AM", "endDate": "2026-01-01T00:00:00", "endTime": "5:00 PM"}}


def of_one_node(one):
    return any(mark in query for query in one["queries"] for mark in ("<N>", "<H>", "$node"))


def states(pages, names):
    """{name: state} of all, `pages` by name the panels of each; what is not of one node needs no template."""
    health = pages["health"]
    made = {"fleet": (pages["fleet"], {}), "cluster": (pages["fleet"], {"cluster": VALUE}),
            "node": (pages["node"], {"node": VALUE}), "domain": ([one for one in pages["domain"] if not of_one_node(one)], {"domain": VALUE}),
            "actions": (pages["actions"], {"node": VALUE}),
            "health": ([one for one in health if not of_one_node(one)], {}),
            "collector": ([one for one in health if of_one_node(one)], {"node": VALUE})}
    return {name: state(name, panels, names, value) for name, (panels, value) in made.items()}
