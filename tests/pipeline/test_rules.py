"""Break one rule of a chapter or page at a time; the rules name file and line."""

import re
import shutil

import nbformat
import pytest

from book.tools import rules
from book.tools.chapters import ROOT, chapter_files, chapter_names
from book.tools.format_chapters import formatted
from book.tools.new_chapter import KINDS, template
from book.tools.sizes import words
from book.tools.sources import read_source

NAME = "regression/contractor"
LABEL = f"chapters/{NAME}.md"


@pytest.fixture
def chapter(project, monkeypatch):
    """A finished chapter in a copy of the project, with room for words; its path."""
    monkeypatch.setattr(rules, "MAX_WORDS", 2 * rules.MAX_WORDS)
    source, notebook = chapter_files(NAME, project.root)
    shutil.copy(chapter_files(NAME)[1], notebook)
    assert rules.chapter_problems(NAME, project.root) == []
    return source


def problems(project):
    return "\n".join(rules.chapter_problems(NAME, project.root))


def line_of(path, text) -> int:
    content = path.read_text()
    assert text in content
    return content.count("\n", 0, content.index(text)) + 1


def insert(path, text, before="## Summary"):
    content = path.read_text()
    path.write_text(content.replace(before, f"{text}\n\n{before}", 1))
    return line_of(path, text)


def cell(code, options=""):
    return f"```{{code-cell}}\n{options}{code}\n```"


def test_broken_link(project, chapter):
    line = insert(chapter, "See [that](../fizzbuzz/missing.md).")
    assert f"{LABEL}:{line}: no file at the link" in problems(project)


def test_figure_without_alternative_text(project, chapter):
    text = chapter.read_text()
    bare = re.sub(r"  image:\n    alt:(.*\n)(      .*\n)*", "", text, count=1)
    assert bare != text
    chapter.write_text(bare)
    found = problems(project)
    assert re.search(rf"{LABEL}:\d+: a figure without an alternative text", found)


def test_figure_beside_another_output(project, chapter):
    """Its name would stand twice in the page."""
    notebook = chapter.with_suffix(".ipynb")
    nb = nbformat.read(notebook, 4)
    drawn = next(c for c in nb.cells if "figure" in c.metadata.get("mystnb", {}))
    other = nbformat.v4.new_output("display_data", data={"text/plain": "1"})
    drawn.outputs.append(other)
    nbformat.write(nb, notebook)
    assert "2 outputs in a figure's cell, expected one" in problems(project)


def test_picture_in_prose_without_alternative_text(project, chapter):
    line = insert(chapter, "![](../../book/_static/logo.svg)")
    assert f"{LABEL}:{line}: a picture without alternative text" in problems(project)


def test_without_exercises(project, chapter):
    text = chapter.read_text()
    chapter.write_text(text[: text.index("## Exercises")])
    found = problems(project)
    assert f"{LABEL}:1: 0 exercises, expected at least 3" in found
    assert f"{LABEL}:1: no section '## Exercises'" in found


def test_exercise_without_solution(project, chapter):
    text = chapter.read_text()
    label = rules.SOLUTION.findall(text)[0]
    chapter.write_text(text.replace(f"{{solution-start}} {label}", "{note} x", 1))
    line = line_of(chapter, label)
    assert f"{LABEL}:{line}: exercise {label} has no solution" in problems(project)


@pytest.mark.parametrize("part", ["## Summary", ":::{margin}"])
def test_without_a_part(project, chapter, part):
    chapter.write_text(chapter.read_text().replace(part, "nothing", 1))
    assert f"{LABEL}:1: no " in problems(project)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("rng = onp.random.default_rng()", "onp.random.default_rng() without a seed"),
        ("import random\nrng = random.Random()", "random.Random() without a seed"),
        ("train_test_split(x, y)", "train_test_split(...) without random_state"),
        ("ensemble.RandomForestRegressor(9)", "without random_state"),
    ],
)
def test_unseeded_generator(project, chapter, code, complaint):
    insert(chapter, cell(code))
    line = line_of(chapter, code.split("\n")[-1])
    found = problems(project)
    assert f"{LABEL}:{line}: " in found and complaint in found


