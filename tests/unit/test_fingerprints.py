"""What counts as a dependency of a piece of code, and what does not."""

from pathlib import Path

from utils import engine
import jupytext
import pytest
from utils.fingerprints import LOCKS, chapter_key, code_cells, dependencies
from utils.reachable import used_definitions

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "__init__": '''"""What chapters share."""
from importlib import import_module
from utils import compat
HOMES = {"claim": "claims", "train": "training"}
def __getattr__(name):
    return getattr(import_module(f"utils.{HOMES[name]}"), name)
''',
    "compat": "import sys\nsys.patched = True\n",
    "claims": '''def claim(id, value):
    """Check it."""
    return _show(id, value)  # at last
def _show(id, value):
    return f"{id} # {value}"
def unused():
    return 1
''',
    "plot": """from utils.colours import BLUE
STYLE = {"size": 3}
def scores(values):
    return values, BLUE
def images(pictures):
    return pictures
def use_style():
    return STYLE
use_style()
""",
    "colours": "BLUE = 1\nRED = 2\n",
    "training": "def train(net):\n    return net\n",
}
CHAPTER = "from utils import claim, plot\nplot.scores({})\nclaim('a/b', 1)\n"


@pytest.fixture
def utils(tmp_path):
    """A small package of the same build; edit it and ask again."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


def edit(folder, module, old, new):
    path = folder / f"{module}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def used(folder, code=CHAPTER):
    return used_definitions([code], folder)


def test_what_code_reaches(utils):
    assert set(used(utils)) == {
        "claims.claim", "claims._show", "plot.scores", "plot.",
        "plot.use_style", "plot.STYLE", "colours.BLUE", "compat.", "compat.sys",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("claims", "_show(id, value)  #", "_show(value, id)  #"),
        ("claims", "# {value}", "= {value}"),  # in a text, not a comment
        ("plot", "return values, BLUE", "return BLUE, values"),
        ("plot", '"size": 3', '"size": 4'),  # read when the module is imported
        ("plot", "\nuse_style()", "\nuse_style(); print()"),
        ("colours", "BLUE = 1", "BLUE = 3"),
        ("compat", "True", "False"),
        ("__init__", '"claim": "claims"', '"claim": "training"'),
    ],
)
def test_what_it_reaches_counts(utils, module, old, new):
    before = used(utils)
    edit(utils, module, old, new)
    assert used(utils) != before


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("claims", "# at last", "# at long last"),
        ("claims", '"""Check it."""', '"""Check it well."""'),
        ("claims", "return 1", "return 2"),
        ("plot", "def images(pictures):", "def images(pictures, columns=8):"),
        ("colours", "RED = 2", "RED = 3"),
        ("training", "return net", "return None"),
        ("__init__", '"train": "training"', '"train": "training", "more": "plot"'),
        ("__init__", "What chapters share", "What all chapters share"),
    ],
)
def test_what_it_does_not_reach_does_not_count(utils, module, old, new):
    before = used(utils)
    edit(utils, module, old, new)
    assert used(utils) == before


@pytest.mark.parametrize(
    "code",
    [
        "import utils\nutils.claim('a/b', 1)",
        "import utils.claims\nutils.claim('a/b', 1)",
        "import utils.claims as c\nc.claim('a/b', 1)",
        "from utils.claims import claim as check\ncheck('a/b', 1)",
        "def inside():\n    from utils import claim\n    claim('a/b', 1)",
        "%matplotlib inline\nfrom utils import claim",
    ],
)
def test_every_way_to_import_is_seen(utils, code):
    assert "claims._show" in used(utils, code)


def test_a_module_that_is_handed_on_counts_whole(utils):
    assert "plot.images" in used(utils, "from utils import plot\nvars(plot)")
    assert "plot.images" not in used(utils, "from utils import plot\nplot.scores")


def test_code_that_is_no_python_counts_as_using_everything(utils):
    assert "claims.unused" in used(utils, "x = = 1")


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("chapters/*/*.md")), ids=lambda path: path.stem
)
def test_cells_are_those_that_jupytext_finds(path):
    text = path.read_text(encoding="utf-8")
    found = code_cells(text)
    cells = [c for c in jupytext.read(path).cells if c.cell_type == "code"]
    assert [cell.code for cell in found] == [cell.source for cell in cells]
    lines = text.split("\n")
    assert all(c.code.split("\n")[0] == lines[c.line - 1] for c in found if c.code)


def test_a_keyword_of_scores_concerns_only_who_draws_scores(tmp_path):
    """On the book itself: some chapters draw scores, most do not."""
    for path in (ROOT / "utils").glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    code = {
        path.stem: [cell.code for cell in code_cells(path.read_text("utf-8"))]
        for path in ROOT.glob("chapters/*/*.md")
    }
    before = {name: used_definitions(cells, tmp_path) for name, cells in code.items()}
    edit(tmp_path, "plot", "baseline: float | None = None, ax=None):",
         "baseline: float | None = None, ax=None, more=None):")  # fmt: skip
    changed = {n for n, c in code.items() if used_definitions(c, tmp_path) != before[n]}
    assert changed == {n for n, c in code.items() if "plot.scores(" in "\n".join(c)}
    assert 0 < len(changed) < len(code) / 2


@pytest.fixture
def book(tmp_path):
    """A book of three chapters: the third reads of the second, that of the first."""
    root = tmp_path / "book"
    (root / "data").mkdir(parents=True)
    (root / "utils").mkdir()
    for name, text in FILES.items():
        (root / "utils" / f"{name}.py").write_text(text)
    listed = ("a/a.csv", "b/b.csv", "long-runs/one/x-seed0.npz")
    lines = [f"{'0' * 64}  {name}\n" for name in listed]
    (root / "data" / "SHA256SUMS").write_text("".join(lines))
    (root / LOCKS[engine()]).write_text("numpy==1\n    # via scipy\n")
    folder = root / "chapters" / "t"
    folder.mkdir(parents=True)
    reads = {"two": "one", "three": "two"}
    for name in ("one", "two", "three"):
        code = f'published("net", "t/{reads[name]}")' if name in reads else "x = 1"
        (folder / f"{name}.md").write_text(f"# T\n\n```{{code-cell}}\n{code}\n```\n")
    return root


def test_an_artifact_depends_on_what_its_makers_depend_on(book):
    before = chapter_key("t/three", book)
    path = book / "chapters" / "t" / "one.md"
    path.write_text(path.read_text().replace("# T", "# Title"))
    assert chapter_key("t/three", book) == before
    path.write_text(path.read_text().replace("x = 1", "x = 2"))
    assert chapter_key("t/three", book) != before


def test_comments_of_the_lock_do_not_count(book):
    before = chapter_key("t/one", book)
    (book / LOCKS[engine()]).write_text("numpy==1\n    # via pandas\n")
    assert chapter_key("t/one", book) == before
    (book / LOCKS[engine()]).write_text("numpy==2\n")
    assert chapter_key("t/one", book) != before


def test_a_circle_of_artifacts_is_named(book):
    path = book / "chapters" / "t" / "one.md"
    path.write_text(path.read_text().replace("x = 1", 'published("net", "t/three")'))
    with pytest.raises(ValueError, match="t/two reads t/one reads t/three reads t/two"):
        chapter_key("t/two", book)


def test_data_count_where_they_are_named_and_long_runs_by_seed(book):
    data = dependencies(['data_file("a/a.csv")', 'long_run("one/x", f)'], book, 0)
    assert set(data["data"]) == {"a/a.csv", "long-runs/one/x-seed0.npz"}
    assert set(dependencies(['long_run("one/x", f)'], book, 1)["data"]) == set()


def test_what_only_names_results_does_not_count(utils):
    (utils / "reachable.py").write_text("def walk():\n    return 1\n")
    edit(utils, "claims", "def claim", "from utils.reachable import walk\ndef claim")
    edit(utils, "claims", "return _show(id, value)", "return _show(id, walk())")
    before = used(utils)
    edit(utils, "reachable", "return 1", "return 2")
    assert used(utils) == before


def test_the_runtime_and_the_scripts_of_boxes_do_not_count():
    """The site takes them as they are: a mended line of theirs executes nothing."""
    chapter = ROOT / "chapters" / "classification" / "digits.md"
    cells = code_cells(chapter.read_text(encoding="utf-8"))
    found = dependencies([cell.code for cell in cells])
    assert {"live.box", "page_nets.describe"} <= set(found["utils"])
    named = [name for part in found.values() if isinstance(part, dict) for name in part]
    assert not [name for name in named if name.endswith((".js", ".css"))]
