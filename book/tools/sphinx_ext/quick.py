"""Two slow places of the build made quick; no page is changed by it.

- the search index stems a word once in a build, not once in each page;
- pybtex looks through every installed package for its plug-in that writes plain text,
  at each citation: it is told where it is.
"""

from functools import cache

import pybtex.backends.plaintext
from pybtex.plugin import register_plugin
from sphinx.search.en import SearchEnglish


class QuickEnglish(SearchEnglish):
    """Sphinx's English, which remembers the stems that it has found."""

    def init(self, options: dict[str, str]) -> None:
        super().init(options)
        self.stem = cache(super().stem)


def setup(app):
    app.add_search_language(QuickEnglish)
    register_plugin(
        "pybtex.backends", "plaintext", pybtex.backends.plaintext.Backend, force=True
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
