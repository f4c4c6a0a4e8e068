#!/usr/bin/env python3
"""Draws the pages of the console at two widths, light and dark.

pictures.py FOLDER [PAGE...]     PNG files, PAGE-WIDTH-light.png and PAGE-WIDTH-dark.png
"""
import pathlib
import sys
import time

import visit
from chromium import Chromium
from made_up import Cluster
from feed import Feed

WIDTHS = {1440: 900, 390: 844}


def draw(folder, wanted):
    feed, browser = Feed(Cluster(time.time())), Chromium()
    try:
        for width, height in WIDTHS.items():
            for dark in (False, True):
                page = browser.page(width, height, dark)
                for name, address, seen in visit.pages(feed):
                    if wanted and name not in wanted:
                        continue
                    visit.go(page, feed, address, seen)
                    for _ in range(6 if name in ("domain", "node") else 1):
                        visit.second(page, feed)
                    if name == "drain":
                        page.click("main button", "Drain…")
                        page.until("document.getElementById('ask')")
                        page.says("leave")
                    if name == "palette":
                        page.key("k", modifiers=2)
                        page.until("document.getElementById('palette')")
                        page.type("n0")
                    page.picture(folder / f"{name}-{width}-{'dark' if dark else 'light'}.png")
                    visit.escape(page)
                print(page.messages())
                page.close()
    finally:
        browser.close()
        feed.close()


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    draw(place, sys.argv[2:])
