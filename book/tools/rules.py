"""The rules that every chapter and page keeps, checked on the sources.

    python -m book.tools.rules                # the whole book
    python -m book.tools.rules topic/name     # one chapter
    python -m book.tools.rules --sizes        # words and cells of each chapter

Each problem is a line ``file:line: what is wrong``.
"""

import ast
from pathlib import Path
import re
import sys

from utils.claims import MIME_TYPE
from utils.fingerprints import code_cells

from book.tools import conflicts, long_runs, references, sizes
from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    chapter_names,
    choose_chapters,
    read_text,
)
from book.tools.sources import cell_options, stored_notebook
from book.tools.stale import execution_problems

# chapters that are yet to get their minute, box and exam, and to become shorter
NOT_READ_AGAIN = frozenset(
    {
        "classification/cats-and-dogs",
        "classification/tagging",
        "ranking/search",
        "ranking/recommender",
        "seq2seq/named-entities",
        "seq2seq/speech-recognition",
        "seq2seq/text-to-speech",
        "seq2seq/translation",
        "clustering/prototypes",
        "clustering/subspaces",
        "clustering/word-vectors",
        "clustering/causes",
        "clustering/gan",
        "environment/covariate-shift",
        "environment/robustness",
        "environment/online-learning",
        "environment/control",
    }
)
MAX_WORDS = 2200  # of prose, before the practice exam
MAX_SHOWN_CELLS = 35  # likewise
MAX_WORDS_IN_ONE_MINUTE = 80
MAX_WORDS_BEFORE_OUTPUT = 150
MAX_CODE_LINES = 15
MAX_COLUMNS = 78
MIN_EXERCISES = 3
TODO = re.compile(r"\bTODO\b")
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
EXERCISE = re.compile(r"^```+\{exercise(?:-start)?\}", re.M)
EXERCISE_LABEL = re.compile(
    r"^```+\{exercise(?:-start)?\}[^\n]*\n(?::[^\n]*\n)*?:label: *(\S+)", re.M
)
SOLUTION = re.compile(r"^```+\{solution(?:-start)?\} *(\S+)", re.M)
TYPED_RESULT = re.compile(r"(?<![\w.`{$\\])\d+\.\d+ ?(?:%|percent)|accuracy of \d")
LIST_ITEM = re.compile(r"(?:1[.)]|[-+*]) ")
UNSEEDED = {"default_rng", "RandomState", "Random", "SeedSequence", "Generator"}
GLOBAL_GENERATORS = {"np.random", "onp.random", "numpy.random", "random", "mx.random"}
SCIKIT_RANDOM = {
    "train_test_split", "ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit",
    "MLPClassifier", "MLPRegressor", "RandomForestClassifier", "RandomForestRegressor",
    "HistGradientBoostingClassifier", "HistGradientBoostingRegressor", "KMeans",
    "GaussianMixture", "SGDClassifier", "SGDRegressor", "TSNE", "resample", "shuffle",
    "permutation_test_score", "permutation_importance", "RepeatedKFold",
    "RepeatedStratifiedKFold",
}  # fmt: skip
SCIKIT_FOLDS = {"KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold"}


class Source:
    """A Markdown page: its text, and where in it things stand."""

    def __init__(self, path: Path, root: Path):
        self.text = read_text(path)
        self.path, self.name = path, str(path.relative_to(root))
        # the same text with all fenced code blanked out, line for line
        self.prose = re.sub(
            r"^(`{3,})(?:\{code-cell\}|\w+).*?^\1 *$",
            lambda m: "\n" * m[0].count("\n"),
            self.text,
            flags=re.S | re.M,
        )

    def problem(self, position: int, text: str) -> str:
        return f"{self.name}:{self.text.count(chr(10), 0, position) + 1}: {text}"

    def code_cells(self):
        """(line of its first code line, its options, its code) of each code cell."""
        for cell in code_cells(self.text):
            yield cell.line, cell_options(cell), cell.code


