"""Build a small book: what is written, what is left alone, and what stops the build."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys

from utils import live
import nbformat
import pytest
from utils.claims import MIME_TYPE
from utils.exam import choice, exam
from utils.fingerprints import LOCKS
from utils.reachable import sha256

from book.tools.build import markdown_line, source_problems
from book.tools.chapters import ROOT
from book.tools.evidence_file import Row, write_rows
from book.tools.sources import read_source
from book.tools.stale import METADATA_KEY

ONE, TWO = "regression/one", "regression/two"
CHAPTER = """\
# Chapter {name}

Words about {{term}}`baseline` and what {{cite}}`zhang2023` says of it.

:::{{margin}}
Nothing is needed.
:::

```{{code-cell}} ipython3
1 + 1
```

More words, after the code.

## Section {name}
"""
PAGES = {
    "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n"
    f"  - file: chapters/{ONE}\n  - file: chapters/{TWO}\n"
    "  - file: book/glossary\n  - file: book/references\n",
    "book/index.md": "# A small book\n\nIt has two chapters.\n",
    "book/glossary.md": "# Glossary\n\n```{glossary}\nbaseline\n  The least.\n```\n",
    "book/references.md": "# References\n\n```{bibliography}\n```\n",
}


class Book:
    """A project of two chapters with the book's own settings and tools."""

    def __init__(self, root):
        self.root, self.site = root, root / "_build" / "html"
        for name in ("_static", "_templates", "tools"):
            shutil.copytree(
                ROOT / "book" / name,
                root / "book" / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "utils", root / "utils", ignore=ignored)
        for name in ("_config.yml", *LOCKS.values(), "book/references.bib"):
            shutil.copy(ROOT / name, root / name)
        for name, text in PAGES.items():
            (root / name).write_text(text)
        for name in (ONE, TWO):
            source = self.source(name)
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(CHAPTER.format(name=name.split("/")[1]))
            self.make_notebook(name)

    def source(self, name):
        return self.root / "chapters" / f"{name}.md"

    def make_notebook(self, name):
        nb = read_source(self.source(name))
        nb.metadata[METADATA_KEY] = {"cpu_seconds": 1.0, "peak_megabytes": 100}
        nbformat.write(nb, self.source(name).with_suffix(".ipynb"))

    def edit(self, name, old, new):
        text = self.source(name).read_text()
        assert old in text
        self.source(name).write_text(text.replace(old, new, 1))
        self.make_notebook(name)

    def build(self, *arguments, **environment) -> tuple[int, str]:
        run = subprocess.run(
            [sys.executable, "-m", "book.tools.build", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return run.returncode, run.stdout

    def page(self, name) -> str:
        return (self.site / f"chapters/{name}.html").read_text()

    def written(self, name) -> int:
        return (self.site / f"chapters/{name}.html").stat().st_mtime_ns


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Book:
    book = Book(tmp_path_factory.mktemp("small") / "book")
    code, output = book.build()
    assert code == 0, output
    return book


def test_one_chapter_and_then_the_rest(built):
    """A new title: one page at once, its neighbours' navigation with the whole book."""
    old = built.written(TWO)
    built.edit(ONE, "# Chapter one", "# A new title")
    code, output = built.build(ONE)
    assert code == 0, output
    assert f"_build/html/chapters/{ONE}.html" in output
    assert "A new title" in built.page(ONE)
    assert built.written(TWO) == old and "A new title" not in built.page(TWO)
    index = (built.site / "searchindex.js").read_text()
    assert "A new title" in index and "Chapter two" in index
    code, output = built.build()
    assert code == 0, output
    assert "A new title" in built.page(TWO)


def test_prose_of_one_chapter_leaves_the_other_page_alone(built):
    old = built.written(TWO)
    built.edit(ONE, "More words", "Many more words")
    code, output = built.build()
    assert code == 0, output
    assert "Many more words" in built.page(ONE)
    assert built.written(TWO) == old


def test_warning_fails_every_build_and_names_the_markdown(built):
    """The link is one that the rules cannot judge; Sphinx can."""
    built.edit(TWO, "after the code.", "after [the code](#nowhere).")
    lines = built.source(TWO).read_text().split("\n")
    line = 1 + next(i for i, text in enumerate(lines) if "#nowhere" in text)
    for _ in range(2):
        code, output = built.build()
        assert code != 0
        assert f"chapters/{TWO}.md:{line}: " in re.sub(r"\x1b\[[\d;]*m", "", output)
    built.edit(TWO, "[the code](#nowhere)", "the code")
    code, output = built.build()
    assert code == 0, output


def test_missing_term_is_told_before_anything_is_built(built):
    old = built.written(ONE)
    built.edit(ONE, "`baseline`", "`wugness`")
    code, output = built.build(ONE)
    assert code != 0
    assert f"chapters/{ONE}.md:3: 'wugness' has no entry in book/glossary" in output
    assert built.written(ONE) == old
    assert source_problems([TWO], built.root) == []
    built.edit(ONE, "`wugness`", "`baseline`")


def test_cards_are_drawn_where_the_site_has_an_address(built):
    assert "og:image" not in built.page(ONE)
    code, output = built.build(BOOK_SITE_URL="https://example.org/book")
    assert code == 0, output
    image = re.search(r'property="og:image" content="([^"]+)"', built.page(ONE))[1]
    assert image.startswith("https://example.org/book/_images/")
    assert (built.site / image.split("/book/")[1]).exists()


def test_note_of_finished_pages_that_was_cut_off(built):
    """An interrupted build leaves half of it: pages are finished anew."""
    (note,) = (built.root / "_build").rglob("finished.json")
    note.write_text(note.read_text()[:-5])
    code, output = built.build(ONE)
    assert code == 0, output
    assert ONE.split("/")[1] in str(json.loads(note.read_text()))


def test_box_stands_where_its_place_is_and_runs_the_scripts_of_today(
    built, monkeypatch
):
    """Its texts become files; a changed script is on the page with the next build."""
    place = '<div class="live-place" data-box="two">In a notebook, below.</div>'
    built.edit(TWO, "Words about", f"{place}\n\nWords about")
    script = built.source(TWO).with_suffix(".js")
    script.write_text("live.widgets.two = () => 'old';")
    monkeypatch.setattr(live, "ROOT", built.root)
    texts = {"title": "A box", "text": "What to do.", "instead": "What one would see."}
    html = live.box(TWO, data={"a": [1, 2]}, **texts).data
    path = built.source(TWO).with_suffix(".ipynb")
    nb = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in nb.cells if cell.cell_type == "code"]
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    nbformat.write(nb, path)
    code, output = built.build()
    assert code == 0, output
    page = built.page(TWO)
    assert page.index('id="live-two"') < page.index("<p>Words about")
    assert "In a notebook" not in page and page.count('id="live-two"') == 1
    folder = (built.site / f"chapters/{TWO}.html").parent
    for part in (*live.PARTS, f"{TWO}.js"):
        ((source, version),) = re.findall(
            rf'data-live="{re.escape(part)}" data-src="([^"?]+)\?v=(\w+)"', page
        )
        assert sha256((folder / source).read_bytes()).startswith(version)
    assert "'old'" not in page and "[1,2]" not in page
    script.write_text("live.widgets.two = () => 'new';")
    other = built.written(ONE)
    code, output = built.build()
    assert code == 0, output
    assert "'new'" in (folder / source).read_text()
    assert f"?v={sha256(script.read_bytes())[:8]}" in built.page(TWO)
    assert built.written(ONE) == other


MINUTE = """\
```{in-one-minute}
:figure: fig-one-dots
**Question.** How much? **Answer.** {claimed}`two/half:.0%` of *all*.
```

Words about"""
PICTURE = base64.b64encode((ROOT / "book/_static/logo.png").read_bytes()).decode()


def give_outputs(book, name, code, options, data):
    """Put this cell in the place of the one that is there, with an output."""
    cell = "```{code-cell} ipython3\n"
    text = book.source(name).read_text()
    old = text[text.index(cell) : text.index("```\n", text.index(cell) + 5)]
    book.edit(name, old, f"{cell}{options}{code}\n")
    path = book.source(name).with_suffix(".ipynb")
    nb = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in nb.cells if cell.cell_type == "code"]
    cell.outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(nb, path)


