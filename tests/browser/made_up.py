"""A cluster as the HTTP API of the console describes it, made up from a seed: nodes, domains, what fires, actions, decisions."""
import datetime
import random

GIB = 2**30
HELD = "NodeCpuHot (node_cpu_domains_ratio > 65%) held 5 of 5 samples"
OPERATOR_WORDS = "web db mail cache build ci vpn files wiki git shop auth".split()


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def explanation(rule, subject, expression, value, lines):
    return (f"{rule} on {subject}, mode enforce\nexpression: {expression}\n"
            f"measured: {value:.2f}, 1.2 s before the decision; held 5 of 5 samples\n" + "".join(f"{line}\n" for line in lines))


class Cluster:
    """What the feed serves. All times are relative to `now`, unix seconds."""

    def __init__(self, now, nodes=12, each=6, seed=7):
        self.now, self.random = now, random.Random(seed)
        width = max(2, len(str(nodes)))
        self.nodes = [self._node(f"n{at:0{width}}", at) for at in range(1, nodes + 1)]
        self.each = each
        self.hot, self.stale, self.drained = self.nodes[min(6, nodes - 1)], self.nodes[-3], self.nodes[2]
        self._unusual()
        self.by_node = {}
        self.actions, self.decisions = [], []
        self.holds = [{"id": "1", "on": "domain", "name": "db-n04-2", "owner": "mara", "reason": "quarter-end run", "since": self.at(-5400), "until": self.at(9000)},
                      {"id": "2", "on": "node", "name": self.nodes[4]["name"], "owner": "jo", "reason": "new disks", "since": self.at(-900)}]
        self.pause, self.mode, self.recommendations, self.refused = None, "enforce", [], []
        self.drains = [{"node": self.drained["name"], "owner": "jo", "reason": "new memory, back at 16:00", "since": self.at(-480), "running": 2}]
        self.firings = self._firings()
        self._history()

    def at(self, seconds):
        return rfc3339(self.now + seconds)

    def _node(self, name, at):
        pick = self.random
        cpu, memory = min(0.74, max(0.02, pick.gauss(0.36, 0.17))), min(0.86, max(0.08, pick.gauss(0.52, 0.16)))
        size = pick.choice([128, 256, 256, 384]) * GIB
        return {"name": name, "uuid": f"00000000-0000-4000-8000-{at:012x}", "uri": f"qemu+tls://{name}.example/system", "standing": "proven",
                "load": {"hypervisor": "QEMU", "cpus": pick.choice([32, 48, 64]), "cpu_ratio": round(cpu, 4), "cpu_domains_ratio": round(cpu * 0.93, 4),
                         "cpu_steal_ratio": round(max(0, pick.gauss(0.004, 0.004)), 4), "memory_bytes": size,
                         "memory_available_bytes": int(size * (1 - memory)), "memory_used_ratio": round(memory, 4),
                         "net_used_ratio": round(min(0.9, pick.expovariate(9)), 4), "volume": round(1 / (1 - cpu) / (1 - memory), 2), "domains": 0},
                "taken_at": self.at(-pick.uniform(0.5, 4)), "age_seconds": 2.0, "stale": False, "drain_requested": False}

    def _unusual(self):
        self.hot["load"].update(cpu_ratio=0.94, cpu_domains_ratio=0.91, cpu_steal_ratio=0.081, volume=21.4, memory_used_ratio=0.71)
        self.stale.update(stale=True, taken_at=self.at(-240), age_seconds=240.0)
        self.drained["drain_requested"] = True
        for node in self.nodes:
            node["load"]["domains"] = self.each
        for near in range(9, len(self.nodes), 37):
            self.nodes[near]["load"].update(cpu_ratio=0.86, cpu_domains_ratio=0.8)

    def domains_of(self, name):
        if name not in self.by_node:
            node = next((one for one in self.nodes if one["name"] == name), None)
            self.by_node[name] = [self._domain(node, at) for at in range(1, node["load"]["domains"] + 1)] if node else []
        return self.by_node[name]

    def _domain(self, node, at):
        pick = random.Random(f"{node['name']} {at}")
        hot = node is self.hot and at <= 2
        vcpus, size = pick.choice([1, 2, 2, 4, 4, 8]) if not hot else 4 * at + 8, pick.choice([1, 2, 4, 8, 16]) * GIB
        busy, used = (0.97 if hot else min(0.8, pick.expovariate(3))), min(0.95, max(0.1, pick.gauss(0.55, 0.2)))
        one = {"name": f"{OPERATOR_WORDS[at % len(OPERATOR_WORDS)]}-{node['name']}-{at}", "uuid": f"{int(node['uuid'][-12:], 16):08x}-0000-4000-9000-{at:012x}",
               "node": node["name"], "state": "running" if pick.random() > 0.04 else "paused", "belongs_here": True, "stale": node["stale"],
               "taken_at": node["taken_at"], "vcpus": vcpus, "vcpus_max": 2 * vcpus, "cpu_ratio": round(busy, 4),
               "cpu_steal_ratio": round(0.09 if hot else pick.uniform(0, 0.01), 4), "memory_balloon_bytes": size, "memory_balloon_max_bytes": size * 2,
               "memory_used_ratio": round(used, 4), "memory_available_bytes": int(size * 0.97), "memory_usable_bytes": int(size * 0.97 * (1 - used)),
               "memory_rss_bytes": int(size * 0.9), "disk_bytes_per_second": round(pick.expovariate(1 / 2e6), 1),
               "net_bytes_per_second": round(pick.expovariate(1 / 5e5), 1), "migration_obstacles": [], "job_active": False}
        if pick.random() < 0.06:
            one["migration_obstacles"] = ["it has the host device 0000:3b:00.0"]
        return one

    def domain(self, name):
        """By UUID or name."""
        for node in self.nodes:
            if name.startswith(f"{int(node['uuid'][-12:], 16):08x}-") or f"-{node['name']}-" in name:
                for one in self.domains_of(node["name"]):
                    if name in (one["uuid"], one["name"]):
                        return one
        return None

    def _firings(self):
        busy = self.domains_of(self.hot["name"])[0]
        return [{"rule": "NodeCpuHot", "phase": "firing", "labels": {"node": self.hot["name"], "severity": "warning"}, "value": 0.91, "held": "5 of 5 samples",
                 "fresh": True, "since": self.at(-252)},
                {"rule": "DomainCpuHot", "phase": "firing", "labels": {"domain": busy["name"], "uuid": busy["uuid"], "node": self.hot["name"]}, "value": 0.97,
                 "held": "5 of 5 samples", "fresh": True, "since": self.at(-190)},
                {"rule": "DomainMemoryShort", "phase": "firing", "labels": {"domain": f"mail-{self.stale['name']}-2", "node": self.stale["name"]}, "value": 0.94,
                 "held": "6 of 6 samples", "fresh": False, "since": self.at(-3100)},
                {"rule": "DomainCpuHot", "phase": "pending", "labels": {"domain": f"cache-{self.nodes[0]['name']}-3", "node": self.nodes[0]["name"]}, "value": 0.92,
                 "held": "2 of 5 samples", "fresh": True, "since": self.at(-24)}]

    def action(self, number, domain, node, step, **more):
        one = {"id": f"1796047{number:06}-1-a1", "domain": domain["name"], "domain_uuid": domain["uuid"], "node": node, "node_uuid": "", "step": step,
               "state": "done", "ended": True, "rule": "NodeCpuHot", "decision": f"1796047{number:06}-1-d1", "reason": f"the domains of {node} use 91 % of its CPU",
               "at": self.at(0), "figures": {}}
        one.update(more)
        self.actions.append(one)
        return one

    def decide(self, number, at, rule, subject, outcome, sentence, **more):
        one = {"id": f"1796047{number:06}-1-d1", "at": self.at(at), "rule": rule, "subject": subject, "subject_key": "", "outcome": outcome,
               "sentence": sentence, "explanation": more.pop("explanation", sentence + "\n")}
        record = {**one, "at": self.now + at, "mode": "enforce", "value": 0.91, "held": "5 of 5 samples", "expression": "node_cpu_domains_ratio > 65%", **more.pop("record", {})}
        one.update(more)
        one["record"] = record
        self.decisions.append(one)
        return one

    def _history(self):
        hot = self.hot["name"]
        victim, second = self.domains_of(hot)[0], self.domains_of(hot)[1]
        figures = {"predicted_total_ms": 31000, "predicted_downtime_ms": 210, "predicted_rounds": 4, "predicted_bandwidth_bytes_per_second": 118e6,
                   "predicted_memory_bytes": 4.1 * GIB, "predicted_dirty_bytes_per_second": 22e6, "predicted_throttle_percent": 0}
        for back in range(1, 41):
            number, node = 100 + 2 * back, self.nodes[(back * 5) % len(self.nodes)]["name"]
            domain = self.domains_of(node)[back % max(1, self.each)] if self.each else victim
            spread = 0.85 + 0.3 * self.random.random()
            state = "failed" if back % 13 == 0 else "aborted" if back % 17 == 0 else "done"
            # The journal of the hot domain: it came from elsewhere.
            if back in (3, 9):
                domain, state = victim, "done"
            to = hot if back == 3 else self.nodes[(back * 7 + 1) % len(self.nodes)]["name"]
            node = self.nodes[1]["name"] if back == 3 else node
            if back % 3:
                step = f"migrate to {to}"
                done = {**figures, "total_ms": round(31000 * spread), "downtime_ms": round(210 * spread * spread), "rounds": 3 + back % 3,
                        "bandwidth_bytes_per_second": 118e6 * spread, "dirty_bytes_per_second": 21e6, "memory_processed_bytes": 5.2 * GIB} if state == "done" else dict(figures)
            else:
                step, done = ("vCPUs 2 → 4" if back % 2 else "balloon 4 GiB → 6 GiB"), {}
                if back in (3, 9):
                    step, done = f"migrate to {to}", {**figures, "total_ms": 29800, "downtime_ms": 180}
            self.action(number, domain, node, step, state=state, at=self.at(-1700 * back), figures=done,
                        message={"failed": f"{to} refused it: it has 0 of the 512 free huge pages of 2 MiB", "aborted": "cancelled by jo"}.get(state, ""))
            self.decide(number, -1700 * back - 35, "NodeCpuHot", f"node {node}", "act", f"node {node}: {HELD}; {step} for {domain['name']}",
                        action=f"1796047{number:06}-1-a1",
                        explanation=explanation("NodeCpuHot", f"node {node}", "node_cpu_domains_ratio > 65%", 0.71, [f"decided: {step} for {domain['name']}"]))
        self.actions.reverse()
        self.decisions.reverse()
        self._now(victim, second, figures)

    def _now(self, victim, second, figures):
        hot, to = self.hot["name"], self.nodes[8 % len(self.nodes)]["name"]
        words = [f"decided: migrate to {to} for {second['name']}",
                 f"{second['name']}: used 3.9 cores, had 4 vCPUs, had 4.1 GiB of memory, predicted to move within 31 s, standing still for 0.21 s",
                 f"{hot}: CPU 94 % → 61 %, memory 71 % → 69 %", f"{to}: CPU 22 % → 47 %, memory 40 % → 43 %",
                 "possible too, but worse:", f"  - {second['name']} to n02: CPU of n02 55 %", "considered, and refused:",
                 f"  - {victim['name']}: in_cooldown: it was changed 4 min ago, and rests for 15 min"]
        self.decide(900, -38, "NodeCpuHot", f"node {hot}", "act", f"node {hot}: {HELD}; migrate to {to} for {second['name']}, {hot} CPU 94 % → 61 %",
                    action="1796047000900-1-a1", explanation=explanation("NodeCpuHot", f"node {hot}", "node_cpu_domains_ratio > 65%", 0.91, words), record={
                        "figures": {"domain": second["name"], "cores_used": 3.9, "vcpus": 4, "balloon_bytes": int(4.1 * GIB), "predicted_total_seconds": 31,
                                    "predicted_downtime_seconds": 0.21},
                        "effects": [{"node": hot, "cpu_ratio_before": 0.94, "cpu_ratio_after": 0.61, "memory_used_ratio_before": 0.71, "memory_used_ratio_after": 0.69},
                                    {"node": to, "cpu_ratio_before": 0.22, "cpu_ratio_after": 0.47, "memory_used_ratio_before": 0.4, "memory_used_ratio_after": 0.43}],
                        "alternatives": [{"domain": second["name"], "target": name, "cpu_ratio": cpu, "memory_used_ratio": 0.5, "total_seconds": 33.0,
                                          "downtime_seconds": 0.24, "cures": True} for name, cpu in (("n02", 0.55), ("n05", 0.58), ("n11", 0.61))],
                        "more_alternatives": 4,
                        "considered": [{"remedy": "migrate", "domain": victim["name"], "target": "", "refusal": "in_cooldown", "message": "it was changed 4 min ago, and rests for 15 min"},
                                       {"remedy": "migrate", "domain": second["name"], "target": "n03", "refusal": "held", "message": "n03 is being drained"}],
                        "more_refused": {"no_cpu": 3}})
        self.decide(901, -20, "DomainCpuHot", f"domain {victim['name']} on {hot}", "nothing",
                    f"domain {victim['name']} on {hot}: DomainCpuHot (domain_cpu_ratio > 90%) held 5 of 5 samples; nothing is done, because it is in its cooldown for "
                    "another 11 min",
                    subject_key=f"domain:{victim['uuid']}",
                    explanation=explanation("DomainCpuHot", f"domain {victim['name']}", "domain_cpu_ratio > 90%", 0.97, ["nothing is done, because it is in its cooldown"]),
                    record={"expression": "domain_cpu_ratio > 90%", "value": 0.97})
        self._waiting(figures)
        self.action(900, second, hot, f"migrate to {to}", state="progress", ended=False, at=self.at(-2), reason=f"the domains of {hot} use 91 % of its CPU",
                    figures={**figures, "elapsed_ms": 19400, "memory_total_bytes": 4.1 * GIB, "memory_remaining_bytes": 1.6 * GIB,
                             "bandwidth_bytes_per_second": 121e6, "iteration": 2, "dirty_bytes_per_second": 24e6, "throttle_percent": 0})

    def recommend(self, number, at, domain, node, rule, step, why, **more):
        """A recommendation that waits, and its decision."""
        domains = rule.startswith("Domain")
        subject = f"domain {domain['name']} on {node}" if domains else f"node {node}"
        decision = self.decide(number, at, rule, subject, "recommend", f"{subject}: {why}; {step} for {domain['name']}",
                               record={"effects": more.pop("effects", []), "mode": "recommend"})
        one = {"decision": decision["id"], "rule": rule, "subject": subject, "subject_key": f"domain:{domain['uuid']}" if domains else "", "mode": "recommend",
               "sentence": decision["sentence"], "domain": domain["name"], "domain_uuid": domain["uuid"], "node": node, "node_uuid": "", "step": step,
               "preconditions": [f"{rule} still fires on {subject}", f"{domain['name']} runs on {node}",
                                 "the mode is not observe; no hold, pause, window, cooldown or limit forbids it"],
               "since": self.at(at), "expires": self.at(at + 14400), **more}
        self.recommendations.append(one)
        return one

    def _waiting(self, figures):
        if not self.each or len(self.nodes) < 11:
            return
        self.nodes[10]["load"].update(cpu_ratio=0.8, cpu_domains_ratio=0.77)
        busy, held, to = self.nodes[10]["name"], self.nodes[4]["name"], self.nodes[1]["name"]
        self.recommend(880, -2400, self.domains_of(held)[1], held, "DomainCpuHot", "vCPUs 2 → 4",
                       "DomainCpuHot (domain_cpu_ratio > 90%) held 5 of 5 samples")
        now, there = (self.nodes[at]["load"] for at in (10, 1))
        self.recommend(890, -420, self.domains_of(busy)[0], busy, "NodeCpuHot", f"migrate to {to}", HELD, predicted_seconds=31.0, predicted_downtime_seconds=0.21,
                       effects=[{"node": busy, "cpu_ratio_before": 0.84, "cpu_ratio_after": 0.62, "memory_used_ratio_before": now["memory_used_ratio"],
                                 "memory_used_ratio_after": now["memory_used_ratio"] - 0.04},
                                {"node": to, "cpu_ratio_before": there["cpu_ratio"], "cpu_ratio_after": there["cpu_ratio"] + 0.19,
                                 "memory_used_ratio_before": there["memory_used_ratio"], "memory_used_ratio_after": there["memory_used_ratio"] + 0.05}])
        self.firings.append({"rule": "NodeCpuHot", "phase": "firing", "labels": {"node": busy, "severity": "warning"}, "value": 0.77, "held": "5 of 5 samples",
                             "fresh": True, "since": self.at(-430)})
        self.refuse(self.recommend(870, -7000, self.domains_of(busy)[2], busy, "DomainCpuHot", "vCPUs 4 → 8",
                                   "DomainCpuHot (domain_cpu_ratio > 90%) held 5 of 5 samples"), "mara", "its licence is for 4 CPUs", -3600)

    def refuse(self, one, by, reason, at=0):
        self.recommendations.remove(one)
        self.refused.append({**{name: one[name] for name in ("decision", "rule", "domain", "domain_uuid", "step")}, "by": by, "reason": reason, "at": self.at(at),
                             "until": self.at(at + 86400)})

    def plan(self):
        return {"recommendations": self.recommendations, "refused": self.refused}

    def status(self):
        one = {"leader": "hotspotd@n01:4711", "version": "0.9.0", "at": self.at(0), "mode": self.mode, "dry_run": False,
               "firing": sum(each["phase"] == "firing" for each in self.firings), "pending": sum(each["phase"] == "pending" for each in self.firings),
               "firings": self.firings, "in_flight": [each for each in self.actions if not each["ended"]], "holds": self.holds, "drains": self.drains}
        return {**one, "pause": self.pause} if self.pause else one

    def domain_page(self, name):
        domain = self.domain(name)
        if not domain:
            return None
        own = [one for one in self.actions if one["domain_uuid"] == domain["uuid"]]
        about = [one for one in self.decisions if domain["name"] in one["sentence"]]
        return {"domain": domain, "actions": own, "decisions": [plain(one) for one in about]}


def plain(decision):
    return {key: value for key, value in decision.items() if key != "record"}
