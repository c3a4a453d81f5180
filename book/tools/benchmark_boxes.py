"""Print how long the nets on the pages take to answer, on a processor slowed six times.

    python -m book.tools.benchmark_boxes

Opens each box of the built site in a headless Chromium whose processor is slowed down
as for a cheap phone, and asks for the answers that travel along. What is shown is the
time from one input to its answer, without drawing, and what a click loads, compressed.
"""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

from book.tools.browser import OPTIONS, chromium_path
from book.tools.chapters import ROOT

SLOWED = 6
SITE = ROOT / "_build" / "html"
TIMED = """inside => {
    inside.check();  // once to warm up
    const began = performance.now();
    for (let i = 0; i < 5; i++) inside.check();
    return (performance.now() - began) / 5;
}"""


def measure(page, name: str) -> tuple[float, int, float]:
    """Milliseconds an answer, bytes of a click, milliseconds to the first answer."""
    loaded = []
    page.on("request", lambda request: loaded.append(urlsplit(request.url).path))
    page.goto((SITE / "chapters" / f"{name}.html").as_uri())
    before = len(loaded)
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    inside = page.locator(".live > .live-open")
    page.evaluate("() => { window.began = performance.now(); }")
    page.locator(".live > button").click()
    inside.wait_for()
    opened = page.evaluate("performance.now() - window.began")
    inputs = page.evaluate(
        "() => JSON.parse(document.querySelector('.live [type=\"application/json\"]')"
        ".textContent).check.inputs.length"
    )
    paths = {Path(unquote(path)) for path in loaded[before:]}
    texts = [path.read_bytes() for path in paths if path.suffix in (".js", ".css")]
    size = sum(len(gzip.compress(text, 6)) for text in texts)
    return inside.evaluate(TIMED) / inputs, size, opened


def main() -> None:
    print(f"{'box':32}{'ms an answer':>14}{'ms to open':>12}{'kB a click':>12}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=list(OPTIONS)
        )
        for script in sorted((ROOT / "chapters").glob("*/*.js")):
            name = f"{script.parent.name}/{script.stem}"
            page = browser.new_page()
            answer, size, opened = measure(page, name)
            print(f"{name:32}{answer:14.1f}{opened:12.0f}{size / 1000:12.0f}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
