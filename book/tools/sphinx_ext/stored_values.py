"""The ``{eval}`` role: values that were computed when the chapter was executed.

``book/tools/notebooks.py`` stores the value of each expression in the metadata of
the cell it stands in; this role puts it into the page. (MyST-NB's own role of that
name wants a running kernel, which the build has not.)
"""

from docutils import nodes
import nbformat
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)


class EvalRole(SphinxRole):
    """Put the next stored value of this expression into the text."""

    def run(self):
        values = self._stored().get(self.text)
        if not values:
            logger.warning(
                "no value is stored for {eval}`%s`; run: make notebooks",
                self.text,
                location=self.get_location(),
            )
            return [], []
        text = values.pop(0) if len(values) > 1 else values[0]
        return [nodes.inline("", text, classes=["computed"])], []

    def _stored(self) -> dict[str, list[str]]:
        """The page's expressions, each with its values in order of appearance."""
        key = "stored_values"
        if key not in self.env.temp_data:
            found = self.env.temp_data[key] = {}
            path = self.env.doc2path(self.env.docname)
            if str(path).endswith(".ipynb"):
                for cell in nbformat.read(path, as_version=4).cells:
                    for entry in cell.metadata.get("user_expressions", []):
                        text = entry["result"]["data"]["text/plain"]
                        if text[:1] == text[-1:] and text[:1] in ("'", '"'):
                            text = text[1:-1]
                        found.setdefault(entry["expression"], []).append(text)
        return self.env.temp_data[key]


def setup(app):
    app.setup_extension("myst_nb")  # first, so that our role replaces its own
    app.add_role("eval", EvalRole(), override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
