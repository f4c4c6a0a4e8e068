"""A console that is served: hotspot-console and hotspotd on a redis-server, and requests to it."""
import functools
import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "ctl")]
import waiting

CONSOLE, HOTSPOTD = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
sys.argv[1:3] = [str(HOTSPOTD), ""]
import steering_test  # takes two programs from the command line
import cluster

wait_for = functools.partial(waiting.wait_for, limit=30)


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.json = json.loads(self.body) if self.body and "json" in self.headers.get("Content-Type", "") else None

    def __repr__(self):
        return f"{self.status} {self.body[:300]}"


class Stream(threading.Thread):
    """Reads server-sent events, as (event, data, id)."""

    def __init__(self, served, token, **headers):
        super().__init__(daemon=True)
        self.connection = served.connection(timeout=60)
        self.connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {token}", **headers})
        self.response = self.connection.getresponse()
        self.status, self.events, self.ended, self.last_id = self.response.status, [], False, ""
        self.start()

    def run(self):
        event, data, last = "", "", ""
        try:
            for raw in self.response:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    data = value
                elif name == "id":
                    last = self.last_id = value
                elif not name and event:
                    self.events.append((event, json.loads(data), last))
                    event, data, last = "", "", ""
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.ended = True

    def of(self, kind):
        return [data for event, data, _ in self.events if event == kind]

    def close(self):
        try:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass
        self.join()


class Served:
    """tokens: names with roles, which are there from the beginning; their texts are in `given`. prepare: is called with the
    Cluster before anything reaches it. common: the options of all calls of the program."""

    def __init__(self, *words, tls=None, leads=True, tokens=None, prepare=None, common=None):
        self.world = cluster.Cluster()
        self.common = common
        if prepare:
            prepare(self.world)
        self.root, self.tls, self.node, self.daemon = self.world.root, tls, None, None
        self.redis = f"127.0.0.1:{self.world.port}"
        self.port = waiting.free_port()
        if leads:
            self.lead()
        else:
            self.world.fill()
        self.given = {name: self.tokens("add", name, "--role", role).stdout.strip() for name, role in (tokens or {}).items()}
        self.log = open(self.root / "console.log", "w")
        options = self.options() + [word for word in words if word not in self.options()]
        self.process = subprocess.Popen([CONSOLE, *options, "--listen", f"127.0.0.1:{self.port}"], stderr=self.log)
        wait_for(lambda: self.is_ready(), self.logged)

    def options(self):
        return self.common or ["--redis", self.redis, "--cluster", "test"]

    def lead(self):
        (self.root / "rules.yaml").write_text(steering_test.RULES)
        (self.root / "hotspotd.yaml").write_text(f"cluster: test\nmode: recommend\nrules: {self.root}/rules.yaml\n"
                                                 f"redis: {{port: {self.world.port}}}\n" + waiting.admission("h1"))
        self.node = steering_test.Node(self.world, "test")
        self.daemon = subprocess.Popen([HOTSPOTD, "-c", self.root / "hotspotd.yaml"], stderr=open(self.root / "log", "w"))

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(self.logged())
        try:
            return self.get("/readyz").status == 200
        except OSError:
            return False

    def logged(self):
        return (self.root / "console.log").read_text()

    def close(self):
        self.world.redis.send_signal(18)  # SIGCONT
        for process in filter(None, (self.process, self.daemon)):
            process.terminate()
            process.wait()
        if self.node:
            self.node.stop()
        self.log.close()
        said = self.logged()
        self.world.close()
        if self.process.returncode != 0:
            raise AssertionError(f"it ended with {self.process.returncode}: {said}")

    # --- tokens ---
    def tokens(self, *words, expect=0):
        done = subprocess.run([CONSOLE, *self.options(), "token", *words], text=True, capture_output=True, timeout=30)
        if done.returncode != expect:
            raise AssertionError(f"{words}: {done.returncode} {done.stdout}{done.stderr}")
        return done

    def token(self, name, role="viewer"):
        """One that is made while it runs; until it is read, it counts as wrong."""
        text = self.tokens("add", name, "--role", role).stdout.strip()
        wait_for(lambda: self.get("/api/v1/session", text).status == 200, self.logged)
        return text

    # --- requests ---
    def connection(self, timeout=30):
        if self.tls:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def request(self, method, path, token=None, body=None, **headers):
        connection = self.connection()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=body if body is None or isinstance(body, (str, bytes)) else json.dumps(body),
                               headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, token=None, **headers):
        return self.request("GET", path, token, **headers)

    def post(self, path, token=None, body=None, **headers):
        return self.request("POST", path, token, body, **headers)

    def raw(self, data, timeout=15):
        """What comes back for these bytes, until the console closes or nothing comes for a while."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as client:
            got = b""
            try:
                client.sendall(data)
                while part := client.recv(65536):
                    got += part
            except (TimeoutError, ConnectionError):
                pass
            return got

    # --- the process ---
    def memory_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) * 1024

    def threads(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()))

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))


def tls_files(folder):
    """A certificate for 127.0.0.1, its key, and the context of a client that trusts it."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
                    folder / "certificate.pem"], check=True, capture_output=True)
    return ssl.create_default_context(cafile=folder / "certificate.pem")
