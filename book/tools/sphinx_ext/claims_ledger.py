"""What the executed notebooks claim, and what they took, for pages without code.

- ``{ledger}`` (directive): every claim of the book in one table;
- ``{run-times}`` (directive): every chapter's CPU seconds and memory;
- ``{claimed}`` (role): the measured value of one claim, in any format:
  {claimed}`contractor/one-step:.2g`;
- ``{over-seeds}`` (role): under how many of the seeds that MXNet's evidence holds a
  claim's value is above or below a number, or its baseline:
  {over-seeds}`digits/lead > 0` is "nine of ten".

It also adds the measured run time to each chapter's first margin note, and to each
claim on a chapter's page, on a click, its values under all seeds.
"""

from collections import Counter
from html import escape
from pathlib import Path
import re

from docutils import nodes
import nbformat
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from spread import Spread, drawing, drawings, over_seeds
from utils.claims import MIME_TYPE
from utils.engines import NAMES

from book.tools.chapters import chapter_files, chapter_names
from book.tools.evidence_file import NO, NOT_REACHED, read_rows
from book.tools.stale import METADATA_KEY
from book.tools.tightness import of_rows, tightness

logger = logging.getLogger(__name__)
CLAIM = re.compile(
    r'<div class="(claim claim-\w+)">(.*?<code>([^<]+)</code>.*?)</div>', re.DOTALL
)


class Chapter:
    """What one executed notebook tells: title, seconds, claims, and its figures."""

    def __init__(self, name: str, root: Path):
        nb = nbformat.read(chapter_files(name, root)[1], as_version=4)
        self.docname = f"chapters/{name}"
        self.title = nb.cells[0].source.split("\n")[0].lstrip("# ").strip()
        kept = nb.metadata[METADATA_KEY]
        self.seconds, self.megabytes = kept["cpu_seconds"], kept["peak_megabytes"]
        self.claims, self.figures = [], {}
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if MIME_TYPE in data:
                    self.claims.append(data[MIME_TYPE])
                if "image/png" in data:
                    options = cell.metadata.get("mystnb", {})
                    name = options.get("figure", {}).get("name")
                    image = options.get("image", {})
                    self.figures.setdefault(name, (data["image/png"], image))

    def shown(self) -> str:
        """All of it that pages with claims show."""
        return repr({k: v for k, v in vars(self).items() if k != "figures"})


def read_chapters(app) -> None:
    root = Path(app.srcdir)
    app.book_chapters = [
        Chapter(name, root)
        for name in chapter_names(root)
        if chapter_files(name, root)[1].exists()
    ]
    app.book_evidence = {}
    for row in read_rows(root):
        evidence = app.book_evidence.setdefault(row.engine, {})
        evidence.setdefault(row.claim, []).append(row)
    app.book_claims = {}
    for chapter in app.book_chapters:
        for claim in chapter.claims:
            if claim["id"] in app.book_claims:
                raise ExtensionError(f"two claims have the id {claim['id']!r}")
            app.book_claims[claim["id"]] = claim


def outdated(app, env, added, changed, removed) -> list[str]:
    """Pages with a table are read anew when any chapter or the evidence has changed,
    those that show single claims when one of these has, chapters when the evidence of
    their claims has.
    """
    values = {id: claim["value"] for id, claim in app.book_claims.items()}
    pages = {
        docname
        for docname, shown in _shown(env, "claimed").items()
        if any(values.get(id) != value for id, value in shown.items())
    }
    pages |= {
        docname
        for docname, shown in _shown(env, "counted").items()
        if any(_counted(app, what) != text for what, text in shown.items())
    }
    evidence = {c.docname: _evidence_of(app, c) for c in app.book_chapters}
    before, env.evidence_shown = getattr(env, "evidence_shown", {}), evidence
    pages |= {page for page, text in evidence.items() if before.get(page, text) != text}
    shown = "".join(chapter.shown() for chapter in app.book_chapters)
    shown = f"{shown}{app.book_evidence}"
    if getattr(env, "chapters_shown", None) != shown:
        env.chapters_shown = shown
        pages |= getattr(env, "table_pages", set())
    return sorted(pages)


