#!/usr/bin/env python3
"""Walks through the pages of a console that runs: each page opens, none complains, nothing leaves its origin. It sends no command.

walk.py URL TOKEN [--viewer TOKEN] [--pictures FOLDER]      --viewer: a token of that role, which must see no button that changes anything
"""
import argparse
import pathlib
import sys

import visit
from chromium import Chromium

BUTTONS = "[...document.querySelectorAll('button')].map((one) => one.innerText).filter((text) => text.includes('…') && !text.startsWith('Go to'))"


class Walk:
    def __init__(self, browser, options, width):
        self.page, self.options, self.width, self.wrong = browser.page(width, 900 if width > 600 else 844), options, width, []

    def see(self, name, address, seen):
        self.page.run(f"void (location.hash = {address!r})")
        try:
            self.page.until(seen)
        except AssertionError as error:
            self.wrong.append(f"{name}: {error}")
        if self.page.run("document.documentElement.scrollWidth") > self.width:
            self.wrong.append(f"{name}: it is wider than {self.width} pixels")
        if self.options.pictures:
            self.page.picture(self.options.pictures / f"{name}-{self.width}.png")
        print(f"{self.width}: {name}", flush=True)

    def all(self, token):
        page = self.page
        visit.sign_in(page, self.options.url, token)
        self.see("fleet", "#/fleet", "document.querySelector('canvas') || document.body.innerText.includes('No node is admitted yet')")
        node = page.run("document.querySelector('.chosen h2 a')?.hash ?? ''")
        if node:
            self.see("node", node, "document.querySelector('.charts svg')")
            page.until("document.querySelector('.table-place')")
            page.run("document.querySelector('.table-place').scrollIntoView()")
            rows = "document.querySelector('table[aria-label=Domains] tbody')"
            page.until(rows)
            domain = page.run(rows + ".querySelector('a')?.hash ?? ''")
            if domain:
                self.see("domain", domain, "document.querySelector('.charts svg') && document.body.innerText.includes('Where it ran')")
        self.see("hotspots", "#/hotspots", "document.querySelector('.cards, main > .empty')")
        self.see("plans", "#/plans", "document.getElementById('refused')")
        self.see("actions", "#/actions", "document.body.innerText.includes('Ended')")
        self.see("decisions", "#/decisions", "document.querySelector('.rows .row, .empty')")
        decision = page.run("document.querySelector('.rows .row')?.hash ?? ''")
        if decision:
            self.see("decision", decision, "document.querySelector('.record')")
        self.wrong += [one for one in page.messages() if "/session" not in one]
        self.wrong += [f"it asked {one}" for one in page.requests() if not one.startswith((self.options.url, "about:"))]
        return node

    def viewer(self, token):
        node = self.all(token)
        for address in ("#/fleet", "#/hotspots", "#/actions", node):
            self.page.run(f"void (location.hash = {address!r})")
            self.page.until("document.querySelector('main').innerText.length > 10")
            if shown := self.page.run(BUTTONS):
                self.wrong.append(f"a viewer is offered {shown} on {address}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--viewer")
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    browser, wrong = Chromium(), []
    try:
        for width in (1440, 390):
            walk = Walk(browser, options, width)
            walk.all(options.token)
            wrong += walk.wrong
        if options.viewer:
            walk = Walk(browser, options, 1440)
            walk.viewer(options.viewer)
            wrong += walk.wrong
    finally:
        browser.close()
    print("\n".join(wrong) or "all pages are as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
