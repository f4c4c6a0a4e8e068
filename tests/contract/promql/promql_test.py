#!/usr/bin/env python3
"""What our evaluator gives, held against Debian's promtool: generated series, and expressions by the hundred.

  promql_test.py EVALUATE_JSON [--seed N] [--count N] [-v]

The expressions are those of CASES, on several sets of series and at several times, and COUNT generated ones. A value
may differ in its last digits (Go and glibc round some functions differently), nothing else may. Prints each difference.
"""
import argparse
import json
import math
import random
import re
import subprocess
import sys
import tempfile

from expressions import CASES, Generator

INTERVAL_S = 15
SAMPLES = 60
# What promtool 2.53 (Debian 13) does otherwise than 2.42 (Debian 12), which we follow: atan2 drops the name, label_join may
# give two values one set of labels, and rates are extrapolated less far where the range begins before the series.
CHANGED = re.compile(r"\b(atan2|label_join|rate|increase|delta)\b")


def make_series(rng):
    """Label sets and values of a small world; None is a sample that is missing, "stale" the marker."""
    series = []

    def add(name, labels, values):
        series.append({"labels": {"__name__": name, **labels}, "values": values})

    def walk(low, high, holes=0.0):
        values = [round(rng.uniform(low, high), rng.choice([0, 1, 3, 6])) for _ in range(SAMPLES)]
        return [None if rng.random() < holes else v for v in values]

    for node in ("h1", "h2", "h3"):
        add("node_load", {"node": node}, walk(0, 8, 0.05))
        for domain in ("a", "b", "c")[:rng.randint(1, 3)]:
            labels = {"node": node, "domain": node + domain, "pool": rng.choice(["x", "y"])}
            # No two alike: which of two equal values topk takes is left open.
            add("cpu", labels, [v and round(rng.random(), 9) for v in walk(1, 2, rng.choice([0, 0.1, 0.4]))])
            add("vcpus", labels, [rng.randint(1, 8)] * SAMPLES)
            counter, values = 0.0, []
            for _ in range(SAMPLES):
                counter = 0.0 if rng.random() < 0.05 else counter + rng.choice([0, 1, 2.5, 100])
                values.append(None if rng.random() < 0.1 else counter)
            add("bytes_total", labels, values)
    odd = walk(-5, 5)
    for place, value in ((10, "NaN"), (20, "Inf"), (21, "-Inf"), (30, "stale"), (33, "NaN"), (59, "NaN")):
        odd[place] = value
    add("odd", {"kind": "mixed"}, odd)
    add("odd", {"kind": "constant"}, [3.5] * SAMPLES)
    add("odd", {"kind": "ends"}, walk(0, 9)[:20] + ["stale"] + [None] * (SAMPLES - 21))
    add("odd", {"kind": "sparse"}, [float(i) if i % 17 == 0 else None for i in range(SAMPLES)])
    for shard in ("0", "1"):
        total = 0
        for le in ("0.1", "0.5", "1", "2.5", "+Inf"):
            total += rng.randint(0, 40)
            add("latency_bucket", {"shard": shard, "le": le}, [total + i * rng.randint(0, 3) for i in range(SAMPLES)])
    for le in ("1", "5", "+Inf"):
        add("other_bucket", {"shard": "0", "le": le}, [len(le) * 3 + i for i in range(SAMPLES)])
    return series


def notation(values):
    return " ".join("_" if v is None else str(v) for v in values)


def label_text(labels):
    return "{" + ",".join(f"{k}={json.dumps(v)}" for k, v in labels.items() if k != "__name__") + "}"


def promtool_answers(worlds):
    """[{query index: {"values": …} or {"error": …}}] for each world: what promtool got where it was told to expect
    nothing."""
    tests = []
    for series, queries in worlds:
        tests.append({
            "interval": f"{INTERVAL_S}s",
            "input_series": [{"series": s["labels"]["__name__"] + label_text(s["labels"]),
                              "values": notation(s["values"])} for s in series],
            # A text of its own in each query tells whose the answer is.
            "promql_expr_test": [{"expr": f"{q['expr']} # q{i}", "eval_time": f"{q['time_ms']}ms"}
                                 for i, q in enumerate(queries)]})
    answers = []
    for test in tests:
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"evaluation_interval": "1m", "tests": [test]}, file)  # JSON is YAML
            file.flush()
            run = subprocess.run(["promtool", "test", "rules", file.name], text=True, capture_output=True)
        text = run.stdout + run.stderr
        found = {}
        pieces = re.split(r"(?m)^\s*expr: ", text)
        for piece in pieces[1:]:
            index = int(re.search(r"# q(\d+)\"", piece).group(1))
            got = re.search(r"^\s*got:(.*?)\s*\Z", piece, re.S | re.M)
            if got:
                found[index] = {"values": parse_samples(got.group(1).strip())}
            else:
                found[index] = {"error": re.search(r"err: (.*)", piece, re.S).group(1).strip()}
        if not pieces[1:] and "SUCCESS" not in text:
            sys.exit("promtool did not run the test:\n" + text[:2000])
        answers.append(found)
    return answers


