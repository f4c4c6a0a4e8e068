"""Draws a dashboard of the answers that graphite-web gave: a picture of our own, for people and for tests, not Grafana's.

page_html(page, answers) makes one HTML page with an SVG a panel, laid out as gridPos says. `answers` has for each panel
id the series of all its queries, as /render gives them: [{"target": name, "datapoints": [[value, seconds], …]}, …].
"""
import html

COLUMN, ROW, GAP = 56, 30, 6  # pixels
COLORS = {"green": "#3fa34d", "yellow": "#e0b400", "orange": "#e07f12", "red": "#d03b3b", "gray": "#8a8f98"}
LINES = ["#3b7dd8", "#e07f12", "#3fa34d", "#a3476a", "#6b5bd2", "#17a2a2", "#b8860b", "#7a7f87"]
MOST = 20  # series in one panel
STYLE = """body{margin:0;background:#fff;color:#1b1f24;font:12px sans-serif;position:relative}
section{position:absolute;border:1px solid #d6dae0;border-radius:3px;overflow:hidden;box-sizing:border-box}
h2{font-size:12px;margin:3px 6px;height:16px;overflow:hidden}section.row{border:0}section.row h2{font-size:14px}
p{margin:6px}svg text{font:10px sans-serif;fill:currentColor}"""


def shown(value, unit):
    """A number as people read it."""
    if value is None:
        return "–"
    for limit, sign in ((2**30, "Gi"), (2**20, "Mi"), (2**10, "Ki")):
        if unit in ("bytes", "Bps") and abs(value) >= limit:
            return f"{value / limit:.3g} {sign}{'B/s' if unit == 'Bps' else 'B'}"
    sign = {"percent": " %", "bytes": " B", "Bps": " B/s", "none": ""}.get(unit, " " + unit)
    return f"{value:.3g}{sign}"


def color_of(value, defaults):
    found = "green"
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            found = step["color"]
    for mapping in defaults["mappings"]:
        found = mapping["options"].get(str(int(value)), {}).get("color", found)
    return COLORS[found]


def last(series):
    return next((value for value, _ in reversed(series["datapoints"]) if value is not None), None)


class Canvas:
    """An SVG of one panel; x by time, y by value."""

    def __init__(self, width, height, series, defaults):
        self.width, self.height, self.left, self.unit = width, height, 58, defaults["unit"]
        points = [point for one in series for point in one["datapoints"]]
        values = [value for value, _ in points if value is not None] or [0]
        self.low = defaults.get("min", min(values))
        self.high = max(defaults.get("max", max(values)), self.low + 1e-9)
        self.first, self.last = min(at for _, at in points), max(at for _, at in points)
        self.parts = []

    def x(self, at):
        return self.left + (self.width - self.left - 8) * (at - self.first) / max(1, self.last - self.first)

    def y(self, value):
        return self.height - 16 - (self.height - 24) * (value - self.low) / (self.high - self.low)

    def text(self, x, y, words, anchor="start"):
        self.parts.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{html.escape(words)}</text>')

    def box(self, x, y, size, color):
        width, height = size
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(1, width):.1f}" height="{max(1, height):.1f}" '
                          f'fill="{color}"/>')

    def svg(self):
        return f'<svg width="{self.width}" height="{self.height}">{"".join(self.parts)}</svg>'


def draw_lines(canvas, series, one):
    defaults, stacked = one["fieldConfig"]["defaults"], "normal" in str(one["fieldConfig"]["defaults"]["custom"]["stacking"])
    sums = {}
    for place, line in enumerate(series):
        run, color = [], LINES[place % len(LINES)]
        for value, at in line["datapoints"] + [[None, 0]]:
            if value is None:  # a gap stays a gap
                if run:
                    canvas.parts.append(f'<polyline fill="none" stroke="{color}" points="{" ".join(run)}"/>')
                    if len(run) == 1:
                        canvas.box(float(run[0].split(",")[0]), float(run[0].split(",")[1]) - 1, (3, 3), color)
                run = []
                continue
            value += sums.get(at, 0) if stacked else 0
            sums[at] = value
            run.append(f"{canvas.x(at):.1f},{canvas.y(value):.1f}")
        canvas.box(canvas.left + 100 * (place % 8), canvas.height - 9, (8, 8), color)
        canvas.text(canvas.left + 11 + 100 * (place % 8), canvas.height - 2, line["target"][:16])
    for value in (canvas.low, (canvas.low + canvas.high) / 2, canvas.high):
        canvas.text(canvas.left - 4, canvas.y(value) + 4, shown(value, defaults["unit"]), "end")
    if defaults["custom"]["thresholdsStyle"]["mode"] == "dashed":
        for step in defaults["thresholds"]["steps"][1:]:
            if canvas.low <= step["value"] <= canvas.high:
                y = canvas.y(step["value"])
                canvas.parts.append(f'<line x1="{canvas.left}" x2="{canvas.width}" y1="{y:.1f}" y2="{y:.1f}" '
                                    f'stroke="{COLORS[step["color"]]}" stroke-dasharray="5 4"/>')


