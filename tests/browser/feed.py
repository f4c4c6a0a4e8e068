#!/usr/bin/env python3
"""Serves the console's pages with a made-up cluster behind its HTTP API, for the tests in the browser and for those who work on the pages.

feed.py [--nodes N] [--each N] [--port PORT]      prints address and tokens; ends with Ctrl-C
"""
import argparse
import json
import pathlib
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from chromium import LIMIT
from made_up import Cluster, plain, rfc3339

PAGES = pathlib.Path(__file__).resolve().parents[2] / "actuator/console/pages"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
          "frame-ancestors 'none'")
TOKENS = {"token-viewer": ("vera", "viewer"), "token-operator": ("jo", "operator"), "token-admin": ("ada", "admin")}


class Feed:
    """The server. What a test changes: cluster, redis_away, answers (path → (status, object)); it reads `written`."""

    def __init__(self, cluster, port=0):
        self.cluster, self.sessions, self.written, self.answers = cluster, {}, [], {}
        self.problem, self.away, self.keys, self.lifetime = None, False, {}, 3600
        self.news, self.changed, self.streams, self.epoch = [], threading.Condition(), 0, 0
        self.late, self.waiting = set(), set()
        feed = self

        class Handler(Requests):
            pass
        Handler.feed = feed
        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # a page asks for all of its parts at once

            def handle_error(self, *about):  # a browser that goes away in the middle is nothing to speak of
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(*about)
        self.server = Server(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def send(self, kind, data):
        """To all streams."""
        with self.changed:
            self.news.append((kind, data))
            self.changed.notify_all()

    def counted(self):
        plan = self.cluster.plan()
        return {"waiting": len(plan["recommendations"]), "refused": len(plan["refused"])}

    def cut(self):
        """Ends the streams, and refuses everything until back()."""
        with self.changed:
            self.away = True
            self.epoch += 1
            self.changed.notify_all()

    def back(self):
        self.away = False

    def delay(self, path):
        """Answers of this path, as they are from now on, wait for let_go()."""
        self.waiting.discard(path)
        self.late.add(path)

    def asked(self, path, limit=LIMIT):
        """Waits until such an answer waits."""
        with self.changed:
            return self.changed.wait_for(lambda: path in self.waiting, limit)

    def let_go(self, path):
        with self.changed:
            self.late.discard(path)
            self.changed.notify_all()

    def wait_if_late(self, path):
        with self.changed:
            if path in self.late:
                self.waiting.add(path)
                self.changed.notify_all()
                self.changed.wait_for(lambda: path not in self.late, LIMIT)

    def tick(self):
        """A second passes: nodes are measured again, what is under way goes on."""
        cluster, pick = self.cluster, self.cluster.random
        cluster.now = time.time()
        fresh = [one for one in cluster.nodes if not one["stale"]]
        some = pick.sample(fresh, min(len(fresh), max(8, len(fresh) // 5)))
        for node in some:
            load = node["load"]
            load["cpu_ratio"] = round(min(0.97, max(0.01, load["cpu_ratio"] + pick.gauss(0, 0.012))), 4)
            node["taken_at"] = cluster.at(-0.5)
            for one in cluster.by_node.get(node["name"], []):
                one["taken_at"] = node["taken_at"]
                one["cpu_ratio"] = round(min(1, max(0, one["cpu_ratio"] + pick.gauss(0, 0.02))), 4)
        for one in cluster.actions:
            if not one["ended"] and one["figures"].get("memory_remaining_bytes", 0) > 2e8:
                one["figures"]["memory_remaining_bytes"] -= 1.1e8
                one["figures"]["elapsed_ms"] += 1000
                one["at"] = cluster.at(0)
                self.send("action", one)
        self.send("nodes", {"nodes": some})
        self.send("status", cluster.status())

    def close(self):
        self.cut()
        self.server.shutdown()
        self.server.server_close()


def event_of(kind, data, at=0):
    return f"id: {at}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode()


class Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    feed = None

    def log_message(self, *_):
        pass

    def answer(self, status, value, kind="application/json", more=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        if self.command == "GET":
            self.feed.wait_if_late(urlsplit(self.path).path.removeprefix("/api/v1/"))
        self.send_response(status)
        for name, text in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store" if "json" in kind else "no-cache"),
                           ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"), *more):
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, detail, **more):
        problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
        self.answer(status, problem, "application/problem+json")

    def session(self):
        cookies = dict(part.strip().split("=", 1) for part in self.headers.get("Cookie", "").split(";") if "=" in part)
        return self.feed.sessions.get(cookies.get("hotspot"))

    def do_GET(self):
        split = urlsplit(self.path)
        if self.feed.away:
            self.close_connection = True
            return
        if split.path.startswith("/api/v1/"):
            self.read([unquote(one) for one in split.path.split("/")[3:]], parse_qs(split.query))
        else:
            self.page(split.path)

    def page(self, path):
        file = PAGES / (path.strip("/") or "index.html")
        if file.parent != PAGES or not file.is_file():
            self.refuse(404, "there is no such page")
        else:
            self.answer(200, file.read_bytes(), TYPES[file.suffix])

    def read(self, path, query):
        session, cluster = self.session(), self.feed.cluster
        if session is None:
            self.refuse(401, "sign in, or give a token")
            return
        count = int(query.get("count", ["100"])[0])
        if self.feed.problem and path[0] not in ("session", "events"):
            self.refuse(503, self.feed.problem["detail"])
        elif path == ["session"]:
            self.answer(200, session)
        elif path == ["status"]:
            self.answer(200, cluster.status())
        elif path == ["nodes"]:
            self.answer(200, {"nodes": cluster.nodes, "remarks": [], "at": rfc3339(time.time())})
        elif path[0] == "nodes" and len(path) == 2:
            node = next((one for one in cluster.nodes if one["name"] == path[1]), None)
            self.found(node and {"node": node, "domains": cluster.domains_of(path[1])}, f"there is no node {path[1]}")
        elif path[0] == "domains" and len(path) == 2:
            self.found(cluster.domain_page(path[1]), f"there is no domain {path[1]}")
        elif path == ["decisions"]:
            self.answer(200, {"decisions": [plain(one) for one in cluster.decisions[-count:]]})
        elif path[0] == "decisions" and len(path) == 2:
            self.found(next((one for one in cluster.decisions if one["id"] == path[1]), None), f"there is no decision {path[1]}")
        elif path == ["actions"]:
            self.answer(200, {"actions": cluster.actions[-count:]})
        elif path == ["recommendations"]:
            self.answer(200, cluster.plan())
        elif path == ["events"]:
            self.events()
        else:
            self.refuse(404, "there is no such thing")

    def found(self, value, otherwise):
        if value:
            self.answer(200, value)
        else:
            self.refuse(404, otherwise)

    def events(self):
        feed = self.feed
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.close_connection = True
        with feed.changed:
            epoch, at = feed.epoch, len(feed.news)
            feed.streams += 1
            feed.changed.notify_all()
        try:
            self.wfile.write(event_of("recommendations", feed.counted()))
            while True:
                with feed.changed:
                    feed.changed.wait_for(lambda: feed.epoch != epoch or len(feed.news) > at, 15)
                    if feed.epoch != epoch:
                        return
                    new, at = feed.news[at:], len(feed.news)
                text = b"".join(event_of(kind, data, at) for kind, data in new) or b": \n\n"
                self.wfile.write(text)
        except OSError:
            pass
        finally:
            with feed.changed:
                feed.streams -= 1
                feed.changed.notify_all()

    def do_POST(self):
        self.write("POST")

    def do_DELETE(self):
        self.write("DELETE")

    def write(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.feed.away:
            self.close_connection = True
            return
        value, path = json.loads(body or b"{}"), urlsplit(self.path).path.removeprefix("/api/v1/")
        if path == "session":
            self.sign(method, value)
            return
        session = self.session()
        if session is None:
            self.refuse(401, "sign in, or give a token")
        elif self.headers.get("X-CSRF-Token") != session["csrf"]:
            self.refuse(403, "the token against forged requests is missing or wrong")
        elif session["role"] == "viewer" or path == "mode" and value.get("mode") == "enforce" and session["role"] != "admin":
            self.refuse(403, f"the role {session['role']} may not do that")
        else:
            self.carry_out(method, unquote(path), value)

    def carry_out(self, method, path, value):
        key = self.headers.get("Idempotency-Key")
        if key not in self.feed.keys or key is None:
            with self.feed.changed:
                self.feed.written.append({"method": method, "path": path, "body": value})
                self.feed.changed.notify_all()
            status, answer = self.feed.answers.get(path, (200, {"kind": "done", "id": "7-0", "message": f"done: {path}", "details": []}))
            self.feed.keys[key] = (status, answer)
        status, answer = self.feed.keys[key]
        if status == 409:
            self.refuse(409, answer["message"], kind=answer.get("kind", "refused"))
        else:
            self.answer(status, answer)

    def sign(self, method, value):
        if method == "DELETE":
            self.feed.sessions.clear()
            self.answer(204, b"", more=[("Set-Cookie", "hotspot=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict")])
            return
        user, role = TOKENS.get(value.get("token"), (None, None))
        if user is None:
            self.refuse(401, "the token is not known, or has expired")
            return
        name = f"s{len(self.feed.sessions) + 1}-{role}"
        session = {"user": user, "role": role, "cluster": "rack1", "csrf": "csrf-" + name, "expires": rfc3339(time.time() + self.feed.lifetime)}
        self.feed.sessions[name] = session
        self.answer(200, session, more=[("Set-Cookie", f"hotspot={name}; Path=/; HttpOnly; SameSite=Strict")])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=12)
    parser.add_argument("--each", type=int, default=6, help="domains of a node")
    parser.add_argument("--port", type=int, default=8088)
    options = parser.parse_args()
    feed = Feed(Cluster(time.time(), options.nodes, options.each), options.port)
    print(f"{feed.url}  tokens: {', '.join(TOKENS)}", flush=True)
    pause = threading.Event()
    try:
        while not pause.wait(1):
            feed.tick()
    except KeyboardInterrupt:
        feed.close()


if __name__ == "__main__":
    main()
