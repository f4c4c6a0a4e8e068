"""The dashboards that ship, and how Grafana fills in their variables."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "grafana"


def load(folder="dashboards", base=FOLDER):
    """{uid: dashboard} of one form: dashboards (provisioned), import, or graphite-web (by name)."""
    return {page.get("uid") or page["name"]: page for page in (json.loads(path.read_text())
                                           for path in sorted((base / folder).glob("*.json")))}


def panels(page):
    return [one for one in page["panels"] if one["type"] != "row"]


def interpolate(text, values):
    """$name and ${name}: a value as it is, several as {a,b}, as Grafana's Graphite source does."""
    def value(match):
        found = values.get(match.group(1) or match.group(2))
        if found is None:
            return match.group(0)
        return found if isinstance(found, str) else found[0] if len(found) == 1 else "{" + ",".join(found) + "}"
    text = re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)
    return re.sub(r"'(\d+)m'", r"'\1min'", text)


def wrapped(target, ref):
    """As Grafana 11.6 and later send it, so that the answer tells which query it is of."""
    return f'aliasSub({target},"(^.*$)","\\1 {ref}")'


def choices(variable, names):
    """The values that a variable offers, of what /metrics/find answered: its regular expression, each once, in order."""
    pattern = re.compile(re.sub(r"\(\?<(\w+)>", r"(?P<\1>", variable["regex"].strip("/")))
    found = []
    for name in names:
        match = pattern.search(name)
        if match:
            value = match.groupdict().get("value") or match.group(1)
            if value not in found:
                found.append(value)
    return sorted(found)


def resolve(page, find, wanted=None):
    """{variable: value} in their order: the first that is offered, or what is wanted, and for a multi one all of them."""
    values = {}
    for variable in page["templating"]["list"]:
        if variable["type"] != "query":
            continue
        offered = choices(variable, find(interpolate(variable["query"], values)))
        if variable["includeAll"]:
            values[variable["name"]] = offered
        else:
            values[variable["name"]] = (wanted or {}).get(variable["name"]) or (offered[0] if offered else "")
    return values