def chapter_problems(
    name: str, root: Path = ROOT, known: references.Targets | None = None
) -> list[str]:
    """Everything that keeps the chapter from being complete.

    ``known`` is what the book can refer to, ``references.targets(root)``; it is read
    from the book where it is not given.
    """
    path, notebook = chapter_files(name, root)
    if unreadable := conflicts.problems(path, root):
        return unreadable  # what it says is not settled yet
    source = Source(path, root)
    problems = _structure(source) + _code(source, name) + page_problems(source, root)
    problems += references.problems(path, known or references.targets(root), root)
    problems += _figures(source, notebook)
    problems += _reading(source, name, notebook)
    return problems + long_runs.problems(name, root)


def notebook_problems(name: str, root: Path = ROOT) -> list[str]:
    """Why the stored notebook is not one clean run."""
    path = chapter_files(name, root)[1]
    label = path.relative_to(root)
    nb = stored_notebook(path)
    if nb is None:
        return [f"{label}: there is no notebook that can be read"]
    return [f"{label}: {problem}" for problem in execution_problems(nb)]


def _structure(source: Source) -> list[str]:
    """Title, margin note, summary, and exercises with solutions; nothing left to do."""
    problems = []

    def missing(pattern, what):
        if not re.search(pattern, source.prose, re.M):
            problems.append(f"{source.name}:1: {what}")

    missing(r"^# \S", "no title (a line that begins with '# ')")
    missing(
        r"^:{3,}\{margin\}|^`{3,}\{margin\}", "no margin note saying what one needs"
    )
    missing(r"^## Summary$", "no section '## Summary'")
    missing(r"^## Exercises$", "no section '## Exercises'")
    for match in TODO.finditer(source.text):
        problems.append(source.problem(match.start(), "TODO: still to be written"))
    labels = EXERCISE_LABEL.findall(source.text)
    count = len(EXERCISE.findall(source.text))
    if count < MIN_EXERCISES:
        problems.append(
            f"{source.name}:1: {count} exercises, expected at least {MIN_EXERCISES}"
        )
    if len(labels) < count:
        problems.append(
            f"{source.name}:1: {count - len(labels)} exercises have no label"
        )
    solved = SOLUTION.findall(source.text)
    for label in labels:
        if label not in solved:
            position = source.text.index(label)
            problems.append(
                source.problem(position, f"exercise {label} has no solution")
            )
    problems += _line_breaks(source)
    for match in TYPED_RESULT.finditer(_without_eval(source.prose)):
        text = f"a result typed into the prose: {match[0]!r}; write {{eval}}`...`"
        line = source.prose.count("\n", 0, match.start()) + 1
        problems.append(f"{source.name}:{line}: {text}")
    return problems


def _line_breaks(source: Source) -> list[str]:
    """Lines that mean something else than the author thinks, by where they begin."""
    problems, listed, before = [], False, ""
    for number, line in enumerate(source.prose.split("\n"), start=1):
        where = f"{source.name}:{number}"
        if line.lstrip().startswith("%"):
            problems.append(
                f"{where}: MyST takes a line that begins with % for a comment"
            )
        if not before.strip():
            goes_on = listed and line.startswith(" ")  # a list item's next paragraph
            listed = goes_on or bool(LIST_ITEM.match(line))
        elif LIST_ITEM.match(line) and not listed:
            problems.append(f"{where}: within a paragraph, {line[:2]!r} begins a list")
        before = line
    return problems


def _without_eval(text: str) -> str:
    """The text with each role's content blanked out, character for character."""
    return re.sub(r"\{[\w:-]+\}`[^`]*`", lambda m: " " * len(m[0]), text)


