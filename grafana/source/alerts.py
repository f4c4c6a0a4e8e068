"""Alerts about Hotspot itself, as Grafana provisions them: from Graphite, so that they speak when hotspotd cannot.

A rule asks Graphite, takes one number of each series, and compares it. Series of those that are gone for longer than the
query looks back are left out, as a gap is no value.
"""
import json

FOLDER = GROUP = "Hotspot"
HOURS = 3600
NODE, CLUSTER = '{{ reReplaceAll "^.*@" "" $labels.name }}', '{{ reReplaceAll "^.*[.](actuator|actions)-([^.]+)[.].*$" "$2" $labels.name }}'
VALUE = "{{ humanize $values.B.Value }}"
FULL = ("When it is full no snapshot comes in, and nothing is begun. Raise maxmemory, or shorten what is kept (MaxAge of the "
        "plugin).")


def alert(name, title, query, when, says, **more):
    """One rule; `when`: how it is compared, with what. More: back (seconds), reducer, wait (for), severity, page, gone."""
    how, number = when
    return {"name": name, "title": title, "query": query, "how": how, "number": number, "summary": says[0],
            "description": says[1], "back": 600, "reducer": "last", "wait": "2m", "severity": "warning", "page": "health",
            "gone": "OK", **more}


ALERTS = [
    alert("silent", "A collector is silent",
          "movingSum(isNonNull(removeEmptySeries(<root>.fleet-*.gauge-domains@*)),'5min')", ("lt", 1),
          (f"{NODE} has told nothing for five minutes", "collectd is down there, or does not reach Carbon. hotspotd does nothing "
           "on a node whose data are old. A node that is gone for good is told of for six hours."),
          back=6 * HOURS, wait="1m", gone="NoData"),
    alert("dropped", "Snapshots do not reach Redis", "removeEmptySeries(<every>.hotspot.derive-snapshots_dropped)", ("gt", 0),
          ("{{ $labels.name }} is above 0", "Redis was away, or full, for longer than the backlog of a collector lasts: hotspotd "
           "does not see that node."), reducer="max"),
    alert("no-leader", "Nobody leads", "movingSum(transformNull(removeEmptySeries(<root>.actuator-*.gauge-leader),0),'5min')",
          ("lt", 1), (f"no hotspotd has led {CLUSTER} for five minutes", "hotspotd is down everywhere, or reaches no Redis. Nothing "
                      "is watched and nothing is done."), back=HOURS, wait="0s", severity="critical"),
    alert("lagging", "hotspotd lags", "removeEmptySeries(<root>.actuator-*.duration-leader_age)", ("gt", 30),
          (f"what hotspotd published of {CLUSTER} was " + VALUE + " s old", "It is written each second. hotspotd has too much to "
           "do, hangs, or its Redis is slow.")),
    alert("old-data", "hotspotd works on old data", "removeEmptySeries(<root>.actuator-*.duration-snapshot_lag)", ("gt", 60),
          (f"the oldest data that count in {CLUSTER} are " + VALUE + " s old", "The collectors are slow, or Redis is."), wait="5m"),
    alert("refused-rules", "The rule set was refused", "removeEmptySeries(<root>.actuator-*.gauge-rules_refused)", ("gt", 0),
          (f"hotspotd of {CLUSTER} refused the newest rule files", "The rules of before are in force. `hotspotctl rule check` says "
           "what is wrong.")),
    alert("failing", "Actions fail", "hitcount(removeEmptySeries(<root>.actions-*.derive-*_failed@*),'1h')", ("gt", 2.5),
          ('{{ reReplaceAll "^.*derive-" "" $labels.name }}: ' + VALUE + " in an hour", "A kind of action fails for a rule again and "
           "again. `hotspotctl action list` says why."), back=HOURS, wait="0s", page="actions"),
    alert("two-nodes", "A domain runs on two nodes", "removeEmptySeries(<root>.actuator-*.gauge-domains_on_two_nodes)", ("gt", 0),
          (f"{VALUE} domains of {CLUSTER} run on two nodes at once", "Both write to the same disks. `hotspotctl status` names them; "
           "nothing is moved until it is settled."), wait="0s", severity="critical"),
    alert("redis-full", "Redis is nearly full", "removeEmptySeries(<root>.actuator-*.percent-redis_memory_used)", ("gt", 80),
          (f"the Redis of {CLUSTER} is {VALUE} % full", FULL)),
]
# The same of collectd's plugin redis, where hotspotd may not ask Redis, or where that has no maxmemory: told from 80 % of
# --redis-memory on.
OF_PLUGIN_REDIS = {"query": "removeEmptySeries(<every>.redis-hotspot.memory)",
                   "summary": "Redis holds {{ humanize1024 $values.B.Value }}B"}


def with_numbers(one, names):
    source = {"type": "__expr__", "uid": "__expr__"}
    query = {"refId": "A", "target": names.fill(one["query"]), "textEditor": True, "maxDataPoints": 1000, "intervalMs": 1000}
    reduce = {"refId": "B", "type": "reduce", "expression": "A", "reducer": one["reducer"], "datasource": source,
              "settings": {"mode": "dropNN"}}
    compare = {"refId": "C", "type": "threshold", "expression": "B", "datasource": source,
               "conditions": [{"evaluator": {"type": one["how"], "params": [one["number"]]}}]}
    return [("hotspot-graphite", query), ("__expr__", reduce), ("__expr__", compare)]


def rule(one, names):
    return {"uid": f"hotspot-{one['name']}", "title": one["title"], "condition": "C", "for": one["wait"],
            "noDataState": one["gone"], "execErrState": "Error", "isPaused": False,
            "labels": {"severity": one["severity"], "service": "hotspot"},
            "annotations": {"summary": one["summary"], "description": one["description"],
                            "page": f"/d/hotspot-{one['page']}"},
            "data": [{"refId": model["refId"], "datasourceUid": uid, "model": model,
                      "relativeTimeRange": {"from": one["back"] if uid != "__expr__" else 0, "to": 0}}
                     for uid, model in with_numbers(one, names)]}


def yaml(part, depth=0):
    """Lines of YAML; a text, a number and an empty list as JSON has them, which YAML reads."""
    pad = "  " * depth
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, (dict, list)) and value and not isinstance(value[0] if isinstance(value, list) else {}, (int, float)):
                yield f"{pad}{key}:"
                yield from yaml(value, depth + 1)
            else:
                yield f"{pad}{key}: {json.dumps(value, ensure_ascii=False)}"
        return
    for value in part:
        first, *others = yaml(value, depth + 1)
        yield f"{pad}- {first.lstrip()}"
        yield from others


def wanted(names):
    for one in ALERTS:
        of_plugin = one["name"] == "redis-full" and names.redis_memory is not None
        yield {**one, **OF_PLUGIN_REDIS, "number": 0.8 * names.redis_memory} if of_plugin else one


def provisioned(names):
    """The text of the file."""
    group = {"orgId": 1, "name": GROUP, "folder": FOLDER, "interval": "1m", "rules": [rule(one, names) for one in wanted(names)]}
    return ("# /etc/grafana/provisioning/alerting/hotspot.yaml: made by generate.py of source/alerts.py.\n" +
            "\n".join(yaml({"apiVersion": 1, "groups": [group]})) + "\n")
