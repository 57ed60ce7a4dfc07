"""A Chromium of the test's own, driven through its DevTools protocol over two pipes: nothing to install beside it."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-pipe", "--hide-scrollbars",
)  # fmt: skip
PATIENCE = 120  # seconds without a word before we give up; a machine with other work to do is slow


def program() -> str | None:
    """Where Chromium is, under any of its names."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page. `told` is what its console said and what went wrong in it; `asked` the addresses it wanted to load."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._numbers = itertools.count(1)
        self._rest = b""
        self._session: str | None = None
        self.told: list[str] = []
        self.asked: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """One call of the protocol, and its answer."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        return self._until(lambda answer: answer.get("id") == number).get("result", {})

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)
        self._until(lambda answer: answer.get("method") == "Page.loadEventFired")

    def tell(self, script: str) -> Any:
        """The value of a JavaScript expression, a promise's when it comes."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def look(self, wide: int, high: int, *, dark: bool = False) -> None:
        """Set the size of the window, and light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def pdf(self) -> bytes:
        """The page as it prints, on the paper it asks for."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def _until(self, wanted: Any) -> Any:
        while True:
            while b"\0" not in self._rest:
                ready, _, _ = select.select([self._reading], [], [], PATIENCE)
                assert ready, f"Chromium said nothing for {PATIENCE} seconds"
                chunk = os.read(self._reading, 1 << 16)
                assert chunk, "Chromium ended"
                self._rest += chunk
            line, _, self._rest = self._rest.partition(b"\0")
            answer = json.loads(line)
            self._note(answer.get("method"), answer.get("params", {}))
            if wanted(answer):
                return answer

    def _note(self, method: str | None, params: Any) -> None:
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.told.append(json.dumps(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            self.told.append(json.dumps(params["args"]))
        elif method == "Log.entryAdded":
            self.told.append(params["entry"]["text"])


@contextmanager
def chromium(found: str, folder: Path) -> Iterator[Page]:
    """Start Chromium with a profile of its own in `folder`, and end it, with all its processes, after."""
    to_read, from_us = os.pipe()
    from_it, to_write = os.pipe()
    command = [found, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    wired = f"exec {shlex.join(command)} 3<&{to_read} 4>&{to_write}"
    running = subprocess.Popen(
        ["bash", "-c", wired],
        pass_fds=(to_read, to_write), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_read)
    os.close(to_write)
    try:
        yield Page(from_it, from_us)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(20)
        os.close(from_us)
        os.close(from_it)
