#!/usr/bin/env python3
"""The dashboards of graphite-web itself: installed into real ones as its users can, each graph drawn, and opened in a browser."""
import base64
import http.client
import http.server
import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import threading
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
import asked  # noqa: E402
import graphite_web  # noqa: E402
import stack  # noqa: E402
import waiting  # noqa: E402
from dashboards import FOLDER  # noqa: E402

PAGES = FOLDER / "graphite-web"
INSTALL = str(PAGES / "install.py")
PLAIN, TEMPLATES = {"hotspot-fleet", "hotspot-health"}, {"hotspot-cluster": "rig", "hotspot-node": "h1",
                                                         "hotspot-domain": "web1", "hotspot-actions": "h1",
                                                         "hotspot-collector": "h1"}
CHROMIUM = shutil.which("chromium")
KNOWN_USER = """
import django; django.setup()
from django.contrib.auth.models import User
User.objects.create_user('anna', password='right')
"""


def install(*words, **more):
    return subprocess.run([sys.executable, INSTALL, *words], text=True, capture_output=True, check=False, **more)


class Installed(stack.Stack):
    def names(self, web, kind):
        found = json.loads(web.post(f"/dashboard/{'find' if kind == 'dashboards' else 'find_template'}/", {"query": ""}))
        return {one["name"] for one in found[kind]}

    def loaded(self, name):
        path = f"load_template/{name}/{TEMPLATES[name]}" if name in TEMPLATES else f"load/{name}"
        return json.loads(self.graphite.post(f"/dashboard/{path}", {}))["state"]

    def is_there(self, web, there):
        self.assertEqual(self.names(web, "dashboards"), PLAIN if there else set())
        self.assertEqual(self.names(web, "templates"), set(TEMPLATES) if there else set())

    def set_up(self, *words, web=None, says="installed"):
        done = install("--url", (web or self.graphite).url, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f" dashboards {says}: hotspot-", done.stdout)


