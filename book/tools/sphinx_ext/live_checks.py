"""The table of all boxes: which net, how large, and whether this browser runs it.

    ```{live-checks}
    ```

A row for each script beside a chapter. Its button compares, in the reader's browser,
the answers of each net with Gluon's; the script is ``_static/live/check.js``.
"""

import gzip
from html import escape
from pathlib import Path
import re

from docutils import nodes
import nbformat
from site_finish import DATA, data_script
from sphinx.util.docutils import SphinxDirective

from book.tools.chapters import chapter_files

TITLE = re.compile(r'<p class="live-title" id="live-[^"]+">(.*?)</p>')
ROW = """<tr data-name="{name}" data-widget="../_static/live/{chapter}.js"
data-src="../_data/{digest}.js"><th scope="row"><a href="../chapters/{chapter}.html">
{title}</a></th><td>{size:.0f} kB</td><td data-answer>not yet</td></tr>"""
TABLE = """<style>{style}</style><div class="live on-page" id="live-checks">
<p class="live-title">Does this browser run them rightly?</p>
<button type="button" hidden>Check them here</button><p role="status"></p>
<table class="table"><thead><tr><th scope="col">box</th>
<th scope="col">to load, gzipped</th><th scope="col">largest difference</th>
</tr></thead><tbody>{rows}</tbody></table>
</div><script src="../_static/live/check.js"></script>"""


class LiveChecks(SphinxDirective):
    """All boxes of the book, and a button that checks them."""

    def run(self):
        root = Path(self.env.srcdir)
        rows = []
        for script in sorted(root.glob("chapters/*/*.js")):
            chapter = f"{script.parent.name}/{script.stem}"
            notebook = chapter_files(chapter, root)[1]
            self.env.note_dependency(str(notebook))
            rows.append(self._row(chapter, notebook))
        style = (root / "book/_static/live/frame.css").read_text(encoding="utf-8")
        html = TABLE.format(style=style, rows="".join(rows))
        return [nodes.raw("", html, format="html")]

    def _row(self, chapter: str, notebook: Path) -> str:
        name = chapter.split("/")[1]
        outputs = [
            output.get("data", {}).get("text/html", "")
            for cell in nbformat.read(notebook, as_version=4).cells
            for output in cell.get("outputs", [])
        ]
        for html in outputs:
            found = DATA.search(html)
            if found and found[1] == f"live-{name}-data":
                script, digest = data_script(*found.groups())
                size = len(gzip.compress(script.encode(), 6)) / 1000
                title = escape(TITLE.search(html)[1], quote=False)
                return ROW.format(
                    name=name, chapter=chapter, digest=digest, size=size, title=title
                )
        raise self.error(f"{chapter} shows no box, though it has a script for one")


def setup(app):
    app.add_directive("live-checks", LiveChecks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
