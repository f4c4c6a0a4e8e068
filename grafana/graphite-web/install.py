#!/usr/bin/env python3
"""Installs Hotspot's dashboards into a graphite-web, or takes them out again.

install.py [--url URL [--user NAME --password-file FILE] | --database] [--uninstall]
           [--cluster NAME] [--node NAME] [--domain NAME] [FOLDER]

By its web server, or with --database by graphite-manage on the machine itself, as the user that graphite-web runs as.
It may be called again: a dashboard of the same name gives way to what is in FOLDER (that of this script). A page of one
cluster, node or domain is a template: URL/dashboard#hotspot-node/NAME opens it. --cluster, --node and --domain, each as
often as needed, make a dashboard of its own for that NAME: hotspot-node.NAME. --uninstall takes those out too.
"""
import argparse
import http.client
import http.cookiejar
import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
VALUE = "__VALUE__"
TIMEOUT = 30  # seconds, for one answer
MOST = 2**24  # bytes of an answer
BROKEN = "1.1.8"  # its page stops at a dashboard's name (graphite-web's issue 2711), but shows one without
OF_A_DOMAIN, OF_A_NODE = ("domain",), ("node", "actions", "collector")
VERSION = "from django.conf import settings; print(settings.WEBAPP_VERSION)"
REMOVE = "from graphite.dashboard.models import Dashboard, Template\n" \
         "for kind in (Dashboard, Template):\n" \
         "    for one in kind.objects.all():\n" \
         "        if one.name.partition('.')[0] in {names!r}: one.delete()\n"


class Refused(Exception):
    """A sentence for people."""


def visible(text):
    """What a web server or a file says may be meant for the terminal rather than for people."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text[:2000])


def dashboards(folder):
    """{name: (state, whether it is a template)}"""
    found = {}
    for path in sorted(folder.glob("hotspot-*.json")):
        try:
            state = json.loads(path.read_text())
            found[state["name"]] = (state, VALUE in json.dumps(state["graphs"]))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Refused(f"{path} is no dashboard of graphite-web: {wrong}") from wrong
    if not found:
        raise Refused(f"{folder} has no file hotspot-*.json")
    return found


def filled(state, value, name):
    """A template as the dashboard of one thing."""
    made = json.loads(json.dumps(state).replace(VALUE, json.dumps(value)[1:-1]))
    return {**made, "name": name}


def with_single_ones(found, asked):
    made = dict(found)
    for kinds, values in ((("cluster",), asked.cluster), (OF_A_NODE, asked.node), (OF_A_DOMAIN, asked.domain)):
        for name in (f"hotspot-{kind}" for kind in kinds):
            for value in values:
                if "/" in value or not value:
                    raise Refused(f"'{value}' is no name of a dashboard: it has a slash, or nothing")
                if name in found:
                    made[f"{name}.{value}"] = (filled(found[name][0], value, f"{name}.{value}"), False)
    return made


def fit_for(version, found):
    """What that version's page can open, and a sentence where that is not all."""
    if version != BROKEN:
        return found, ""
    return ({name: (state if template else {**state, "name": None}, template) for name, (state, template) in found.items()},
            f"graphite-web is {version}, whose page opens no template until it is mended (README.md): "
            "--cluster, --node and --domain make dashboards that it opens")


def address(url):
    """The URL as it is asked, if it is one."""
    try:
        parts = urllib.parse.urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.hostname.encode("idna") and parts.port != 0
    except ValueError:
        known = False
    if "@" in url:
        raise Refused("a name and password in --url can be seen by everybody: --user and --password-file")
    if not known or parts.query or parts.fragment:
        raise Refused(f"--url is '{url}'; it is where graphite-web is, such as http://graphite.example.net:8080")
    return url.rstrip("/")


class Stay(urllib.request.HTTPRedirectHandler):
    """What is sent elsewhere would be asked there without its fields, and nobody has said that elsewhere is right."""

    def redirect_request(self, *_):
        return None