def test_global_generator_without_set_seed(project, chapter):
    chapter.write_text(chapter.read_text().replace("set_seed()", "len('0')"))
    insert(chapter, cell("noise = onp.random.normal(0, 1)"))
    line = line_of(chapter, "noise = onp.random.normal(0, 1)")
    assert f"{LABEL}:{line}: onp.random.normal(...) before set_seed()" in problems(
        project
    )


def test_long_cell_and_wide_line(project, chapter):
    insert(chapter, cell("\n".join(f"x{i} = {i}" for i in range(16))))
    insert(chapter, cell("wide = " + "1 + " * 20 + "1"))
    found = problems(project)
    assert "a cell of 16 lines, expected at most 15" in found
    line = line_of(chapter, "wide = ")
    assert f"{LABEL}:{line}: 88 columns of code" in found


def test_long_cell_that_is_folded_is_fine(project, chapter):
    code = "\n".join(f"x{i} = {i}" for i in range(16))
    insert(chapter, cell(code, ":tags: [hide-input]\n\n"))
    assert problems(project) == ""


def test_claim_with_the_name_of_another_chapter(project, chapter):
    insert(chapter, cell('claim("digits/cnn", 1.0)'))
    assert "begins with 'contractor/'" in problems(project)


def test_without_a_claim(project, chapter):
    chapter.write_text(chapter.read_text().replace("claim(", "print("))
    assert f"{LABEL}:1: no claim" in problems(project)


def test_typed_result(project, chapter):
    line = insert(chapter, "The net gets 97.3% right.")
    assert f"{LABEL}:{line}: a result typed into the prose" in problems(project)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("It rose to 98\n% of all.", "MyST takes a line that begins with %"),
        ("You get a reward of\n1. Then it ends.", "'1.' begins a list"),
        ("Take three from five\n- that leaves two.", "'- ' begins a list"),
    ],
)
def test_line_that_begins_with_a_sign_of_markdown(project, chapter, text, complaint):
    line = insert(chapter, text) + 1
    found = problems(project)
    assert f"{LABEL}:{line}: " in found and complaint in found


def test_a_list_is_a_list(project, chapter):
    insert(chapter, "Three things:\n\n1. one\n2. two\n   and more\n\n- three\n- four")
    assert problems(project) == ""


def test_code_that_is_not_python(project, chapter):
    line = insert(chapter, cell("x = = 1"))
    assert re.search(rf"{LABEL}:{line + 1}: invalid syntax", problems(project))


def test_options_that_are_not_yaml(project, chapter):
    insert(chapter, cell("odd = 1", "---\ntags: [hide-input\n---\n"))
    line = line_of(chapter, "odd = 1")
    assert f"{LABEL}:{line}: the options above this cell are not YAML" in problems(
        project
    )


def test_left_over_todo(project, chapter):
    line = insert(chapter, "TODO: say more.")
    assert f"{LABEL}:{line}: TODO" in problems(project)


def test_pages_missing_from_the_table_of_contents(project, chapter):
    (project.root / "book" / "extra.md").write_text("# Extra\n")
    found = "\n".join(rules.book_problems(project.root))
    assert "book/extra.md:1: not in _toc.yml" in found
    assert f"chapters/{project.name}.md:1: not in _toc.yml" in found


def test_table_of_contents_with_a_page_that_is_not_there(project, chapter):
    project.edit("book/glossary", "book/glosary", project.root / "_toc.yml")
    found = "\n".join(rules.book_problems(project.root))
    line = line_of(project.root / "_toc.yml", "book/glosary")
    assert f"_toc.yml:{line}: there is no book/glosary.md" in found