def draw_rows(canvas, series, one):
    """A row a series, coloured by value: state-timeline and status-history."""
    tall = (canvas.height - 4) / max(1, len(series))
    canvas.left = 90
    for place, line in enumerate(series):
        points = line["datapoints"]
        step = points[1][1] - points[0][1] if len(points) > 1 else 60
        canvas.text(canvas.left - 4, tall * (place + 0.6), line["target"][:16], "end")
        for value, at in points:
            if value is not None:
                canvas.box(canvas.x(at), tall * place + 2, (canvas.x(at + step) - canvas.x(at), tall - 4),
                           color_of(value, one["fieldConfig"]["defaults"]))


def draw_bars(canvas, series, one):
    defaults, tall = one["fieldConfig"]["defaults"], min(28, canvas.height / max(1, len(series)))
    for place, line in enumerate(series):
        value = last(line)
        wide = 0 if value is None else (canvas.width - 170) * (value - canvas.low) / (canvas.high - canvas.low)
        canvas.text(90, tall * (place + 0.6), line["target"][:18], "end")
        canvas.box(96, tall * place + 3, (wide, tall - 6), color_of(value or 0, defaults))
        canvas.text(canvas.width - 4, tall * (place + 0.6), shown(value, defaults["unit"]), "end")


def draw_number(canvas, series, one):
    defaults, value = one["fieldConfig"]["defaults"], last(series[0])
    canvas.parts.append(f'<text x="{canvas.width / 2:.0f}" y="{canvas.height / 2 + 10:.0f}" text-anchor="middle" '
                        f'style="font-size:30px;fill:{color_of(value or 0, defaults)}">'
                        f'{html.escape(shown(value, defaults["unit"]))}</text>')


def draw_heat(canvas, series, one):
    """How many series are in each band of five per cent, at each time."""
    counts = {}
    for line in series:
        for value, at in line["datapoints"]:
            if value is not None:
                counts[at, int(value // 5)] = counts.get((at, int(value // 5)), 0) + 1
    times = sorted({at for _, at in series[0]["datapoints"]})
    wide = canvas.x(times[-1]) - canvas.x(times[-2]) if len(times) > 1 else 10
    for (at, band), count in counts.items():
        share = 90 - 55 * count / max(counts.values())
        top = canvas.y(min(canvas.high, band * 5 + 5))
        canvas.box(canvas.x(at), top, (wide, canvas.y(band * 5) - top), f"hsl(28 85% {share:.0f}%)")
    for value in (0, 50, 100):
        canvas.text(canvas.left - 4, canvas.y(value) + 4, shown(value, "percent"), "end")


def draw_table(canvas, series, one):
    unit = one["fieldConfig"]["defaults"]["unit"]
    for x, words in ((8, "Field"), (300, "Last"), (420, "Mean"), (540, "Max")):
        canvas.text(x, 12, words)
    for place, line in enumerate(series):
        values = [value for value, _ in line["datapoints"] if value is not None] or [None]
        mean = None if values == [None] else sum(values) / len(values)
        canvas.text(8, 30 + 18 * place, line["target"])
        for x, value in ((300, last(line)), (420, mean), (540, None if mean is None else max(values))):
            canvas.text(x, 30 + 18 * place, shown(value, unit))


KINDS = {"timeseries": draw_lines, "stat": draw_number, "bargauge": draw_bars, "heatmap": draw_heat, "table": draw_table,
         "state-timeline": draw_rows, "status-history": draw_rows}


def panel_html(one, series):
    at = one["gridPos"]
    width, height = at["w"] * COLUMN - GAP, at["h"] * ROW - GAP
    body = ""
    if one["type"] == "text":
        body = "<p>" + html.escape(one["options"]["content"].replace("**", "")) + "</p>"
    elif one["type"] != "row" and not series:
        body = "<p>No data</p>"
    elif one["type"] != "row":
        canvas = Canvas(width - 4, height - 26, series[:MOST], one["fieldConfig"]["defaults"])
        KINDS[one["type"]](canvas, series[:MOST], one)
        body = canvas.svg()
    return (f'<section class="{one["type"]}" style="left:{at["x"] * COLUMN + GAP}px;top:{at["y"] * ROW + GAP}px;'
            f'width:{width}px;height:{height}px"><h2>{html.escape(one["title"])}</h2>{body}</section>')


def page_html(page, answers):
    parts = [panel_html(one, answers.get(one["id"], [])) for one in page["panels"]]
    return f'<!doctype html><meta charset="utf-8"><title>{html.escape(page["title"])}</title><style>{STYLE}</style>' + "".join(parts)
