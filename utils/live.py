"""A box on the chapter's page in which its reader tries the trained net.

The box is HTML: a heading, a sentence, a button. Behind the button wait the runtime,
what boxes are made of, the chapter's own script and the net, as text that nothing reads
before the click. The build moves them into files (``site_finish``); in JupyterLab they
work from the cell's output as they are.
"""

from collections.abc import Callable, Mapping
from html import escape
import json
import math
from pathlib import Path
import re

from IPython.display import HTML
import numpy
from utils.checks import kind, number_array

ROOT = Path(__file__).resolve().parent.parent
LIVE = ROOT / "book" / "_static" / "live"
PARTS = ("box.css", "runtime.js", "kit.js")
WIDGET = re.compile(r"[a-z0-9]+/[a-z][a-z0-9]*(-[a-z0-9]+)*")


def box(
    widget: str,
    *,
    title: str,
    text: str,
    instead: str,
    net=None,
    check=None,
    data: Mapping | None = None,
) -> HTML:
    """A box with a button, behind which a net can be tried; a cell's last expression.

    - ``widget``: ``topic/name``; the script ``chapters/<topic>/<name>.js`` sets
      ``live.widgets["<name>"]`` to a function of an element, the data and ``tell``,
      which says a sentence to the reader;
    - ``title``, ``text``: the heading, and one sentence of what to do;
    - ``instead``: a sentence of what one would see, for who cannot run scripts;
    - ``net``: a block, or blocks by name, for ``utils.page_nets.describe``;
    - ``check``: what the page's answers are compared with. For a sequence an array
      of inputs, (examples, ...); else a function, called while the net has the weights
      of the page, that returns inputs and answers, a list of each;
    - ``data``: what else the script needs, as JSON can hold it.

    Raises ValueError for another form of ``widget`` and where there is no such script,
    TypeError for an argument of another kind; ``describe`` raises its own.
    """
    if not isinstance(widget, str) or not WIDGET.fullmatch(widget):
        raise ValueError(f"widget is {widget!r}, expected 'topic/name' in lower case")
    for name, value in (("title", title), ("text", text), ("instead", instead)):
        if not isinstance(value, str):
            raise TypeError(f"{name} is {kind(value)}, expected a text")
    script = ROOT / "chapters" / f"{widget}.js"
    if not script.is_file():
        raise ValueError(f"there is no chapters/{widget}.js, which the box would run")
    given = dict(data or {})
    if net is not None:
        given |= _net(net, check)
    name = widget.split("/")[1]
    parts = [(part, LIVE / part) for part in PARTS] + [(f"{widget}.js", script)]
    held = "".join(
        f'<script type="text/plain" data-live="{part}">{_script(path)}</script>'
        for part, path in parts
    )
    start = _script(LIVE / "start.js").replace("NAME", name)
    return HTML(
        f"<style>{_script(LIVE / 'frame.css')}</style>"
        f'<section class="live on-page" id="live-{name}" '
        f'aria-labelledby="live-{name}-title">'
        f'<p class="live-title" id="live-{name}-title">{escape(title)}</p>'
        f"<p>{escape(text)}</p>"
        f'<p class="live-none">{escape(instead)}</p>'
        '<button type="button" hidden>Try it</button>'
        '<p role="status"></p>'
        f'<div class="live-open" tabindex="-1" hidden></div>{held}'
        f'<script type="application/json" id="live-{name}-data" data-on-demand>'
        f"{_json(given)}</script></section>"
        f"<script>(() => {{{start}}})();</script>"
    )


def _net(net, check: Callable | numpy.ndarray | None) -> dict:
    """The net's text and, where asked for, what its rounded weights answer."""
    from mxnet import np  # here: a box without a net does not wait for MXNet
    from utils.page_nets import describe, rounded

    found = {"net": describe(net)}
    if check is None:
        return found
    with rounded(net):
        if callable(check):
            inputs, answers = check()
        else:
            inputs = number_array("check", check).astype("float32").round(4)
            answers = net(np.array(inputs)).asnumpy()
    return found | {"check": {"inputs": inputs, "answers": answers}}


def _json(value) -> str:
    """Compact JSON; arrays become lists, of numbers with seven digits."""

    def plain(value):
        if hasattr(value, "asnumpy"):
            value = value.asnumpy()
        if isinstance(value, numpy.ndarray | numpy.generic):
            return plain(value.tolist())
        if isinstance(value, Mapping):
            return {name: plain(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [plain(part) for part in value]
        if isinstance(value, float):
            if not math.isfinite(value):
                raise ValueError(f"data holds {value}, expected what JSON can hold")
            value = float(f"{value:.7g}")
            return int(value) if value.is_integer() else value
        return value

    text = json.dumps(plain(value), separators=(",", ":"))
    return text.replace("<", "\\u003c")  # no text may end the script element


def _script(path: Path) -> str:
    """A file's text, which is to stand in a script element."""
    text = path.read_text(encoding="utf-8")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(
            f"{path.name} holds </script or <!--, which would end it early"
        )
    return text
