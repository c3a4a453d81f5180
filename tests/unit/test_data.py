"""data_file(): only the file that the book was written with is ever handed out."""

import hashlib
import re

import utils  # noqa: F401  (lets MXNet import)
from mxnet import np as mxnp
import numpy
import pytest
from utils.data import DATA_FOLDER, DataError, checksums, data_file, write_npz
from utils.long_runs import FOLDER as LONG_RUNS

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "table.bin").write_bytes(CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  set/table.bin\n")
    return tmp_path


def test_path_of_a_good_file(folder):
    assert data_file("set/table.bin", folder).read_bytes() == CONTENT


def flip_one_byte(path):
    path.write_bytes(CONTENT[:5000] + bytes([CONTENT[5000] ^ 1]) + CONTENT[5001:])


def truncate(path):
    path.write_bytes(CONTENT[:-1])


@pytest.mark.parametrize("damage", [flip_one_byte, truncate])
def test_damaged_file(folder, damage):
    path = folder / "set" / "table.bin"
    damage(path)
    with pytest.raises(DataError) as error:
        data_file("set/table.bin", folder)
    message = str(error.value)
    assert str(path) in message
    assert hashlib.sha256(CONTENT).hexdigest() in message
    assert hashlib.sha256(path.read_bytes()).hexdigest() in message
    assert "git checkout -- data/set/table.bin" in message


def test_missing_file(folder):
    (folder / "set" / "table.bin").unlink()
    with pytest.raises(DataError, match="found SHA-256: +no file"):
        data_file("set/table.bin", folder)


def test_name_that_is_not_listed(folder):
    with pytest.raises(KeyError, match="no data file 'set/x'.*set/table.bin"):
        data_file("set/x", folder)


def test_missing_list(tmp_path):
    with pytest.raises(DataError, match="SHA256SUMS is missing"):
        data_file("set/table.bin", tmp_path)


def test_malformed_list(tmp_path):
    (tmp_path / "SHA256SUMS").write_text("abc table.bin\n")
    with pytest.raises(DataError, match="SHA256SUMS:1: 'abc table.bin', expected"):
        checksums(tmp_path)


def test_equal_arrays_make_equal_files(tmp_path):
    arrays = {
        "images": numpy.arange(12).reshape(3, 4),
        "names": numpy.array(["a", "b"]),
        "weights": mxnp.ones(2),
    }
    for name in ("one.npz", "two.npz"):
        write_npz(tmp_path / name, arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with numpy.load(tmp_path / "one.npz", allow_pickle=False) as stored:
        assert stored["images"].tolist() == arrays["images"].tolist()
        assert stored["names"].tolist() == ["a", "b"]
        assert stored["weights"].tolist() == [1, 1]


@pytest.mark.parametrize("name", [None, 3, ["set/table.bin"], b"set/table.bin"])
def test_a_name_that_is_no_text(folder, name):
    with pytest.raises(TypeError, match="name is an? .*, expected a text such as"):
        data_file(name, folder)


def test_a_file_that_is_listed_twice(folder):
    line = (folder / "SHA256SUMS").read_text()
    (folder / "SHA256SUMS").write_text(line + f"{'0' * 64}  set/table.bin\n")
    with pytest.raises(
        DataError, match="SHA256SUMS:2: set/table.bin is listed a second"
    ):
        checksums(folder)


def test_a_list_that_is_not_utf8(folder):
    (folder / "SHA256SUMS").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="SHA256SUMS is not UTF-8"):
        checksums(folder)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ([numpy.zeros(3)], "arrays is a list, expected a dict of arrays by name"),
        ({1: numpy.zeros(3)}, "arrays is a dict, expected a dict of arrays by name"),
        ({"a": numpy.array([None])}, "'a' is an array of shape .* and type object"),
        ({"a": {"b": 1}}, "'a' is a dict, expected an array"),
        ({"a": [[1, 2], [3]]}, "'a' has rows of different lengths"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(tmp_path, arrays, message):
    path = tmp_path / "one.npz"
    write_npz(path, {"good": numpy.zeros(3)})
    before = path.read_bytes()
    with pytest.raises(TypeError, match=message):
        write_npz(path, arrays)
    assert path.read_bytes() == before


def committed():
    """The listed files that are data sets; long runs carry their record themselves."""
    sums = checksums()
    return {n: d for n, d in sums.items() if n.split("/")[0] != LONG_RUNS}


def test_committed_data_is_whole_and_each_card_tells_its_checksum():
    assert committed()
    for name, digest in committed().items():
        card = data_file(name).parent / "README.md"
        assert digest in card.read_text(encoding="utf-8"), f"{card} lacks {digest}"


def test_every_data_set_has_its_card_and_its_maker():
    for folder in {DATA_FOLDER / name.split("/")[0] for name in committed()}:
        assert (folder / "README.md").exists(), folder
        made = any((folder / maker).exists() for maker in ("make.py", "package.toml"))
        assert made or "written by hand" in (folder / "README.md").read_text(), folder


def test_stored_long_runs_are_whole_and_tell_their_time_and_code():
    for name in set(checksums()) - set(committed()):
        with numpy.load(data_file(name), allow_pickle=False) as stored:
            assert float(stored["_seconds"]) > 0, name
            assert len(str(stored["_code"])) == 64, name
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(stored["_made"])), name
            assert all("==" in item for item in stored["_versions"]), name


def test_nothing_lies_in_data_unlisted():
    """A data file that no list knows would be read unchecked."""
    kinds = (".csv", ".gz", ".npz", ".tsv", ".txt", ".json")
    kinds += (".inter", ".item", ".user")
    present = [path for path in DATA_FOLDER.rglob("*") if path.suffix in kinds]
    names = {path.relative_to(DATA_FOLDER).as_posix() for path in present}
    assert names == set(checksums())