def test_two_claims_with_one_id(project, chapter):
    shutil.copy(chapter.with_suffix(".ipynb"), project.notebook)
    found = "\n".join(rules.book_problems(project.root))
    assert "is also in chapters/" in found


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("A {term}`wugness` of it.", "'wugness' has no entry in book/glossary.md"),
        ("A {term}`wug\nness`.", "'wug ness' has no entry in book/glossary.md"),
        ("A {term}`wugs <wug>`.", "'wug' has no entry in book/glossary.md"),
        ("As {cite}`zhang2023,nobody1900` says.", "no source 'nobody1900'"),
        ("As {cite:t}`nobody1900` says.", "no source 'nobody1900'"),
        ("See {numref}`fig-contractor-nothing`.", "has the name 'fig-contractor-noth"),
        ("See {numref}`figure %s <fig-nothing>`.", "has the name 'fig-nothing'"),
        ("See {ref}`ex-contractor-nothing`.", "has the name 'ex-contractor-nothing'"),
        ("See {eq}`eq-contractor-nothing`.", "has the label 'eq-contractor-nothing'"),
        ("See {eq}`fig-contractor-bills`.", "has the label 'fig-contractor-bills'"),
        ("See {doc}`../fizzbuzz/nothing`.", "no page '../fizzbuzz/nothing'"),
        ("It is {claimed}`contractor/none:.2f`.", "makes a claim 'contractor/none'"),
        ("In {over-seeds}`contractor/no > 0` draws.", "makes a claim 'contractor/no'"),
        ("```{solution} ex-none\n```", "there is no exercise 'ex-none'"),
    ],
)
def test_reference_that_leads_nowhere(project, chapter, text, complaint):
    line = insert(chapter, text)
    assert re.search(rf"{LABEL}:{line}: .*{re.escape(complaint)}", problems(project))


@pytest.mark.parametrize(
    "text",
    [
        "The {term}`Baseline`, {term}`the\nmodels <model>`, {cite}`zhang2023`.",
        "See {numref}`fig-contractor-bills`, {eq}`eq-contractor-line`.",
        "See {ref}`ex-contractor-noise`, {doc}`contractor`, {doc}`/book/glossary`.",
        "It is {claimed}`contractor/one-step:.0e`.",
        "Write ``{term}`wugness` `` and it is linked.",
        "````md\nA {term}`wugness`.\n````",
        cell("print('{term}`wugness`')"),
    ],
)
def test_reference_that_leads_somewhere_or_is_only_shown(project, chapter, text):
    insert(chapter, text)
    assert problems(project) == ""


def test_reference_in_a_caption_and_on_a_page_without_code(project, chapter):
    name = "    name: fig-contractor-bills\n"
    project.edit(name, f"{name}    caption: A {{term}}`wugness`.\n", chapter)
    line = line_of(chapter, "wugness")
    found = problems(project)
    assert f"{LABEL}:{line}: 'wugness' has no entry in book/glossary.md" in found
    page = project.root / "book" / "notation.md"
    page.write_text(page.read_text() + "\nSee {numref}`fig-nothing`.\n")
    line = line_of(page, "fig-nothing")
    found = "\n".join(rules.book_problems(project.root))
    assert f"book/notation.md:{line}: nothing has the name 'fig-nothing'" in found


def test_card_of_a_chapter_or_figure_that_is_not_there(project, chapter):
    page = project.root / "book" / "index.md"
    project.edit("{chapter-card} regression/contractor", "{chapter-card} a/b", page)
    project.edit(":figure: fig-", ":figure: fig-no-", page)
    found = "\n".join(rules.book_problems(project.root))
    line = line_of(page, "{chapter-card} a/b")
    assert f"book/index.md:{line}: there is no chapter 'a/b'" in found
    line = line_of(page, ":figure: fig-no-")
    assert f"book/index.md:{line}: no figure has the name 'fig-no-" in found


def test_label_that_stands_twice(project, chapter):
    line = insert(chapter, "$$ x = 1 $$ (eq-contractor-line)")
    found = "\n".join(rules.book_problems(project.root))
    assert f"{LABEL}:{line}: label 'eq-contractor-line' is also at {LABEL}:" in found


# ---- Merges that are not finished, and other letters than UTF-8 --------------------

OURS, BEFORE, MIDDLE, THEIRS = "<" * 7, "|" * 7, "=" * 7, ">" * 7
CONFLICT = f"{OURS} HEAD\none\n{BEFORE} 1a2b3c\nold\n{MIDDLE}\ntwo\n{THEIRS} them\n"


def conflict_lines(path, label):
    first = line_of(path, OURS)
    marks = [(0, OURS), (2, BEFORE), (4, MIDDLE), (6, THEIRS)]
    return [f"{label}:{first + i}: '{mark}' is left over from a" for i, mark in marks]


def test_conflict_in_a_chapter(project, chapter):
    chapter.write_text(chapter.read_text().replace("## Summary", CONFLICT, 1))
    found = problems(project)
    for expected in conflict_lines(chapter, LABEL):
        assert expected in found
    code, output = project.run("book.tools.rules", NAME)
    assert code != 0 and f"{LABEL}:" in output and "Traceback" not in output


