"""Pictures state their size, whichever way they are named."""

import base64
import importlib
import io

from PIL import Image
import pytest

from book.tools.chapters import ROOT

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"/>'


@pytest.fixture
def with_sizes(monkeypatch, tmp_path):
    """``with_sizes`` for a page beside pictures of 60 by 40 pixels."""
    monkeypatch.syspath_prepend(str(ROOT / "book" / "tools" / "sphinx_ext"))
    module = importlib.import_module("picture_sizes")
    Image.new("RGB", (60, 40)).save(tmp_path / "a b.png")
    (tmp_path / "drawing.svg").write_text(SVG)
    return lambda html: module.with_sizes(html, tmp_path / "page.html")


def test_a_file_a_drawing_and_a_data_address(with_sizes):
    assert 'width="60" height="40"' in with_sizes('<img src="a%20b.png?v=1">')
    assert 'width="30" height="20"' in with_sizes('<img src="drawing.svg"/>')
    content = io.BytesIO()
    Image.new("L", (5, 7)).save(content, "PNG")
    data = base64.b64encode(content.getvalue()).decode()
    html = with_sizes(f'<img src="data:image/png;base64,{data}">')
    assert 'width="5" height="7"' in html


def test_what_is_stated_stays(with_sizes):
    assert 'height="20"' in with_sizes('<img width="30" src="a%20b.png">')
    assert 'width="15"' in with_sizes('<img height="10px" src="a%20b.png">')
    for same in (
        '<img width="1" height="2" src="a%20b.png">',
        '<img width="50%" src="a%20b.png">',
        '<img src="https://example.org/a.png">',
        "<img alt='none'>",
    ):
        assert with_sizes(same) == same
    once = with_sizes('<img src="a%20b.png">')
    assert with_sizes(once) == once


def test_a_picture_that_is_missing_is_named(with_sizes):
    with pytest.raises(ValueError, match="lost.png, which is not there"):
        with_sizes('<img src="lost.png">')
