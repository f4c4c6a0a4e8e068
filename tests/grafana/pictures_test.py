#!/usr/bin/env python3
"""Pictures of the pages, drawn by draw.py of what a real graphite-web answers, light and dark, in Chromium.

The values are those of fleet.py, a fleet under work that is made up, through a Carbon with our schemas. The pictures stay
in the folder that HOTSPOT_PICTURES names; docs/fleet.png is one of them.
"""
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
import draw  # noqa: E402
import fleet  # noqa: E402
import stack  # noqa: E402
from graphite_web import PYTHON  # noqa: E402
from dashboards import interpolate, load, panels, resolve  # noqa: E402

COUNT = """
import collections, sys
import cairocffi
image = cairocffi.ImageSurface.create_from_png(sys.argv[1])
data, wide = bytes(image.get_data()), image.get_stride()
pixels = collections.Counter(data[at:at + 3] for row in range(0, image.get_height(), 2)
                             for at in range(row * wide, row * wide + 4 * image.get_width(), 4))
for (blue, green, red), count in pixels.items():
    print(red, green, blue, count)
"""


def colors_of(png):
    """How often each colour is in every other line of a picture: {(r, g, b): pixels}."""
    found = subprocess.run([PYTHON, "-c", COUNT, str(png)], capture_output=True, text=True, check=True).stdout
    return {tuple(map(int, line.split()[:3])): int(line.split()[3]) for line in found.splitlines()}


def light(color):
    parts = [part / 255 for part in color]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def rgb(text):
    return tuple(int(text[i:i + 2], 16) for i in (1, 3, 5))


class Pictures(stack.Stack):
    @classmethod
    def fed(cls):
        return fleet.series()

    def answers(self, page, wanted):
        values = resolve(page, self.graphite.find, wanted)
        return {one["id"]: self.graphite.render([interpolate(target["target"], values) for target in one["targets"]],
                                                self.now - 6 * 3600, self.now)
                for one in panels(page) if "targets" in one}

    @unittest.skipUnless(draw.CHROMIUM, "needs Debian's package chromium")
    def test_the_fleet_under_work_is_drawn_light_and_dark(self):
        page = load()["hotspot-fleet"]
        answers = self.answers(page, {"cluster": "rack7"})
        for theme in draw.THEMES:
            picture = self.taken(page, draw.page_html(page, answers, theme), f"fleet-{theme}")
            if theme == "light":  # for docs/, its upper part
                self.taken(page, draw.page_html(page, answers, theme), "fleet", height=992)
            counts = colors_of(picture)
            known = draw.THEMES[theme]
            self.assertEqual(max(counts, key=counts.get), rgb(known["panel"]), "most of it is the panels' ground")
            for name in ("green", "yellow", "orange", "red", "text"):
                self.assertGreater(counts.get(rgb(known[name]), 0), 5, f"no {name} in the {theme} picture")
            for other in draw.THEMES:
                if other != theme:
                    self.assertEqual(counts.get(rgb(draw.THEMES[other]["page"]), 0), 0)

    def test_each_panel_of_the_fleet_has_something_to_draw(self):
        page = load()["hotspot-fleet"]
        for uid, series in self.answers(page, {"cluster": "rack7"}).items():
            (one,) = [one for one in panels(page) if one["id"] == uid]
            drawn = draw.panel_html(one, series)
            self.assertRegex(drawn, "<(rect|polyline|polygon|line) ", one["title"])
            self.assertNotIn("nan", drawn, one["title"])

    def test_what_is_drawn_can_be_read_in_both(self):
        """Text as WCAG 2.2 asks for it (4.5 to 1), lines and areas too (3 to 1; yellow on white cannot, and is filled)."""
        for name, theme in draw.THEMES.items():
            for text in ("text", "faint"):
                self.assertGreater(contrast(rgb(theme[text]), rgb(theme["panel"])), 4.5, f"{text}, {name}")
            for color in [theme["red"], theme["orange"], theme["green"], theme["blue"], *theme["lines"]]:
                self.assertGreater(contrast(rgb(color), rgb(theme["panel"])), 3, f"{color}, {name}")

    def taken(self, page, text, name, height=None):
        picture = pathlib.Path(os.environ.get("HOTSPOT_PICTURES", self.dir)) / f"{name}.png"
        draw.photograph(page, text, picture, height)
        return picture


if __name__ == "__main__":
    unittest.main()