@pytest.mark.parametrize(
    "name",
    [
        "README.md", "book/glossary.md", "book/references.bib", "_toc.yml",
        "_config.yml", "pyproject.toml", "CITATION.cff", "utils/plot.py",
        "book/_static/programming-with-data.css", "Makefile",
        "book/_static/programming-with-data.js", "data/SHA256SUMS",
        "data/mushrooms/mushrooms.csv", "data/entities/sentences.tsv",
        "data/entities/templates.txt", "data/new/table.json",
        ".github/workflows/publish.yml",
    ],
)  # fmt: skip
def test_conflict_in_any_other_file(project, chapter, name):
    path = project.root / name
    path.parent.mkdir(exist_ok=True)
    before = path.read_text() if path.exists() else "{}\n"
    path.write_text(f"{before}{CONFLICT}{before}")
    found = "\n".join(rules.book_problems(project.root))
    for expected in conflict_lines(path, name):
        assert expected in found


@pytest.mark.parametrize("name", ["_toc.yml", "utils/plot.py"])
def test_conflict_in_what_the_tools_read(project, chapter, name):
    path = project.root / name
    path.write_text(path.read_text() + CONFLICT)
    code, output = project.run("book.tools.rules", NAME)
    assert code != 0 and "Traceback" not in output
    for expected in conflict_lines(path, name):
        assert expected in output


def test_packages_of_an_environment_are_nobody_s_writing(project, chapter):
    """`.venv-torch`, or a reader's own: files in Latin-1 there stopped the build."""
    packages = project.root / "env" / "lib"
    packages.mkdir(parents=True)
    (project.root / "env" / "pyvenv.cfg").touch()
    (packages / "strange.html").write_bytes(b"Caf\xe9\n")
    (packages / "strange.txt").write_text(CONFLICT)
    assert "strange" not in "\n".join(rules.book_problems(project.root))


def test_heading_underlined_with_seven_signs_is_no_conflict(project, chapter):
    insert(chapter, "Details\n=======\n\nThey matter.\n\n> > a quotation in another")
    assert problems(project) == ""
    (project.root / "book" / "notation.md").write_text("Symbols\n=======\n")
    assert "left over" not in "\n".join(rules.book_problems(project.root))


@pytest.mark.parametrize("tool", ["rules", "notebooks", "format_chapters"])
def test_chapter_in_latin_1(project, chapter, tool):
    insert(chapter, "A café.", before="## Two bills")
    line = line_of(chapter, "café")
    before = chapter.read_bytes().replace("é".encode(), b"\xe9", 1)
    chapter.write_bytes(before)
    code, output = project.run(f"book.tools.{tool}", NAME)
    assert code != 0 and "Traceback" not in output
    assert f"{LABEL}:{line}: byte 0xe9 is not UTF-8; save the file as UTF-8" in output
    assert chapter.read_bytes() == before


def test_other_page_in_latin_1(project, chapter):
    page = project.root / "book" / "notation.md"
    page.write_bytes(page.read_bytes() + "\nA café.\n".encode("latin-1"))
    line = page.read_bytes().count(b"\n")
    found = "\n".join(rules.book_problems(project.root))
    assert f"book/notation.md:{line}: byte 0xe9 is not UTF-8" in found


def test_table_of_contents_that_is_not_yaml(project, chapter):
    path = project.root / "_toc.yml"
    path.write_text(path.read_text() + "  - [\n")
    code, output = project.run("book.tools.rules")
    assert code != 0 and "Traceback" not in output
    assert re.search(r"_toc\.yml:\d+: not YAML: ", output)


def test_broken_rules_fail_the_tests(project, chapter):
    insert(chapter, "See [that](missing.md).")
    code, output = project.check(NAME)
    assert code != 0 and f"{LABEL}:" in output and "no file at the link" in output


@pytest.mark.parametrize("kind", KINDS)
def test_template_is_written_as_jupyterlab_saves_it(project, kind):
    text = template(kind, project.root)
    assert "<<" not in text
    project.source.write_text(text)
    assert formatted(project.source) == text


