"""Draws a dashboard of the answers that graphite-web gave: a picture of our own, for people and for tests, not Grafana's.

page_html(page, answers, theme) makes one HTML page with an SVG a panel, laid out as gridPos says. `answers` has for each
panel id the series of all its queries, as /render gives them: [{"target": name, "datapoints": [[value, seconds], …]}, …].
The colours that the dashboards name have another shade in each theme, as they have in Grafana.
"""
import html
import re
import shutil
import subprocess
import tempfile
import time

COLUMN, ROW, GAP = 58, 32, 8  # pixels
MOST = 20  # series in one panel
THEMES = {
    "light": {"page": "#f0f2f5", "panel": "#ffffff", "edge": "#d8dce2", "text": "#22262c", "faint": "#5f6772",
              "grid": "#e6e9ee", "unfilled": "#eceff3", "green": "#2f8f3e", "yellow": "#d9a400", "orange": "#e0701a",
              "red": "#c9293b", "blue": "#2f66c4", "purple": "#7a4fb5",
              "lines": ["#2f66c4", "#e0701a", "#2f8f3e", "#b0307c", "#7a4fb5", "#128a93", "#a67c00", "#c9293b", "#5f6772",
                        "#6b4a2b"]},
    "dark": {"page": "#101216", "panel": "#191c21", "edge": "#2b2f36", "text": "#d6d9de", "faint": "#9aa1ab",
             "grid": "#2a2e35", "unfilled": "#262a31", "green": "#6abf69", "yellow": "#f2d24a", "orange": "#ff9a3d",
             "red": "#f2596b", "blue": "#6aa1f5", "purple": "#b48ae8",
             "lines": ["#6aa1f5", "#ff9a3d", "#6abf69", "#e070b0", "#b48ae8", "#4fc3cc", "#f2d24a", "#f2596b", "#9aa1ab",
                       "#c49a72"]}}
STYLE = """body{{margin:0;background:{page};color:{text};font:13px "DejaVu Sans",sans-serif;position:relative}}
section{{position:absolute;background:{panel};border:1px solid {edge};border-radius:3px;overflow:hidden;box-sizing:border-box}}
h1{{position:absolute;left:12px;top:2px;margin:0;font-size:17px}}
h2{{font-size:13px;margin:5px 9px 2px;height:17px;overflow:hidden;font-weight:600;white-space:nowrap}}
section.row,section.text{{border:0;background:none}}section.row h2{{font-size:15px}}p{{margin:9px}}
svg{{display:block}}svg text{{font:11px "DejaVu Sans",sans-serif;fill:{text}}}svg .faint{{fill:{faint}}}"""
TOP = 34  # of the page's title
CHROMIUM = shutil.which("chromium")


def three_digits(value):
    return "<0.001" if 0 < value < 0.001 else f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def shown(value, unit):
    """A number as people read it."""
    if value is None:
        return "–"
    for limit, sign in ((2**40, "Ti"), (2**30, "Gi"), (2**20, "Mi"), (2**10, "Ki")):
        if unit in ("bytes", "Bps") and abs(value) >= limit:
            return f"{three_digits(value / limit)} {sign}{'B/s' if unit == 'Bps' else 'B'}"
    if unit == "s" and 0 < abs(value) < 1:
        return f"{three_digits(value * 1000)} ms"
    sign = {"percent": " %", "bytes": " B", "Bps": " B/s", "none": ""}.get(unit, " " + unit)
    return f"{three_digits(value)}{sign}"


def last(series):
    return next((value for value, _ in reversed(series["datapoints"]) if value is not None), None)


def values_of(series):
    return [value for value, _ in series["datapoints"] if value is not None]