def measure(book, value):
    """Let the second chapter claim this value."""
    record = {"id": "two/half", "value": value, "bound": "", "baseline": None}
    code = f'claim("two/half", {value})'
    give_outputs(book, TWO, code, "", {MIME_TYPE: record, "text/html": "<i>so</i>"})


def show_figure(book):
    options = (
        "---\nmystnb:\n  image:\n    alt: Many dots in a band.\n"
        "  figure:\n    name: fig-one-dots\n    caption: Dots.\n---\n"
    )
    give_outputs(book, ONE, "draw()", options, {"image/png": PICTURE})


def test_a_count_over_seeds_is_that_of_the_evidence(built):
    measure(built, 0.5)
    count = "In {over-seeds}`two/half > 0.3` draws. "
    built.edit(ONE, "Words about", f"{count}Words about")
    for second, told in ("0.2", "one of two"), ("0.4", "two of two"):
        rows = [
            Row("two/half", "mxnet", seed, value, "reported", "", "yes", "")
            for seed, value in (("0", "0.5"), ("1", second))
        ]
        write_rows(rows, built.root)
        code, output = built.build()
        assert code == 0, output
        assert f"{told}</span> draws" in built.page(ONE)
    (built.root / "book" / "evidence.csv").unlink()
    code, output = built.build()
    assert code != 0 and "nothing to count for 'two/half > 0.3'" in output
    built.edit(ONE, count, "")


