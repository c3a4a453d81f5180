"""A chapter in one minute: the question, the answer, and one of its figures, small.

    ```{in-one-minute}
    :figure: fig-contractor-bills
    **Question.** ... **Answer.** ... {claimed}`contractor/held-out:.0f` dollars.
    ```

The figure is one of the same page, found when all of the page has been read. Its small
picture is the same file, and a link to the figure itself.
"""

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class minute(nodes.General, nodes.Element):
    """The box; ``figure`` is the name of the figure until its picture is found."""


class InOneMinute(SphinxDirective):
    """A box beside the text, with the content and a small figure of the page."""

    has_content = True
    option_spec = {"figure": directives.unchanged_required}

    def run(self):
        self.assert_has_content()
        if "figure" not in self.options:
            raise self.error("in-one-minute needs a :figure: of this chapter")
        box = minute(figure=self.options["figure"])
        self.set_source_info(box)
        text = nodes.container(classes=["in-one-minute-text"])
        text += nodes.paragraph("", "In one minute", classes=["in-one-minute-title"])
        self.state.nested_parse(self.content, self.content_offset, text)
        box += text
        return [box]


def put_figures(app, doctree) -> None:
    """Give each box its picture, once Sphinx has collected the page's pictures."""
    for box in list(doctree.findall(minute)):
        name = nodes.fully_normalize_name(box["figure"])
        found = [f for f in doctree.findall(nodes.figure) if name in f["names"]]
        picture = next((i for f in found for i in f.findall(nodes.image)), None)
        if picture is None:
            logger.warning(
                "in-one-minute: no figure of this chapter has the name %r",
                box["figure"],
                location=box,
            )
            continue
        link = nodes.reference(
            "", "", refid=found[0]["ids"][0], classes=["in-one-minute-figure"]
        )
        small = picture.deepcopy()
        for size in ("width", "height", "scale"):
            small.attributes.pop(size, None)
        link += small
        box += link


def visit(self, node) -> None:
    self.body.append('<aside class="in-one-minute" aria-label="In one minute">')


def depart(self, node) -> None:
    self.body.append("</aside>\n")


def setup(app):
    app.add_node(minute, html=(visit, depart))
    app.add_directive("in-one-minute", InOneMinute)
    app.connect("doctree-read", put_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