class Web:
    """graphite-web by HTTP. The same name and password are for graphite-web's own login and for a web server that asks."""

    def __init__(self, url, user, password):
        self.url, self.user, self.password, self.logged_in = address(url), user, password, False
        handlers = [Stay(), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())]
        if user:
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, self.url, user, password)
            handlers.append(urllib.request.HTTPBasicAuthHandler(known))
        self.opener = urllib.request.build_opener(*handlers)

    def version(self):
        try:
            with self.opener.open(f"{self.url}/version/", timeout=TIMEOUT) as got:
                return got.read(100).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException, ValueError):
            return ""  # what is wrong is said by the first thing that is asked for

    def refusal(self, wrong, path):
        if wrong.code in (401, 403):
            return (f"{self.url} wants a name and password: --user and --password-file" if not self.user else
                    f"{self.url} does not take the password of {self.user}")
        if 300 <= wrong.code < 400:
            return f"{self.url} sends to {wrong.headers.get('Location')}: if that is right, it is what --url has to say"
        return f"{self.url}/dashboard/{path} answers {wrong.code}: is graphite-web there?"

    def answer(self, path, fields):
        try:
            path = urllib.parse.quote(path)
            with self.opener.open(f"{self.url}/dashboard/{path}", urllib.parse.urlencode(fields).encode(), TIMEOUT) as got:
                return got.read(MOST)
        except urllib.error.HTTPError as wrong:
            raise Refused(self.refusal(wrong, path)) from wrong
        except OSError as wrong:
            raise Refused(f"{self.url} cannot be reached: {getattr(wrong, 'reason', wrong)}") from wrong
        except (http.client.HTTPException, ValueError) as wrong:
            raise Refused(f"{self.url} cannot be asked: {wrong or type(wrong).__name__}") from wrong

    def ask(self, path, fields):
        """The object that it answers with. graphite-web says 200 where it refuses too."""
        try:
            said = json.loads(self.answer(path, fields))
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise Refused(f"{self.url}/dashboard/{urllib.parse.quote(path)} answers with something else than graphite-web does")
        return said

    def do(self, path, fields):
        """What it refuses because nobody is logged in is tried again by who may."""
        answer = self.ask(path, fields)
        if "logged in" in str(answer.get("error")) and self.user and not self.logged_in:
            self.logged_in = True
            if not self.ask("login", {"username": self.user, "password": self.password}).get("success"):
                raise Refused(f"graphite-web at {self.url} does not take the password of {self.user}")
            answer = self.ask(path, fields)
        return answer

    def install(self, name, state, template):
        path = f"save_template/{name}/{VALUE}" if template else f"save/{name}"
        answer = self.do(path, {"state": json.dumps(state)})
        if not answer.get("success"):
            raise Refused(f"graphite-web at {self.url} refuses {name}: {answer.get('error', answer)}" +
                          ("" if self.user else ". --user and --password-file say who it is"))

    def single_ones(self, found):
        """Dashboards there that were made for one cluster, node or domain; those never have a slash, which is a part of a path."""
        there = self.do("find/", {"query": ""}).get("dashboards")
        if not isinstance(there, list):
            raise Refused(f"graphite-web at {self.url} does not say which dashboards it has")
        names = [str(one.get("name")) for one in there if isinstance(one, dict)]
        return [name for name in names if "." in name and "/" not in name and name.partition(".")[0] in found]

    def remove(self, name, template):
        answer = self.do(f"{'delete_template' if template else 'delete'}/{name}", {})
        if not answer.get("success") and "does not exist" not in str(answer.get("error")):
            raise Refused(f"graphite-web at {self.url} keeps {name}: {answer.get('error', answer)}")


def manage(words, given=""):
    """What it prints."""
    try:
        done = subprocess.run(["graphite-manage", *words], input=given, text=True, capture_output=True, check=False)
    except OSError as wrong:
        raise Refused(f"graphite-manage cannot be started: {wrong.strerror}") from wrong
    if done.returncode:
        raise Refused("graphite-manage " + words[0] + ": " + (done.stderr.strip().splitlines() or ["failed"])[-1])
    return done.stdout


def by_database(found, uninstall):
    if uninstall:
        manage(["shell", "-c", REMOVE.format(names=sorted(found))])
        return ""
    found, says = fit_for(manage(["shell", "-c", VERSION]).strip(), found)
    rows = [{"model": "dashboard." + ("template" if template else "dashboard"), "pk": name,
             "fields": {"state": json.dumps(state), "owners": []}} for name, (state, template) in found.items()]
    manage(["loaddata", "--format=json", "-"], json.dumps(rows))
    return says


def password_of(asked):
    if not asked.user:
        return ""
    if not asked.password_file:
        raise Refused("--user needs --password-file: a password on the command line can be seen by everybody")
    try:
        with asked.password_file.open(encoding="utf-8") as file:
            password = file.readline(4096).rstrip("\r\n")
    except UnicodeDecodeError as wrong:
        raise Refused(f"the first line of {asked.password_file} is no text in UTF-8") from wrong
    if not password:
        raise Refused(f"the first line of {asked.password_file} is empty: it is the password")
    return password


def by_web(found, asked):
    web = Web(asked.url, asked.user, password_of(asked))
    if asked.uninstall:
        for name, template in [(name, template) for name, (_, template) in found.items()] + \
                [(name, False) for name in web.single_ones(found)]:
            web.remove(name, template)
        return ""
    found, says = fit_for(web.version(), found)
    for name, (state, template) in found.items():
        web.install(name, state, template)
    return says


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="of graphite-web (http://127.0.0.1:8080)")
    parser.add_argument("--user", help="who may change dashboards there, where it asks for that")
    parser.add_argument("--password-file", type=pathlib.Path, help="its first line is the password")
    parser.add_argument("--database", action="store_true", help="by graphite-manage instead of by its web server")
    parser.add_argument("--uninstall", action="store_true", help="take them out again")
    for kind in ("cluster", "node", "domain"):
        parser.add_argument("--" + kind, action="append", default=[], metavar="NAME", help=f"a dashboard for that {kind} alone")
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=HERE, help="where they are (beside this script)")
    asked = parser.parse_args()
    try:
        found = with_single_ones(dashboards(asked.folder), asked)
        says = by_database(found, asked.uninstall) if asked.database else by_web(found, asked)
    except (Refused, OSError) as wrong:
        print(visible(f"install.py: {wrong}"), file=sys.stderr)
        return 1
    if says:
        print(visible("install.py: " + says), file=sys.stderr)
    print(visible(f"{len(found)} dashboards {'are gone' if asked.uninstall else 'installed'}: {', '.join(found)}"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