@pytest.mark.parametrize("kind", KINDS)
def test_new_chapter_of_each_kind_runs_as_it_is(project, kind):
    """And what the rules have to say of it are its TODOs."""
    code, output = project.run("book.tools.new_chapter", "regression", "fresh", kind)
    assert code == 0, output
    name = "regression/fresh"
    code, output = project.run("book.tools.notebooks", name)
    assert code == 0, output
    found = rules.chapter_problems(name, project.root)
    assert found and all(": TODO: " in problem for problem in found)


def test_new_chapter_of_a_kind_that_is_not_there(project):
    code, output = project.run("book.tools.new_chapter", "regression", "fresh", "poem")
    assert code != 0
    assert "KIND is 'poem', expected one of: classifier, regression, closed-" in output
    assert not (project.root / "chapters" / "regression" / "fresh.md").exists()


def test_one_limit_of_seconds():
    """The contributors' guide says in one place how long a chapter may run."""
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    limits = re.findall(r"(?:under|less than) (\d+ seconds|a minute)", guide)
    assert set(limits) == {"a minute"}


def test_new_chapter_is_refused_until_it_is_filled(project):
    code, output = project.run("book.tools.new_chapter", "regression", "fresh")
    assert code == 0, output
    found = "\n".join(rules.chapter_problems("regression/fresh", project.root))
    assert re.search(r"chapters/regression/fresh\.md:\d+: TODO", found)
    again, output = project.run("book.tools.new_chapter", "regression", "fresh")
    assert again != 0 and "fresh" in output


def test_the_environment_is_set_up_once():
    """`make environment` where it is done says nothing and changes nothing."""
    import subprocess

    stamp = ROOT / ".venv" / "requirements.installed.txt"
    before = stamp.stat().st_mtime_ns
    run = subprocess.run(
        ["sh", "book/tools/setup.sh"], cwd=ROOT, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert stamp.stat().st_mtime_ns == before


def test_the_lock_is_complete():
    """It is installed as listed, without looking for more: nothing may be missing."""
    import subprocess
    import sys

    run = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout


# ---- Chapters that were read again ---------------------------------------------------

READ = """\
# Read again

You will see what a chapter has that was read again.

:::{margin}
**You need** nothing.
:::

```{in-one-minute}
:figure: fig-read-data
**Question.** How much? **Answer.** {claimed}`contractor/exact:.0e`, and **no** more.
```

## A question

A picture says it.

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-read-data
---
claim("read/half", 0.5)
```

```{code-cell} ipython3
:tags: [hide-input]

chooser("read-try", {"which": ["one"]}, {("one",): "1"})
```

## Summary

One and one is two.

## Practice exam

```{code-cell} ipython3
:tags: [remove-input]

exam(*questions)
```

## Exercises
"""
EXERCISES = "".join(
    f"```{{exercise}}\n:label: ex-read-{i}\n```\n```{{solution}} ex-read-{i}\n```\n"
    for i in range(3)
)
READ_NAME = "regression/read"


@pytest.fixture
def read(tmp_path):
    """A project of one chapter that keeps all rules, and what they say of a change."""
    source = tmp_path / "chapters" / f"{READ_NAME}.md"
    source.parent.mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "SHA256SUMS").touch()
    (source.parent / "contractor.md").write_text('claim("contractor/exact", 0)')

    def found(old="", new="", executed=False):
        assert old in READ
        source.write_text(READ.replace(old, new, 1) + EXERCISES)
        if executed:
            nb = read_source(source)
            cells = [cell for cell in nb.cells if cell.cell_type == "code"]
            cells[0].outputs = [nbformat.v4.new_output("stream", text="1")]
            nbformat.write(nb, source.with_suffix(".ipynb"))
        return rules.chapter_problems(READ_NAME, tmp_path)

    return found


def test_a_chapter_that_was_read_again_keeps_the_rules(read):
    assert read() == [] == read(executed=True)


