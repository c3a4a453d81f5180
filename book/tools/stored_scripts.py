"""The scripts and styles that a notebook holds beside a box or an exam.

They are copies of files in ``book/_static`` and ``chapters``. What a chapter computes
does not depend on them, so a changed file makes no notebook stale: the stored copies
are replaced.
"""

from pathlib import Path
import re

import nbformat

LIVE = re.compile(
    r'(<script type="text/plain" data-live="([a-z0-9./-]+)")>.*?</script>', re.DOTALL
)
BOX = re.compile(
    r'<style>[^<]*</style>(<section class="live on-page" id="live-([a-z0-9-]+)".*?'
    r"</section>)<script>.*?</script>",
    re.DOTALL,
)
EXAM = re.compile(
    r'<style>[^<]*</style><section class="(exam on-page[^"]*)"(.*?</section>)'
    r"<script>.*?</script>",
    re.DOTALL,
)


def framed(section: str, name: str, folder: Path) -> str:
    """A box's section between its present style and the script that starts it."""
    style, script = (
        (folder / file).read_text(encoding="utf-8")
        for file in ("frame.css", "start.js")
    )
    script = script.replace("NAME", name)
    return f"<style>{style}</style>{section}<script>(() => {{{script}}})();</script>"


def renew(nb: nbformat.NotebookNode, root: Path) -> None:
    """Put the scripts and styles of today into the stored outputs of a notebook."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = renewed("".join(data["text/html"]), root)


def renewed(html: str, root: Path) -> str:
    """A box's or an exam's HTML with the scripts and styles of today.

    A box whose script is gone keeps what it has: its chapter will be executed anew.
    """
    static = root / "book" / "_static"

    def held(match):
        name = match[2]
        folder = root / "chapters" if "/" in name else static / "live"
        path = folder / name
        if not path.is_file():
            return match[0]
        return f"{match[1]}>{path.read_text(encoding='utf-8')}</script>"

    def exam(match):
        style, script = (
            (static / "exam" / file).read_text(encoding="utf-8")
            for file in ("exam.css", "exam.js")
        )
        return (
            f'<style>{style}</style><section class="{match[1]}"{match[2]}'
            f"<script>(() => {{{script}}})();</script>"
        )

    html = LIVE.sub(held, html)
    html = BOX.sub(lambda box: framed(box[1], box[2], static / "live"), html)
    return EXAM.sub(exam, html)
