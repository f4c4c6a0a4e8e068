#!/usr/bin/env python3
"""hotspotctl's words: help, mistakes, names that are not there, what is shown of one thing, modes.

commands_test.py HOTSPOTCTL [-v]
"""
import hashlib
import json
import pathlib
import re
import shlex
import time
import unittest

import cluster
from cluster import DB, NODE, WEB, wait_for
from world import World

SOURCE = pathlib.Path(__file__).resolve().parents[3]
LEAVES = re.compile(r"^  ([a-z]+)  ", re.M)


class Words(World):
    def paths(self):
        """Every command there is, as help names them."""
        found = []

        def look(path):
            text = self.ctl("help", *path)
            if "\nCommands:\n" not in text:
                found.append(path)
                return
            section = text.split("\nCommands:\n")[1].split("\n\n")[0] + "\n"
            if path:
                found.append(path)
            for word in LEAVES.findall(section):
                look([*path, word])
        look([])
        return found

    def test_help_of_every_command_has_usage_examples_and_the_exit_codes(self):
        paths = self.paths()
        self.assertGreater(len(paths), 40)
        for path in paths:
            with self.subTest(path=path):
                text = self.ctl("help", *path, COLUMNS="80")
                self.assertEqual(text, self.ctl(*path, "--help", COLUMNS="80"))
                self.assertTrue(text.startswith(f"Usage: hotspotctl {' '.join(path)}"), text)
                self.assertIn("\nExamples:\n", text)
                self.assertRegex(text, r"\n  0 +done; also of an empty list")
                self.assertIn("\n  3 ", text)
                self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_the_examples_of_help_are_right(self):
        lines = [line for path in [[], *self.paths()] for line in re.findall(r"^  (hotspotctl .*?)(?:  |$)",
                 self.ctl("help", *path), re.M)]
        self.assertGreater(len(lines), 40)
        for line in sorted(set(lines)):
            with self.subTest(line=line):
                words = shlex.split(line)[1:]
                words = words[:words.index(">")] if ">" in words else words
                self.assertIn("Usage:", self.ctl(*words, "--help"))

    def test_the_manual_names_every_command_and_the_same_exit_codes(self):
        page = re.sub(r"\\f[BIR]", "", (SOURCE / "docs/man/hotspotctl.1").read_text()).replace("\\-", "-")
        for path in self.paths():
            self.assertIn(" ".join(path), page)
        table = self.ctl("help").split("Exit codes:\n")[1].split("\n\n")[0]
        rows = re.split(r"\n(?=  \d)", table.rstrip("\n"))
        flat = " ".join(page.replace("T{", " ").replace("T}", " ").split())
        for row in rows:
            self.assertIn(" ".join(row.split()), flat)

    def test_the_manual_has_each_option_of_a_command_and_calls_its_value_the_same(self):
        page = re.sub(r"\\f[BIR]", "", (SOURCE / "docs/man/hotspotctl.1").read_text()).replace("\\-", "-")
        synopsis = re.findall(r"^.*?$", page.split(".SH SYNOPSIS")[1].split(".SH DESCRIPTION")[0], re.M)
        seen = 0
        for path in [[], *self.paths()]:
            title = "\nOptions:\n"
            text = self.ctl("help", *path, COLUMNS="200")
            if title not in text:
                continue
            leaves = [line for line in synopsis if re.search(r"(?<![\w-])" + " ".join(path) + r"(?![\w-])", line)]
            for names, value in re.findall(r"^  (--?\w[-\w]*(?:, --?\w[-\w]*)*)(\[=TIME\]| [A-Z]+(?:\.\.\.)?)?(?:  | \[|$)",
                                           text.split(title)[1].split("\n\n")[0], re.M):
                for name in names.split(", "):
                    with self.subTest(path=path, option=name):
                        self.assertRegex(page, re.escape(name) + r"(?![\w-])")
                        seen += 1
                with self.subTest(path=path, option=names, value=value):
                    self.assertTrue(any(name + value in page for name in names.split(", ")), "another word for its value")
                    if path and not any(line.endswith(" ...") for line in leaves):
                        self.assertTrue(any(name + value in line for line in leaves for name in names.split(", ")), leaves)
        self.assertGreater(seen, 50)

    def test_what_is_wrong_is_said_in_our_own_words(self):
        raw = re.compile(r"FAILED|->|\bTEXT\b|\{|following argument|not expected|Could not convert|excludes [-]")
        for words, said in (
                (["-o", "xml", "status"], "--output: 'xml' is none of table, wide, json, yaml, name, prometheus or html"),
                (["-o", "jsno", "status"], "did you mean 'json'?"),
                (["action", "list", "-n", "many"], "--count: 'many' is no number from 1 to 10000"),
                (["action", "list", "-n", "0"], "--count: '0' is no number"),
                (["action", "list", "-n", "99999999999999999999"], "is no number"),
                (["hold", "add", "domian", "x", "-r", "y"], "'domian' is none of domain, node, rule or cluster; did you mean"),
                (["hold", "add", "domain", "web1"], "--reason is required by 'hotspotctl hold add': Why"),
                (["action", "show"], "ID is required by 'hotspotctl action show': The action's ID"),
                (["node", "list", "extra"], "'hotspotctl node list' takes no 'extra'"),
                (["node", "list", "--wathc"], "there is no option '--wathc', did you mean '--watch'?"),
                (["node", "list", "--xyzzy=1"], "there is no option '--xyzzy'"),
                (["status", "--redis"], "--redis needs a value"),
                (["mode", "pause", "-r", "x", "--for", "2h", "--until", "18:00"], "--for and --until exclude each other"),
                (["mode", "recommende"], "did you mean 'mode recommend'?"),
                (["frobnicate"], "there is no command 'frobnicate'"),
                (["help", "nodes"], "did you mean 'node'?"),
                ([], "name a command: status, top, graph, report, node"),
                (["rule", "reload", "--watch"], "--watch is for what shows things"),
                (["node", "list", "--watch=soon"], "--watch: "),
                (["node", "list", "--watch=1ms"], "too short"),
                (["node", "drain", "h1", "--wait=soon"], "--wait: "),
                (["completion", "tcsh"], "'tcsh' is none of bash, zsh or fish"),
                (["--color", "sometimes", "status"], "'sometimes' is none of auto, always or never")):
            with self.subTest(words=words):
                text = self.ctl(*words, expect=2)
                self.assertIn(said, text)
                self.assertIsNone(raw.search(text), text)
                self.assertTrue(text.startswith("hotspotctl: "), text)

    def test_the_version_says_what_it_is_made_of(self):
        text = self.ctl("--version")
        self.assertRegex(text, r"\Ahotspotctl \d+\.\d+\.\d+\n")
        for line in (r"revision +\S+", r"build +\S+, \S+", r"libvirt +\d+\.\d+\.\d+ \(built with \d", r"Redis TLS +(yes|no)",
                     r"schemas +snapshot 1, output 1"):
            self.assertRegex(text, "(?m)^" + line)