class Canvas:
    """An SVG of one panel; x by time, y by value. `bottom`: what is kept free below."""

    def __init__(self, size, series, one, theme):
        (self.width, self.height), self.theme = size, theme
        self.defaults, self.left, self.right, self.bottom = one["fieldConfig"]["defaults"], 70, 12, 22
        self.unit = self.defaults["unit"]
        values = [value for each in series for value in values_of(each)] or [0]
        self.range(min(values), max(values))
        times = [at for each in series for _, at in each["datapoints"]]
        self.first, self.last, self.parts = min(times), max(times), []

    def range(self, low, high):
        self.low, self.high = self.defaults.get("min", low), self.defaults.get("max", high)
        self.high = max(self.high, self.low + 1e-9)

    def x(self, at):
        return self.left + (self.width - self.left - self.right) * (at - self.first) / max(1, self.last - self.first)

    def y(self, value):
        return self.height - self.bottom - (self.height - self.bottom - 8) * (value - self.low) / (self.high - self.low)

    def color_of(self, value):
        found = "green"
        for step in self.defaults["thresholds"]["steps"]:
            if step["value"] is None or value >= step["value"]:
                found = step["color"]
        for mapping in self.defaults["mappings"]:
            found = mapping["options"].get(str(int(value)), {}).get("color", found)
        return self.theme[found]

    def text(self, x, y, words, anchor="start", kind=""):
        self.parts.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" class="{kind}">{html.escape(words)}</text>')

    def box(self, x, y, size, color):
        width, height = size
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(1, width):.1f}" height="{max(1, height):.1f}" '
                          f'fill="{color}"/>')

    def line(self, start, end, color, dashes=""):
        self.parts.append(f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
                          f'stroke="{color}" stroke-dasharray="{dashes}"/>')

    def time_axis(self):
        span = self.last - self.first
        step = next((step for step in (60, 300, 900, 1800, 3600, 21600) if span / step <= 8), 86400)
        for at in range(int(self.first // step + 1) * step, int(self.last) + 1, step):
            x, room = self.x(at), self.width - 18
            self.text(min(x, room), self.height - self.bottom + 15, time.strftime("%H:%M", time.gmtime(at)), "middle", "faint")

    def value_axis(self):
        for part in range(5):
            value = self.low + (self.high - self.low) * part / 4
            self.line((self.left, self.y(value)), (self.width - self.right, self.y(value)), self.theme["grid"])
            self.text(self.left - 6, self.y(value) + 4, shown(value, self.unit), "end", "faint")

    def svg(self):
        return f'<svg width="{self.width}" height="{self.height}">{"".join(self.parts)}</svg>'


def legend(canvas, series, colors):
    """Below the lines, in columns; makes room for itself."""
    wide = max(110, min(260, 7 * max(len(one["target"]) for one in series) + 80))
    across = max(1, (canvas.width - 16) // wide)
    rows = -(-len(series) // across)
    canvas.bottom = 24 + 15 * rows
    for place, one in enumerate(series):
        x, y = 10 + wide * (place % across), canvas.height - 15 * rows + 15 * (place // across)
        canvas.box(x, y - 1, (9, 9), colors[place])
        canvas.text(x + 14, y + 8, f"{one['target'][:32]}  {shown(last(one), canvas.unit)}")


def runs(points):
    """Of what was measured without a gap: a gap stays a gap."""
    run = []
    for value, at in points + [[None, 0]]:
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []


def in_steps(run):
    """A value holds until the next one is there."""
    return [run[0]] + [point for (_, before), (at, value) in zip(run, run[1:]) for point in ((at, before), (at, value))]


def bar_width(canvas, points):
    """What is free between two of them, as far as it looks like a bar."""
    between = canvas.x(points[1][1]) - canvas.x(points[0][1]) if len(points) > 1 else 40
    return max(6, min(40, between * 0.8))


def overridden(one, what):
    """The expression that the names of the series match for which that is another than usual."""
    for part in one["fieldConfig"]["overrides"]:
        if what in (each["id"] for each in part["properties"]):
            return re.compile(part["matcher"]["options"].strip("/"))
    return None


def draw_lines(canvas, series, one):
    stacked = canvas.defaults["custom"]["stacking"]["mode"] == "normal"
    steps = canvas.defaults["custom"]["lineInterpolation"] == "stepAfter"
    below, dashes = overridden(one, "custom.transform"), overridden(one, "custom.lineStyle")
    colors = [canvas.theme["red"] if dashes and dashes.search(line["target"]) else
              canvas.theme["lines"][place % len(canvas.theme["lines"])] for place, line in enumerate(series)]
    legend(canvas, series, colors)
    sums, drawn = {}, []
    for line, color in zip(series, colors):
        sign = -1 if below and below.search(" " + line["target"]) else 1
        points = [[None if value is None else sign * value + (sums.get(at, 0) if stacked else 0), at]
                  for value, at in line["datapoints"]]
        floor = dict(sums)
        sums.update({at: value for value, at in points if value is not None} if stacked else {})
        drawn.append((points, floor, color, "6 4" if dashes and dashes.search(line["target"]) else ""))
    known = [value for points, *_ in drawn for value, _ in points if value is not None] or [0]
    high, limits = max(known), []
    if canvas.defaults["custom"]["thresholdsStyle"]["mode"] == "dashed":
        limits = canvas.defaults["thresholds"]["steps"][1:]
        high = max(high, limits[0]["value"])
    canvas.range(min(known), high if high > min(0, *known) else 1)
    if canvas.unit == "percent":
        canvas.high = min(canvas.high, max(10, high * 1.1))
    canvas.value_axis()
    canvas.time_axis()
    for points, floor, color, dash in drawn:
        if canvas.defaults["custom"]["drawStyle"] == "bars":
            wide = bar_width(canvas, points)
            for value, at in points:
                if value is not None and value > floor.get(at, 0):
                    top = canvas.y(value)
                    left = max(canvas.left, canvas.x(at) - wide / 2)
                    canvas.box(left, top, (min(wide, canvas.width - canvas.right - left), canvas.y(floor.get(at, 0)) - top), color)
            continue
        for run in runs(points):
            path = [f"{canvas.x(at):.1f},{canvas.y(value):.1f}" for at, value in (in_steps(run) if steps else run)]
            if stacked:
                back = [f"{canvas.x(at):.1f},{canvas.y(floor.get(at, 0)):.1f}" for at, _ in reversed(run)]
                canvas.parts.append(f'<polygon fill="{color}" fill-opacity="0.35" points="{" ".join(path + back)}"/>')
            canvas.parts.append(f'<polyline fill="none" stroke="{color}" stroke-width="1.4" stroke-dasharray="{dash}" points="{" ".join(path)}"/>')
            if len(run) == 1:
                canvas.box(canvas.x(run[0][0]) - 1, canvas.y(run[0][1]) - 1, (3, 3), color)
    for step in limits:
        if canvas.low <= step["value"] <= canvas.high:
            y = canvas.y(step["value"])
            canvas.line((canvas.left, y), (canvas.width - canvas.right, y), canvas.theme[step["color"]], "6 4")


def draw_rows(canvas, series, one):
    """A row a series, coloured by value: state-timeline and status-history."""
    tall = (canvas.height - canvas.bottom) / max(1, len(series))
    canvas.left = 90
    # The newest cell is as wide as the others.
    canvas.last += max((line["datapoints"][1][1] - line["datapoints"][0][1] for line in series if len(line["datapoints"]) > 1), default=60)
    for place, line in enumerate(series):
        points = line["datapoints"]
        step = points[1][1] - points[0][1] if len(points) > 1 else 60
        canvas.text(canvas.left - 6, tall * (place + 0.5) + 4, line["target"][:13], "end")
        for value, at in points:
            if value is not None:
                end = min(canvas.x(at + step) + 0.3, canvas.width - canvas.right)
                canvas.box(canvas.x(at), tall * place + 1, (end - canvas.x(at), tall - 2), canvas.color_of(value))
    canvas.time_axis()


def draw_bars(canvas, series, one):
    tall = min(24, canvas.height / max(1, len(series)))
    room = canvas.width - 160
    for place, line in enumerate(series):
        value, y = last(line), tall * (place + 0.5) + 4
        share = 0 if value is None else (value - canvas.low) / (canvas.high - canvas.low)
        canvas.text(62, y, line["target"][:9] if len(line["target"]) > 9 else line["target"], "end")
        canvas.box(70, tall * place + 3, (room, tall - 6), canvas.theme["unfilled"])
        canvas.box(70, tall * place + 3, (room * min(1, max(0, share)), tall - 6), canvas.color_of(value or 0))
        canvas.text(canvas.width - 8, y, shown(value, canvas.unit), "end")


def draw_number(canvas, series, one):
    value, color = last(series[0]), canvas.color_of(last(series[0]) or 0)
    canvas.left = canvas.right = canvas.bottom = 0
    known = values_of(series[0]) or [0]
    span, size = max(max(known) - min(known), abs(max(known)) / 100, 1e-9), canvas.height
    canvas.low, canvas.high = min(known) - span * 0.05, max(known) + span * 1.8
    for run in runs(series[0]["datapoints"]):
        path = [f"{canvas.x(at):.1f},{canvas.y(one_value):.1f}" for at, one_value in run]
        ends = [f"{canvas.x(run[-1][0]):.1f},{size}", f"{canvas.x(run[0][0]):.1f},{size}"]
        canvas.parts.append(f'<polygon fill="{color}" fill-opacity="0.18" points="{" ".join(path + ends)}"/>')
    canvas.parts.append(f'<text x="{canvas.width / 2:.0f}" y="{size / 2 + 4:.0f}" text-anchor="middle" '
                        f'style="font-size:29px;font-weight:600;fill:{color}">{html.escape(shown(value, canvas.unit))}</text>')


def draw_heat(canvas, series, one):
    """How many series are in each band of five per cent, at each time."""
    counts, points = {}, series[0]["datapoints"]
    every = max(1, len(points) // 90)
    for line in series:
        for value, at in line["datapoints"][::every]:
            if value is not None:
                counts[at, int(value // 5)] = counts.get((at, int(value // 5)), 0) + 1
    canvas.low, canvas.high = 0, 100
    canvas.value_axis()
    canvas.time_axis()
    wide = canvas.x(points[min(every, len(points) - 1)][1]) - canvas.x(points[0][1])
    most = max(counts.values(), default=1)
    for (at, band), count in counts.items():
        top = canvas.y(min(canvas.high, band * 5 + 5))
        shade = 0.25 + 0.75 * (count / most) ** 0.6
        wide_here = min(wide - 1, canvas.width - canvas.right - canvas.x(at))
        if wide_here > 0:
            canvas.parts.append(f'<rect x="{canvas.x(at):.1f}" y="{top:.1f}" width="{wide_here:.1f}" '
                                f'height="{canvas.y(band * 5) - top - 1:.1f}" fill="{canvas.theme["orange"]}" '
                                f'fill-opacity="{shade:.2f}"/>')


def draw_table(canvas, series, one):
    columns = [canvas.width * part for part in (0.5, 0.68, 0.86)]
    canvas.text(10, 14, "Field", kind="faint")
    for x, words in zip(columns, ("Last", "Mean", "Max")):
        canvas.text(x, 14, words, "end", "faint")
    for place, line in enumerate(series):
        values, y = values_of(line), 33 + 17 * place
        canvas.line((8, y - 13), (canvas.width - 8, y - 13), canvas.theme["grid"])
        canvas.text(10, y, line["target"])
        found = (last(line), sum(values) / len(values), max(values)) if values else (None, None, None)
        for x, value in zip(columns, found):
            canvas.text(x, y, shown(value, canvas.unit), "end")


KINDS = {"timeseries": draw_lines, "stat": draw_number, "bargauge": draw_bars, "heatmap": draw_heat, "table": draw_table,
         "state-timeline": draw_rows, "status-history": draw_rows}
WITH_MARKS = ("timeseries", "state-timeline", "status-history")


def draw_marks(canvas, marks):
    """Events, as dashed lines over the whole height."""
    for at in marks:
        if canvas.first <= at <= canvas.last:
            canvas.line((canvas.x(at), 4), (canvas.x(at), canvas.height - canvas.bottom), canvas.theme["blue"], "3 3")


def panel_html(one, series, theme="light", marks=()):
    at = one["gridPos"]
    width, height = at["w"] * COLUMN - GAP, at["h"] * ROW - GAP
    body, most = "", None if one["type"] == "heatmap" else MOST
    if one["type"] == "text":
        body = "<p>" + re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(one["options"]["content"])) + "</p>"
    elif one["type"] != "row" and not series:
        body = f"<p>{html.escape(one['fieldConfig']['defaults'].get('noValue', 'No data'))}</p>"
    elif one["type"] != "row":
        canvas = Canvas((width - 2, height - 30), series[:most], one, THEMES[theme])
        KINDS[one["type"]](canvas, series[:most], one)
        if one["type"] in WITH_MARKS:
            draw_marks(canvas, marks)
        body = canvas.svg()
    heading = f"<h2>{html.escape(one['title'])}</h2>" if one["title"] else ""
    return (f'<section class="{one["type"]}" style="left:{at["x"] * COLUMN + GAP}px;top:{at["y"] * ROW + TOP}px;'
            f'width:{width}px;height:{height}px">{heading}{body}</section>')


def page_size(page):
    """Width and height, in pixels."""
    return 24 * COLUMN + GAP, max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in page["panels"]) * ROW + TOP


def page_html(page, answers, theme="light", marks=()):
    """`marks`: seconds at which there was an event."""
    parts = [panel_html(one, answers.get(one["id"], []), theme, marks) for one in page["panels"]]
    colors = {key: value for key, value in THEMES[theme].items() if key != "lines"}
    return (f'<!doctype html><meta charset="utf-8"><title>{html.escape(page["title"])}</title>'
            f'<style>{STYLE.format(**colors)}</style><h1>{html.escape(page["title"])}</h1>' + "".join(parts))


def photograph(page, text, picture, height=None):
    """The page as Debian's Chromium shows it; `height`: of its upper part alone."""
    width, whole = page_size(page)
    with tempfile.TemporaryDirectory(prefix="hotspot-browser-") as folder:
        with open(f"{folder}/page.html", "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/browser",
                        "--hide-scrollbars", f"--window-size={width},{height or whole}", f"--screenshot={picture}",
                        f"file://{folder}/page.html"], capture_output=True, check=True, timeout=120)
