"""Expressions for promql_test.py: a list by hand, one for each meaning, and a generator of others."""

FUNCTIONS_OVER_RANGE = [
    "rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets", "avg_over_time", "min_over_time",
    "max_over_time", "sum_over_time", "count_over_time", "stddev_over_time", "stdvar_over_time", "present_over_time",
    "last_over_time"]
FUNCTIONS_OF_VALUES = [
    "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "deg", "rad", "acos", "acosh", "asin", "asinh",
    "atan", "atanh", "cos", "cosh", "sin", "sinh", "tan", "tanh", "day_of_month", "day_of_week", "day_of_year",
    "days_in_month", "hour", "minute", "month", "year", "timestamp", "sort", "sort_desc"]
AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]

CASES = (
    [f"{f}({s}[{r}])" for f in FUNCTIONS_OVER_RANGE for s, r in (("cpu", "5m"), ("odd", "5m"), ("bytes_total", "61s"))]
    + [f"{f}({s})" for f in FUNCTIONS_OF_VALUES for s in ("odd", "cpu") if f not in ("exp", "year")]
    + [f"{f}(odd * 100000000)" for f in ("day_of_month", "day_of_week", "day_of_year", "days_in_month", "year", "month")]
    + [f"{a} by (node) (cpu)" for a in AGGREGATIONS] + [f"{a} without (domain, pool) (cpu)" for a in AGGREGATIONS]
    + [f"{a}(odd)" for a in AGGREGATIONS] + [f"{a}(odd) by ()" for a in AGGREGATIONS]
    + [f"cpu {o} vcpus" for o in ARITHMETIC] + [f"odd {o} 2" for o in ARITHMETIC] + [f"2 {o} odd" for o in ARITHMETIC]
    + [f"cpu {o} 0.5" for o in COMPARISONS] + [f"0.5 {o} cpu" for o in COMPARISONS]
    + [f"odd {o} bool 3" for o in COMPARISONS] + [f"3 {o} bool odd" for o in COMPARISONS]
    + [f"vcpus {o} on(node, domain) (cpu * 8)" for o in COMPARISONS]
    + [f"vcpus {o} bool ignoring(pool) (cpu * 8)" for o in COMPARISONS] + [
        # What Prometheus takes and what it does not, at the edges of its grammar.
        "cpu == ignoring() 0", "cpu + on() 1", "cpu == bool on() 0", "1 + on() 1", "cpu + ignoring() group_left 1",
        "cpu + on(node) 1", "cpu{,}", "cpu{node=\"h1\",}", "{node=\"h1\",}", "{node=\"h1\",,}", "sum by (node,) (cpu)",
        "sum by (,) (cpu)", "sum by (node, node) (cpu)", "cpu + on(domain,) vcpus", "abs(cpu,)", "sum(cpu,)",
        "topk(1, cpu,)", "time(,)", "clamp_max(cpu, 1,)", "max_over_time(cpu[5m:0s])", "max_over_time(cpu[0s:1s])",
        "max_over_time(cpu[5m:])", "cpu[0s]", "by", "without", "sum", "rate", "offset", "on", "bool", "group_left",
        "by(node)", " or ".join(f"cpu > {i}" for i in range(150)), " and ".join(["cpu"] * 150),
        " + ".join(["cpu"] * 150), "cpu or on(node) node_load or nothing or cpu", "cpu unless nothing and cpu or odd",
        "histogram_quantile(0.5, {__name__=~\"latency_bucket|other_bucket\"})",
        "histogram_quantile(0.5, latency_bucket or other_bucket)", "histogram_quantile(0.5, sum by (le) (other_bucket))",
        "avg(cpu) == avg(cpu)", "avg by (node) (vcpus)", "sum(vcpus) / count(vcpus) - avg(vcpus)",
        "cpu", "odd", "odd offset 1m", "odd offset -1m", "odd @ 300", "odd @ 300 offset 45s", "odd offset 45s @ 300",
        "odd @ start()", "odd @ end()", "odd @ -5", "cpu{node=\"h1\"}", "cpu{node!=\"h1\"}", "cpu{node=~\"h[12]\"}",
        "cpu{node!~\"h1|h2\"}", "{__name__=\"cpu\"}", "{__name__=~\"cpu|vcpus\"}", "{__name__=~\"c.*\", node=\"h1\"}",
        "cpu{nothing=\"\"}", "cpu{nothing!=\"\"}", "cpu{node=~\"\"}", "cpu{domain=~\"h.a\", pool=~\"x|y\"}", "nothing",
        "1", "-1", "1 + 2 * 3 ^ 2 ^ 0.5", "-2 ^ 2", "2 ^ -1", "1 / 0", "-1 / 0", "0 / 0", "5 % 3", "-5 % 3", "5 % -3",
        "5 % 0", "1 > bool 2", "NaN == bool NaN", "Inf > bool 1", "0x1F + 010 + 1e3 + .5 + 5.",
        "-odd", "+odd", "-(-odd)", "cpu and vcpus", "cpu or vcpus", "cpu unless vcpus",
        "cpu and on(node) (node_load > 3)", "cpu unless on(node) (node_load > 3)", "node_load or on(node) cpu",
        "cpu or on(node) node_load", "node_load or ignoring(domain, pool) cpu", "(cpu > 0.5) or (cpu <= 0.5)",
        "cpu > 2 or vcpus > 3", "cpu and on() vector(1)", "cpu * on(node) group_left() node_load",
        "cpu * on(node) group_left node_load", "node_load * on(node) group_right() cpu",
        "node_load * on(node) group_right(node) cpu", "cpu * ignoring(domain, pool) group_left() node_load",
        "cpu > on(node) group_left() (node_load / 10)", "node_load > on(node) group_right() (cpu * 5)",
        "node_load > bool on(node) group_right() (cpu * 5)", "cpu * on(node) node_load", "node_load * on(node) cpu",
        "sum by (node) (cpu) / on(node) node_load", "cpu * vcpus + bytes_total", "cpu * on(domain) vcpus",
        "cpu + ignoring(pool) vcpus", "cpu > ignoring(pool) vcpus", "cpu == on(domain) cpu", "cpu == cpu",
        "cpu * on(node) group_left(kind) node_load", "vcpus * on(domain) group_left(pool) cpu",
        "label_replace(node_load, \"pool\", \"x\", \"\", \"\") * on(node) group_right(pool) cpu",
        "topk(2, cpu)", "bottomk(2, cpu)", "topk by (node) (1, cpu)", "bottomk without (domain) (1, cpu)", "topk(0, cpu)",
        "topk(-1, cpu)", "topk(100, odd)", "bottomk(2, odd)", "topk(3, odd)", "topk(1.9, cpu)", "topk(NaN, cpu)",
        "quantile(0.5, cpu)", "quantile by (node) (0.9, cpu)", "quantile(-1, cpu)", "quantile(2, cpu)",
        "quantile(NaN, cpu)", "quantile(0.3, odd)", "quantile(scalar(odd{kind=\"constant\"}) / 7, cpu)",
        "count_values(\"vcpus\", vcpus)", "count_values by (node) (\"n\", vcpus)", "count_values(\"v\", odd)",
        "count_values without (domain, pool) (\"n\", vcpus)", "count_values(\"node\", vcpus)", "count_values(\"a b\", vcpus)",
        "sum(cpu) by (node, pool)", "sum by (__name__) ({__name__=~\"cpu|vcpus\"})", "sum without (node) (cpu)",
        "avg(odd{kind!=\"mixed\"})", "sum(nothing)", "count(nothing) or vector(0)",
        "quantile_over_time(0.9, cpu[5m])", "quantile_over_time(0.5, odd[10m])", "quantile_over_time(2, cpu[5m])",
        "quantile_over_time(-0.1, cpu[5m])", "quantile_over_time(NaN, cpu[5m])", "predict_linear(cpu[5m], 600)",
        "predict_linear(odd[5m], 60)", "predict_linear(cpu[5m] offset 1m, 60)", "predict_linear(cpu[5m] @ 300, 60)",
        "holt_winters(cpu[5m], 0.3, 0.6)", "holt_winters(odd[5m], 0.5, 0.5)", "holt_winters(cpu[5m], 1.5, 0.5)",
        "holt_winters(cpu[5m], 0, 0.5)", "deriv(cpu[5m] offset 30s)", "rate(bytes_total[5m] offset 1m)",
        "rate(bytes_total[5m] @ 500)", "increase(bytes_total[30s])", "rate(bytes_total[14s])", "rate(bytes_total[15s])",
        "absent(nothing)", "absent(nothing{a=\"1\", b=~\"2\", c!=\"3\"})", "absent(cpu)", "absent(nothing{a=\"1\",a=\"2\"})",
        "absent(sum(nothing))", "absent_over_time(nothing{a=\"1\"}[5m])", "absent_over_time(cpu[5m])",
        "absent_over_time(odd{kind=\"ends\"}[1m])", "absent(odd{kind=\"ends\"})", "present_over_time(odd[30s])",
        "label_replace(cpu, \"host\", \"$1-x\", \"node\", \"h(.)\")", "label_replace(cpu, \"node\", \"\", \"node\", \"h1\")",
        "label_replace(cpu, \"host\", \"${n}$$x\", \"node\", \"(?P<n>.)(.*)\")", "label_replace(cpu, \"pool\", \"$2\", \"domain\", \"(h(.)).\")",
        "label_replace(cpu, \"domain\", \"same\", \"node\", \".*\")", "label_replace(cpu, \"x y\", \"a\", \"node\", \".*\")",
        "label_replace(cpu, \"host\", \"a\", \"node\", \"nomatch\")", "label_replace(cpu, \"host\", \"a$9b\", \"node\", \"(.*)\")",
        "label_replace(cpu, \"__name__\", \"other\", \"node\", \"h1\")", "label_replace(cpu, \"host\", \"$1\", \"nothing\", \"(.*)\")",
        "label_replace(cpu, \"host\", \"$1\", \"domain\", \"(.+?)([abc]?)\")", "label_replace(cpu, \"host\", \"$1_$2\", \"domain\", \"(a|h)*(.*)\")",
        "label_replace(cpu, \"host\", \"$1x\", \"node\", \"(.*)\")", "label_replace(cpu, \"host\", \"$\", \"node\", \"(.*)\")",
        "label_join(cpu, \"all\", \"-\", \"node\", \"domain\", \"nothing\")", "label_join(cpu, \"node\", \"\")",
        "label_join(cpu, \"domain\", \",\", \"node\")", "label_join(cpu, \"x\", \"/\", \"node\")",
        "clamp(odd, -1, 2)", "clamp(odd, 2, -1)", "clamp_min(odd, 1)", "clamp_max(odd, 1)", "clamp(odd, NaN, 1)",
        "clamp_max(odd, NaN)", "round(odd)", "round(odd, 0.1)", "round(odd, 5)", "round(-odd)", "round(odd, 0)",
        "scalar(odd{kind=\"constant\"})", "scalar(cpu)", "scalar(nothing)", "vector(3)", "vector(time())", "time()",
        "time() - 100", "pi()", "timestamp(cpu)", "timestamp(cpu offset 1m)", "timestamp(cpu + 0)", "timestamp(odd @ 300)",
        "timestamp(vector(1))", "hour()", "minute()", "day_of_week()", "year()", "days_in_month(vector(1709210000))",
        "day_of_year(vector(1735646400))", "month(vector(-1))", "hour(vector(1234567890))",
        "histogram_quantile(0.9, latency_bucket)", "histogram_quantile(0.5, sum by (le) (latency_bucket))",
        "histogram_quantile(0.99, rate(latency_bucket[5m]))", "histogram_quantile(-1, latency_bucket)",
        "histogram_quantile(1.1, latency_bucket)", "histogram_quantile(0, latency_bucket)", "histogram_quantile(1, latency_bucket)",
        "histogram_quantile(NaN, latency_bucket)", "histogram_quantile(0.5, latency_bucket{le!=\"+Inf\"})",
        "histogram_quantile(0.5, latency_bucket{le=\"+Inf\"})", "histogram_quantile(0.5, cpu)",
        "max_over_time(cpu[5m:1m])", "max_over_time(cpu[5m:])", "avg_over_time(rate(bytes_total[1m])[5m:30s])",
        "sum_over_time((cpu > 0.5)[5m:15s])", "max_over_time(sum by (node) (cpu)[4m:20s])",
        "avg_over_time(cpu[5m:1m] offset 1m)", "avg_over_time(cpu[5m:1m] @ 500)", "avg_over_time(cpu[5m:7s])",
        "max_over_time(max_over_time(cpu[1m:20s])[3m:1m])", "count_over_time(vector(1)[5m:30s])",
        "rate(sum(bytes_total)[5m:30s])", "deriv(cpu[5m:30s])", "avg_over_time((cpu @ 300)[2m:30s])",
        "avg_over_time((cpu @ start())[2m:30s])", "last_over_time(cpu[5m:30s])", "absent_over_time(nothing[5m:1m])",
        "count_over_time(timestamp(cpu)[5m:1m])", "sum_over_time(time()[5m:1m])", "avg_over_time(vector(time())[5m:1m])",
        "predict_linear(cpu[5m:30s], 60)", "quantile_over_time(0.5, (cpu * vcpus)[5m:30s])",
        "rate({__name__=~\"cpu|vcpus\"}[5m])", "abs({__name__=~\"cpu|vcpus\"})", "-{__name__=~\"cpu|vcpus\"}",
        "{__name__=~\"cpu|vcpus\"} > 0.5", "{__name__=~\"cpu|vcpus\"} + 1", "last_over_time({__name__=~\"cpu|vcpus\"}[1m])",
        "sum(cpu > bool 0.5) / count(cpu)", "cpu * 100 > 50 < 80", "(cpu > 0.2) + (cpu < 0.9)", "1 - cpu * vcpus / 8",
        "sum by (node) (cpu * vcpus) / count by (node) (cpu) > 0.65", "cpu > 0.2 and on(node) node_load > 3",
        "1 / ((1 - cpu) * (1 - cpu) * (1 - cpu))", "max(cpu) by (node) > on(node) group_left min(cpu) by (node)",
        "sort(cpu)", "sort_desc(odd)", "count by (pool) (cpu) > 1", "group by (pool) (cpu)", "absent(cpu > 5)",
        "sum(sum(sum(cpu)))", "cpu{}", "odd offset 5m", "odd offset 5m1s",
    ])