class Names(World):
    def test_a_name_that_is_not_there_exits_3_everywhere_and_the_nearest_is_said(self):
        def refuse(command):
            word = command.get("node") or command.get("name") or command.get("action")
            return "refused", f"no such thing '{word}' is in the snapshots"
        self.addCleanup(self.world.answer(refuse))
        near_node, near_web = NODE.format(1).replace("rack17", "rakc17"), WEB[1].replace("blue", "bleu")
        for words, near in (
                (["node", "show", near_node], NODE.format(1)), (["domain", "show", near_web], WEB[1]),
                (["rule", "show", "DomainCpuHotForTooLogn"], "DomainCpuHotForTooLong"),
                (["rule", "explain", "DomainCpuHotForTooLogn"], "DomainCpuHotForTooLong"),
                (["action", "show", "1795-1-b1"], "1795-1-a"), (["decision", "show", "1795-1-x1"], "1795-1-d"),
                (["hold", "show", "paus"], "pause"), (["hold", "remove", "paus"], "pause"),
                (["domain", "list", "--node", near_node], NODE.format(1)),
                (["action", "list", "--domain", near_web], WEB[1]), (["action", "cancel", "1795-1-b1"], "1795-1-a"),
                (["node", "drain", near_node], NODE.format(1)), (["node", "undrain", near_node], NODE.format(1)),
                (["node", "forget", near_node, "--yes"], NODE.format(1)),
                (["hold", "add", "domain", near_web, "-r", "x"], WEB[1]),
                (["hold", "add", "node", near_node, "-r", "x"], NODE.format(1)),
                (["hold", "add", "rule", "DomainCpuHotForTooLogn", "-r", "x"], "DomainCpuHotForTooLong")):
            with self.subTest(words=words):
                self.assertIn(f"did you mean '{near}", self.ctl(*words, expect=3))

    def test_what_is_there_and_refused_for_another_reason_exits_1(self):
        self.addCleanup(self.world.answer(lambda command: ("refused", "it is being drained by bob")))
        self.assertIn("refused: it is being drained by bob", self.ctl("node", "drain", NODE.format(1), expect=1))
        self.assertIn("refused: it is being", self.ctl("hold", "add", "domain", DB[0], "-r", "x", expect=1))