def _evidence_of(app, chapter: Chapter) -> str:
    """What the evidence holds of one chapter's claims."""
    ids = [claim["id"] for claim in chapter.claims]
    evidence = app.book_evidence.values()
    return repr([[rows.get(id) for rows in evidence] for id in ids])


def _shown(env, kind: str) -> dict[str, dict]:
    """For each page, what its text shows: claims by id, or counts by comparison."""
    if not hasattr(env, kind):
        setattr(env, kind, {})
    return getattr(env, kind)


def forget(app, env, docname) -> None:
    """What a page showed, before it is read anew or when it is gone."""
    for kind in ("claimed", "counted"):
        _shown(env, kind).pop(docname, None)
    getattr(env, "table_pages", set()).discard(docname)


class ClaimedRole(SphinxRole):
    """The measured value of a claim: ``id`` or ``id:format``."""

    def run(self):
        id, _, spec = self.text.partition(":")
        claim = self.env.app.book_claims.get(id)
        shown = _shown(self.env, "claimed").setdefault(self.env.docname, {})
        shown[id] = claim and claim["value"]
        if claim is None:
            logger.warning("no claim %r in the book", id, location=self.get_location())
            return [], []
        text = format(claim["value"], spec or ".4g")
        return [nodes.inline("", text, classes=["computed"])], []


def _counted(app, comparison: str) -> str:
    """``over_seeds`` in MXNet's evidence; empty where there is nothing to count."""
    try:
        return over_seeds(comparison, app.book_evidence.get("mxnet", {}))
    except ValueError:
        return ""


class OverSeedsRole(SphinxRole):
    """Under how many seeds a comparison holds: ``over_seeds`` in the page's text."""

    def run(self):
        env = self.env
        text = _counted(env.app, self.text)
        _shown(env, "counted").setdefault(env.docname, {})[self.text] = text
        if not text:
            logger.warning(
                "nothing to count for %r, expected such as 'digits/lead > 0', and "
                "evidence of the claim",
                self.text,
                location=self.get_location(),
            )
            return [], []
        return [nodes.inline("", text, classes=["computed"])], []


class _Table(SphinxDirective):
    """A table whose rows come from the notebooks."""

    columns: tuple[str, ...] = ()
    classes = ["ledger"]

    def run(self):
        if not hasattr(self.env, "table_pages"):
            self.env.table_pages = set()
        self.env.table_pages.add(self.env.docname)
        table = nodes.table(classes=self.classes)
        group = nodes.tgroup(cols=len(self.columns))
        table += group
        group += [nodes.colspec(colwidth=1) for _ in self.columns]
        head, body = nodes.thead(), nodes.tbody()
        head += self._row(self.columns)
        for row in self.rows():
            body += self._row(row)
        group += [head, body]
        return [table]

    def _row(self, values):
        row = nodes.row()
        for value in values:
            content = value if isinstance(value, nodes.Node) else nodes.Text(str(value))
            row += nodes.entry("", nodes.paragraph("", "", content))
        return row

    def link(self, chapter: Chapter, content: nodes.Node | None = None):
        return pending_xref(
            "",
            content or nodes.inline("", chapter.title),
            refdoc=self.env.docname,
            refdomain="std",
            reftype="doc",
            reftarget="/" + chapter.docname,
            refexplicit=True,
            refwarn=True,
        )


class Ledger(_Table):
    columns = ("Claim", "Measured", "Over seeds", "Bound", "Baseline", "Tightness")
    classes = ["ledger", "sortable"]

    def rows(self):
        for chapter in self.env.app.book_chapters:
            for claim in chapter.claims:
                baseline = claim["baseline"]
                yield (
                    self.link(chapter, nodes.literal("", claim["id"])),
                    nodes.strong("", f"{claim['value']:.4g}"),
                    self._over_seeds(claim),
                    claim["bound"].replace(">=", "≥").replace("<=", "≤"),
                    "" if baseline is None else f"{baseline:.4g}",
                    self._tightness(claim),
                )

    def _over_seeds(self, claim) -> nodes.Node:
        """The claim's values in the evidence as a drawing for each engine with any."""
        drawn = drawings(spreads_of(self.env.app, claim))
        return nodes.raw("", drawn, format="html")

    def _tightness(self, claim) -> str:
        tight = tightness_of(self.env.app, claim)
        return "" if tight is None else f"{tight:.2f}"