def parse_samples(text):
    values = []
    if text == "nil":
        return values
    at = 0
    while at < len(text):
        match = re.compile(r"\s*(?:, )?\{((?:[^\"}]|\"(?:\\.|[^\"\\])*\")*)\} ([^,\s]+)").match(text, at)
        if not match:
            sys.exit(f"cannot read promtool's answer: {text!r} at {at}")
        labels = {k: json.loads(v) for k, v in re.findall(r"(\w+)=(\"(?:\\.|[^\"\\])*\")", match.group(1))}
        values.append([labels, match.group(2)])
        at = match.end()
    return values


def our_answers(program, worlds):
    answers = []
    for series, queries in worlds:
        samples = [{"labels": s["labels"],
                    "samples": [[i * INTERVAL_S * 1000, v] for i, v in enumerate(s["values"]) if v is not None]}
                   for s in series]
        run = subprocess.run([program], input=json.dumps({"series": samples, "queries": queries}), text=True,
                             capture_output=True)
        if run.returncode != 0:
            sys.exit(f"{program} failed ({run.returncode}): {run.stderr}")
        answers.append(json.loads(run.stdout))
    return answers


def same(ours, theirs):
    a, b = float(ours), float(theirs)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def by_labels(values):
    return sorted(([sorted(labels.items()), value] for labels, value in values), key=lambda v: v[0])


def difference(ours, theirs):
    if "error" in ours or "error" in theirs:
        return None if "error" in ours and "error" in theirs else f"ours {ours}\n  promtool {theirs}"
    a, b = by_labels(ours["values"]), by_labels(theirs["values"])
    if [v[0] for v in a] == [v[0] for v in b] and all(same(x[1], y[1]) for x, y in zip(a, b)):
        return None
    return f"ours     {a}\n  promtool {b}"


def keeps_name_for_atan2():
    """promtool 2.4x keeps the metric's name in the result of atan2, as we do; 2.53 drops it, as of other arithmetic."""
    world = [{"labels": {"__name__": "m"}, "values": [1.0] * SAMPLES}]
    [answers] = promtool_answers([(world, [{"expr": "m atan2 m", "time_ms": 300_000}])])
    return "__name__" in answers[0]["values"][0][0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    worlds = []
    for number in range(4):
        series = make_series(rng)
        times = [0, 300_000, 455_000, 600_000, 884_999, 885_000, 1_190_000, 1_300_000]
        queries = [{"expr": case, "time_ms": rng.choice(times[1:])} for case in CASES]
        # promtool loads samples up to the last whole evaluation interval before the latest query.
        queries.append({"expr": "vector(1)", "time_ms": 1_320_000})
        if number == 0:
            queries += [{"expr": case, "time_ms": t} for case in CASES for t in times[:3]]
        generator = Generator(rng)
        queries += [{"expr": generator.vector(3), "time_ms": rng.choice(times)} for _ in range(options.count // 4)]
        worlds.append((series, queries))
    newer = not keeps_name_for_atan2()
    total = wrong = errors = empty = changed = 0
    for (series, queries), theirs, ours in zip(worlds, promtool_answers(worlds), our_answers(options.program, worlds)):
        for index, query in enumerate(queries):
            expected = theirs.get(index, {"values": []})
            total += 1
            errors += "error" in expected
            empty += expected.get("values") == []
            what = difference(ours[index], expected)
            if what and newer and CHANGED.search(query["expr"]):
                changed += 1
            elif what:
                wrong += 1
                print(f"DIFFERENT: {query['expr']}  at {query['time_ms']} ms\n  {what}")
            elif options.v:
                print(f"same: {query['expr']}: {expected}")
    print(f"{total} expressions: {wrong} different ({errors} errors and {empty} empty answers among promtool's)"
          + (f", and {changed} as promtool 2.4x has them" if newer else ""))
    if errors + empty > total / 2:
        sys.exit("more than half of the answers say nothing: the generator is of no use")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