class Chain(World):
    def record(self, count):
        """As hotspotd does: each decision names the one before by number and hash. Their ids, and the heads."""
        ids, heads = [], ["0:" + "0" * 64]
        for number in range(1, count + 1):
            text = '{"id": "%d"}' % number
            ids.append(self.world.call("XADD", self.world.key("decisions"), "*", "decision", text, "previous", heads[-1]).strip())
            heads.append(f"{number}:" + hashlib.sha256(f"{text}\n{heads[-1]}\n".encode()).hexdigest())
        self.world.call("HSET", self.world.key("state"), "decision_head", heads[-1])
        return ids, heads[1:]

    def test_a_chain_that_holds_and_what_a_version_before_left(self):
        self.assertRegex(self.ctl("decision", "verify"), r"(?m)^chain +holds$")
        ids, heads = self.record(100)
        text = self.ctl("decision", "verify", "--head", heads[49])
        for line in ("chain +holds", "checked +100 decisions, from number 1 on", "older +2 decisions without a hash",
                     "head +100:[0-9a-f]{64}$", "asked +50:[0-9a-f]{64}: it is"):
            self.assertRegex(text, "(?m)^" + line)
        found = self.shows("decision", "verify", "--head", heads[99])
        self.assertEqual((found["holds"], found["checked"], found["older"], found["contains_head"], found["break"]),
                         (True, 100, 2, "yes", None))
        self.assertEqual(f"{found['head']['number']}:{found['head']['hash']}", heads[99])

    def test_a_break_is_named_and_exits_1(self):
        ids, heads = self.record(100)
        self.world.call("XDEL", self.world.key("decisions"), ids[41])
        text = " ".join(self.ctl("decision", "verify", expect=1).split())
        self.assertIn(f"broken: decision 42 is missing before decision 43 ({ids[42]})", text)
        found = json.loads(self.ctl("-o", "json", "decision", "verify", expect=1))
        self.assertEqual((found["holds"], found["break"]["kind"], found["break"]["number"], found["break"]["stream_id"]),
                         (False, "removed", 42, ids[42]))

    def test_a_head_of_another_chain_exits_1_a_trimmed_one_3_and_nonsense_2(self):
        ids, heads = self.record(100)
        self.assertIn("this is another chain", " ".join(
            self.ctl("decision", "verify", "--head", "50:" + "a" * 64, expect=1).split()))
        self.assertIn("the chain ends with 100", " ".join(
            self.ctl("decision", "verify", "--head", "101:" + "a" * 64, expect=1).split()))
        self.world.call("XTRIM", self.world.key("decisions"), "MINID", ids[50])
        self.world.call("HSET", self.world.key("state"), "decision_anchor", heads[49])
        self.ctl("decision", "verify", "--head", heads[49])
        self.assertIn("has been trimmed", " ".join(self.ctl("decision", "verify", "--head", heads[48], expect=3).split()))
        for nonsense in ("", "50", "0:" + "0" * 64, "50:" + "A" * 64, "\x1b[2J"):
            with self.subTest(nonsense=nonsense):
                text = self.ctl("decision", "verify", "--head=" + nonsense, expect=2 if nonsense else None)
                self.assertNotIn("\x1b", text)


