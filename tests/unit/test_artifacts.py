"""artifact(): made once, made anew when its key changes or its file is damaged."""

import numpy
import pytest
from utils.artifacts import artifact


class Maker:
    """Counts how often it is asked, and can be told what to make."""

    def __init__(self, value=1.5):
        self.calls, self.value = 0, value

    def __call__(self):
        self.calls += 1
        return {"a": numpy.full(3, self.value), "lengths": [1, 2]}


def test_made_once_then_read(tmp_path):
    make = Maker()
    first = artifact("set", "key", make, tmp_path)
    again = artifact("set", "key", make, tmp_path)
    assert make.calls == 1
    assert first["a"].tolist() == again["a"].tolist() == [1.5] * 3
    assert again["lengths"].tolist() == [1, 2]


def test_another_key_makes_it_anew_and_removes_the_old(tmp_path):
    artifact("set", "old", Maker(), tmp_path)
    artifact("other", "old", Maker(), tmp_path)
    assert artifact("set", "new", Maker(2.5), tmp_path)["a"][0] == 2.5
    names = sorted(path.name.split(".")[0] for path in tmp_path.glob("*.npz"))
    assert names == ["other", "set"]


@pytest.mark.parametrize("damage", ["flip", "truncate", "no digest"])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    make = Maker()
    artifact("set", "key", make, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    content = path.read_bytes()
    if damage == "flip":
        path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "truncate":
        path.write_bytes(content[:-1])
    else:
        path.with_suffix(".sha256").unlink()
    assert artifact("set", "key", make, tmp_path)["a"].tolist() == [1.5] * 3
    assert make.calls == 2
    assert path.read_bytes()[:2] == b"PK"


def test_a_failing_maker_leaves_nothing_behind(tmp_path):
    def fail():
        raise RuntimeError("no sound")

    with pytest.raises(RuntimeError, match="no sound"):
        artifact("set", "key", fail, tmp_path)
    assert not list(tmp_path.iterdir())


def test_names_that_are_no_file_names(tmp_path):
    with pytest.raises(ValueError, match=r"name is '\.\./x', expected lower-case"):
        artifact("../x", "key", Maker(), tmp_path)
