"""The house style for figures, and the plots that every chapter needs.

Importing this module sets the style. Backgrounds are transparent and colours
are of middle lightness, so that the site can turn a figure dark with one filter.
The colours are those of Okabe and Ito (2008), which colour-blind readers can tell
apart.
"""

from collections.abc import Iterable, Mapping, Sequence
import math

from cycler import cycler
import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
import numpy
import pandas as pd
from utils.checks import kind, number, number_array, whole_number

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
PINK, YELLOW, SKY, GREY = "#CC79A7", "#C98A00", "#56B4E9", "#767676"
COLOURS = (BLUE, ORANGE, GREEN, PINK, YELLOW, SKY)
INK = "#222222"
NEARLY = 1e-3  # by which a picture's numbers may pass 0 and 1: rounding
STYLE = {
    "figure.figsize": (5.6, 3.3),  # inches; about 360 pixels wide still reads well
    "figure.dpi": 96,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.labelsize": 11.5,
    "grid.color": "#888888",
    "grid.alpha": 0.3,
    "grid.linewidth": 0.7,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "text.color": INK,
    "font.size": 11.5,
    "legend.frameon": False,
    "legend.fontsize": 11,
    "lines.linewidth": 2.0,
    "image.cmap": "gray_r",
}


def use_style() -> None:
    """Set the house style for every later figure of this process."""
    mpl.rcParams.update(STYLE)
    set_matplotlib_formats("retina")


def learning_curve(history: pd.DataFrame, name: str = "loss", ax=None) -> plt.Axes:
    """Draw one measure of training, and of held-out data where there is one.

    ``history`` is what ``utils.train`` returned; ``name`` one of its columns. Raises
    TypeError where ``history`` is no table, or where a column to be drawn does not hold
    numbers, KeyError where it has no such column, ValueError where it has no rows.
    """
    if not isinstance(history, pd.DataFrame):
        raise TypeError(
            f"history is {kind(history)}, expected the table of utils.train"
        )
    if name not in history:
        raise KeyError(f"no column {name!r} in history; it has {list(history.columns)}")
    if history.empty:
        raise ValueError("history has no rows, expected one for each epoch")
    held_out = f"held_out_{name}"
    for column in {name, held_out} & set(history):
        number_array(f"history[{column!r}]", history[column])
    ax = ax or plt.subplots()[1]
    ax.plot(history.index, history[name], label="training")
    if held_out in history:
        ax.plot(history.index, history[held_out], "--", label="held out")
        ax.legend()
    ax.set(xlabel="epoch", ylabel=name.replace("_", " "))
    ax.xaxis.get_major_locator().set_params(integer=True)
    return ax


def scores(values: Mapping[str, float], baseline: float | None = None, ax=None):
    """Draw one horizontal bar a model, its value beside it, the first on top.

    ``values`` is a dict, or a column of pandas with names for its rows; ``baseline`` is
    drawn as a dashed line that every bar can be held against. Raises TypeError where
    ``values`` is something else or a value or the baseline is no number, ValueError
    where there is nothing to draw or a value is NaN or infinite.
    """
    if not isinstance(values, (Mapping, pd.Series)):
        raise TypeError(f"values is {kind(values)}, expected numbers by name")
    if not len(values):
        raise ValueError("values is empty, expected at least one name and number")
    lengths = {name: number(f"the value of {name!r}", v) for name, v in values.items()}
    if len(lengths) < len(values):
        raise ValueError(f"values has {len(lengths)} names for {len(values)} numbers")
    baseline = None if baseline is None else number("baseline", baseline)
    for name, length in lengths.items():
        if not math.isfinite(length):
            raise ValueError(f"the value of {name!r} is {length}, expected a length")
    ax = ax or plt.subplots(figsize=(5.6, 0.5 * len(lengths) + 0.8))[1]
    names = list(lengths)[::-1]
    bars = ax.barh(names, [lengths[name] for name in names], height=0.6)
    ax.bar_label(bars, fmt="%.3g", padding=4)
    if baseline is not None:
        ax.axvline(baseline, color=GREY, linestyle="--", label="baseline")
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0)
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.12)
    return ax


def images(
    pictures: Sequence, titles: Sequence[str] | None = None, columns: int = 8
) -> numpy.ndarray:
    """Draw pictures in rows of ``columns``, each under its title; return the axes.

    A picture is an array of shape (height, width), or (height, width, 3) for
    colour, with values from 0 to 1 or whole numbers from 0 to 255. Raises ValueError
    where there are none, a picture has another shape or values beyond these, or there
    are not as many titles; TypeError where a picture does not hold numbers.
    """
    if not isinstance(pictures, Iterable):
        raise TypeError(f"pictures is {kind(pictures)}, expected several arrays")
    pictures = [number_array(f"picture {i}", one) for i, one in enumerate(pictures)]
    titles = None if titles is None else list(titles)
    if not pictures:
        raise ValueError("pictures is empty, expected at least one")
    for i, picture in enumerate(pictures):
        if picture.ndim != 2 and picture.shape[2:] not in ((3,), (4,)):
            raise ValueError(
                f"picture {i} has shape {picture.shape}, expected (height, width) or "
                f"(height, width, 3)"
            )
        top = 1 if picture.dtype.kind == "f" else 255
        low, high = (picture.min(), picture.max()) if picture.size else (0, 0)
        if low < -NEARLY or high > top + NEARLY:
            raise ValueError(
                f"picture {i} goes from {low:g} to {high:g} as {picture.dtype}, "
                f"expected numbers from 0 to 1, or whole numbers from 0 to 255 (uint8)"
            )
    columns = whole_number("columns", columns)
    if titles is not None and len(titles) != len(pictures):
        raise ValueError(f"{len(titles)} titles for {len(pictures)} pictures")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    height = (0.95 if titles is None else 1.25) * 5.6 / columns
    fig, axes = plt.subplots(rows, columns, figsize=(5.6, rows * height), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        whole = numpy.issubdtype(picture.dtype, numpy.integer)
        ax.imshow(picture, vmin=0, vmax=255 if whole else 1)
        if titles is not None:
            ax.set_title(titles[i], loc="center", fontsize=10)
    return axes


use_style()