class Pages(Installed):
    def test_they_come_by_http_as_often_as_one_likes_and_go_again(self):
        self.set_up()
        self.is_there(self.graphite, True)
        before = self.loaded("hotspot-node")
        self.set_up()
        self.assertEqual(self.loaded("hotspot-node"), before)
        self.is_there(self.graphite, True)
        self.set_up("--uninstall", says="are gone")
        self.is_there(self.graphite, False)
        self.set_up("--uninstall", says="are gone")

    def test_each_graph_draws_data_under_legends_that_people_can_read(self):
        self.set_up()
        wrong, count = [], 0
        for name in sorted(PLAIN | set(TEMPLATES)):
            for _, graph, _ in self.loaded(name)["graphs"]:
                count += 1
                what = f"{name}, graph '{graph['title']}', {graph['target']}"
                found = asked.wrong_about_graph(self.rendered, graph["target"])
                if found:
                    wrong.append(f"{found}: {what}")
                more = {key: value for key, value in graph.items() if key != "target"}
                picture = self.graphite.picture(graph["target"], self.now - 900, self.now, width=620, height=320, **more)
                if not picture.startswith(b"\x89PNG"):
                    wrong.append(f"no picture: {what}")
        self.assertEqual(wrong, [], "\n".join(wrong))
        self.assertGreater(count, 60)

    def test_a_value_that_nothing_has_gives_empty_graphs_and_no_error(self):
        self.set_up()
        state = json.loads(self.graphite.post("/dashboard/load_template/hotspot-node/gone", {}))["state"]
        for _, graph, _ in state["graphs"]:
            self.assertIsInstance(self.rendered(graph["target"]), list, graph["title"])

    def test_who_must_log_in_does_and_nobody_else(self):
        web = self.another_web("asks", waiting.free_port(), "DASHBOARD_REQUIRE_AUTHENTICATION = True")
        subprocess.run([graphite_web.PYTHON, "-c", KNOWN_USER], env=graphite_web.environment(self.dir / "asks"),
                       cwd=self.dir / "asks", check=True)
        for name in ("right", "wrong"):
            (self.dir / name).write_text(name + "\n")
        done = install("--url", web.url)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Must be logged in", done.stderr)
        self.assertIn("--user and --password-file", done.stderr)
        done = install("--url", web.url, "--user", "anna", "--password-file", str(self.dir / "wrong"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not take the password of anna", done.stderr)
        self.is_there(web, False)
        known = ["--user", "anna", "--password-file", str(self.dir / "right")]
        self.set_up(*known, web=web)
        self.is_there(web, True)
        self.set_up(*known, "--uninstall", web=web, says="are gone")
        self.is_there(web, False)

    def test_they_come_and_go_by_the_database_too(self):
        web = self.another_web("managed", waiting.free_port())
        environment = {**graphite_web.environment(self.dir / "managed"), "PATH": "/usr/bin:/bin"}
        done = install("--database", "--node", "h1", env=environment)
        self.assertIn("hotspot-node.h1", self.names(web, "dashboards"), done.stderr)
        install("--database", "--uninstall", env=environment)
        for words, there in (([], True), ([], True), (["--uninstall"], False), (["--uninstall"], False)):
            done = install("--database", *words, env=environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.is_there(web, there)

    def test_one_for_a_node_alone_is_the_template_with_its_name_put_in(self):
        named = "it's \"web\" \\\\1"
        self.set_up("--node", "h1", "--domain", named)
        self.assertEqual(self.names(self.graphite, "dashboards"),
                         PLAIN | {"hotspot-node.h1", "hotspot-actions.h1", "hotspot-collector.h1", "hotspot-domain." + named})
        alone = json.loads(self.graphite.post("/dashboard/load/hotspot-node.h1", {}))["state"]
        self.assertEqual(alone["graphs"], self.loaded("hotspot-node")["graphs"])
        self.graphite.post("/dashboard/save/hotspot-mine", {"state": json.dumps(alone)})
        self.set_up("--uninstall", says="are gone")
        self.assertEqual(self.names(self.graphite, "dashboards"), {"hotspot-mine"}, "what was saved under another name stays")
        self.graphite.post("/dashboard/delete/hotspot-mine", {})
        self.is_there(self.graphite, False)


@unittest.skipUnless(CHROMIUM, "needs Debian's package chromium")
class InABrowser(Installed):
    def test_a_browser_opens_them_and_gets_every_graph(self):
        self.set_up("--node", "h1")
        self.sees("web", self.graphite, "hotspot-fleet", "/dashboard/hotspot-fleet")
        self.sees("web", self.graphite, "hotspot-node", "/dashboard/hotspot-node.h1")

    def test_a_browser_opens_the_templates_where_the_page_can(self):
        web = self.another_web("mended", waiting.free_port(), mended=["mended"])
        self.set_up(web=web)
        self.set_up()
        self.sees("mended", web, "hotspot-node", "/dashboard#hotspot-node/h1")
        self.sees("mended", web, "hotspot-domain", "/dashboard#hotspot-domain/web1")

    def sees(self, folder, web, name, path):
        """A picture of it stays in the folder that HOTSPOT_PICTURES names."""
        log = self.dir / folder / "web.log"
        before = len(log.read_text())
        words = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.dir / 'browser'}",
                 "--virtual-time-budget=20000", "--window-size=1960,2200", f"--screenshot={self.dir / 'page.png'}"]
        subprocess.run([*words, web.url + path], capture_output=True, check=True, timeout=120)
        if os.environ.get("HOTSPOT_PICTURES"):
            shutil.copy(self.dir / "page.png", pathlib.Path(os.environ["HOTSPOT_PICTURES"]) / f"graphite-{name}.png")
        drawn = re.findall(r'"GET /render\?(\S+) HTTP/1.1" (\d+)', log.read_text()[before:])
        self.assertEqual({code for _, code in drawn}, {"200"}, path)
        titles = {urllib.parse.parse_qs(query)["title"][0] for query, _ in drawn}
        self.assertEqual(titles, {graph["title"] for _, graph, _ in self.loaded(name)["graphs"]}, path)


class Answers(http.server.BaseHTTPRequestHandler):
    """A web server that says `said` (a whole answer, or one by path) to everything, and keeps the paths it was asked for."""

    def handle(self):
        line = self.rfile.readline(65536).decode()
        headers = http.client.parse_headers(self.rfile)
        self.rfile.read(int(headers.get("Content-Length", 0)))
        self.server.asked.append((line.split(" ")[:2], headers.get("Authorization")))
        said = self.server.said
        self.wfile.write(said if isinstance(said, bytes) else said.get(line.split(" ")[1], b"HTTP/1.0 404 No\r\n\r\n"))


def json_answer(text):
    return b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + text


class Strangers(unittest.TestCase):
    """What another web server than graphite-web may say, or one that somebody else writes into."""

    def serving(self, said, certificate=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.said, server.asked = said, []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server, f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"

    def password(self, text="right\n"):
        file = pathlib.Path(self.enterContext(stack.tempfile.TemporaryDirectory())) / "password"
        file.write_text(text)
        return ["--user", "anna", "--password-file", str(file)]

    def refused(self, *words, **more):
        done = install(*words, **more)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1), done.stderr)
        return done.stderr

    def test_an_answer_that_is_not_graphite_webs_is_a_sentence(self):
        for said in (b"", b"garbage\r\n\r\n", b"HTTP/1.0 nothing\r\n\r\n", json_answer(b"<html>"), json_answer(b"[1]"),
                     json_answer(b"7"), json_answer(b"[" * 200000), json_answer(b"\xff\xfe\xfd"), json_answer(b'{"error": 5}'),
                     json_answer(b'{"error": null}'),
                     b"HTTP/1.0 500 No\r\n\r\n", b"HTTP/1.0 401 No\r\nWWW-Authenticate: Own x\r\n\r\n"):
            _, url = self.serving(said)
            for words in ([], ["--uninstall"], self.password()):
                self.assertIn(url, self.refused("--url", url, *words), (said[:100], words))

    def test_dashboards_that_are_none_are_not_taken_for_some(self):
        for said in (b'{"dashboards": {"name": "hotspot-node.h1"}}', b'{"dashboards": 3}', b"{}"):
            _, url = self.serving(json_answer(said))
            self.assertIn("does not say which dashboards it has", self.refused("--url", url, "--uninstall"))
        server, url = self.serving(json_answer(b'{"success": true, "dashboards": [1, null, {"name": 4}, {"name": "hotspot-node.h1"}, '
                                               b'{"name": "hotspot-node.x/../../admin"}]}'))
        done = install("--url", url, "--uninstall")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn((["POST", "/dashboard/delete/hotspot-node.h1"], None), server.asked)
        self.assertEqual([path for (_, path), _ in server.asked if "admin" in path], [], "what somebody called a dashboard is no path")

    def test_what_it_says_does_nothing_to_the_terminal(self):
        _, url = self.serving(json_answer(b'{"error": "\\u001b]0;gone\\u0007\\nline"}'))
        said = self.refused("--url", url)
        self.assertIn(r"\x1b]0;gone\x07\nline", said)

    def test_nobody_is_sent_elsewhere_and_the_password_least_of_all(self):
        other, elsewhere = self.serving(json_answer(b'{"success": true}'))
        for code in (301, 302, 303, 307, 308):
            _, url = self.serving(f"HTTP/1.0 {code} Go\r\nLocation: {elsewhere}/dashboard/\r\n\r\n".encode())
            self.assertIn(f"{url} sends to {elsewhere}/dashboard/: ", self.refused("--url", url, *self.password()))
        self.assertEqual(other.asked, [])

    def test_a_certificate_that_nobody_known_has_signed_is_refused_and_one_can_be_made_known(self):
        folder = pathlib.Path(self.enterContext(stack.tempfile.TemporaryDirectory()))
        own = folder / "own.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(own), "-out", str(folder / "certificate")],
                       check=True, capture_output=True)
        own.write_text(own.read_text() + (folder / "certificate").read_text())
        server, url = self.serving(json_answer(b'{"success": true}'), own)
        self.assertIn("CERTIFICATE_VERIFY_FAILED", self.refused("--url", url, *self.password()))
        self.assertEqual(server.asked, [])
        done = install("--url", url, env={**os.environ, "SSL_CERT_FILE": str(folder / "certificate")})
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_url_that_is_none_is_a_sentence_and_a_password_in_it_is_not_repeated(self):
        for url in ("graphite.example.net", "file:///etc", "ftp://graphite.example.net", "http://", "http://h:99999", "http://h/?a=b", ""):
            self.assertIn(f"--url is '{url}'; it is where graphite-web is", self.refused("--url", url))
        said = self.refused("--url", "http://anna:secret@127.0.0.1/")
        self.assertIn("--user and --password-file", said)
        self.assertNotIn("secret", said)

    def test_a_password_file_without_one_is_a_sentence(self):
        self.assertIn("is empty: it is the password", self.refused(*self.password("\nright\n")))
        words = self.password()
        pathlib.Path(words[-1]).write_bytes(b"\xff\n")
        self.assertIn("is no text in UTF-8", self.refused(*words))


