#!/usr/bin/env python3
"""What hotspot-console does with strangers, floods and nonsense: it serves everybody else, and does not grow.

abuse_test.py HOTSPOT_CONSOLE HOTSPOTD [-v]
"""
import socket
import time
import unittest

from served import Served, Stream, wait_for

HEAD = b"Host: x\r\nAuthorization: Bearer %s\r\n"


class Abuse(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served(tokens={"viewer": "viewer", "operator": "operator", "flood": "operator"})
        cls.addClassCleanup(cls.served.close)
        cls.viewer, cls.operator = cls.served.given["viewer"], cls.served.given["operator"]
        wait_for(lambda: cls.served.get("/api/v1/nodes/h1", cls.viewer).status == 200, cls.served.logged)

    def serves(self):
        answer = self.served.get("/api/v1/status", self.viewer)
        self.assertEqual(answer.status, 200, answer)

    def test_paths_that_climb_or_hide_something_are_refused(self):
        for path in ("/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/api/v1/../../etc/passwd",
                     "/api/v1/nodes/..%2f..", "/api/v1/nodes/%00", "/api//v1/status", "/api/v1/status/", "/./index.html",
                     "/api/v1/nodes/a%0d%0aSet-Cookie:%20x", "/\\..\\etc", "/%c0%ae%c0%ae/", "/api/v1/nodes/" + "x" * 8000, "//etc/passwd",
                     "/api/v1/status%20", "/API/V1/STATUS", "/index.html/../app.js"):
            got = self.served.raw(b"GET " + path.encode() + b" HTTP/1.1\r\nConnection: close\r\n" + HEAD % self.viewer.encode() + b"\r\n")
            self.assertRegex(got, rb"^HTTP/1\.1 (400|404) ", path)
            self.assertNotIn(b"root:", got)
            self.assertNotIn(b"Set-Cookie", got)
        self.serves()

    def test_requests_that_are_none_get_an_error_or_nothing(self):
        for data in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
                     b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                     b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                     b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: " + b"a" * 100_000 + b"\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"H%d: x\r\n" % i for i in range(10_000)) + b"\r\n"):
            got = self.served.raw(data, timeout=3)
            self.assertNotRegex(got, rb"^HTTP/1\.1 2", data[:60])
        self.serves()

    def test_a_body_of_100_megabytes_is_refused_and_not_kept(self):
        before = self.served.memory_bytes()
        for head in (b"Content-Length: 104857600\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.served.port), timeout=20) as client:
                client.sendall(b"POST /api/v1/pause HTTP/1.1\r\nContent-Type: application/json\r\n" + HEAD % self.operator.encode() + head)
                part, sent, got = b"1000\r\n" + b"x" * 4096 + b"\r\n", 0, b""
                try:
                    while sent < 104_857_600:
                        client.sendall(part)
                        sent += len(part)
                    got = client.recv(4096)
                except OSError:
                    try:
                        got = client.recv(4096)
                    except OSError:
                        pass
            self.assertLess(sent, 50_000_000, "it was not taken to its end")
            self.assertTrue(got == b"" or got.startswith(b"HTTP/1.1 413"), got)
        answer = self.served.post("/api/v1/pause", self.operator, "x" * (65 * 1024))
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (413, "application/problem+json"))
        self.assertLess(self.served.memory_bytes() - before, 8 << 20)
        self.serves()

    def test_slow_clients_are_cut_off_and_hold_up_nobody(self):
        slow = [socket.create_connection(("127.0.0.1", self.served.port), timeout=1) for _ in range(200)]
        begin, open_ones, position = time.monotonic(), set(range(200)), 0
        text = b"POST /api/v1/pause HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + b" " * 1000

        def all_are_cut_off():
            nonlocal position
            for index in list(open_ones):
                try:
                    slow[index].send(text[position:position + 1])
                except OSError:
                    open_ones.discard(index)
            position += 1
            asked = time.monotonic()
            self.serves()
            self.assertLess(time.monotonic() - asked, 5)
            return not open_ones

        wait_for(all_are_cut_off, lambda: f"{len(open_ones)} are open")
        self.assertGreater(time.monotonic() - begin, 5, "they had some time")
        for one in slow:
            one.close()

    def test_ten_thousand_requests_leave_nothing_behind(self):
        connection = self.served.connection()

        def ask(times):
            for i in range(times):
                path = ("/api/v1/status", "/api/v1/nodes", "/api/v1/nothing", "/healthz")[i % 4]
                connection.request("GET", path, headers={"Authorization": f"Bearer {self.viewer}"})
                answer = connection.getresponse()
                answer.read()
                self.assertEqual(answer.status, 404 if i % 4 == 2 else 200)

        ask(2000)
        memory, threads, descriptors = self.served.memory_bytes(), self.served.threads(), self.served.descriptors()
        ask(10_000)
        connection.close()
        self.assertLess(self.served.memory_bytes() - memory, 4 << 20)
        self.assertEqual(self.served.threads(), threads)
        self.assertLessEqual(self.served.descriptors(), descriptors)

    def test_a_hundred_streams_beside_requests_take_no_threads_and_all_get_what_happens(self):
        threads, memory = self.served.threads(), self.served.memory_bytes()
        streams = [Stream(self.served, self.viewer) for _ in range(110)]
        for stream in streams:
            self.addCleanup(stream.close)
        self.assertEqual({stream.status for stream in streams}, {200})
        for _ in range(20):
            self.serves()
        answer = self.served.post("/api/v1/holds", self.operator, {"on": "cluster", "reason": "for all", "length_seconds": 60})
        self.assertEqual(answer.status, 200, answer)
        wait_for(lambda: all(any("for all" in d["sentence"] for d in s.of("decision")) for s in streams),
                 lambda: [len(s.events) for s in streams])
        self.assertEqual(self.served.threads(), threads)
        self.assertLess(self.served.memory_bytes() - memory, 16 << 20)

    def test_more_streams_than_allowed_are_told_to_come_again(self):
        one = Served(leads=False, tokens={"ada": "viewer"})
        self.addCleanup(one.close)
        token = one.given["ada"]
        connections = []
        for _ in range(256):
            connection = one.connection()
            connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {token}"})
            self.assertEqual(connection.getresponse().status, 200)
            connections.append(connection)
        answer = one.get("/api/v1/events", token)
        self.assertEqual(answer.status, 503)
        self.assertIn("Retry-After", answer.headers)
        self.assertEqual(one.get("/api/v1/status", token).status, 200)
        for connection in connections:
            connection.close()

        def there_is_room():
            stream = Stream(one, token)
            stream.close()
            return stream.status == 200
        wait_for(there_is_room, "room again")

    def test_who_never_reads_a_stream_costs_only_itself(self):
        memory = self.served.memory_bytes()
        deaf = []
        for _ in range(50):
            client = socket.create_connection(("127.0.0.1", self.served.port), timeout=10)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.sendall(b"GET /api/v1/events HTTP/1.1\r\n" + HEAD % self.viewer.encode() + b"\r\n")
            deaf.append(client)
        stream = Stream(self.served, self.viewer)
        self.addCleanup(stream.close)
        wait_for(lambda: len(stream.of("nodes")) > 3, lambda: stream.events)
        self.serves()
        self.assertLess(self.served.memory_bytes() - memory, 16 << 20)
        for client in deaf:
            client.close()

    def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(self):
        one = Served(leads=False, tokens={"ada": "viewer"})
        self.addCleanup(one.close)
        token = one.given["ada"]
        seen = [one.get("/api/v1/status", "hsc_" + "0" * 64).status for _ in range(30)]
        self.assertEqual((seen[0], seen[-1]), (401, 429))
        self.assertEqual(one.post("/api/v1/session", body={"token": "x"}).status, 429)
        self.assertEqual(one.get("/api/v1/status", token).status, 200)
        self.assertEqual(one.post("/api/v1/session", body={"token": token}).status, 200)
        self.assertLess(one.logged().count("refused 127.0.0.1"), 20)

    def test_a_flood_of_commands_is_slowed_down(self):
        token = self.served.given["flood"]
        seen = [self.served.post("/api/v1/mode", token, {"mode": "turbo"}) for _ in range(60)]
        self.assertEqual(seen[0].status, 422)
        self.assertEqual(seen[-1].status, 429)
        self.assertGreaterEqual(int(seen[-1].headers["Retry-After"]), 1)
        self.serves()

    def test_what_stands_in_redis_by_strangers_is_shown_as_text(self):
        one = Served(leads=False, tokens={"ada": "viewer"})
        self.addCleanup(one.close)
        token = one.given["ada"]
        name = "<script>alert(1)</script>\u202e\x1b[31m\n"
        one.world.send_snapshot(1, [["a1b2c3d4-0000-4000-8000-000000000009", name, "running", 1, 1, 0.1, 1 << 30]])
        for field in ("token:x", "session:" + "0" * 64, "x" * 1000):
            one.world.call("HSET", one.world.key("console"), field, "[" * 50_000)
        domains = wait_for(lambda: [d["name"] for d in one.get("/api/v1/domains", token).json["domains"] if "script" in d["name"]], "the domain")
        self.assertEqual(domains, [name])  # JSON, unchanged; pages put it in as text
        answer = one.get("/api/v1/domains", token)
        self.assertEqual((answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]), ("application/json", "nosniff"))

    def test_the_other_end_may_go_at_any_time(self):
        descriptors = self.served.descriptors()
        for _ in range(100):
            with socket.create_connection(("127.0.0.1", self.served.port)) as client:
                client.sendall(b"GET /api/v1/decisions?count=1000 HTTP/1.1\r\n" + HEAD % self.viewer.encode() + b"\r\n")
        self.serves()
        wait_for(lambda: self.served.descriptors() <= descriptors + 2, lambda: f"{self.served.descriptors()}, before {descriptors}")


if __name__ == "__main__":
    unittest.main()
