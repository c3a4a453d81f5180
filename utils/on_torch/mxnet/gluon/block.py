"""Blocks: what nets are made of."""

from collections import Counter
from contextlib import nullcontext
import re
from types import SimpleNamespace

import numpy

from .. import np, npx
from ..array import array_of, ndarray, telling
from ..base import Known
from .parameter import Parameter, ParameterDict

_numbers = Counter()  # of each class, the blocks made so far


class Block(Known):
    """A part of a net; blocks and parameters among its attributes belong to it."""

    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        given = [*map(repr, args), *(f"{k}={v!r}" for k, v in kwargs.items())]
        self.__dict__ |= {"_made_with": ", ".join(given), "_before": [], "_after": []}
        self.__dict__ |= {"_children": {}, "_reg_params": {}}
        return self

    def __init__(self, prefix=None, params=None):
        if prefix is not None and not isinstance(prefix, str):
            raise TypeError(f"prefix is {prefix!r}, expected a text; add blocks by add")
        kind = type(self).__name__.lower()
        self.prefix = f"{kind}{_numbers[kind]}_" if prefix is None else prefix
        self.name = self.prefix.rstrip("_")
        self.params = ParameterDict(self.prefix, params)
        _numbers[kind] += prefix is None

    def __setattr__(self, name, value):
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            self._reg_params[name] = value
            self.params.setdefault(value.name, value)
        super().__setattr__(name, value)

    def register_child(self, block, name=None):
        self._children[name or str(len(self._children))] = block

    def name_scope(self):
        """A context that changes nothing: names come from what blocks are."""
        return nullcontext()

    def _own(self, name, shape, init=None, **how):
        """Give the block a parameter of a name, which becomes an attribute."""
        setattr(self, name, self.params.get(name, shape=shape, init=init, **how))

    def __call__(self, *inputs, **named):
        for hook in self._before:
            hook(self, inputs)
        output = self.forward(*inputs, **named)
        for hook in self._after:
            hook(self, inputs, output)
        return output

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def register_forward_hook(self, hook):
        """Have ``hook(block, inputs, output)`` called after each forward pass."""
        return _added(hook, self._after)

    def register_forward_pre_hook(self, hook):
        """Have ``hook(block, inputs)`` called before each forward pass."""
        return _added(hook, self._before)

    def __repr__(self):
        if not self._children:
            return f"{type(self).__name__}({self._made_with})"
        lines = [f"({name}): {block!r}" for name, block in self._children.items()]
        inside = "\n".join(lines).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {inside}\n)"

    # ---- Parameters ----

    def _collect_params_with_prefix(self, prefix=""):
        found = {prefix + name: p for name, p in self._reg_params.items()}
        for name, block in self._children.items():
            found |= block._collect_params_with_prefix(f"{prefix}{name}.")
        return found

    def collect_params(self, select=None):
        """All parameters by name; with ``select`` those that it matches."""
        found = ParameterDict(self.prefix, self.params)
        for block in self._children.values():
            found.update(block.collect_params())
        for name in [n for n in found if not re.match(select or "", n)]:
            del found[name]
        return found

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def apply(self, fn):
        for block in self._children.values():
            block.apply(fn)
        fn(self)
        return self

    def cast(self, dtype):
        for parameter in self.collect_params().values():
            parameter.cast(dtype)

    def hybridize(self, active=True, **_):
        """Nothing: PyTorch runs blocks as they are written."""

    def save_parameters(self, filename, deduplicate=False):
        """Write all parameters into a file of NumPy's kind (npz)."""
        found = self._collect_params_with_prefix()
        with open(filename, "wb") as file:
            numpy.savez(file, **{n: p.data().asnumpy() for n, p in found.items()})

    def load_parameters(
        self, filename, ctx=None, allow_missing=False, ignore_extra=False
    ):
        """Read what ``save_parameters`` of this package wrote."""
        own = self._collect_params_with_prefix()
        try:
            with numpy.load(filename) as file:
                stored = dict(file)
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"{filename} holds no parameters that can be read on PyTorch, expected "
                f"a file that save_parameters wrote there"
            ) from error
        lacking, extra = own.keys() - stored.keys(), stored.keys() - own.keys()
        if lacking and not allow_missing or extra and not ignore_extra:
            raise AssertionError(
                f"{filename} lacks {sorted(lacking)} and has, unlike the net, "
                f"{sorted(extra)}"
            )
        for name in own.keys() & stored.keys():
            own[name].set_data(np.array(stored[name]))

    def summary(self, *inputs):
        """Print the shape of each block's output and the number of its parameters."""
        rows, handles = [], []

        def note(block, _, output):
            shape = getattr(output, "shape", "several arrays")
            count = sum(p.data().size for p in block._reg_params.values())
            rows.append((block.name, str(shape), f"{count:,}"))

        self.apply(lambda block: handles.append(block.register_forward_hook(note)))
        try:
            self(*inputs)
        finally:
            for handle in handles:
                handle.detach()
        total = sum(p.data().size for p in self.collect_params().values())
        rows = [("block", "output", "parameters"), *rows, ("all", "", f"{total:,}")]
        for name, shape, count in rows:
            print(f"{name:<24}{shape:<24}{count:>12}")


def _added(hook, hooks):
    hooks.append(hook)
    return SimpleNamespace(detach=lambda: hooks.remove(hook))


class F(Known):
    """What ``hybrid_forward`` is given: ``F.np`` and ``F.npx``."""

    np, npx = np, npx


class HybridBlock(Block):
    """A block that may be written as a function of ``F``, with np and npx."""

    _F = F()

    def forward(self, *inputs):
        own = {name: p.data() for name, p in self._reg_params.items() if p.shaped}
        return self.hybrid_forward(self._F, *inputs, **own)


class Layer(HybridBlock):
    """A layer of one input, written for torch tensors as ``compute``."""

    def hybrid_forward(self, F, x, *_, **own):
        with telling(self.name, [x, *own.values()]):
            return ndarray(self.compute(array_of(x)))
