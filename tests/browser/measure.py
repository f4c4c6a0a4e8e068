#!/usr/bin/env python3
"""Measures the console's pages with a large cluster: time to the first paint and to the heat map, the longest task of the page's main thread, bytes,
memory. A task's time counts twice: as it passed, which other programs make longer, and as the CPU worked on it.

measure.py [--nodes 2000] [--each 30]     prints a line for each figure; run it beside nothing else
"""
import argparse
import gzip
import json
import time

import visit
from chromium import Chromium
from made_up import Cluster
from feed import PAGES, Feed

WATCH = "new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.paint = window.paint ?? one.startTime; })).observe({ type: 'paint', buffered: true });"
THERE = "document.querySelector('.consumers li')"
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TASK = "ThreadControllerImpl::RunTask"


def say(what, value):
    print(f"{what:52} {value}", flush=True)


class Tasks:
    """Of what runs within `with`, the tasks of the page's main thread that took longest."""

    def __init__(self, page, what):
        self.page, self.what, self.browser = page, what, page.browser

    def __enter__(self):
        self.begun = len(self.browser.events)
        self.browser.call("Tracing.start", transferMode="ReportEvents", traceConfig={"includedCategories": ["toplevel", "devtools.timeline"]})

    def __exit__(self, kind, *_):
        self.browser.call("Tracing.end")
        with self.browser.changed:
            self.browser.changed.wait_for(lambda: any(one["method"] == "Tracing.tracingComplete" for one in self.browser.events[self.begun:]), 60)
            new = self.browser.events[self.begun:]
        events = [each for one in new if one["method"] == "Tracing.dataCollected" for each in one["params"]["value"]]
        mains = {(each["pid"], each["tid"]) for each in events if each.get("name") in ("FunctionCall", "Layout", "FireAnimationFrame")}
        tasks = [each for each in events if each.get("name") == TASK and (each["pid"], each["tid"]) in mains]
        if kind is None:
            over = sum(each.get("dur", 0) > 50000 for each in tasks)
            say(f"longest task: {self.what}", f"{max(each.get('tdur', 0) for each in tasks) / 1000:.0f} ms of CPU; {max(each.get('dur', 0) for each in tasks) / 1000:.0f} ms passed, {over} over 50 ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=2000)
    parser.add_argument("--each", type=int, default=30, help="domains of a node")
    options = parser.parse_args()
    feed, browser = Feed(Cluster(time.time(), options.nodes, options.each)), Chromium()
    try:
        say("nodes, domains", f"{options.nodes}, {options.nodes * options.each}")
        files = [one for one in PAGES.iterdir() if one.is_file()]
        say("pages, gzip", f"{sum(len(gzip.compress(one.read_bytes())) for one in files) / 1000:.1f} kB in {len(files)} files")
        say("nodes as JSON", f"{len(json.dumps(feed.cluster.nodes)) / 1e6:.2f} MB")
        page = browser.page()
        page.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        with Tasks(page, "signing in"):
            visit.sign_in(page, feed.url)
            page.until(THERE)
        for again in range(3):
            with Tasks(page, "opening the fleet"):
                page.call("Page.reload")
                page.until("document.querySelector('.heat canvas')?.getAttribute('aria-label')?.includes('nodes by')")
                seen = page.run("performance.now()")
                page.until(THERE)
            say(f"first paint, whole fleet ({again + 1})", f"{page.run('window.paint'):.0f} ms, {seen:.0f} ms")
        with Tasks(page, f"10 s, {max(8, options.nodes // 5)} nodes a second change"):
            for _ in range(10):
                visit.second(page, feed)
        with Tasks(page, "another resource, seven times"):
            for key in "2345112":
                page.key(key)
                page.run(FRAMES)
        page.run("document.getElementById('all-nodes').scrollIntoView()")
        page.until("document.querySelector('#all-nodes tbody tr')")
        with Tasks(page, "through the table"):
            for place in range(0, 60000, 3000):
                page.run(f"void (document.querySelector('#all-nodes .scroll').scrollTop = {place})")
                page.run(FRAMES)
        with Tasks(page, "palette"):
            page.key("/")
            page.type("n1234")
            page.key("Enter")
            page.until("document.querySelector('.charts svg')")
        for word, there in (("hotspots", ".bullet"), ("actions", ".flying"), ("decisions", ".rows .row"), ("fleet", ".consumers li")):
            with Tasks(page, word):
                page.run(f"void (location.hash = '#/{word}')")
                page.until(f"document.querySelector('{there}')")
                page.run(FRAMES)
        say("memory of scripts", f"{page.run('performance.memory.usedJSHeapSize') / 1e6:.1f} MB")
        page.picture("/tmp/hotspot-console-large.png")
    finally:
        browser.close()
        feed.close()


if __name__ == "__main__":
    main()
