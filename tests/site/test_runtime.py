"""The layers of the page's runtime give what Gluon's give, in a real browser."""

import gzip

from utils import live, page_nets
from mxnet import gluon, np, npx
import numpy
import pytest

npx.set_np()
nn, rnn = gluon.nn, gluon.rnn
TOLERANCE = 1e-5
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softrelu", "softsign")


def in_a_row(*layers):
    net = nn.HybridSequential()
    net.add(*layers)
    return net


def activated(name):
    return lambda: in_a_row(nn.Dense(6), nn.Activation(name))


PICTURE = (3, 13, 11)
NETS = {  # a maker and the shape of one example
    "dense": (lambda: in_a_row(nn.Dense(7)), (5,)),
    "dense without bias": (lambda: in_a_row(nn.Dense(3, use_bias=False)), (5,)),
    "dense on each row": (lambda: in_a_row(nn.Dense(9, flatten=False)), (4, 5)),
    "dense on a picture": (lambda: in_a_row(nn.Dense(4)), PICTURE),
    **{
        f"dense, {name}": (lambda name=name: in_a_row(nn.Dense(6, name)), (5,))
        for name in ACTIVATIONS
    },
    **{f"activation {name}": (activated(name), (5,)) for name in ACTIVATIONS},
    "leaky": (lambda: in_a_row(nn.Dense(8), nn.LeakyReLU(0.2)), (5,)),
    "flatten": (lambda: in_a_row(nn.Conv2D(2, 3), nn.Flatten()), PICTURE),
    "convolution": (lambda: in_a_row(nn.Conv2D(5, 3)), PICTURE),
    "convolution, relu": (
        lambda: in_a_row(nn.Conv2D(4, (5, 2), activation="relu")),
        PICTURE,
    ),
    "strided": (lambda: in_a_row(nn.Conv2D(4, 5, strides=2, padding=2)), PICTURE),
    "uneven": (
        lambda: in_a_row(nn.Conv2D(6, (3, 1), (1, 2), (2, 0), use_bias=False)),
        PICTURE,
    ),
    "dilated": (
        lambda: in_a_row(nn.Conv2D(3, (3, 1), 1, (4, 0), (4, 1))),
        (2, 20, 1),
    ),
    "transposed": (lambda: in_a_row(nn.Conv2DTranspose(5, 4, 2, 1)), PICTURE),
    "transposed, uneven": (
        lambda: in_a_row(
            nn.Conv2DTranspose(2, (3, 2), (2, 1), (1, 0), use_bias=False)
        ),
        PICTURE,
    ),
    "largest": (lambda: in_a_row(nn.MaxPool2D(2)), PICTURE),
    "largest, overlapping": (lambda: in_a_row(nn.MaxPool2D(3, 2, 1)), PICTURE),
    "mean": (lambda: in_a_row(nn.AvgPool2D((2, 3))), PICTURE),
    "mean, padded": (lambda: in_a_row(nn.AvgPool2D(3, 2, 1)), PICTURE),
    "largest of all": (lambda: in_a_row(nn.GlobalMaxPool2D()), PICTURE),
    "mean of all": (lambda: in_a_row(nn.GlobalAvgPool2D()), PICTURE),
    "normalised": (lambda: in_a_row(nn.Dense(6), nn.BatchNorm()), (5,)),
    "normalised picture": (lambda: in_a_row(nn.BatchNorm()), PICTURE),
    "normalised, no gamma": (lambda: in_a_row(nn.BatchNorm(scale=False)), PICTURE),
    "left out": (lambda: in_a_row(nn.Dropout(0.5), nn.Dense(3)), (5,)),
    "a net": (
        lambda: in_a_row(
            in_a_row(nn.Conv2D(6, 3, use_bias=False), nn.MaxPool2D(2), nn.BatchNorm()),
            nn.Activation("relu"), nn.Conv2D(8, 3), nn.GlobalAvgPool2D(), nn.Dense(10),
        ),
        PICTURE,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.goto("about:blank")
    for part in ("runtime.js", "kit.js"):
        page.add_script_tag(content=(live.LIVE / part).read_text())
    yield page
    page.close()


def stirred(net, X, seed=0):
    """The net with random numbers in all its parameters: negative gammas, too."""
    net.initialize()
    net(X) if not isinstance(X, tuple) else net(*X)
    rng = numpy.random.default_rng(seed)
    for name, parameter in net.collect_params().items():
        low, high = (0.5, 2) if "running_var" in name else (-1, 1)
        values = rng.uniform(low, high, parameter.shape) / numpy.sqrt(
            max(1, parameter.shape[-1])
        )
        values = (
            values
            if len(parameter.shape) > 1
            else rng.uniform(low, high, parameter.shape)
        )
        parameter.set_data(np.array(values.astype("float32")))
    return net


def sent(value):
    return live._json(value)


@pytest.mark.parametrize("name", NETS)
def test_a_layer_gives_what_gluons_gives(page, name):
    make, shape = NETS[name]
    X = numpy.random.default_rng(1).normal(size=(4, *shape)).astype("float32")
    net = stirred(make(), np.array(X))
    with page_nets.rounded(net):
        expected = net(np.array(X)).asnumpy()
    found = page.evaluate(
        """([text, shape, X]) => {
          const net = live.net(JSON.parse(text));
          return X.map((x) => {
            const y = net(live.tensor(shape, Float32Array.from(x)));
            return [y.shape, [...y.data]];
          });
        }""",
        [sent(page_nets.describe(net)), list(shape), X.reshape(4, -1).tolist()],
    )
    for (shape_found, values), y in zip(found, expected, strict=True):
        assert [n for n in shape_found if n > 1] == [n for n in y.shape if n > 1]
        assert abs(numpy.array(values) - y.ravel()).max() <= TOLERANCE


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("begin", [False, True])
def test_a_gru_gives_what_gluons_gives(page, bidirectional, depth, begin):
    net = rnn.GRU(6, num_layers=depth, bidirectional=bidirectional)
    rng = numpy.random.default_rng(2)
    X = rng.normal(size=(7, 1, 4)).astype("float32")
    ways = depth * (1 + bidirectional)
    state = rng.normal(size=(ways, 1, 6)).astype("float32") * begin
    net = stirred(net, (np.array(X), [np.array(state)]))
    with page_nets.rounded(net):
        states, [ends] = net(np.array(X), [np.array(state)])
    found = page.evaluate(
        """([text, X, begin]) => {
          const rows = live.stack(X.map((x) => ({ data: Float32Array.from(x) })));
          const first = begin?.map((s) => live.tensor([6], Float32Array.from(s)));
          const { states, ends } = live.net(JSON.parse(text))(rows, first);
          return [[...states.data], ends.map((e) => [...e.data])];
        }""",
        [
            sent(page_nets.describe(net)),
            X[:, 0].tolist(),
            state[:, 0].tolist() if begin else None,
        ],
    )
    assert abs(numpy.array(found[0]) - states.asnumpy().ravel()).max() <= TOLERANCE
    assert abs(numpy.array(found[1]) - ends.asnumpy()[:, 0]).max() <= TOLERANCE


def test_attention_and_softmax_give_what_numpys_give(page):
    rng = numpy.random.default_rng(3)
    query, keys, memory = (
        rng.normal(size=6),
        rng.normal(size=(5, 6)),
        rng.normal(size=(5, 8)),
    )
    shares = numpy.exp(keys @ query)
    shares /= shares.sum()
    found = page.evaluate(
        """([query, keys, memory]) => {
          const vector = (row) => ({ data: Float32Array.from(row) });
          const table = (rows) => live.stack(rows.map(vector));
          const { shares, context } = live.attend(
            vector(query), table(keys), table(memory));
          return [[...shares], [...context.data]];
        }""",
        [query.tolist(), keys.tolist(), memory.tolist()],
    )
    assert abs(numpy.array(found[0]) - shares).max() <= TOLERANCE
    assert abs(numpy.array(found[1]) - shares @ memory).max() <= TOLERANCE


class Own(gluon.Block):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(9, 4)
        self.out = nn.Dense(3, flatten=False)

    def forward(self, numbers):
        return self.out(self.words(numbers))


def test_the_parts_of_an_own_block_have_their_names(page):
    numbers = np.array([3, 8, 0])
    net = stirred(Own(), numbers)
    with page_nets.rounded(net):
        expected = net(numbers).asnumpy()
    found = page.evaluate(
        """(text) => {
          const { words, out } = live.net(JSON.parse(text));
          return [...out(words([3, 8, 0])).data];
        }""",
        sent(page_nets.describe(net)),
    )
    assert abs(numpy.array(found) - expected.ravel()).max() <= TOLERANCE


def test_the_runtime_is_small():
    assert len(gzip.compress((live.LIVE / "runtime.js").read_bytes())) <= 4000
