#!/usr/bin/env python3
"""Templates, held against Debian's promtool: what annotations and labels they become, and which are none.

  templates_test.py HOTSPOTCTL [-v]

Each template of templates.py is an annotation of an alert of its own; promtool is told to expect nothing, and prints what it got.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from templates import NEWER, NUMBERS, SYNTAX, TEXTS, VALUES

HOTSPOTCTL = sys.argv.pop(1)
SERIES = [{"series": f'm{{job="node",instance="web-1.example.com:9100",n="{i}"}}', "values": value} for i, value in enumerate(VALUES)]
SERIES += [{"series": f'other{{job="node",zone="{zone}"}}', "values": value} for zone, value in (("b", "2"), ("a", "1"), ("c", "3"))]
GOT = re.compile(r'^\s*(?:got:\[)?\s*(\d+):\s*\n?\s*Labels:(\{.*?\})\s*\n\s*Annotations:(\{.*\})\]?,?\s*$', re.M)
# Our own words where Go tells of its inside, and addresses, which differ each time.
OWN_WORDS = [re.compile(r"(at <[^<>]*(?:<[^<>]*>)?[^<>]*>: error calling (?:match|reReplaceAll|query|externalURL|pathPrefix): ).*"), re.compile(r"0xc[0-9a-f]+")]
# What versions of Go and Prometheus call alike things: 2.42 has a float as value, 2.53 what may be a histogram too.
OTHER_WORDS = [(re.compile(r"Value interface \{\}"), "Value float64"), (re.compile(r"in type interface \{\}"), "in type float64"),
               (re.compile(r"non-function \S+ of type"), "non-function of type")]


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def pairs(text):
    """{a="x", b="y"} as a dictionary."""
    return {k: unquoted(v) for k, v in re.findall(r'(\w+)=("(?:\\.|[^"\\])*")', text)}


def unquoted(text):
    """A string as Go's %q writes it."""
    def one(found):
        code = found.group(1)
        return chr(int(code[1:], 16)) if code[0] in "xuU" else {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}.get(code, code)
    return re.sub(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)", one, text[1:-1])


def tidy(texts):
    made = {}
    for name, text in texts.items():
        for own in OWN_WORDS:
            text = own.sub(lambda found: found.group(1) if found.groups() else "address", text)
        for theirs, ours in OTHER_WORDS:
            text = theirs.sub(ours, text)
        made[name] = text
    return made


def version():
    """Of promtool: (2, 42)."""
    said = subprocess.run(["promtool", "--version"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True).stdout
    return tuple(int(number) for number in re.search(r"version (\d+)\.(\d+)", said).groups())


def answers(output):
    """{alert: sorted [(labels, annotations)]}"""
    found = {}
    for piece in re.split(r"(?m)^\s*alertname: ", output)[1:]:
        name = re.match(r"(\w+)", piece).group(1)
        got = piece[piece.index("got:"):]
        found[name] = sorted((json.dumps(tidy(pairs(labels)), sort_keys=True), json.dumps(tidy(pairs(texts)), sort_keys=True))
                             for _, labels, texts in GOT.findall(got))
    return found


class Templates(unittest.TestCase):
    maxDiff = None

    def both(self, rules):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))  # JSON is YAML
            (folder / "test.yml").write_text(json.dumps({
                "rule_files": ["rules.yml"], "evaluation_interval": "1m",
                "tests": [{"interval": "1m", "input_series": SERIES, "external_labels": {"cluster": "c1"}, "external_url": "http://prom.example:9090/x",
                           "alert_rule_test": [{"eval_time": "0m", "alertname": rule["alert"], "exp_alerts": []} for rule in rules]}]}))
            theirs = run("promtool", "test", "rules", "test.yml", cwd=folder)[1]
            ours = run(HOTSPOTCTL, "rule", "test", "test.yml", cwd=folder)[1]
        mine, reference = answers(ours), answers(theirs)
        self.assertEqual(len(reference), len(rules), theirs[:3000])
        return mine, reference, ours

    def compare(self, rules, texts):
        mine, reference, output = self.both(rules)
        wrong = []
        for rule, text in zip(rules, texts):
            a, b = mine.get(rule["alert"]), reference[rule["alert"]]
            self.assertTrue(b, f"{text!r}: promtool's answer was not understood")
            if a != b:
                wrong.append(f"{text!r}\n    ours     {a}\n    promtool {b}")
        self.assertEqual(wrong, [], f"{len(wrong)} of {len(rules)} differ:\n" + "\n".join(wrong) + ("" if mine else output[:2000]))

    def test_annotations_of_every_value(self):
        self.compare([{"alert": f"N{i}", "expr": "m", "annotations": {"t": text}} for i, text in enumerate(NUMBERS)], NUMBERS)

    def test_annotations(self):
        self.compare([{"alert": f"T{i}", "expr": 'm{n="4"}', "annotations": {"t": text}} for i, text in enumerate(TEXTS)], TEXTS)

    @unittest.skipIf(version() < (2, 53), "this promtool is of an older Go")
    def test_annotations_that_older_versions_do_not_know(self):
        self.compare([{"alert": f"T{i}", "expr": 'm{n="4"}', "annotations": {"t": text}} for i, text in enumerate(NEWER)], NEWER)

    def test_labels(self):
        texts = [text for text in TEXTS if "first nil" not in text][:150]
        self.compare([{"alert": f"L{i}", "expr": 'm{n="2"}', "labels": {"l": text}} for i, text in enumerate(texts)], texts)

    def test_what_is_no_template(self):
        rules = [{"alert": f"S{i}", "expr": "node_cpus > 0", "annotations": {"t": text}} for i, text in enumerate(SYNTAX)]
        lines = ["groups:", "- name: g", "  rules:"] + ["  - " + json.dumps(rule) for rule in rules]
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "r.yml").write_text("\n".join(lines) + "\n")
            theirs = run("promtool", "check", "rules", "r.yml", cwd=folder)[1]
            ours = run(HOTSPOTCTL, "rule", "check", "r.yml", cwd=folder)[1]
        refused_there = {int(i) for i in re.findall(r'rule \d+, "S(\d+)"', theirs)}
        refused_here = {int(line) - 4 for line in re.findall(r"r\.yml:(\d+):\d+: error: ", ours)}
        self.assertGreater(len(refused_there), 50, theirs)
        self.assertEqual([SYNTAX[i] for i in sorted(refused_here - refused_there)], [], "refused here and not there:\n" + ours)
        self.assertEqual([SYNTAX[i] for i in sorted(refused_there - refused_here)], [], "refused there and not here:\n" + theirs)


if __name__ == "__main__":
    unittest.main()