class Show(World):
    def test_a_domain_with_all_that_is_known_of_it(self):
        text = self.ctl("domain", "show", WEB[1])
        for words in (WEB[0], f"running on {NODE.format(1)}", "2 of 8, used 93 %", "4 GiB", "cooldown     until", "PAUSED",
                      "rule         firing  DomainCpuHotForTooLong", "1795-1-a1", "done"):
            self.assertIn(words, text)
        self.assertNotIn("backup", text, "another's hold")
        self.assertIn("held         domain db1 by ada: backup", self.ctl("domain", "show", DB[0]))
        self.assertEqual(self.shows("domain", "show", WEB[0])["actions"][0]["id"], "1795-1-a1")

    def test_a_node_with_all_that_is_known_of_it(self):
        self.world.put_status(drains=[{"node": NODE.format(1), "owner": "ada", "reason": "kernel", "since": 1.0,
                                       "running": 1, "staying": [{"domain": "db1", "state": "paused"}]}],
                              connections={"troubles": [{"node_uuid": cluster.node_uuid(1), "since": 1.0,
                                                         "problem": "no route to host"}]})
        text = self.ctl("node", "show", NODE.format(1))
        for words in (cluster.node_uuid(1), "test:///default", "20 % of 8 CPUs", f"domains      2: {WEB[1]}, db1",
                      "by ada: kernel", "1 domain runs there still; stays: db1 (paused)", "no libvirt   no route to host",
                      "firing  DomainCpuHotForTooLong", "PAUSED"):
            self.assertIn(words, text)
        self.assertEqual(self.shows("node", "show", cluster.node_uuid(2))["domain_names"], [])

    def test_several_of_one_name_are_told_apart_by_uuid(self):
        twin = ["a1b2c3d4-0000-4000-8000-000000000009", WEB[1], "running", 1, 1, 0.1, 1 << 30]
        self.world.send_snapshot(2, [twin])
        text = self.ctl("domain", "show", WEB[1], expect=1)
        self.assertIn("say which by its UUID", text)
        self.assertIn(twin[0], text)
        self.assertIn(NODE.format(2), self.ctl("domain", "show", twin[0]))

    def test_a_rule_with_the_mode_that_counts(self):
        text = self.ctl("rule", "show", "DomainCpuHotForTooLong")
        for words in ("domain_cpu_ratio > 90%", "in 3 of the last 5 samples", "migrate", f"domain={WEB[1]}",
                      "recommend (the rule says enforce, the cluster's mode is recommend); but nothing is begun: the cluster is "
                      "paused by ada"):
            self.assertIn(words, text)
        self.assertEqual(self.shows("rule", "show", "DomainCpuHotForTooLong")["effective_mode"], "recommend")

    def test_a_rule_that_lost_its_right_to_act_and_who_gives_it_back(self):
        newest = [{"action": f"{i}-a0", "subject": "CPU of h1", "at": 1.0, "predicted": 0.2, "measured": measured}
                  for i, measured in enumerate((0.02, 0.03, -0.01), 1)]
        trust = {"rule": "DomainCpuHotForTooLong", "may_act": False, "measured": 3, "newest": newest, "relief_ratio": 0.1,
                 "not_counted": 2, "not_counted_why": "h1 went stale", "lost_at": 1.0, "lost_why": "too little\x1b[31m"}
        self.world.put_status(mode="enforce", holds=[], rule_trust=[trust])
        text = self.ctl("rule", "show", "DomainCpuHotForTooLong")
        for words in ("recommend (the rule says enforce, it has lost its right to act)",
                      "10 % of what was predicted, the median of 3 measured actions; 2 not counted, the last because h1 went stale"):
            self.assertIn(words, " ".join(text.split()))
        self.assertRegex(text, r"(?m)^may not act +since .*: too little")
        self.assertRegex(text, r"(?m)^measured +\S.*CPU of h1: 20 % predicted, 2 % measured \(1-a0\)$")
        self.assertRegex(text, r"(?m)^measured +\S.*CPU of h1: 20 % predicted, it rose by 1 % \(3-a0\)$")
        self.assertEqual(self.shows("rule", "show", "DomainCpuHotForTooLong")["trust"], trust)
        for words in (["rule", "list"], ["status"]):
            text = " ".join(self.ctl(*words).split())
            self.assertRegex(text, "may not act .*too little.*hotspotctl rule trust DomainCpuHotForTooLong")
            self.assertNotIn("\x1b", text)
        self.assertIn("--reason is required", self.ctl("rule", "trust", "DomainCpuHotForTooLong", expect=2))
        end = self.world.answer(lambda _: None)
        try:
            self.ctl("rule", "trust", "DomainCpuHotForTooLong", "--owner", "ada", "--reason", "the backup is over")
        finally:
            end()
        sent = self.world.entries("commands")[-1]
        self.assertEqual((sent["verb"], sent["rule"], sent["owner"], sent["reason"]),
                         ("trust", "DomainCpuHotForTooLong", "ada", "the backup is over"))

    def test_explain_says_the_mode_that_counts_in_the_cluster(self):
        text = self.ctl("rule", "explain", "DomainCpuHotForTooLong", WEB[1])
        self.assertIn("mode recommend (the rule says enforce, the cluster's mode is recommend)", text)
        self.world.put_status(mode="enforce", holds=[])
        self.assertIn("; mode enforce\n", self.ctl("rule", "explain", "DomainCpuHotForTooLong", WEB[1]))

    def test_a_hold_with_its_whole_reason(self):
        self.assertIn("backup backup", self.ctl("hold", "show", "1"))
        self.assertEqual(self.shows("hold", "show", "pause")["owner"], "ada")


