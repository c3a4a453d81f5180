"""artifact(): made once, made anew when its key changes or its file is damaged."""

import os

from utils import engine
import numpy
import pytest
from utils.artifacts import ArtifactError, artifact, chapter_key, publish, published
from utils.fingerprints import LOCKS


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


def test_what_another_process_is_writing_stays(tmp_path):
    """Two processes made the same corpus, and the first took the other's file away."""
    others, left = tmp_path / "set.abc.npz.1.tmp", tmp_path / "set.def.npz.2.tmp"
    others.touch()
    left.touch()
    os.utime(left, (0, 0))  # by a process that was killed long ago
    artifact("set", "key", Maker(), tmp_path)
    assert others.exists()
    assert not left.exists()


def test_names_that_are_no_file_names(tmp_path):
    with pytest.raises(ValueError, match=r"name is '\.\./x', expected lower-case"):
        artifact("../x", "key", Maker(), tmp_path)


# ---- What chapters leave for later ones -----------------------------------------

CHAPTER = "fizzbuzz/chain-rule"


def test_what_is_published_is_read(tmp_path):
    publish("net", CHAPTER, {"weight": numpy.eye(2)}, tmp_path)
    publish("net", CHAPTER, {"weight": numpy.eye(3)}, tmp_path)
    assert published("net", CHAPTER, tmp_path)["weight"].shape == (3, 3)
    assert len(list(tmp_path.glob("*.npz"))) == 1


def test_it_counts_for_its_seed_only(tmp_path, monkeypatch):
    publish("net", CHAPTER, {"seed": 0}, tmp_path)
    monkeypatch.setenv("BOOK_SEED", "3")
    with pytest.raises(ArtifactError, match="seed 3; .*make artifacts"):
        published("net", CHAPTER, tmp_path)
    publish("net", CHAPTER, {"seed": 3}, tmp_path)
    assert published("net", CHAPTER, tmp_path)["seed"] == 3
    monkeypatch.setenv("BOOK_SEED", "0")
    assert published("net", CHAPTER, tmp_path)["seed"] == 0


def test_it_counts_for_the_code_that_left_it(tmp_path):
    source = tmp_path / "chapters" / f"{CHAPTER}.md"
    source.parent.mkdir(parents=True)
    for folder in ("utils", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "utils" / "__init__.py").write_text("")
    (tmp_path / "data" / "SHA256SUMS").write_text("")
    (tmp_path / LOCKS[engine()]).write_text("")
    cell = "```{code-cell}\nx = 1\n```\n"
    source.write_text(f"# Title\n\nText\n\n{cell}")
    key = chapter_key(CHAPTER, tmp_path)
    source.write_text(f"# Title\n\nBetter text\n\n{cell}")
    assert chapter_key(CHAPTER, tmp_path) == key
    source.write_text(f"# Title\n\nText\n\n{cell.replace('1', '2')}")
    assert chapter_key(CHAPTER, tmp_path) != key
    with pytest.raises(ArtifactError, match="no chapter 'fizzbuzz/nowhere'"):
        published("net", "fizzbuzz/nowhere", root=tmp_path)


def test_what_is_damaged_is_not_read(tmp_path):
    publish("net", CHAPTER, {"weight": numpy.eye(2)}, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArtifactError, match="'net' of chapters/fizzbuzz/chain-rule"):
        published("net", CHAPTER, tmp_path)
