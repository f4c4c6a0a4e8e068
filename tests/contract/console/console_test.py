#!/usr/bin/env python3
"""The API of hotspot-console: each operation with each role, sessions, streams of events, tokens, TLS.

console_test.py HOTSPOT_CONSOLE HOTSPOTD [-v]
"""
import hashlib
import json
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

import jsonschema

import served
from served import CONSOLE, SOURCE, Served, Stream, wait_for

OPENAPI = json.loads((SOURCE / "actuator/console/openapi.json").read_text())
BODIES = {"pause": {"reason": "storage"}, "addHold": {"on": "domain", "name": "web1", "reason": "backup"}, "drain": {"reason": "disk"},
          "setMode": {"mode": "observe"}, "refuseRecommendation": {"reason": "storage"}}
NAMES = {"node": "h1", "domain": "web1", "decision": "none", "removeHold": "1", "drain": "h1", "undrain": "h1", "cancelAction": "none",
         "applyRecommendation": "none", "refuseRecommendation": "none"}
RIGHTS = ["anybody", "viewer", "operator", "admin"]
APART = ("events", "signIn", "signOut")  # have tests of their own


def operations():
    """(method, path, operation) of all that openapi.json lists, paths with names in them."""
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            name = NAMES.get(operation["operationId"], "")
            yield method.upper(), "/api/v1" + re.sub(r"\{\w+\}", name, path), operation