def _code(source: Source, name: str) -> list[str]:
    """Short cells, claims with the chapter's name, every generator seeded."""
    problems, claims, seeded, draws = [], 0, False, None
    for cell in code_cells(source.text):
        if cell.options and not cell_options(cell):
            problems.append(
                f"{source.name}:{cell.line}: the options above this cell are not YAML"
            )
    for line, options, code in source.code_cells():
        lines = [text for text in code.split("\n") if text.strip()]
        hidden = {"remove-input", "hide-input"} & set(options.get("tags", []))
        if len(lines) > MAX_CODE_LINES and not hidden:
            problems.append(
                f"{source.name}:{line}: a cell of {len(lines)} lines, "
                f"expected at most {MAX_CODE_LINES}"
            )
        for offset, text in enumerate(code.split("\n")):
            if len(text) > MAX_COLUMNS:
                problems.append(
                    f"{source.name}:{line + offset}: {len(text)} columns of code, "
                    f"expected at most {MAX_COLUMNS}"
                )
        try:
            tree = ast.parse(_without_magic(code))
        except SyntaxError as error:
            problems.append(
                f"{source.name}:{line + (error.lineno or 1) - 1}: {error.msg}"
            )
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            where = f"{source.name}:{line + node.lineno - 1}"
            called = ast.unparse(node.func)
            owner, _, function = called.rpartition(".")
            arguments = {keyword.arg for keyword in node.keywords}
            if function == "set_seed":
                seeded = True
            elif function == "claim":
                claims += 1
                problems += _claim_problems(node, where, name)
            elif function in UNSEEDED and not node.args and not node.keywords:
                problems.append(f"{where}: {called}() without a seed")
            elif "random_state" not in arguments and (
                function in SCIKIT_RANDOM
                or (function in SCIKIT_FOLDS and "shuffle" in arguments)
            ):
                problems.append(f"{where}: {called}(...) without random_state")
            elif owner in GLOBAL_GENERATORS and function not in UNSEEDED | {"seed"}:
                draws = draws or f"{where}: {called}(...)"
    if draws and not seeded:
        problems.append(f"{draws} before set_seed() is called anywhere in the chapter")
    if not claims:
        problems.append(f"{source.name}:1: no claim(...)")
    return problems


def _claim_problems(node: ast.Call, where: str, name: str) -> list[str]:
    first = node.args[0] if node.args else None
    expected = name.split("/")[1] + "/"
    if not (isinstance(first, ast.Constant) and str(first.value).startswith(expected)):
        return [f"{where}: a claim's id is a literal that begins with {expected!r}"]
    return []


def _reading(source: Source, name: str, notebook: Path) -> list[str]:
    """The minute, the box and the exam; no longer than one reads in 25 minutes."""
    minutes = list(references.MINUTE.finditer(source.text))
    exams = list(_calls(source, "exam"))
    if name in NOT_READ_AGAIN:
        if minutes and exams:
            return [
                f"{source.name}:1: has its minute and its exam: take it off "
                f"NOT_READ_AGAIN in book/tools/rules.py"
            ]
        return []
    problems = _minute(source, minutes) + _exam(source, exams)
    if not (any(_calls(source, "box", "chooser")) or sizes.PLACE.search(source.text)):
        problems.append(
            f"{source.name}:1: nothing to try: no box(...), chooser(...) or live-place"
        )
    found = sizes.sizes(source.text)
    if found.words > MAX_WORDS:
        problems.append(
            f"{source.name}:1: {found.words:,} words before the practice exam, "
            f"expected at most {MAX_WORDS:,}"
        )
    if len(found.cells) > MAX_SHOWN_CELLS:
        problems.append(
            f"{source.name}:{found.cells[MAX_SHOWN_CELLS].line}: {len(found.cells)} "
            f"cells with their code before the practice exam, expected at most "
            f"{MAX_SHOWN_CELLS}"
        )
    if nb := stored_notebook(notebook):
        outputs = {cell.source: cell.get("outputs", []) for cell in nb.cells}
        words, line = sizes.words_before_output(source.text, outputs)
        if words > MAX_WORDS_BEFORE_OUTPUT:
            problems.append(
                f"{source.name}:{line}: {words} words before the first output, "
                f"expected at most {MAX_WORDS_BEFORE_OUTPUT}"
            )
    return problems


