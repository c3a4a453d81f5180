"""Cards for the landing page: a chapter's title, one of its own figures, a few words.

    ```{chapter-card} regression/contractor
    :figure: fig-contractor-bills
    Words about it, with a result: {claimed}`contractor/one-step:.0e`.
    ```

The figure is the output of the cell that carries this name in the executed notebook,
so the landing page shows what the last run has drawn.
"""

import base64
import hashlib
import io
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from PIL import Image
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from book.tools.chapters import chapter_files

CARD_PIXELS = 480  # a card is 240 wide at most; screens may have two for one
PLOT_COLOURS = 64  # enough for lines and letters; pictures keep 256


class ChapterCard(SphinxDirective):
    """One chapter as a card; a cell's figure, the title as a link, the content."""

    required_arguments = 1
    has_content = True
    option_spec = {"figure": directives.unchanged_required}

    def run(self):
        name = self.arguments[0]
        self.env.note_dependency(str(chapter_files(name, Path(self.env.srcdir))[1]))
        chapters = {c.docname: c for c in self.env.app.book_chapters}
        chapter = chapters.get(f"chapters/{name}")
        if chapter is None:
            raise self.error(f"there is no executed chapter {name}")
        card = nodes.container(classes=["chapter-card"])
        if "figure" in self.options:
            card += self._figure(chapter.figures)
        link = pending_xref(
            "",
            nodes.inline("", chapter.title),
            refdoc=self.env.docname,
            refdomain="std",
            reftype="doc",
            reftarget=f"/{chapter.docname}",
            refexplicit=True,
            refwarn=True,
        )
        card += nodes.paragraph("", "", link, classes=["chapter-card-title"])
        body = nodes.container(classes=["chapter-card-body"])
        self.state.nested_parse(self.content, self.content_offset, body)
        card += body
        return [card]

    def _figure(self, figures: dict):
        """The named cell's picture, written where Sphinx collects images."""
        name = self.options["figure"]
        if name not in figures:
            raise self.error(
                f"{self.arguments[0]} has no cell with a figure named {name}"
            )
        png, image = figures[name]
        target = Path(self.env.srcdir, "_build", "cards", f"{name}.png")
        target.parent.mkdir(parents=True, exist_ok=True)
        colours = 256 if image.get("classes") else PLOT_COLOURS
        self._draw(png, colours, target)
        return nodes.image(
            uri=f"/_build/cards/{name}.png",
            alt=image.get("alt", ""),
            classes=image.get("classes", "").split(),
        )

    def _draw(self, figure: str, colours: int, target: Path) -> None:
        """Write the figure, given in base64, small; or leave it, as it is there."""
        if not hasattr(self.env, "cards_drawn"):
            self.env.cards_drawn = {}
        digest = hashlib.sha256(f"{colours} {figure}".encode()).hexdigest()
        if target.exists() and self.env.cards_drawn.get(target.name) == digest:
            return
        picture = Image.open(io.BytesIO(base64.b64decode(figure))).convert("RGBA")
        picture.thumbnail((CARD_PIXELS, CARD_PIXELS))
        few = picture.quantize(colours, method=Image.Quantize.FASTOCTREE)
        few.save(target, optimize=True)
        self.env.cards_drawn[target.name] = digest


def setup(app):
    app.add_directive("chapter-card", ChapterCard)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
