"""Drives Debian's Chromium by its DevTools protocol over a pair of pipes: nothing else is needed."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

CHROMIUM = shutil.which("chromium")
LIMIT = float(os.environ.get("HOTSPOT_BROWSER_SECONDS", "40"))
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "ArrowRight": (39, ""), "ArrowLeft": (37, "")}


class Gone(Exception):
    """The browser has ended, or has not answered."""


class Chromium:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="hotspot-browser-")
        to_read, self.out = os.pipe()
        self.into, to_write = os.pipe()

        def on_three_and_four():
            first, second = os.dup(to_read), os.dup(to_write)
            os.dup2(first, 3)
            os.dup2(second, 4)
        self.process = subprocess.Popen([CHROMIUM, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
                                         "--disable-background-networking", "--disable-component-update", f"--user-data-dir={self.folder}", "about:blank"],
                                        preexec_fn=on_three_and_four, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.number, self.answers, self.events, self.changed, self.ended = 0, {}, [], threading.Condition(), False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        rest = b""
        while data := os.read(self.into, 1 << 20):
            *whole, rest = (rest + data).split(b"\0")
            with self.changed:
                for one in map(json.loads, whole):
                    if "id" in one:
                        self.answers[one["id"]] = one
                    else:
                        self.events.append(one)
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def call(self, method, session=None, **params):
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        os.write(self.out, json.dumps(message).encode() + b"\0")
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.answers or self.ended, 3 * LIMIT) or number not in self.answers:
                raise Gone(f"{method}: no answer from Chromium")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise Gone(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def page(self, width=1440, height=900, dark=False):
        return Page(self, width, height, dark)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    """A window with cookies of its own."""

    def __init__(self, browser, width, height, dark):
        self.browser = browser
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.begun = len(browser.events)
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        self.size(width, height)
        self.dark(dark)

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def dark(self, on):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def open(self, url):
        self.call("Page.navigate", url=url)

    def run(self, script):
        """The value of an expression or promise."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in done:
            raise AssertionError(done["exceptionDetails"].get("exception", {}).get("description", str(done["exceptionDetails"])) + "\n" + script[:300])
        return done["result"].get("value")

    def until(self, script, limit=LIMIT):
        """Waits until it is true, and returns it. The page itself looks at each frame."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                found = self.run("new Promise((done) => { const end = performance.now() + 500; const look = async () => { let found = null; "
                                 f"try {{ found = await ({script}); }} catch {{}} if (found || performance.now() > end) done(found instanceof Node ? true : found); else setTimeout(look, 20); }}; look(); }})")
            except Gone:  # it navigates
                continue
            if found:
                return found
        raise AssertionError(f"within {limit:.0f} s it did not become true: {script}\nits console: {self.messages()[-5:]}\nthe page says: " +
                             str(self.text())[:1500])

    def text(self, selector="body"):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def says(self, text, selector="body"):
        return self.until(f"(document.querySelector({json.dumps(selector)})?.innerText ?? '').includes({json.dumps(text)})")

    def click(self, selector, text=""):
        """With the mouse, in the middle of the first that is seen and has that text, once it stands still."""
        find = f"[...document.querySelectorAll({json.dumps(selector)})].filter((one) => one.innerText.includes({json.dumps(text)}) && one.checkVisibility())[0]"
        self.until(find)
        self.until(f"new Promise((done) => {{ const one = {find}; one.scrollIntoView({{ block: 'center', behavior: 'instant' }}); const before = one.getBoundingClientRect(); "
                   f"setTimeout(() => {{ const after = {find}.getBoundingClientRect(); done(before.x === after.x && before.y === after.y); }}, 60); }})")
        place = self.run(f"(() => {{ const at = {find}.getBoundingClientRect(); return {{ x: at.x + at.width / 2, y: at.y + at.height / 2 }}; }})()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def key(self, name, modifiers=0):
        code, text = KEYS[name] if name in KEYS else (ord(name.upper()), "" if modifiers else name)
        common = {"key": name, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        for letter in text:
            self.key(letter)

    def messages(self):
        """What it said in its console, and exceptions nobody caught."""
        found = []
        with self.browser.changed:
            events = self.browser.events[self.begun:]
        for one in events:
            if one.get("sessionId") != self.session:
                continue
            if one["method"] == "Runtime.exceptionThrown":
                found.append(one["params"]["exceptionDetails"].get("exception", {}).get("description", "an exception"))
            elif one["method"] == "Log.entryAdded" and one["params"]["entry"]["level"] == "error":
                found.append(one["params"]["entry"]["text"] + " " + one["params"]["entry"].get("url", ""))
            elif one["method"] == "Runtime.consoleAPICalled" and one["params"]["type"] in ("error", "assert"):
                found.append(str([each.get("value", each.get("description")) for each in one["params"]["args"]]))
        return found

    def requests(self):
        with self.browser.changed:
            return [one["params"]["request"]["url"] for one in self.browser.events[self.begun:]
                    if one.get("sessionId") == self.session and one["method"] == "Network.requestWillBeSent"]

    def picture(self, path, whole=False):
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)