def _minute(source: Source, minutes: list[re.Match]) -> list[str]:
    """One box *In one minute*, short, before all code."""
    if len(minutes) != 1:
        return [
            f"{source.name}:1: {len(minutes)} boxes {{in-one-minute}}, expected one "
            f"below the margin note"
        ]
    (minute,) = minutes
    problems = []
    line = sizes.line_of(source.text, minute.start())
    if any(first < line for first, _, _ in source.code_cells()):
        problems.append(
            f"{source.name}:{line}: in-one-minute stands after code, expected it below "
            f"the margin note"
        )
    words = sizes.words(minute["text"])
    if words > MAX_WORDS_IN_ONE_MINUTE:
        problems.append(
            f"{source.name}:{line}: {words} words in one minute, expected at most "
            f"{MAX_WORDS_IN_ONE_MINUTE}"
        )
    return problems


def _exam(source: Source, exams: list[tuple[int, dict]]) -> list[str]:
    """One exam, its code folded, in a section of its own before the exercises."""
    if len(exams) != 1:
        return [f"{source.name}:1: {len(exams)} calls of exam(...), expected one"]
    ((line, options),) = exams
    problems = []
    before = "\n".join(source.prose.split("\n")[: line - 1])
    headings = re.findall(r"^## (.+?) *$", before, re.M)
    if headings[-1:] != ["Practice exam"] or "Exercises" in headings:
        problems.append(
            f"{source.name}:{line}: the exam is expected in a section "
            f"'## Practice exam' before '## Exercises'"
        )
    if not sizes.NOT_SHOWN & set(options.get("tags", [])):
        problems.append(
            f"{source.name}:{line}: the code of the exam tells its answers: give it "
            f"the tag remove-input"
        )
    return problems


def _calls(source: Source, *functions: str):
    """(line of the call, options of its cell) of each call of one of the functions."""
    for line, options, code in source.code_cells():
        try:
            tree = ast.parse(_without_magic(code))
        except SyntaxError:
            continue  # told of by the rules for code
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                if called in functions:
                    yield line + node.lineno - 1, options