def test_one_minute_shows_a_figure_of_the_chapter_and_a_claim_of_today(built):
    measure(built, 0.5)
    built.edit(ONE, "Words about", MINUTE)
    show_figure(built)
    code, output = built.build()
    assert code == 0, output
    page = built.page(ONE)
    (box,) = re.findall(r'<aside class="in-one-minute".*?</aside>', page, re.S)
    assert box.startswith('<aside class="in-one-minute" aria-label="In one minute">')
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", box)).strip()
    assert text == "In one minute Question. How much? Answer. 50% of all."
    link = re.search(r'<a class="[^"]*in-one-minute-figure[^"]*" href="#([^"]+)">', box)
    assert f'<figure class="align-default" id="{link[1]}">' in page
    pictures = re.findall(r'<img [^>]*alt="Many dots in a band."[^>]*>', page)
    (source,) = {re.search(r'src="([^"]+)"', picture)[1] for picture in pictures}
    assert len(pictures) == 2 and pictures[0] in box
    assert ((built.site / f"chapters/{ONE}.html").parent / source).exists()
    measure(built, 0.25)  # in the other chapter
    code, output = built.build(ONE)
    assert code == 0, output
    assert "25%</span> of <em>all" in built.page(ONE)


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("figure: fig-one-dots", "figure: fig-two", 4, "has the name 'fig-two'"),
        (":figure: fig-one-dots\n", "", 3, "without a :figure: of this chapter"),
        ("two/half", "two/third", 5, "no chapter makes a claim 'two/third'"),
    ],
)
def test_one_minute_of_what_is_not_there_is_told_before_building(
    built, old, new, line, complaint
):
    built.edit(ONE, old, new)
    (problem,) = source_problems([ONE], built.root)
    assert problem.startswith(f"chapters/{ONE}.md:{line}: ") and complaint in problem
    built.edit(ONE, new or "```{in-one-minute}\n", old if new else
               "```{in-one-minute}\n:figure: fig-one-dots\n")  # fmt: skip
    assert source_problems([ONE], built.root) == []


def test_one_minute_without_words_or_picture_stops_the_build(built):
    """The first chapter's cell has a name, and no picture that came out of it."""
    built.edit(ONE, "Words about", "Some words about")
    empty = "```{in-one-minute}\n:figure: fig-none\n```\n\n(fig-none)=\n"
    built.edit(TWO, "## Section", f"{empty}## Section")
    code, output = built.build()
    assert code != 0
    output = re.sub(r"\x1b\[[\d;]*m", "", output)
    assert f"chapters/{ONE}.md:3: " in output
    assert "no figure of this chapter has the name 'fig-one-dots'" in output
    line = 'ERROR: Content block expected for the "in-one-minute" directive'
    assert re.search(rf"chapters/{TWO}\.md:\d+: {line}", output)
    built.edit(TWO, f"{empty}## Section", "## Section")
    built.edit(ONE, MINUTE.replace("Words", "Some words"), "Words about")


def test_exam_has_the_style_of_today_and_no_script_in_the_page(built):
    questions = [
        choice(f"{i}?", right=("Yes", "so"), wrong=[("No", "so")]) for i in range(4)
    ]
    html = exam(*questions).data
    assert html.startswith("<style>")
    html = html.replace("<style>", "<style>.old { color: red }", 1)
    path = built.source(TWO).with_suffix(".ipynb")
    nb = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in nb.cells if cell.cell_type == "code"]
    cell.outputs.append(nbformat.v4.new_output("display_data", {"text/html": html}))
    nbformat.write(nb, path)
    code, output = built.build()
    assert code == 0, output
    page = built.page(TWO)
    assert page.count("<fieldset>") == 4 and ".old" not in page
    assert (ROOT / "book/_static/exam/exam.css").read_text() in page
    assert "exam-forget" in page and "const start" not in page
    ((source, version),) = re.findall(r'data-src="([^"]*/exam\.js)\?v=(\w+)"', page)
    script = (built.site / f"chapters/{TWO}.html").parent / source
    assert sha256(script.read_bytes()).startswith(version)


def test_page_of_a_chapter_that_is_gone_goes(built):
    toc = built.root / "_toc.yml"
    toc.write_text(toc.read_text().replace(f"  - file: chapters/{TWO}\n", ""))
    built.source(TWO).unlink()
    built.source(TWO).with_suffix(".ipynb").unlink()
    code, output = built.build()
    assert code == 0, output
    assert not (built.site / f"chapters/{TWO}.html").exists()
    assert "Chapter two" not in built.page(ONE)


def test_line_of_a_notebook_in_its_markdown(tmp_path):
    (tmp_path / "a.md").write_text("---\n---\n\n# A\n\none\ntwo\n\n+++\n\nthree\n")
    cells = [{"source": ["# A\n", "\n", "one\n", "two"]}, {"source": ["three"]}]
    notebook = tmp_path / "a.ipynb"
    notebook.write_text(json.dumps({"cells": cells}))
    assert markdown_line(notebook, 10002) == 4
    assert markdown_line(notebook, 10005) == 7
    assert markdown_line(notebook, 20002) == 11
    assert markdown_line(notebook, 30001) is None
    assert markdown_line(tmp_path / "b.ipynb", 10001) is None
