"""What every panel of every page asks, and what is wrong about the answers."""
import json
import urllib.error

from dashboards import FOLDER, interpolate, load, panels, resolve, wrapped

NOTHING = "no data"
TOO_MUCH = "().,*{"  # what is in a legend that nobody cut out of its path


def each_query(find, wanted, base=FOLDER):
    """(what it is, the panel's title, the target, the variables' values) of all pages for Grafana."""
    for uid, page in load(base=base).items():
        values = resolve(page, find, wanted)
        for one in panels(page):
            for target in one.get("targets", []):
                yield f"{uid}, panel '{one['title']}', query {target['refId']}: {target['target']}", one["title"], target, values


def each_graph(value_of):
    """(what it is, its title, its targets) of graphite-web's pages; `value_of`: what stands for __VALUE__, by page."""
    for path in sorted((FOLDER / "graphite-web").glob("*.json")):
        state = json.loads(path.read_text())
        for _, graph, _ in state["graphs"]:
            targets = [query.replace("__VALUE__", value_of.get(state["name"], "")) for query in graph["target"]]
            yield f"{state['name']}, graph '{graph['title']}': {targets}", graph["title"], targets


def has_data(series):
    return any(value is not None for one in series for value, _ in one["datapoints"])


def wrong_legends(names):
    """What people would not understand about them, or nothing."""
    if len(set(names)) < len(names):
        return f"two of one name, {names}"
    if any(mark in name for name in names for mark in TOO_MUCH):
        return f"a legend that is a path, {names}"
    return ""


def wrong_about(rendered, target, values):
    """A sentence, or nothing. `rendered`: answers a list of queries."""
    query = interpolate(target["target"], values)
    try:
        found = rendered([query])
    except urllib.error.HTTPError as refused:
        return f"graphite-web refuses it with {refused.code}"
    if not has_data(found):
        return NOTHING
    names = [one["target"] for one in found]
    newer = [one["target"] for one in rendered([wrapped(query, target["refId"])])]
    if newer != [f"{name} {target['refId']}" for name in names]:
        return f"{newer} in newer versions of Grafana, {names} in older"
    return wrong_legends(names)


def wrong_about_graph(rendered, queries):
    """The same of a graph of graphite-web's."""
    found = rendered([query for query in queries if "constantLine" not in query])
    return wrong_legends([one["target"] for one in found]) if has_data(found) else NOTHING
