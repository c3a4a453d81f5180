"""Let Sphinx's search find words that JavaScript's objects know, as `constructor`.

Sphinx's script looks words up in plain objects. There `constructor` and `__proto__` are
always found, as functions, and the search ends in an error. Here the few places are
mended: the words are looked up in objects that inherit nothing.
"""

from pathlib import Path

# what stands in Sphinx's script (7.4) -> what is to stand there
MENDED = {
    "const terms = Search._index.terms;": (
        "const terms = Object.assign(Object.create(null), Search._index.terms);"
    ),
    "const titleTerms = Search._index.titleterms;": (
        "const titleTerms = "
        "Object.assign(Object.create(null), Search._index.titleterms);"
    ),
    "!terms.hasOwnProperty(word)": "!(word in terms)",
    "!titleTerms.hasOwnProperty(word)": "!(word in titleTerms)",
    "scoreMap.set(file, {})": "scoreMap.set(file, Object.create(null))",
}


def guard_search(out: Path) -> None:
    """Mend the search script and index of the site in ``out``.

    Doing it twice changes nothing. Raises ValueError where Sphinx's script is not the
    one that this was written for.
    """
    script = out / "_static" / "searchtools.js"
    script.write_text(guarded(script.read_text("utf-8")), encoding="utf-8")
    index = out / "searchindex.js"
    text = index.read_text("utf-8")
    # a plain "__proto__": would set what the object inherits
    index.write_text(text.replace('"__proto__":', '["__proto__"]:'), encoding="utf-8")


def guarded(script: str) -> str:
    """Sphinx's search script with its lookups mended."""
    for old, new in MENDED.items():
        if new not in script and script.count(old) != 1:
            raise ValueError(
                f"Sphinx's searchtools.js has {script.count(old)} times {old!r}, "
                "expected once: see whether search_guard.py is still needed"
            )
        script = script.replace(old, new)
    return script
