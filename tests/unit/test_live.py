"""Boxes and the text of nets: what is written, and what is refused in one sentence."""

import base64
import json
import re

from utils import live, page_nets
from mxnet import gluon, np, npx
import numpy
import pytest

npx.set_np()
nn, rnn = gluon.nn, gluon.rnn
GIVEN = {"title": "T", "text": "What to do.", "instead": "With JavaScript …"}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one script."""
    folder = tmp_path / "chapters" / "topic"
    folder.mkdir(parents=True)
    (folder / "name.js").write_text("live.widgets.name = () => {};")
    monkeypatch.setattr(live, "ROOT", tmp_path)
    return tmp_path


def trained(*layers, shape=(2, 5)):
    net = nn.HybridSequential()
    net.add(*layers)
    net.initialize()
    net(np.ones(shape))
    return net


def data(html) -> dict:
    found = re.search(
        r'<script type="application/json" id="live-name-data" data-on-demand>(.*?)'
        "</script>",
        html.data,
    )
    return json.loads(found[1])


def numbers(weight) -> numpy.ndarray:
    """What the page's runtime makes of a weight's text."""
    if "floats" in weight:
        flat = numpy.frombuffer(base64.b64decode(weight["floats"]), "<f4")
        return flat.reshape(weight["shape"])
    scales = numpy.frombuffer(base64.b64decode(weight["scales"]), "<f4")
    whole = numpy.frombuffer(base64.b64decode(weight["whole"]), "i1")
    rows = whole.reshape(len(scales), -1) * scales[:, None]
    return rows.reshape(weight["shape"])


# ---- Nets as text --------------------------------------------------------------------


def test_weights_are_near_and_those_of_the_rounded_net():
    net = trained(nn.Dense(7))
    exact = net[0].weight.data().asnumpy()
    (layer,) = page_nets.describe(net)["sequence"]
    found = numbers(layer["weights"]["weight"])
    step = abs(exact).max(axis=1, keepdims=True) / 127
    assert (abs(found - exact) <= step / 2 + 1e-7).all()
    with page_nets.rounded(net):
        assert (net[0].weight.data().asnumpy() == found).all()
    assert (net[0].weight.data().asnumpy() == exact).all()


def test_the_net_gets_its_weights_back_after_an_error():
    net = trained(nn.Dense(7))
    exact = net[0].weight.data().asnumpy()
    with pytest.raises(KeyError), page_nets.rounded({"a": net}):
        raise KeyError
    assert (net[0].weight.data().asnumpy() == exact).all()


def test_layers_are_told_with_their_settings():
    net = trained(
        nn.Conv2D(3, (3, 1), strides=(1, 2), padding=(2, 0), activation="relu"),
        nn.MaxPool2D(2),
        nn.Dropout(0.5),
        nn.GlobalAvgPool2D(),
        nn.LeakyReLU(0.3),
        nn.Flatten(),
        nn.Dense(2, flatten=False),
        nn.Activation("tanh"),
        shape=(1, 1, 9, 9),
    )
    told = page_nets.describe(net)["sequence"]
    for layer in told:
        layer.pop("weights", None)
    assert told == [
        {"kind": "conv", "kernel": [3, 1], "stride": [1, 2], "pad": [2, 0],
         "dilate": [1, 1], "activation": "relu"},
        {"kind": "pool", "mean": False, "kernel": [2, 2], "stride": [2, 2],
         "pad": [0, 0]},
        {"kind": "pool", "mean": True},
        {"kind": "leaky", "slope": 0.3},
        {"kind": "flatten"},
        {"kind": "dense", "flatten": False},
        {"kind": "activation", "activation": "tanh"},
    ]  # fmt: skip


def test_batch_normalisation_becomes_scale_and_shift():
    net = trained(nn.BatchNorm(), shape=(2, 3))
    norm = net[0]
    norm.gamma.set_data(np.array([1.0, -2.0, 3.0]))
    norm.running_mean.set_data(np.array([0.5, 0.0, -1.0]))
    norm.running_var.set_data(np.array([4.0, 1.0, 0.25]))
    weights = page_nets.describe(net)["sequence"][0]["weights"]
    assert numpy.allclose(numbers(weights["scale"]), [0.5, -2, 6], atol=1e-4)
    assert numpy.allclose(numbers(weights["shift"]), [-0.25, 0, 6], atol=1e-4)


def test_parts_have_the_names_of_their_attributes():
    class Own(gluon.Block):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(9, 4)
            self.reader = rnn.GRU(3, bidirectional=True, input_size=4)

    own = Own()
    own.initialize()
    parts = page_nets.describe(own)["parts"]
    assert parts["words"]["kind"] == "embedding"
    assert {k: parts["reader"][k] for k in ("depth", "ways", "size")} == {
        "depth": 1, "ways": ["l", "r"], "size": 3,
    }  # fmt: skip
    assert list(page_nets.describe({"a": own.words})["parts"]) == ["a"]
    assert page_nets.describe(nn.Dropout(0.5)) == {"sequence": []}


class Weird(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return x


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: trained(Weird()), r"is a Weird, no layer that the page can run"),
        (lambda: trained(nn.LayerNorm()), "is a LayerNorm, no layer that the page"),
        (
            lambda: trained(nn.Conv2D(2, 1, groups=2), shape=(1, 2, 3, 3)),
            "has several groups, which the page cannot run",
        ),
        (
            lambda: trained(nn.MaxPool2D(2, ceil_mode=True), shape=(1, 1, 4, 4)),
            "has ceil_mode=True, which the page cannot run",
        ),
        (
            lambda: trained(nn.BatchNorm(axis=-1)),
            "has channels in another axis than 1",
        ),
        (lambda: nn.Dense(3), "has no values yet, expected a net that was trained"),
    ],
)
def test_what_the_page_cannot_run_is_named(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        page_nets.describe(make())


def test_no_block_is_refused():
    with pytest.raises(TypeError, match="net is a function, expected a block of Gluon"):
        page_nets.describe(trained)


# ---- The box -------------------------------------------------------------------------


def test_the_answers_of_the_rounded_net_travel_along(project):
    net = trained(nn.Dense(3))
    X = numpy.random.default_rng(0).normal(size=(4, 5)).astype("float32")
    held = data(live.box("topic/name", net=net, check=X, data={"more": X[:1]}, **GIVEN))
    inputs = numpy.array(held["check"]["inputs"])
    assert numpy.allclose(inputs, X, atol=1e-4)
    weights = held["net"]["sequence"][0]["weights"]
    y = inputs @ numbers(weights["weight"]).T + numbers(weights["bias"])
    assert numpy.allclose(held["check"]["answers"], y, atol=1e-5)
    assert held["more"] == pytest.approx(X[:1], abs=1e-6)


def test_a_function_gives_inputs_and_answers(project):
    net = trained(nn.Dense(3))
    exact = net[0].weight.data().asnumpy()

    def asked():
        assert (net[0].weight.data().asnumpy() != exact).any()  # it is rounded
        return [[1, 2]], np.array([[0.5]])

    held = data(live.box("topic/name", net=net, check=asked, **GIVEN))
    assert held["check"] == {"inputs": [[1, 2]], "answers": [[0.5]]}


def test_texts_cannot_end_the_script_early(project):
    html = live.box("topic/name", data={"a": "</script><b>"}, **GIVEN)
    assert data(html) == {"a": "</script><b>"}
    (project / "chapters/topic/name.js").write_text("// </SCRIPT>")
    with pytest.raises(ValueError, match=r"name.js holds </script or <!--"):
        live.box("topic/name", **GIVEN)


def test_words_are_escaped(project):
    html = live.box("topic/name", **GIVEN | {"title": "a < b"}).data
    assert "a &lt; b" in html and "What to do." in html


@pytest.mark.parametrize(
    ("widget", "more", "error", "sentence"),
    [
        ("name", {}, ValueError, "widget is 'name', expected 'topic/name'"),
        (3, {}, ValueError, "widget is 3, expected 'topic/name'"),
        ("topic/other", {}, ValueError, r"there is no chapters/topic/other\.js"),
        ("topic/name", {"text": 1}, TypeError, "text is an int, expected a text"),
        ("topic/name", {"data": {"a": float("nan")}}, ValueError, "data holds nan"),
    ],
)
def test_what_makes_no_box_is_named(project, widget, more, error, sentence):
    with pytest.raises(error, match=sentence):
        live.box(widget, **GIVEN | more)
