"""BOOK_SEED and set_seed()."""

import ast
import json
from pathlib import Path
import random
import subprocess
import sys

from utils import HOMES, book_seed, set_seed
import jupytext
import mxnet
import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]


def draws():
    return (
        random.random(),
        numpy.random.rand(),
        float(mxnet.np.random.uniform()),
    )


def test_the_same_seed_repeats_all_three_generators():
    assert set_seed(7) == 7
    first = draws()
    set_seed(7)
    assert draws() == first
    set_seed(8)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


def test_the_book_seed_is_the_default(monkeypatch):
    monkeypatch.setenv("BOOK_SEED", "41")
    assert set_seed() == book_seed() == 41
    first = draws()
    set_seed(41)
    assert draws() == first


def test_the_book_seed_is_zero_where_not_set(monkeypatch):
    monkeypatch.delenv("BOOK_SEED", raising=False)
    assert book_seed() == 0


@pytest.mark.parametrize("text", ["", "-1", "1.5", "one", str(2**32)])
def test_a_book_seed_that_is_no_seed(monkeypatch, text):
    monkeypatch.setenv("BOOK_SEED", text)
    with pytest.raises(ValueError, match="BOOK_SEED is .* expected a whole number"):
        book_seed()


@pytest.mark.parametrize("seed", [1.5, "1", True])
def test_a_seed_of_another_type(seed):
    with pytest.raises(TypeError, match="expected a whole number"):
        set_seed(seed)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range(seed):
    with pytest.raises(ValueError, match="expected 0 to"):
        set_seed(seed)


# ---- MXNet is imported where it is used, and nowhere else ----------------------

SEEDED_BEFORE_ITS_IMPORT = """
from importlib.util import find_spec
import json, random, sys
from utils import set_seed
set_seed(3)
set_seed(7)
loaded = "mxnet" in sys.modules
find_spec("mxnet")  # to ask whether it is there is not to import it
import mxnet.gluon
import numpy
drawn = mxnet.np.random.uniform()
print(json.dumps([loaded, random.random(), numpy.random.rand(), float(drawn)]))
"""


def run(code, *arguments):
    """What a fresh process prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_mxnet_is_seeded_when_it_is_imported_later():
    set_seed(7)
    loaded, *drawn = run(SEEDED_BEFORE_ITS_IMPORT)
    assert not loaded
    assert drawn == list(draws())


WHICH_LOAD_MXNET = """
import json, sys
found = []
for name, statements in json.loads(sys.argv[1]).items():
    space = {}
    exec(statements, space)
    space["set_seed"]()
    if "mxnet" in sys.modules:
        found.append(name)
        break
print(json.dumps(found))
"""


def imports(chapter):
    """The import statements of a chapter's code, as Python reads them."""
    cells = jupytext.read(chapter, fmt="md:myst").cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return [
        statement
        for statement in ast.walk(ast.parse(code))
        if isinstance(statement, (ast.Import, ast.ImportFrom))
    ]


def wants_mxnet(statement):
    """Whether it names MXNet, or one of utils' names that work on MXNet's nets."""
    names = {alias.name for alias in statement.names}
    if isinstance(statement, ast.Import):
        return any(name.split(".")[0] == "mxnet" for name in names)
    trained = {name for name, home in HOMES.items() if home in ("batches", "training")}
    own = statement.module == "utils" and names & trained
    return bool(own) or statement.module.split(".")[0] == "mxnet"


def test_a_chapter_whose_code_does_not_import_mxnet_does_not_load_it():
    with_net, without = set(), {}
    for path in sorted((ROOT / "chapters").glob("*/*.md")):
        statements = imports(path)
        if any(map(wants_mxnet, statements)):
            with_net.add(path.stem)
        else:
            without[path.stem] = "\n".join(map(ast.unparse, statements))
    assert {"digits", "contractor"} <= with_net
    assert {"causes", "prototypes", "online-learning"} <= set(without)
    assert run(WHICH_LOAD_MXNET, json.dumps(without)) == []
