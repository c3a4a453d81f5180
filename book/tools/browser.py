"""Find the Chromium that the browser tests drive; print its path.

    python -m book.tools.browser

Looks at the environment variable CHROMIUM, then at the PATH, then for the browser
that Playwright installs. Ends with exit code 1 where there is none, or where
Playwright's own driver does not start.
"""

import os
from pathlib import Path
import shutil
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--no-sandbox",  # Chromium refuses to run as root with it, as in containers
    "--disable-background-networking",
    "--disable-component-update",
)


def chromium_path() -> str | None:
    """The path of a Chromium, or None where there is none."""
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    own = _playwright_path()
    return own if Path(own).exists() else None


def _playwright_path() -> str:
    """Where Playwright's own browser would be. Starts Playwright's driver."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> None:
    try:
        _playwright_path()
    except Exception as error:
        sys.exit(f"Playwright's driver does not start: {error}")
    print(chromium_path() or sys.exit("no Chromium found"))


if __name__ == "__main__":
    main()
