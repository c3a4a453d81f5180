"""long_run(): computes only where it is asked to, else reads what is stored."""

import datetime
import hashlib

from utils import long_run
import numpy
import pytest
from utils.long_runs import CODE_VARIABLE, stored_name


def compute():
    return {"score": numpy.array([0.5, 0.75]), "names": numpy.array(["cat", "dog"])}


def never():
    raise AssertionError("computed, expected to be read")


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A folder with one run in it, made under seed 3."""
    monkeypatch.setenv("BOOK_SEED", "3")
    monkeypatch.setenv(CODE_VARIABLE, "abc")
    made = long_run("pets/folds", compute, tmp_path)
    monkeypatch.delenv(CODE_VARIABLE)
    path = tmp_path / stored_name("pets/folds", 3)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  long-runs/pets/folds-seed3.npz\n")
    return tmp_path, made


def test_what_was_made_is_what_is_read(stored):
    folder, made = stored
    read = long_run("pets/folds", never, folder)
    assert read["score"].tolist() == made["score"].tolist() == [0.5, 0.75]
    assert read["names"].tolist() == ["cat", "dog"]
    assert (read.seed, read.code, read.seconds) == (3, "abc", made.seconds)


def test_equal_arrays_give_equal_files(stored, monkeypatch):
    folder, _ = stored
    path = folder / stored_name("pets/folds", 3)
    before = path.read_bytes()
    monkeypatch.setattr("time.process_time", lambda: 0.0)
    monkeypatch.setenv(CODE_VARIABLE, "abc")
    long_run("pets/folds", compute, folder)
    first = path.read_bytes()
    long_run("pets/folds", compute, folder)
    assert path.read_bytes() == first
    assert len(first) == len(before)


def test_another_seed_has_another_run(stored, monkeypatch):
    monkeypatch.setenv("BOOK_SEED", "4")
    with pytest.raises(
        KeyError, match="no stored run 'pets/folds' for seed 4.*long-runs"
    ):
        long_run("pets/folds", never, stored[0])


def test_a_damaged_run_is_refused(stored):
    folder, _ = stored
    path = folder / stored_name("pets/folds", 3)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(
        RuntimeError, match="is not the file this book was written with"
    ):
        long_run("pets/folds", never, folder)


def test_asking_for_an_array_that_was_not_stored(stored):
    read = long_run("pets/folds", never, stored[0])
    with pytest.raises(KeyError, match="no array 'loss'.*'names', 'score'"):
        read["loss"]


@pytest.mark.parametrize("name", ["folds", "pets/../folds", "Pets/folds", "", None])
def test_a_name_that_is_none(stored, name):
    with pytest.raises(ValueError, match="name is .*, expected 'chapter/what'"):
        long_run(name, never, stored[0])


def test_a_result_in_place_of_the_function_that_makes_it(stored):
    with pytest.raises(TypeError, match="compute is a dict, expected a function"):
        long_run("pets/folds", compute(), stored[0])


def test_packages_given_as_one_text(stored):
    with pytest.raises(TypeError, match="packages is 'numpy', expected a tuple"):
        long_run("pets/folds", never, stored[0], packages="numpy")


@pytest.mark.parametrize(
    ("error", "message", "result"),
    [
        (TypeError, "the result of 'pets/folds' is an array", numpy.zeros(3)),
        (TypeError, "the result of 'pets/folds' is a NoneType", None),
        (TypeError, "'who' is a dict, expected an array", {"who": {}}),
        (ValueError, "names an array '_code', which begins with _", {"_code": 1}),
    ],
)
def test_a_result_that_could_not_be_read_is_not_stored(
    stored, monkeypatch, error, message, result
):
    folder, made = stored
    monkeypatch.setenv(CODE_VARIABLE, "abc")
    with pytest.raises(error, match=message):
        long_run("pets/folds", lambda: result, folder)
    monkeypatch.delenv(CODE_VARIABLE)
    read = long_run("pets/folds", never, folder)
    assert read["score"].tolist() == made["score"].tolist()


# ---- Results that need a package that not everyone has -----------------------------


def compute_other():
    return {"score": numpy.array([1.0])}


def test_with_its_packages_installed_it_is_computed_at_once(stored):
    run = long_run("pets/folds", compute_other, stored[0], packages=("numpy",))
    assert run["score"].tolist() == [1.0]
    assert run.versions == {"numpy": numpy.__version__}
    assert run.made == datetime.date.today().isoformat()
    assert not run.stored


def test_without_them_the_stored_result_stands_in(stored):
    folder, made = stored
    run = long_run("pets/folds", never, folder, packages=("numpy", "no-such-package"))
    assert run["score"].tolist() == made["score"].tolist()
    assert run.stored
    assert run.made == made.made


def test_the_stored_result_tells_the_versions_it_was_made_with(stored, monkeypatch):
    folder, _ = stored
    monkeypatch.setenv(CODE_VARIABLE, "abc")
    long_run("pets/folds", compute, folder, packages=("numpy", "pytest"))
    monkeypatch.delenv(CODE_VARIABLE)
    path = folder / stored_name("pets/folds", 3)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  long-runs/pets/folds-seed3.npz\n")
    read = long_run("pets/folds", never, folder)
    assert read.versions == {"numpy": numpy.__version__, "pytest": pytest.__version__}


def test_making_one_without_its_packages_says_what_to_install(stored, monkeypatch):
    monkeypatch.setenv(CODE_VARIABLE, "abc")
    with pytest.raises(ModuleNotFoundError, match="needs no-such-package.*make peers"):
        long_run("pets/folds", never, stored[0], packages=("no-such-package",))
