"""Panels as Grafana 9.5 to 13 take them (schemaVersion 38), of a page's few words: title, kind, queries, unit."""

RED, ORANGE, YELLOW, GREEN = "red", "orange", "yellow", "green"
HOT = [(60, YELLOW), (80, ORANGE), (90, RED)]
FULL = [(75, YELLOW), (85, ORANGE), (90, RED)]
WAITS = [(5, YELLOW), (20, RED)]
STEAL = [(10, YELLOW), (25, RED)]
ANY = [(0.001, ORANGE)]
CALCS = {"calcs": ["lastNotNull"], "fields": "", "values": False}
LEGEND = {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull", "mean", "max"]}
TOOLTIP = {"mode": "multi", "sort": "desc"}
OUT = r"/ (tx|write)( [A-Z])?$/"  # what is drawn below zero; newer versions put a letter behind each name
RULES = r"/^limit /"  # the number that a rule compares with, of limit_of

OPTIONS = {
    "timeseries": {"legend": LEGEND, "tooltip": TOOLTIP},
    "stat": {"colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "auto",
             "reduceOptions": CALCS, "textMode": "auto"},
    "bargauge": {"displayMode": "basic", "orientation": "horizontal", "showUnfilled": True, "valueMode": "color",
                 "minVizWidth": 0, "minVizHeight": 10, "reduceOptions": CALCS},
    "heatmap": {"calculate": True, "calculation": {"yBuckets": {"mode": "size", "value": "5"}},
                "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "reverse": False, "exponent": 0.5,
                          "fill": "dark-orange"},
                "cellGap": 1, "legend": {"show": True}, "tooltip": {"mode": "single", "yHistogram": True},
                "yAxis": {"unit": "percent", "min": 0, "max": 100, "axisPlacement": "left"},
                "filterValues": {"le": 1e-9}, "exemplars": {"color": "purple"},
                "rowsFrame": {"layout": "auto"}, "showValue": "never"},
    "state-timeline": {"mergeValues": True, "showValue": "auto", "rowHeight": 0.9, "alignValue": "left",
                       "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False, "calcs": []},
                       "tooltip": {"mode": "single", "sort": "none"}},
    "status-history": {"rowHeight": 0.9, "colWidth": 0.9, "showValue": "never",
                       "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False, "calcs": []},
                       "tooltip": {"mode": "single", "sort": "none"}},
    "table": {"showHeader": True, "cellHeight": "sm"},
}
LINES = {"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 10, "showPoints": "auto",
         "spanNulls": False, "stacking": {"mode": "none", "group": "A"}, "thresholdsStyle": {"mode": "off"},
         "axisPlacement": "auto", "scaleDistribution": {"type": "linear"}}
TO_PAGE = "/d/hotspot-{page}?${{__url_time_range}}&${{cluster:queryparam}}{more}&var-{variable}=${{__field.name}}"


def to_page(page, more="", variable=None):
    """A link of each series to the page of what it is named by (`variable`, if not the page); time and cluster are kept."""
    return {"title": "Open the " + page, "url": TO_PAGE.format(page=page, more=more, variable=variable or page), "targetBlank": False}


def custom_of(kind, style):
    if kind == "timeseries":
        custom = dict(LINES)
        if "stacked" in style:
            custom.update(stacking={"mode": "normal", "group": "A"}, fillOpacity=40)
        if "steps" in style:
            custom["lineInterpolation"] = "stepAfter"
        if "bars" in style:
            custom.update(drawStyle="bars", fillOpacity=80, lineWidth=0, stacking={"mode": "normal", "group": "A"})
        if "limit" in style.split():
            custom["thresholdsStyle"] = {"mode": "dashed"}
        return custom
    if kind in ("state-timeline", "status-history"):
        return {"fillOpacity": 70, "lineWidth": 0}
    return {}


def panel(title, kind, queries, unit, says, **more):
    """One panel; more: w, h (of 24 columns), steps (thresholds), style (stacked steps bars limit rules out), least, most, link, mappings,
    points (values of a series that are asked for at most), empty (what is said where there is nothing)."""
    defaults = {"unit": unit, "custom": custom_of(kind, more.get("style", "")), "mappings": more.get("mappings", []),
                "color": {"mode": "palette-classic" if kind == "timeseries" else "thresholds"},
                "thresholds": {"mode": "absolute", "steps": [{"color": GREEN, "value": None}] + [
                    {"color": color, "value": value} for value, color in more.get("steps", [])]}}
    for key, word in (("min", "least"), ("max", "most")):
        if word in more:
            defaults[key] = more[word]
    if "empty" in more or any(query.startswith(EVENTS) for query in queries):
        defaults["noValue"] = more.get("empty", "none in this time")
    if "link" in more:
        defaults["links"] = [more["link"]]
    overrides = []
    if "out" in more.get("style", ""):
        overrides = [{"matcher": {"id": "byRegexp", "options": OUT},
                      "properties": [{"id": "custom.transform", "value": "negative-Y"}]}]
    if "rules" in more.get("style", ""):
        overrides = [{"matcher": {"id": "byRegexp", "options": RULES},
                      "properties": [{"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [6, 4]}},
                                     {"id": "color", "value": {"mode": "fixed", "fixedColor": "red"}},
                                     {"id": "custom.fillOpacity", "value": 0}]}]
    made = {"type": kind, "title": title, "description": says, "gridPos": {"w": more.get("w", 12), "h": more.get("h", 8)},
            "queries": queries, "options": OPTIONS[kind],
            "fieldConfig": {"defaults": defaults, "overrides": overrides}}
    if "points" in more:
        made["maxDataPoints"] = more["points"]
    if kind == "table":
        made["transformations"] = [{"id": "reduce", "options": {"reducers": ["lastNotNull", "mean", "max"]}}]
    return made


def limit_of(metric, called="limit"):
    """A query: what the rules in force compare the metric with, "cpu" or "domain_memory_used" (docs/metrics.md), in %."""
    return f"aliasSub(<root>.limit-$cluster.percent-{metric}@*,'^.*@([^,()]+).*$','{called} \\1')"


EVENTS = "aliasSub(sortByName(removeEmptySeries(removeBelowValue(hitcount("


def by_the_hour(series, pattern, shown="\\1"):
    """A query: a counter's events an hour, of those of which there were any."""
    return f"{EVENTS}<root>.{series},'1h'),0.5)),true),'{pattern}','{shown}')"


def text(says, **more):
    return {"type": "text", "title": "", "description": "What this page answers.", "transparent": True, "queries": [],
            "gridPos": {"w": more.get("w", 24), "h": more.get("h", 2)},
            "options": {"mode": "markdown", "content": says}, "fieldConfig": {"defaults": {}, "overrides": []}}


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "queries": [], "gridPos": {"w": 24, "h": 1}, "panels": []}
