#!/usr/bin/env python3
"""The ten rules of bench/rules/rules.yml at once, over five minutes of 30,000 domains on 1,000 nodes, against Debian's
prometheus on the same data: CPU time of one evaluation, and memory.

  rules.py BUILD [--domains N] [--nodes N] [--no-linear]

Prometheus gets the samples by remote write into its head, where a scrape would have put them, and each expression as an
instant query for count(EXPRESSION), so that no time goes into JSON; its alerting state is not even counted. Then each
expression itself is asked once, unmeasured, and what holds must be what holds for us. Memory is resident memory after
the evaluations. Ours is also run at ten times the domains: the time must grow with them, not faster. Rules whose values
have to find their domain or their window among all others are compared with the same rules where nothing has to be
found (bench/rules/cluster.cc): going through all domains for each value takes a hundred times as long.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from measuring import conclude  # noqa: E402

RULES = pathlib.Path(__file__).parent / "rules" / "rules.yml"
TIME_BOUND, MEMORY_BOUND, LINEAR_BOUND = 1 / 200, 1 / 8, 1.5
FINDING_BOUNDS, CLUSTER_ROUNDS = {"by-domain": 4, "twins": 4, "windows": 20}, 3


class Prometheus:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        config = folder / "prometheus.yml"
        config.write_text("global: {scrape_interval: 10s}\n")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--log.level=error"],
            stdout=subprocess.DEVNULL, stderr=open(folder / "log", "w"))
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(self.url + "/-/ready", timeout=5)
                return
            except (urllib.error.URLError, OSError) as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    sys.exit(f"prometheus does not answer: {error}; {(folder / 'log').read_text()[-2000:]}")
                time.sleep(0.1)

    def write(self, body):
        request = urllib.request.Request(self.url + "/api/v1/write", data=body, headers={
            "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0"})
        urllib.request.urlopen(request, timeout=120).read()

    def query(self, expression, at_s):
        data = urllib.parse.urlencode({"query": expression, "time": at_s, "timeout": "2m"}).encode()
        answer = json.load(urllib.request.urlopen(self.url + "/api/v1/query", data=data, timeout=180))
        return answer["data"]["result"]

    def cpu_ms(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def resident_kb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def fill(prometheus, program, domains, nodes, end_ms):
    with subprocess.Popen([program, str(domains), str(nodes), str(end_ms)], stdout=subprocess.PIPE) as writer:
        while head := writer.stdout.read(8):
            prometheus.write(writer.stdout.read(struct.unpack("<Q", head)[0]))
    if writer.returncode != 0:
        sys.exit(f"{program} failed")


def measure_prometheus(prometheus, rules, end_s):
    """CPU milliseconds of all expressions once, the smallest of three rounds."""
    rounds = []
    for _ in range(3):
        before = prometheus.cpu_ms()
        for rule in rules:
            prometheus.query(f"count({rule['expr']})", end_s)
        rounds.append(prometheus.cpu_ms() - before)
    return min(rounds), rounds


def results_of_prometheus(prometheus, rules, end_s):
    found = {}
    for rule in rules:
        for one in prometheus.query(rule["expr"], end_s):
            labels = one["metric"]
            found[(rule.get("alert") or rule["record"], labels.get("domain", ""), labels.get("node", ""))] = \
                float(one["value"][1])
    return found


def results_of_ours(path):
    found = {}
    for line in path.read_text().splitlines():
        rule, domain, node, value = line.split("\t")
        found[(rule, domain, node)] = float(value)
    return found


def compare(ours, theirs):
    missing, extra = theirs.keys() - ours.keys(), ours.keys() - theirs.keys()
    off = [key for key in ours.keys() & theirs.keys() if not math.isclose(ours[key], theirs[key], rel_tol=1e-9)]
    print(f"results: {len(theirs)} of prometheus, {len(ours)} of ours; {len(missing)} missing, {len(extra)} too many, "
          f"{len(off)} of another value", flush=True)
    for key in list(missing)[:3] + list(extra)[:3] + off[:3]:
        print("  ", key, "prometheus:", theirs.get(key), "ours:", ours.get(key))
    return not missing and not extra and not off and len(ours) > 0


def run_ours(program, domains, nodes, end_ms, results=None):
    run = subprocess.run([program, RULES, str(domains), str(nodes), str(end_ms)] + ([str(results)] if results else []),
                         text=True, capture_output=True, check=True)
    print(f"ours, {domains} domains: {run.stdout.strip()} {run.stderr.strip()}", flush=True)
    return json.loads(run.stdout)


def costs_of_finding(program, domains, nodes):
    """By case: CPU milliseconds where each value has to be found, and where it has not; the least of some runs."""
    least = {}
    for _ in range(CLUSTER_ROUNDS):
        run = subprocess.run([program, str(domains), str(nodes)], text=True, stdout=subprocess.PIPE, check=True)
        for name, costs in json.loads(run.stdout).items():
            least[name] = [min(pair) for pair in zip(costs, least.get(name, costs))]
    return least


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--domains", type=int, default=30_000)
    parser.add_argument("--nodes", type=int, default=1_000)
    parser.add_argument("--no-linear", action="store_true")
    options = parser.parse_args()
    programs = options.build.resolve() / "bin"
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    end_s = int(time.time()) // 10 * 10
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hotspot-bench-rules-"))
    prometheus = None
    try:
        prometheus = Prometheus(folder)
        fill(prometheus, programs / "bench_rules_remote_write", options.domains, options.nodes, end_s * 1000)
        peer_ms, rounds = measure_prometheus(prometheus, rules, end_s)
        peer_kb = prometheus.resident_kb()
        print(f"prometheus: CPU ms of one evaluation {rounds}, resident {peer_kb / 1024:.0f} MiB", flush=True)
        ours = run_ours(programs / "bench_rules_engine", options.domains, options.nodes, end_s * 1000, folder / "ours")
        same = compare(results_of_ours(folder / "ours"), results_of_prometheus(prometheus, rules, end_s))
    finally:
        if prometheus is not None:
            prometheus.stop()
        shutil.rmtree(folder, ignore_errors=True)
    ok = same
    if not options.no_linear:
        ten = run_ours(programs / "bench_rules_engine", options.domains * 10, options.nodes, end_s * 1000)
        ok &= conclude("rules-linear", ten["cpu_ms"] / 10, ours["cpu_ms"], LINEAR_BOUND, "ms") == 0
    for name, (finding, plain) in costs_of_finding(programs / "bench_rules_cluster", options.domains,
                                                   options.nodes).items():
        ok &= conclude(f"rules-{name}", finding, plain, FINDING_BOUNDS[name], "ms") == 0
    ok &= conclude("rules-memory", ours["resident_kb"] / 1024, peer_kb / 1024, MEMORY_BOUND, "MiB", 1) == 0
    ok &= conclude("rules", ours["cpu_ms"], peer_ms, TIME_BOUND, "ms") == 0
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
