"""Ways through the console's pages, for tests and pictures."""

SIGNED_IN = "document.body.classList.contains('signed-in')"


def sign_in(page, url, token="token-operator"):
    page.open(url)
    page.until("document.getElementById('token')")
    page.click("#token")
    page.type(token)
    page.key("Enter")
    page.until(SIGNED_IN)


def pages(feed):
    """(name, address, what is seen when it is there) of each page."""
    cluster = feed.cluster
    hot = cluster.hot["name"]
    busy = cluster.domains_of(hot)[0]
    return [("fleet", "#/fleet", "Its busiest domains"), ("node", f"#/node/{hot}", "Decisions about it"), ("domain", f"#/domain/{busy['uuid']}", "Where it ran"),
            ("hotspots", "#/hotspots", "NodeCpuHot"), ("plans", "#/plans", "None lately."), ("actions", "#/actions", "Ended"), ("decisions", "#/decisions", "the newest"),
            ("decision", "#/decision/1796047000900-1-d1", "Considered, and refused"), ("drain", f"#/node/{hot}", "Decisions about it"),
            ("palette", "#/fleet", "Its busiest domains")]


def go(page, feed, address, seen, token="token-operator"):
    if not page.run(SIGNED_IN):
        sign_in(page, feed.url, token)
    page.run(f"void (location.hash = {address!r})")
    page.says(seen)


def second(page, feed):
    """What a second brings, seen by the page."""
    feed.tick()
    page.run("new Promise((done) => setTimeout(done, 1100))")


def escape(page):
    page.key("Escape")
    page.until("!document.querySelector('dialog')")
