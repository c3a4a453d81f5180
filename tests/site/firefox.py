"""A headless Firefox as the machine has it, asked through WebDriver BiDi.

Playwright drives a Firefox of its own build only; this one is what readers have.
"""

from contextlib import contextmanager
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

import websocket

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# Said of a formula that is drawn before it has come whole, where the machine is slow;
# test_formulas counts the parts of all formulas.
HALF_READ = "Invalid markup: Incorrect number of children for"


def firefox_path() -> str | None:
    """The path of a Firefox (``FIREFOX`` names one), or None where there is none."""
    given = os.environ.get("FIREFOX")
    names = [given] if given else ["firefox-esr", "firefox"]
    return next((path for name in names if (path := shutil.which(name))), None)


class Firefox:
    """One window; pages are opened and asked in it."""

    def __init__(self, address: str):
        self.socket = websocket.create_connection(
            f"{address}/session", timeout=60, suppress_origin=True
        )
        self.number, self.messages = 0, []
        self("session.new", capabilities={})
        self("session.subscribe", events=["log.entryAdded"])
        tree = self("browsingContext.getTree")
        self.window = tree["contexts"][0]["context"]

    def __call__(self, method: str, **parameters) -> dict:
        """What a command of the protocol gives back; RuntimeError where it fails."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "log.entryAdded":
                entry = answer["params"]
                if not (entry.get("text") or "").startswith(HALF_READ):
                    self.messages.append(f"{entry['level']}: {entry.get('text')}")
            if answer.get("id") == self.number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]

    def open(self, url: str) -> None:
        self("browsingContext.navigate", context=self.window, url=url, wait="complete")

    def ask(self, script: str):
        """The value of an expression, as JSON can hold it; promises are awaited."""
        answer = self(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({script})) ?? null))()",
            target={"context": self.window},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])


@contextmanager
def firefox():
    """A running Firefox with an empty profile; it is ended afterwards."""
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [firefox_path(), "--headless", "--no-remote", "--profile", profile,
             "--remote-debugging-port", "0"],
            stderr=said, stdout=said, env={**os.environ, "HOME": profile},
        )  # fmt: skip
        try:
            yield Firefox(_listening(process, said))
        finally:
            process.terminate()
            process.wait(30)


def _listening(process, said, seconds: float = 120) -> str:
    """The address at which Firefox listens, once it says it."""
    text = ""
    for _ in range(round(10 * seconds)):
        said.seek(0)
        text = said.read()
        if found := LISTENING.search(text):
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"Firefox does not listen; it said: {text[-500:]}")