def _without_magic(code: str) -> str:
    """The code with IPython's own lines (``%...``, ``!...``) replaced."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.M)


def _figures(source: Source, notebook: Path) -> list[str]:
    """Every picture that the notebook holds has words for those who cannot see it."""
    nb = stored_notebook(notebook)
    outputs = {c.source: c.outputs for c in nb.cells if "outputs" in c} if nb else {}
    problems = []
    for line, options, code in source.code_cells():
        data = [output.get("data", {}) for output in outputs.get(code, [])]
        pictures = [d for d in data if {"image/png", "image/svg+xml"} & set(d)]
        alt = options.get("mystnb", {}).get("image", {}).get("alt", "")
        if pictures and len(alt.strip()) < 15:
            problems.append(
                f"{source.name}:{line}: a figure without an alternative text "
                f"(cell option mystnb: image: alt)"
            )
        if "figure" in options.get("mystnb", {}) and len(data) > 1:
            problems.append(
                f"{source.name}:{line}: {len(data)} outputs in a figure's cell, "
                f"expected one: each would get the figure's name"
            )
        for d in data:
            for tag in re.findall(r"<img [^>]*>", "".join(d.get("text/html", ""))):
                if not re.search(r'alt="[^"]', tag):
                    problems.append(f"{source.name}:{line}: an <img> without alt")
    return problems


def page_problems(source: Source, root: Path) -> list[str]:
    """Broken links inside the project, and pictures without a description."""
    problems = []
    for match in IMAGE.finditer(source.prose):
        if not match[1].strip():
            line = source.prose.count("\n", 0, match.start()) + 1
            problems.append(f"{source.name}:{line}: a picture without alternative text")
    for match in LINK.finditer(_without_eval(source.prose)):
        target, _, anchor = match[1].partition("#")
        if re.match(r"[a-z]+:", target) or not target:
            continue
        if not (source.path.parent / target).exists():
            line = source.prose.count("\n", 0, match.start()) + 1
            problems.append(f"{source.name}:{line}: no file at the link {match[1]!r}")
    return problems


def unfinished_problems(root: Path = ROOT) -> list[str]:
    """Files that are not UTF-8 or in the middle of a merge, except the chapters.

    Where there are some, nothing else can be said: the book is not settled yet.
    """
    chapters = set(root.glob("chapters/*/*.md"))
    others = [path for path in conflicts.text_files(root) if path not in chapters]
    return [p for path in others for p in conflicts.problems(path, root)]


def book_problems(root: Path = ROOT) -> list[str]:
    """Pages that no reader would find, links that lead nowhere, ids used twice."""
    if problems := unfinished_problems(root):
        return problems
    known = references.targets(root)
    problems = references.labels_used_twice(known)
    toc = read_text(root / "_toc.yml")
    listed = re.findall(r"(?:file|root): *(\S+)", toc)
    names = chapter_names(root)
    for name in names:
        if f"chapters/{name}" not in listed:
            problems.append(f"chapters/{name}.md:1: not in _toc.yml")
    for path in sorted(root.glob("book/*.md")):
        page = str(path.relative_to(root).with_suffix(""))
        if page not in listed:
            problems.append(f"{page}.md:1: not in _toc.yml")
        problems += page_problems(Source(path, root), root)
        problems += references.problems(path, known, root)
    for number, line in enumerate(toc.split("\n"), start=1):
        entry = re.search(r"(?:file|root): *(\S+)", line)
        if entry and not (root / f"{entry[1]}.md").exists():
            problems.append(f"_toc.yml:{number}: there is no {entry[1]}.md")
    return problems + _ids_used_twice(root) + long_runs.leftovers(root)


def _ids_used_twice(root: Path) -> list[str]:
    seen, problems = {}, []
    for name in chapter_names(root):
        path = chapter_files(name, root)[1]
        nb = stored_notebook(path)
        for cell in nb.cells if nb else []:
            for output in cell.get("outputs", []):
                if record := output.get("data", {}).get(MIME_TYPE):
                    id = record["id"]
                    if id in seen:
                        problems.append(
                            f"chapters/{name}.md:1: claim {id} is also in {seen[id]}"
                        )
                    seen[id] = f"chapters/{name}.md"
    return problems


def print_sizes(names: list[str], root: Path = ROOT) -> None:
    """For each chapter: words and shown cells before its exam, words before output."""
    print("words  cells  before output")
    for name in names:
        path, notebook = chapter_files(name, root)
        text, nb = read_text(path), stored_notebook(notebook)
        found = sizes.sizes(text)
        outputs = (
            {cell.source: cell.get("outputs", []) for cell in nb.cells} if nb else {}
        )
        first, _ = sizes.words_before_output(text, outputs)
        print(f"{found.words:5}  {len(found.cells):5}  {first:13}  {name}")


def main() -> None:
    wanted = [argument for argument in sys.argv[1:] if argument != "--sizes"]
    if "--sizes" in sys.argv[1:]:
        try:
            return print_sizes(choose_chapters(wanted))
        except ChapterError as error:
            sys.exit(str(error))
    if problems := unfinished_problems():
        sys.exit("\n".join(problems))
    try:
        problems += [] if wanted else book_problems()
        names = choose_chapters(wanted)
        known = references.targets()
        for name in names:
            problems += chapter_problems(name, known=known)
    except ChapterError as error:
        problems.append(str(error))
    print("\n".join(problems) or "all rules kept")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