class Mode(World):
    def test_the_mode_is_said_with_what_keeps_it_from_acting(self):
        lines = self.ctl("mode").splitlines()
        self.assertEqual(lines[0], "recommend")
        self.assertRegex(lines[1], "^PAUSED +by ada: storage is being moved; hotspotctl mode resume")
        self.assertRegex(lines[2], "^held +domain db1 by ada")
        said = self.shows("mode")
        self.assertEqual((said["mode"], said["paused"]["owner"], len(said["holds"])), ("recommend", "ada", 1))
        self.world.call("DEL", self.world.key("lease"))
        self.assertIn("NOBODY leads", self.ctl("mode"))
        self.world.put_status(mode="enforce", holds=[])
        self.assertTrue(self.ctl("mode").startswith("enforce\n"))

    def test_a_change_is_done_once_the_status_shows_it(self):
        """The leader answers at once, and its status follows two seconds later: mode then never says the old one."""
        def later(_):
            self.late = time.monotonic() + 2
        self.late = None
        self.addCleanup(self.world.answer(later))
        process = self.begin("mode", "observe")
        wait_for(lambda: self.late and time.monotonic() > self.late, "the command is answered")
        self.assertIsNone(process.poll(), "it has not waited for the status")
        self.world.put_status(mode="observe", holds=[])
        self.assertEqual(process.wait(20), 0, process.communicate())
        self.assertEqual(self.ctl("mode"), "observe\n")

    def test_a_change_that_the_leader_has_done_is_done_although_its_status_is_late(self):
        self.addCleanup(self.world.answer(lambda _: None))
        self.assertIn("its status does not show it yet", self.ctl("mode", "observe", expect=0))
        self.assertIn("its status does not show it yet", self.ctl("mode", "observe", "--wait", expect=1))

    def test_a_mode_that_is_set_while_it_is_paused_says_so(self):
        self.addCleanup(self.world.answer(lambda _: self.world.put_status(mode="enforce")))
        self.assertIn("it is paused all the same", self.ctl("mode", "enforce"))

    def test_waits_until_nothing_is_under_way(self):
        flying = {"id": "1795-1-a9", "domain": "db1", "domain_uuid": DB[0], "node": NODE.format(1), "node_uuid": "",
                  "kind": "migrate", "step": "migrate", "rule": "r", "reason": "", "planned_at": 1.0, "state": "started"}
        self.addCleanup(self.world.answer(lambda _: self.world.put_status(mode="observe", holds=[], in_flight=[flying])))
        process = self.begin("mode", "observe", "--wait")
        line = process.stderr.readline()
        self.assertIn("1 under way still: started  db1", line)
        self.world.put_status(mode="observe", holds=[])
        out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, "nothing is under way any more" in out), (0, True), out + err)


class Checking(World):
    def test_the_examples_as_they_are_installed_are_right(self):
        examples = self.world.root / "examples"
        examples.mkdir()
        for file in [SOURCE / "packaging/hotspotd.yaml", *(SOURCE / "rules").glob("*.yml")]:
            (examples / file.name).write_text(file.read_text())
        text = self.ctl("rule", "check", str(examples))
        self.assertIn(f"{examples}/hotspotd.yaml is a configuration of hotspotd, and right; it has no rules", text)
        self.assertRegex(text, r"\d+ rules in \d+ files are right")
        self.assertEqual(self.shows("rule", "check", str(examples))["configurations"], [f"{examples}/hotspotd.yaml"])
        (examples / "hotspotd.yaml").write_text("redis: {prot: 6379}\n")
        self.assertRegex(self.ctl("rule", "check", str(examples), expect=1), r"hotspotd.yaml:1:9: error: unknown key 'prot'")

    def test_a_rule_file_that_lacks_its_groups_is_no_configuration(self):
        wrong = self.world.root / "wrong.yml"
        wrong.write_text("gruops:\n- name: x\n")
        self.assertIn("unknown key 'gruops'", self.ctl("rule", "check", str(wrong), expect=1))


if __name__ == "__main__":
    unittest.main()
