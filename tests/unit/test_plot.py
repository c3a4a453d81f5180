"""The house style and the plots that chapters share."""

from utils import plot
import matplotlib.pyplot as plt
from mxnet import np as mxnp
import numpy
import pandas as pd
import pytest


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def luminance(colour):
    """Relative luminance of a colour, as WCAG 2 defines it."""
    channels = numpy.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = numpy.where(
        channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )
    return linear @ [0.2126, 0.7152, 0.0722]


def in_dark_mode(colour):
    """What the style sheet's invert(0.92) hue-rotate(180deg) makes of a colour."""
    channels = numpy.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    half_turn = 2 * numpy.array([0.213, 0.715, 0.072]) - numpy.eye(3)
    turned = half_turn @ (0.92 - 0.84 * channels)
    return "#" + "".join(f"{round(255 * c):02x}" for c in turned.clip(0, 1))


def test_grounds_are_transparent_and_ink_stands_out():
    fig, ax = plt.subplots()
    assert fig.get_facecolor()[3] == ax.get_facecolor()[3] == 0
    assert 1.05 / (luminance(plot.INK) + 0.05) > 7
    assert 1.05 / (luminance(plot.GREY) + 0.05) > 4.5


def test_lines_stand_out_from_white_and_from_the_inverted_ground():
    """At least 3:1 for the first three colours, in light mode and in dark."""
    dark_ground = luminance("#15181d")
    for colour in plot.COLOURS[:3]:
        assert 1.05 / (luminance(colour) + 0.05) >= 3, colour
        turned = luminance(in_dark_mode(colour))
        assert (turned + 0.05) / (dark_ground + 0.05) >= 3, colour


def test_learning_curve_draws_both_curves():
    history = pd.DataFrame({"loss": [3.0, 2.0], "held_out_loss": [4.0, 3.0]})
    ax = plot.learning_curve(history)
    assert [line.get_ydata().tolist() for line in ax.lines] == [[3, 2], [4, 3]]
    assert [text.get_text() for text in ax.get_legend().texts] == [
        "training",
        "held out",
    ]


def test_learning_curve_of_training_alone():
    ax = plot.learning_curve(pd.DataFrame({"error_rate": [3.0, 2.0]}), "error_rate")
    assert len(ax.lines) == 1
    assert ax.get_ylabel() == "error rate"


def test_learning_curve_of_something_not_measured():
    with pytest.raises(KeyError, match="no column 'accuracy'.*'loss'"):
        plot.learning_curve(pd.DataFrame({"loss": [1.0]}), "accuracy")


@pytest.mark.parametrize(
    ("error", "message", "history"),
    [
        (TypeError, "history is a dict, expected the table", {"loss": [1.0]}),
        (TypeError, "history is a NoneType", None),
        (ValueError, "history has no rows", pd.DataFrame({"loss": []})),
        (TypeError, r"history\['loss'\] holds 'x'", pd.DataFrame({"loss": ["x"]})),
        (
            TypeError,
            r"history\['held_out_loss'\] holds None",
            pd.DataFrame({"loss": [1.0], "held_out_loss": [None]}),
        ),
    ],
)
def test_learning_curve_of_what_is_no_history(error, message, history):
    with pytest.raises(error, match=message):
        plot.learning_curve(history)
    assert not plt.get_fignums()  # no empty figure is left behind


def test_scores_puts_the_first_on_top_and_draws_the_baseline():
    ax = plot.scores({"rule": 0.5, "net": 0.75}, baseline=0.25)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["net", "rule"]
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.5]
    assert ax.lines[0].get_xdata()[0] == 0.25
    assert not plot.scores({"rule": 1.0}).lines


def test_scores_of_nothing():
    with pytest.raises(ValueError, match="values is empty"):
        plot.scores({})


def test_scores_of_a_column():
    ax = plot.scores(pd.Series({"rule": 0.5, "net": mxnp.array(0.75)}))
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.5]


@pytest.mark.parametrize(
    ("error", "message", "values", "baseline"),
    [
        (TypeError, "values is a list, expected numbers by name", [0.5, 0.75], None),
        (TypeError, "the value of 'net' is 'good'", {"net": "good"}, None),
        (TypeError, "the value of 'net' is None", {"net": None}, None),
        (TypeError, "the value of 'net' is array", {"net": numpy.ones(2)}, None),
        (ValueError, "the value of 'net' is nan", {"net": numpy.nan}, None),
        (ValueError, "the value of 'net' is inf", {"net": numpy.inf}, None),
        (ValueError, "1 names for 2", pd.Series([1, 2], ["net", "net"]), None),
        (TypeError, "baseline is 'chance'", {"net": 0.5}, "chance"),
    ],
)
def test_scores_of_what_is_no_number(error, message, values, baseline):
    with pytest.raises(error, match=message):
        plot.scores(values, baseline)
    assert not plt.get_fignums()


def test_images_in_rows_with_titles():
    pictures = numpy.random.default_rng(0).random((5, 4, 4))
    axes = plot.images(pictures, [str(i) for i in range(5)], columns=3)
    assert axes.shape == (2, 3)
    shown = [ax for ax in axes.flat if ax.images]
    assert [ax.get_title() for ax in shown] == list("01234")
    assert numpy.allclose(shown[4].images[0].get_array(), pictures[4])
    assert not any(ax.axison for ax in axes.flat)


def test_whole_numbers_are_shown_on_the_scale_to_255():
    ax = plot.images([numpy.full((2, 2), 100, dtype="uint8")])[0, 0]
    assert ax.images[0].get_clim() == (0, 255)


def test_images_of_nothing_and_with_too_few_titles():
    with pytest.raises(ValueError, match="pictures is empty"):
        plot.images([])
    with pytest.raises(ValueError, match="1 titles for 2 pictures"):
        plot.images(numpy.zeros((2, 3, 3)), ["a"])


@pytest.mark.parametrize(
    ("error", "message", "arguments"),
    [
        (TypeError, "pictures is a NoneType, expected several", (None,)),
        (ValueError, r"picture 0 has shape \(3,\), expected", (numpy.zeros((3, 3)),)),
        (
            ValueError,
            r"picture 0 has shape \(1, 5, 5\)",
            (numpy.zeros((2, 1, 5, 5)),),
        ),
        (TypeError, "picture 1 holds <U1", ([numpy.zeros((1, 1)), [["a"]]],)),
        (ValueError, "columns is 0, expected at least 1", ([[[0]]], None, 0)),
        (ValueError, "columns is 2.5, expected a whole", ([[[0]]], None, 2.5)),
        (ValueError, "2 titles for 1 pictures", ([[[0]]], iter("ab"))),
    ],
)
def test_images_of_what_are_no_pictures(error, message, arguments):
    with pytest.raises(error, match=message):
        plot.images(*arguments)
    assert not plt.get_fignums()


def test_images_of_colours_and_of_mxnet_arrays():
    axes = plot.images([mxnp.zeros((2, 2, 3)), numpy.ones((2, 2, 4))], iter("ab"))
    assert axes.size == 2
    assert [ax.images[0].get_array().shape[2] for ax in axes.flat] == [3, 4]


@pytest.mark.parametrize("picture", [[[0.0, 255.0]], [[-1.0, 0.5]], [[0, 300]]])
def test_a_picture_beyond_its_scale_is_named(picture):
    with pytest.raises(ValueError, match="picture 1 goes from .* expected"):
        plot.images([numpy.zeros((1, 2)), numpy.array(picture)])