class Generator:
    """Random expressions that are right by grammar and type; an evaluation may fail, in both of us alike."""

    def __init__(self, rng):
        self.rng = rng

    def selector(self):
        name = self.rng.choice(["cpu", "cpu", "vcpus", "bytes_total", "odd", "node_load", "latency_bucket"])
        matchers = self.rng.choice(["", "", "", '{node="h1"}', '{node=~"h[23]"}', '{domain!~".*a"}', '{kind!="mixed"}'])
        return name + matchers

    def timing(self):
        return self.rng.choice([""] * 6 + [" offset 30s", " offset -20s", " @ 400", " @ end() offset 1m"])

    def range(self, depth):
        if depth > 1 and self.rng.random() < 0.2:
            return f"({self.vector(depth - 2)})[{self.rng.choice(['2m', '5m'])}:{self.rng.choice(['', '15s', '50s'])}]" + self.timing()
        return f"{self.selector()}[{self.rng.choice(['20s', '1m', '2m30s', '5m', '10m'])}]{self.timing()}"

    def scalar(self, depth):
        if depth > 0 and self.rng.random() < 0.15:
            return f"scalar({self.vector(depth - 1)})"
        return self.rng.choice(["0", "1", "0.5", "2", "-1", "10", "time()", "1e3", "NaN", "Inf", "0.25"])

    def labels(self):
        return ", ".join(self.rng.sample(["node", "domain", "pool", "kind", "le"], self.rng.randint(0, 3)))

    def aggregation(self, depth):
        clause = self.rng.choice(["", f" by ({self.labels()})", f" without ({self.labels()})"])
        inside = self.vector(depth - 1)
        kind = self.rng.random()
        if kind < 0.7:
            return f"{self.rng.choice(AGGREGATIONS)}{clause} ({inside})"
        if kind < 0.85:
            return f"quantile{clause} ({self.scalar(0)}, {inside})"
        # Of plain samples: a text shows the last digit of a calculation, in which Go and glibc may differ.
        return f"count_values{clause} (\"value\", {self.selector()})"

    def binary(self, depth):
        kind = self.rng.random()
        if kind < 0.35:
            op = self.rng.choice(ARITHMETIC + COMPARISONS)
            sides = [self.vector(depth - 1), self.scalar(depth - 1)]
            self.rng.shuffle(sides)
            return f"({sides[0]}) {op} ({sides[1]})"
        match = self.rng.choice(["", "", f" on({self.labels()})", f" ignoring({self.labels()})"])
        if kind < 0.55:
            return f"({self.vector(depth - 1)}) {self.rng.choice(['and', 'or', 'unless'])}{match} ({self.vector(depth - 1)})"
        op = self.rng.choice(ARITHMETIC + COMPARISONS + [c + " bool" for c in COMPARISONS])
        if match and self.rng.random() < 0.5:
            match += self.rng.choice([" group_left()", " group_right()"])
        return f"({self.vector(depth - 1)}) {op}{match} ({self.vector(depth - 1)})"

    def call(self, depth):
        kind = self.rng.random()
        if kind < 0.5:
            name = self.rng.choice(FUNCTIONS_OVER_RANGE)
            # These see a difference in the last digit.
            return f"{name}({self.range(0 if name in ('changes', 'resets', 'rate', 'increase', 'irate') else depth)})"
        if kind < 0.6:
            return f"quantile_over_time({self.scalar(0)}, {self.range(depth)})"
        if kind < 0.7:
            return f"predict_linear({self.range(depth)}, {self.scalar(0)})"
        names = [f for f in FUNCTIONS_OF_VALUES if f not in ("year", "month", "day_of_month", "day_of_year", "days_in_month")]
        return f"{self.rng.choice(names)}({self.vector(depth - 1)})"

    def vector(self, depth):
        if depth <= 0 or self.rng.random() < 0.1:
            return self.selector() + self.timing()
        return self.rng.choice([self.aggregation, self.binary, self.call, self.binary, self.call])(depth)