def spreads_of(app, claim) -> list[Spread]:
    """A claim's values in the evidence, for each engine with any."""
    spreads = []
    for engine, evidence in app.book_evidence.items():
        rows = evidence.get(claim["id"], [])
        values = tuple(float(row.value) for row in rows if row.value)
        held = Counter(row.held for row in rows)
        failed, unreached = held[NO], held[NOT_REACHED]
        if values:
            about = claim["bound"], claim["baseline"], failed, unreached
            spreads.append(Spread(values, *about, NAMES[engine]))
    return spreads


def tightness_of(app, claim) -> float | None:
    """Where on the way from the baseline to the worst value the claim's bound lies."""
    _, *measured = of_rows(app.book_evidence.get("mxnet", {}).get(claim["id"], []))
    return tightness(claim["bound"], *measured)


class RunTimes(_Table):
    columns = ("Chapter", "CPU seconds", "Memory", "Claims")

    def rows(self):
        chapters = self.env.app.book_chapters
        for chapter in chapters:
            yield (
                self.link(chapter),
                f"{chapter.seconds:.1f}",
                f"{chapter.megabytes:,} MB",
                len(chapter.claims),
            )
        total = sum(c.seconds for c in chapters)
        peak = max((c.megabytes for c in chapters), default=0)
        claims = sum(len(c.claims) for c in chapters)
        yield "All", f"{total:.1f}", f"at most {peak:,} MB", claims


def add_run_time(app, doctree) -> None:
    """Say in the first margin note how long the chapter took."""
    chapters = {c.docname: c for c in app.book_chapters}
    chapter = chapters.get(app.env.docname)
    if chapter is None:
        return
    for note in doctree.findall(nodes.sidebar):
        if "margin" in note["classes"]:
            seconds = max(1, round(chapter.seconds))
            unit = "second" if seconds == 1 else "seconds"
            note += nodes.paragraph(
                "",
                "",
                nodes.strong("", "Runs in "),
                nodes.Text(f"{seconds} {unit}, {len(chapter.claims)} claims hold."),
            )
            return


def add_spreads(app, doctree) -> None:
    """Let each claim of a chapter be unfolded: its values under all seeds."""
    if not app.env.docname.startswith("chapters/"):
        return
    for node in doctree.findall(nodes.raw):
        if "claim claim-" in node.rawsource + node.astext():
            text = CLAIM.sub(lambda match: _unfolding(app, match), node.astext())
            node.children = [nodes.Text(text)]


def _unfolding(app, match) -> str:
    """A claim's line as the summary of what the evidence holds of it."""
    kind, line, id = match.groups()
    claim = app.book_claims.get(id)
    spreads = spreads_of(app, claim) if claim else []
    if not spreads:
        return match[0]
    every = tuple(value for one in spreads for value in one.values)
    told = [f"<p>{drawing(one, every)} {escape(one.words)}</p>" for one in spreads]
    tight = tightness_of(app, claim)
    if tight is not None:
        told.append(
            f"<p>Of the way from the baseline to the worst of these, the bound lies at "
            f"{tight:.0%}.</p>"
        )
    return (
        f'<details class="{kind}"><summary>{line}</summary>'
        f'<div class="claim-spread">{"".join(told)}</div></details>'
    )


def setup(app):
    app.connect("builder-inited", read_chapters)
    app.connect("env-get-outdated", outdated)
    app.connect("env-purge-doc", forget)
    app.connect("doctree-read", add_run_time)
    app.connect("doctree-read", add_spreads)
    app.add_role("claimed", ClaimedRole())
    app.add_role("over-seeds", OverSeedsRole())
    app.add_directive("ledger", Ledger)
    app.add_directive("run-times", RunTimes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
