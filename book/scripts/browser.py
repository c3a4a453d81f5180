"""Find the Chromium that the browser tests drive; print its path.

    python -m book.scripts.browser

Looks at the environment variable CHROMIUM, then at the PATH, then for the browser
that Playwright installs.
"""

import os
from pathlib import Path
import shutil
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--no-sandbox",
)


def chromium_path() -> str | None:
    """The path of a Chromium, or None where there is none."""
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


if __name__ == "__main__":
    print(chromium_path() or sys.exit("no Chromium found"))