class Refusals(unittest.TestCase):
    def test_what_is_wrong_is_a_sentence(self):
        port = waiting.free_port()
        for words, said in ((["--url", f"http://127.0.0.1:{port}"], f"http://127.0.0.1:{port} cannot be reached: "),
                            (["--user", "anna"], "--user needs --password-file"),
                            (["/usr/share/doc"], "/usr/share/doc has no file hotspot-*.json"),
                            (["--user", "anna", "--password-file", "/gone"], "No such file or directory: '/gone'"),
                            (["--database"], "graphite-manage cannot be started")):
            done = install(*words, env={"PATH": "/nowhere"})
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertIn(said, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_a_web_server_that_asks_for_a_password_gets_it(self):
        answers = []

        class Asks(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # /version/
                self.send_response(404)
                self.end_headers()

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                known = self.headers.get("Authorization") == "Basic " + base64.b64encode(b"anna:right").decode()
                answers.append(known)
                self.send_response(200 if known else 401)
                if not known:
                    self.send_header("WWW-Authenticate", 'Basic realm="graphs"')
                self.end_headers()
                self.wfile.write(b'{"success": true}' if known else b"no")

            def log_message(self, *_):
                pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Asks)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        self.assertIn("wants a name and password", install("--url", url).stderr)
        password = pathlib.Path(self.enterContext(stack.tempfile.TemporaryDirectory())) / "password"
        password.write_text("right\n")
        done = install("--url", url, "--user", "anna", "--password-file", str(password))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(answers.count(True), 7)
        password.write_text("wrong\n")
        done = install("--url", url, "--user", "anna", "--password-file", str(password))
        self.assertIn("does not take the password of anna", done.stderr)


if __name__ == "__main__":
    unittest.main()