def check_schema(operation, answer):
    response = operation["responses"][str(answer.status)]
    if "$ref" in response:
        response = OPENAPI["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    [(kind, media)] = response["content"].items()
    assert answer.headers["Content-Type"] == kind, answer.headers
    jsonschema.validate(answer.json, {**media["schema"], "components": OPENAPI["components"]})


class WithALeader(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(tokens={**{f"{role}.of.tests": role for role in RIGHTS[1:]}, "leaver": "viewer"})
        cls.addClassCleanup(cls.served.close)
        cls.tokens = {role: cls.served.given[f"{role}.of.tests"] for role in RIGHTS[1:]}
        wait_for(lambda: cls.served.get("/api/v1/domains/web1", cls.tokens["viewer"]).status == 200, cls.served.logged)
        wait_for(lambda: cls.served.get("/api/v1/status", cls.tokens["viewer"]).json["leader"], cls.served.logged)

    def get(self, path, role="viewer", **headers):
        return self.served.get("/api/v1" + path, self.tokens[role], **headers)

    def post(self, path, body=None, role="operator", **headers):
        return self.served.post("/api/v1" + path, self.tokens[role], body, **headers)

    def stream(self, role="viewer", **headers):
        stream = Stream(self.served, self.tokens[role], **headers)
        self.addCleanup(stream.close)
        return stream

    def sign_in(self, role="operator"):
        answer = self.served.post("/api/v1/session", body={"token": self.tokens[role]})
        self.assertEqual(answer.status, 200, answer)
        return answer.headers["Set-Cookie"].split(";")[0], answer

    def test_each_operation_is_for_those_of_its_role_and_answers_as_described(self):
        for method, path, operation in operations():
            if operation["operationId"] in APART:
                continue
            needs = RIGHTS.index(operation["x-role"])
            body = BODIES.get(operation["operationId"])
            for index, role in enumerate(RIGHTS):
                answer = self.served.request(method, path, self.tokens.get(role), body)
                with self.subTest(operation=operation["operationId"], role=role, answer=str(answer)):
                    if index < needs:
                        self.assertEqual(answer.status, 403 if index else 401)
                    elif operation["operationId"] in ("cancelAction", "decision"):
                        self.assertIn(answer.status, (404, 409))
                    else:
                        self.assertIn(answer.status, (200, 409) if method != "GET" else (200,))
                    check_schema(operation, answer)
                    self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                    self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
                    self.assertEqual(answer.headers["Cache-Control"], "no-store")
        for path in ("/resume", "/nodes/h1/undrain"):
            self.assertIn(self.post(path).status, (200, 409))

    def test_the_mode_that_acts_needs_an_admin(self):
        self.assertEqual(self.post("/mode", {"mode": "enforce"}).status, 403)
        self.assertEqual(self.post("/mode", {"mode": "enforce"}, role="admin").status, 200)
        self.assertEqual(self.post("/mode", {"mode": "recommend"}).status, 200)
        self.assertEqual(self.post("/mode", {"mode": "turbo"}).status, 422)

    def test_what_is_read_is_what_hotspotd_knows(self):
        node = self.get("/nodes/h1").json
        self.assertEqual((node["node"]["name"], node["node"]["load"]["cpus"], node["node"]["load"]["cpu_ratio"]), ("h1", 8, 0.2))
        self.assertEqual([one["name"] for one in node["domains"]], ["web1"])
        domain = self.get("/domains/web1").json["domain"]
        self.assertEqual((domain["vcpus"], domain["cpu_ratio"], domain["node"]), (2, 0.95, "h1"))
        self.assertNotIn("memory_used_ratio", domain)  # not measured
        self.assertEqual(self.get("/domains/" + domain["uuid"]).json["domain"]["name"], "web1")
        self.assertEqual(self.get("/domains?node=h2").json["domains"], [])
        for path in ("/nodes/h2", "/domains/web2", "/decisions/none"):
            self.assertEqual(self.get(path).status, 404, path)
        newest = wait_for(lambda: self.get("/decisions?count=1").json["decisions"], "a decision")[0]
        self.assertEqual(self.get("/decisions/" + newest["id"]).json["record"]["id"], newest["id"])
        for count in ("0", "1001", "x", "-1", "1e2", ""):
            self.assertEqual(self.get("/decisions?count=" + count).status, 422, count)

    def test_a_command_is_its_users_and_a_refusal_says_why(self):
        done = self.post("/holds", {"on": "domain", "name": "web1", "reason": "a test", "length_seconds": 600})
        self.assertEqual((done.status, done.json["kind"]), (200, "done"), done)
        mine = wait_for(lambda: [h for h in self.get("/status").json["holds"] if h["reason"] == "a test"], "the hold")[0]
        self.assertEqual(mine["owner"], "operator.of.tests")
        self.assertRegex(mine["until"], r"^20\d\d-.*\.\d\d\dZ$")
        self.assertEqual(self.served.request("DELETE", "/api/v1/holds/" + mine["id"], self.tokens["operator"]).status, 200)
        refused = self.post("/holds", {"on": "domain", "name": "nobody", "reason": "x"})
        self.assertEqual((refused.status, refused.json["kind"]), (409, "refused"))
        self.assertIn("nobody", refused.json["detail"])
        self.assertIn("owner", self.post("/nodes/h1/drain", {"reason": "x", "owner": "root"}).json["detail"])

    def test_a_request_that_is_repeated_with_its_key_is_carried_out_once(self):
        def add(key, reason="once"):
            return self.post("/holds", {"on": "rule", "name": "Hot", "reason": reason, "length_seconds": 60}, Idempotency_Key=key)
        first, again = add("k1"), add("k1")
        self.assertEqual((first.status, again.status, first.body), (200, 200, again.body))
        self.assertEqual(add("k1", "another").status, 422)
        self.assertNotEqual(add("k2").json["id"], first.json["id"])

    def test_a_session_has_a_cookie_that_scripts_do_not_see_and_needs_the_csrf_header(self):
        cookie, answer = self.sign_in()
        for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(word, answer.headers["Set-Cookie"])
        session = self.served.get("/api/v1/session", Cookie=cookie)
        self.assertEqual((session.json["user"], session.json["role"]), ("operator.of.tests", "operator"))
        self.assertEqual(session.json["csrf"], answer.json["csrf"])
        for headers in ({}, {"X_CSRF_Token": "0" * 64}, {"X_CSRF_Token": ""}):
            self.assertEqual(self.served.post("/api/v1/resume", Cookie=cookie, **headers).status, 403, headers)
        good = {"Cookie": cookie, "X_CSRF_Token": answer.json["csrf"]}
        self.assertIn(self.served.post("/api/v1/resume", **good).status, (200, 409))
        self.assertEqual(self.served.request("DELETE", "/api/v1/session", **good).status, 204)
        self.assertEqual(self.served.get("/api/v1/session", Cookie=cookie).status, 401)

    def test_what_others_sites_can_make_a_browser_send_is_no_sign_in(self):
        body = json.dumps({"token": self.tokens["admin"]})
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            self.assertEqual(self.served.post("/api/v1/session", body=body, Content_Type=kind).status, 415)
        for body in ("", "[]", "{}", '{"token":7}', '{"token":"x","more":1}'):
            self.assertEqual(self.served.post("/api/v1/session", body=body).status, 422, body)

    def test_events_come_as_they_happen_and_a_stream_goes_on_where_it_was(self):
        first = self.stream()
        wait_for(lambda: first.of("status"), lambda: first.events)
        self.post("/holds", {"on": "cluster", "reason": "first event", "length_seconds": 60})
        wait_for(lambda: any("first event" in d["sentence"] for d in first.of("decision")), lambda: first.events)
        wait_for(lambda: first.of("nodes"), lambda: first.events)
        first.close()
        self.post("/holds", {"on": "cluster", "reason": "second event", "length_seconds": 60})
        second = self.stream(**{"Last-Event-ID": first.last_id})
        wait_for(lambda: any("second event" in d["sentence"] for d in second.of("decision")), lambda: second.events)
        self.assertEqual(second.of("gap"), [])
        lost = self.stream(**{"Last-Event-ID": "1-1/1-1"})
        wait_for(lambda: lost.of("gap"), lambda: lost.events)

    def test_who_loses_the_token_loses_session_and_stream(self):
        token = self.served.given["leaver"]
        cookie = self.served.post("/api/v1/session", body={"token": token}).headers["Set-Cookie"].split(";")[0]
        stream = Stream(self.served, token)
        self.addCleanup(stream.close)
        wait_for(lambda: stream.of("status"), "events")
        self.served.tokens("remove", "leaver")
        wait_for(lambda: stream.ended, "the end of the stream")
        self.assertEqual(self.served.get("/api/v1/session", token).status, 401)
        self.assertEqual(self.served.get("/api/v1/session", Cookie=cookie).status, 401)


class Recommendations(unittest.TestCase):
    def setUp(self):
        self.served = Served(tokens={"ada": "operator", "vic": "viewer"})
        self.addCleanup(self.served.close)

    def plan(self):
        return self.served.get("/api/v1/recommendations", self.served.given["vic"]).json

    def waiting(self):
        return wait_for(lambda: self.plan()["recommendations"], self.served.logged)[0]

    def post(self, one, what, body=None):
        return self.served.post(f"/api/v1/recommendations/{one['decision']}/{what}", self.served.given["ada"], body)

    def test_one_is_applied_as_it_was_seen_or_not_at_all(self):
        one = self.waiting()
        self.assertEqual((one["domain"], one["step"]), ("web1", "vCPUs 2 → 3"))
        listing = OPENAPI["paths"]["/recommendations"]["get"]
        check_schema(listing, self.served.get("/api/v1/recommendations", self.served.given["vic"]))
        other = self.post(one, "apply", {"step": "vCPUs 2 → 8"})
        self.assertEqual((other.status, other.json["kind"]), (409, "refused"), other)
        done = self.post(one, "apply", {"step": one["step"], "domain_uuid": one["domain_uuid"]})
        self.assertEqual((done.status, done.json["kind"]), (200, "done"), done)
        again = self.post(one, "apply")
        self.assertEqual((again.status, again.json["kind"]), (409, "skipped"), again)
        self.assertIn("ada", again.json["detail"])
        actions = wait_for(lambda: self.served.get("/api/v1/actions", self.served.given["vic"]).json["actions"], self.served.logged)
        self.assertEqual([action["approved_by"] for action in actions], ["ada"])

    def test_one_that_is_refused_is_listed_with_who_and_why(self):
        one = self.waiting()
        stream = Stream(self.served, self.served.given["vic"])
        self.addCleanup(stream.close)
        wait_for(lambda: {"waiting": 1, "refused": 0} in stream.of("recommendations"), self.served.logged)
        self.assertEqual(self.post(one, "refuse").status, 422)
        refused = self.post(one, "refuse", {"reason": "a backup runs", "length_seconds": 7200})
        self.assertEqual(refused.status, 200, refused)
        plan = wait_for(lambda: (lambda plan: plan if plan["refused"] else None)(self.plan()), self.served.logged)
        wait_for(lambda: {"waiting": 0, "refused": 1} in stream.of("recommendations"), self.served.logged)
        self.assertEqual(plan["recommendations"], [])
        self.assertEqual([(o["by"], o["step"], o["reason"]) for o in plan["refused"]], [("ada", "vCPUs 2 → 3", "a backup runs")])
        check_schema(OPENAPI["paths"]["/recommendations"]["get"],
                     self.served.get("/api/v1/recommendations", self.served.given["vic"]))


class Tokens(unittest.TestCase):
    def setUp(self):
        self.served = Served(leads=False)
        self.addCleanup(self.served.close)

    def test_are_shown_once_and_kept_hashed(self):
        token = self.served.tokens("add", "ada", "--role", "operator").stdout.strip()
        self.assertRegex(token, r"^hsc_[0-9a-f]{64}$")
        kept = self.served.world.call("HGETALL", self.served.world.key("console"))
        self.assertIn("token:ada", kept)
        self.assertNotIn(token[4:], kept)
        listed = self.served.tokens("list").stdout
        self.assertRegex(listed, r"(?m)^ada +operator +20\d\d\S+ +20")
        self.assertNotIn(token[4:20], listed)
        self.assertIn("already", self.served.tokens("add", "ada", "--role", "viewer", expect=1).stderr)
        self.served.tokens("remove", "ada")
        self.served.tokens("remove", "ada", expect=3)
        for words in (["a b", "--role", "viewer"], ["bob", "--role", "root"], ["bob"], ["bob", "--role", "viewer", "--expires", "soon"]):
            self.served.tokens("add", *words, expect=2)

    def test_that_have_expired_or_are_an_operators_forgery_of_an_admin_are_refused(self):
        def token(secret, role, expires=None):
            return json.dumps({"role": role, "sha256": hashlib.sha256(secret).hexdigest(), "created": 0, "expires": expires})
        self.served.world.call("HSET", self.served.world.key("console"), "token:old", token(b"old", "viewer", 1),
                               "token:forged", token(b"forged", "admin"), "token:right", token(b"right", "viewer"))
        wait_for(lambda: self.served.get("/api/v1/session", "right").status == 200, self.served.logged)
        for secret in ("old", "forged", "right2", "RIGHT"):
            self.assertIn(self.served.get("/api/v1/session", secret).status, (401, 429), secret)
        self.assertIn("forged does not count", self.served.logged())


class Elsewhere(unittest.TestCase):
    def test_redis_away_is_said_and_it_comes_back_by_itself(self):
        one = Served(leads=False, tokens={"ada": "operator"})
        self.addCleanup(one.close)
        token = one.given["ada"]
        wait_for(lambda: one.get("/api/v1/nodes", token).status == 200, one.logged)
        stream = Stream(one, token)
        self.addCleanup(stream.close)
        one.world.redis.send_signal(signal.SIGSTOP)
        wait_for(lambda: one.get("/api/v1/nodes", token).status == 503, one.logged)
        wait_for(lambda: stream.of("problem"), lambda: stream.events)
        self.assertIn(str(one.world.port), stream.of("problem")[0]["detail"])
        for path in ("/status", "/decisions", "/domains/db1"):
            # Each is known to be away once it was asked for again.
            wait_for(lambda asked="/api/v1" + path: one.get(asked, token).status == 503, one.logged)
            answer = one.get("/api/v1" + path, token)
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (503, "application/problem+json"), path)
            self.assertIn(str(one.world.port), answer.json["detail"])
        self.assertEqual(one.post("/api/v1/resume", token).status, 503)
        self.assertEqual((one.get("/healthz").status, one.get("/readyz").status), (200, 503))
        one.world.redis.send_signal(signal.SIGCONT)
        wait_for(lambda: one.get("/api/v1/nodes", token).status == 200, one.logged)
        wait_for(lambda: stream.of("problem")[-1]["detail"] == "", lambda: stream.events)
        wait_for(lambda: one.get("/readyz").status == 200, one.logged)

    def test_nobody_who_answers_is_504_with_what_is_known(self):
        one = Served(leads=False, tokens={"ada": "operator"})
        self.addCleanup(one.close)
        one.world.call("DEL", one.world.key("lease"))
        answer = one.post("/api/v1/resume", one.given["ada"])
        self.assertEqual((answer.status, answer.json["kind"]), (504, "unanswered"), answer)
        self.assertIn("no hotspotd leads", answer.json["detail"])

    def test_with_tls_the_cookie_is_bound_to_it_and_plain_http_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            context = served.tls_files(folder)
            (folder / "console.yaml").write_text(f"tls: {{certificate_file: {folder}/certificate.pem, key_file: {folder}/key.pem}}\n")
            one = Served("-c", folder / "console.yaml", tls=context, leads=False, tokens={"ada": "viewer"})
            self.addCleanup(one.close)
            token = one.given["ada"]
            answer = one.post("/api/v1/session", body={"token": token})
            self.assertRegex(answer.headers["Set-Cookie"], r"^__Host-hotspot=[0-9a-f]{64}; .*Secure")
            self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
            stream = Stream(one, token)
            self.addCleanup(stream.close)
            wait_for(lambda: stream.of("status"), "events by TLS")
            self.assertNotIn(b"200 OK", one.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", timeout=3))

    def test_it_needs_no_more_of_redis_than_the_operators_line_gives(self):
        with tempfile.TemporaryDirectory() as folder:
            password = pathlib.Path(folder) / "password"
            password.write_text("secret\n")
            password.chmod(0o600)
            config = pathlib.Path(folder) / "console.yaml"

            def prepare(world):
                for line in (SOURCE / "packaging/redis/hotspot.acl").read_text().splitlines():
                    for _ in range(2):  # also when it is applied again
                        self.assertEqual(world.call("ACL", "SETUSER", *line.split()[1:]).strip(), "OK", line)
                    world.call("ACL", "SETUSER", line.split()[1], "on", ">secret")
                config.write_text(f"cluster: test\nredis: {{port: {world.port}, user: hotspot-operator, password_file: {password}}}\n")
            one = Served("-c", config, tokens={"ada": "admin"}, prepare=prepare, common=["-c", config])
            self.addCleanup(one.close)
            token = one.given["ada"]
            wait_for(lambda: one.get("/api/v1/domains/web1", token).status == 200, one.logged)
            self.assertEqual(one.post("/api/v1/session", body={"token": token}).status, 200)
            wait_for(lambda: one.post("/api/v1/mode", token, {"mode": "observe"}).status == 200, one.logged)
            refused = one.post("/api/v1/mode", token, {"mode": "enforce"})
            self.assertEqual(refused.status, 403, refused)
            self.assertIn("hotspot-admin", refused.json["detail"])
            for path in ("/status", "/nodes", "/domains/web1", "/decisions", "/actions"):
                self.assertEqual(one.get("/api/v1" + path, token).status, 200, path)
            self.assertNotIn("NOPERM", one.logged())

    def test_it_refuses_what_would_send_tokens_in_the_clear(self):
        done = subprocess.run([CONSOLE, "--listen", "0.0.0.0:8400", "--check"], text=True, capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("needs 'tls'", done.stderr)

    def test_it_is_linked_with_neither_libvirt_nor_rrd(self):
        needed = subprocess.run(["readelf", "-d", CONSOLE], text=True, capture_output=True, check=True).stdout
        self.assertIn("libmicrohttpd", needed)
        self.assertNotRegex(needed, r"\[lib(virt|rrd|cairo|curl)")


if __name__ == "__main__":
    unittest.main()