EXAM_CELL = READ[READ.rindex("```{code-cell}") : READ.index("## Exercises")]
MINUTE = READ[READ.index("```{in-one") : READ.index("## A question")]


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        (MINUTE, "", 1, "0 boxes {in-one-minute}, expected one below the margin note"),
        (MINUTE, MINUTE * 2, 1, "2 boxes {in-one-minute}, expected one"),
        ("**no** more", "more " * 80, 9, "86 words in one minute, expected at most 80"),
        (MINUTE, f"{cell('1')}\n\n{MINUTE}", 13, "in-one-minute stands after code"),
        (":figure: fig-read-data\n", "", 9, "in-one-minute without a :figure:"),
        (":figure: fig-read-d", ":figure: fig-no-d", 10, "no figure of this chapter h"),
        ("contractor/exact", "read/none", 11, "no chapter makes a claim 'read/none'"),
        (EXAM_CELL, "", 1, "0 calls of exam(...), expected one"),
        (EXAM_CELL, EXAM_CELL * 2, 1, "2 calls of exam(...), expected one"),
        (
            "## Practice exam",
            "## An exam",
            42,
            "in a section '## Practice exam' before",
        ),
        (
            "## Practice exam",
            "## Exercises\n\n## Practice exam",
            44,
            "expected in a sec",
        ),
        (
            "## Practice exam",
            "## Practice exam\n\n## More",
            44,
            "expected in a section",
        ),
        ("tags: [remove-input]", "tags: [x]", 42, "tells its answers: give it the tag"),
        (
            "chooser(",
            "print(",
            1,
            "nothing to try: no box(...), chooser(...) or live-p",
        ),
        ("A picture", "word " * 2200, 1, "words before the practice exam, expected at"),
        (
            "A picture says it.",
            f"{cell('1')}\n\n" * 35,
            164,
            "36 cells with their code",
        ),
    ],
)
def test_what_a_chapter_lacks_that_was_read_again(read, old, new, line, complaint):
    found = read(old, new)
    assert len(found) == 1
    assert found[0].startswith(f"chapters/{READ_NAME}.md:{line}: "), found
    assert complaint in found[0]


def test_the_first_output_comes_soon(read):
    many = "word " * 150
    assert read("A picture says it.", many) == []  # not executed yet
    (problem,) = read("A picture", many, executed=True)
    assert problem == (
        f"chapters/{READ_NAME}.md:24: 165 words before the first output, "
        f"expected at most 150"
    )
    assert read("**You need**", many, executed=True) == []  # the margin note
    place = '<div class="live-place" data-box="read">A box.</div>'
    assert read("A picture", f"{place}\n\n{many}", executed=True) == []


def test_a_chapter_on_the_list_is_taken_off_when_it_is_done(read, monkeypatch):
    monkeypatch.setattr(rules, "NOT_READ_AGAIN", frozenset({READ_NAME}))
    (problem,) = read()
    assert problem.startswith(f"chapters/{READ_NAME}.md:1: ")
    assert problem.endswith("take it off NOT_READ_AGAIN in book/tools/rules.py")
    assert read(EXAM_CELL, "") == [] == read(MINUTE, "")


def test_the_list_names_chapters():
    assert set(chapter_names()) >= rules.NOT_READ_AGAIN


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One, two – three.", 3),
        ("---\ntitle: x\n---\n\nOne.", 1),
        (cell("x = 1  # none of it", ":tags: [a]\n\n") + "\n\nOne.", 1),
        ("```python\nx = 1\n```\n````md\n```{note}\nx\n```\n````\nOne.", 1),
        (":::{margin}\n:class: x\nOne two.\n:::", 2),
        ("```{exercise-start}\n:label: ex-a\n```\nOne.\n```{exercise-end}\n```", 1),
        ("It is {eval}`f'{a:.0%} of {b}'` of {cite}`zhang2023`, see {eq}`eq-a`.", 7),
        ("A {term}`training error` and {term}`nets <net>`.", 5),
        ("Where $x$ is one, and $a + b$\n\n$$ y = w x $$ (eq-a)\n\nOne.", 5),
        ("It is \\$100 or \\$50, a `$` or {eval}`f'${a}'` and $x$.", 9),
        ("See [the chain rule](../fizzbuzz/chain-rule.md).", 4),
        ("![a picture of it](x.svg) One.", 1),
        ("% a comment\n<!-- another\none -->\n(label)=\n+++\nOne.", 1),
        ("<div class='a b'>One</div>", 1),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 4),
    ],
)
def test_what_a_word_of_prose_is(text, count):
    assert words(text) == count


def test_the_sizes_of_chapters_are_printed(project, chapter):
    code, output = project.run("book.tools.rules", "--sizes", NAME)
    assert code == 0
    assert re.fullmatch(rf"words .*\n *\d+ +\d+ +\d+  {NAME}\n", output)
