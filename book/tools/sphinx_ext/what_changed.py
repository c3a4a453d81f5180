"""Write the pages that would come out different, those and no others.

Sphinx writes a page anew when its own source has changed. But pages show each other:
their titles in the navigation, numbers of figures, labels of sources, pictures on the
cards. And a page that was built with a warning would not be built again, so that a
second build passed. Here each page has a *state*: a hash of its content and of all that
it takes from other pages. The states of the pages in the site are kept beside Sphinx's
own store; a page whose state is another today is written anew.

Where only one page was asked for, the others keep their old states, and the next full
build writes them.
"""

import hashlib
import json
from pathlib import Path

STORE = "states.json"


def _store(app) -> Path:
    return Path(app.doctreedir, STORE)


def read_states(app) -> None:
    """Load what the last build has left; nothing where there was none."""
    try:
        kept = json.loads(_store(app).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        kept = {}
    app.page_states = kept.get("states", {})
    app.pages_with_warnings = set(kept.get("warned", []))
    app.pages_read, app.pages_written = set(), set()


def read_again(app, env, added, changed, removed) -> list[str]:
    """Pages that were read or written in a build with warnings are read anew."""
    return sorted(app.pages_with_warnings)


def note_read(app, docname, source) -> None:
    app.pages_read.add(docname)


def outdated(app, env) -> list[str]:
    """The pages that would come out different from those in the site."""
    shared = _shared(app, env)
    app.states_today = {doc: _state(app, doc, shared) for doc in env.found_docs}
    return sorted(
        doc
        for doc, state in app.states_today.items()
        if app.page_states.get(doc) != state
    )


def note_written(app, pagename, templatename, context, doctree) -> None:
    if doctree is not None:
        app.pages_written.add(pagename)


def open_search_index(app, builder) -> None:
    """Let Sphinx read the index of the last build; ``search_guard`` has changed it."""
    path = Path(app.outdir, "searchindex.js")
    if path.exists():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('["__proto__"]:', '"__proto__":'), "utf-8")


def keep_states(app, exception) -> None:
    """Remember the pages that are in the site now, and remove those that are not."""
    if app.builder.name != "html" or not hasattr(app, "states_today"):
        return
    states, warned = app.page_states, set()
    if exception or app._warncount:  # statuscode is set later
        warned = app.pages_read | app.pages_written | app.pages_with_warnings
    else:
        states |= {doc: app.states_today[doc] for doc in app.pages_written}
    for doc in set(states) - app.env.found_docs:
        del states[doc]
        Path(app.builder.get_outfilename(doc)).unlink(missing_ok=True)
    warned &= app.env.found_docs
    kept = {"states": states, "warned": sorted(warned)}
    _store(app).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _state(app, docname: str, shared: str) -> str:
    """A hash of what one page is made of."""
    digest = hashlib.sha256(shared.encode())
    script = Path(app.srcdir, f"{docname}.js")  # of the page's box
    for path in (Path(app.doctreedir, f"{docname}.doctree"), script):
        if path.exists():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _shared(app, env) -> str:
    """A hash of what any page may take from others, or from the site's own files."""
    standard, maths = env.domains["std"], env.domains["math"]
    parts = [
        {doc: title.astext() for doc, title in env.titles.items()},
        env.toctree_includes,
        env.toc_secnumbers,
        env.toc_fignumbers,
        {doc: data.get("myst_slugs") for doc, data in env.metadata.items()},
        standard.labels,
        standard.anonlabels,
        standard.objects,
        standard._terms,
        maths.equations,
        [
            (entry.citation_id, entry.key, str(entry.formatted_entry.label))
            for entry in env.domains["cite"].citations
        ],
    ]
    digest = hashlib.sha256(repr([_ordered(part) for part in parts]).encode())
    for folder in (*app.config.html_static_path, *app.config.templates_path):
        for path in sorted(Path(app.confdir or app.srcdir, folder).rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _ordered(part):
    """The same data with every dictionary's entries in one order."""
    if isinstance(part, dict):
        return sorted((repr(key), _ordered(value)) for key, value in part.items())
    return part


def setup(app):
    app.connect("builder-inited", read_states)
    app.connect("env-get-outdated", read_again)
    app.connect("source-read", note_read)
    app.connect("env-get-updated", outdated, priority=900)  # all is numbered
    app.connect("write-started", open_search_index)
    app.connect("html-page-context", note_written)
    app.connect("build-finished", keep_states, priority=950)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
