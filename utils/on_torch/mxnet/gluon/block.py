"""Parameters, the blocks that they belong to, and the trainer that moves them."""

from collections import defaultdict
from contextlib import ExitStack, nullcontext
from itertools import count, zip_longest
import re
from types import SimpleNamespace
import warnings

import numpy

from .. import base, np, npx
from .. import optimizer as optimizers
from ..base import Known, Part, called, cpu, ndarray, torch_type, with_gradient
from ..init import Uniform, as_initializer

_numbers = defaultdict(count)  # of each class: of its next block


class Parameter(Known):
    """A tensor with a name; a 0 in its shape waits for the first batch."""

    lr_mult = wd_mult = 1.0

    def __init__(self, name, grad_req="write", shape=(), dtype="float32", init=None):
        shape = (shape,) if isinstance(shape, int) else shape
        self.name, self.shape, self.dtype = name, tuple(shape), dtype
        self.init, self.grad_req = as_initializer(init), grad_req
        self._tensor = self._waiting = None

    shaped = property(lambda self: 0 not in self.shape)

    def __repr__(self):
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    def initialize(self, init=None, ctx=None, default_init=None, force_reinit=False):
        if self._tensor is not None and not force_reinit:
            return warnings.warn(f"{self.name!r} is already initialized", stacklevel=4)
        own = as_initializer(init) or self.init
        self._waiting = own or as_initializer(default_init) or Uniform()
        self._tensor = None
        if self.shaped:
            self._fill(self._waiting(self.shape))

    def _fill(self, values):
        values = values.detach().to(torch_type(self.dtype))
        self._tensor = with_gradient(values, self.grad_req)
        self._filled_for = self.grad_req

    def tensor(self, *shape):
        """The torch tensor; ``shape`` fills in what was not known before."""
        if self._tensor is None:
            if self._waiting is None or not shape:
                hint = "call initialize(); shapes are known when it has seen a batch"
                raise base.MXNetError(f"{self.name!r} has not been initialized: {hint}")
            self.shape = shape
            self._fill(self._waiting(shape))
        elif self._filled_for != self.grad_req:
            self._fill(self._tensor)
        return self._tensor

    def data(self, ctx=None):
        return ndarray(self.tensor())

    def grad(self, ctx=None):
        found = self.data().grad
        if found is None:
            raise RuntimeError(f"{self.name!r} has grad_req {self.grad_req!r}")
        return found

    def list_ctx(self):
        return [cpu() if self._waiting else self.data().ctx]

    def zero_grad(self):
        if self._tensor is not None and self._tensor.grad is not None:
            self._tensor.grad.zero_()

    def set_data(self, data):
        """Put ``data`` in the parameter's place; its shape must be the same."""
        values = np.array(data, data.dtype)._tensor
        shape = tuple(values.shape)
        if not all(own in (0, new) for own, new in zip_longest(self.shape, shape)):
            raise base.MXNetError(f"{self.name!r} has shape {self.shape}, data {shape}")
        if self._tensor is None:
            self.shape = shape
            self._fill(values)
        self._tensor.data.copy_(values)

    def cast(self, dtype):
        self.dtype = dtype
        if self._tensor is not None:
            self._fill(self._tensor)


class ParameterDict(dict):
    """Parameters by name; ``get`` makes one that is not there yet."""

    def __init__(self, prefix="", shared=None):
        super().__init__(shared or {})
        self.prefix = prefix

    def get(self, name, **how):
        name = self.prefix + name
        return self.setdefault(name, Parameter(name, **how))

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        for parameter in self.values():
            parameter.initialize(None, ctx, init, force_reinit)

    def zero_grad(self):
        for parameter in self.values():
            parameter.zero_grad()

    def setattr(self, name, value):
        for parameter in self.values():
            setattr(parameter, name, value)


class Block(Known):
    """A part of a net; blocks and parameters among its attributes belong to it."""

    def __new__(cls, *args, **kwargs):
        """A block that is ready: a subclass may set its attributes at once."""
        self = super().__new__(cls)
        given = [*map(repr, args), *(f"{k}={v!r}" for k, v in kwargs.items())]
        self.__dict__ |= {"_made_with": ", ".join(given), "_children": {}}
        self.__dict__ |= dict(_reg_params={}, _forward_hooks=[], _forward_pre_hooks=[])
        kind = cls.__name__.lower()
        self.prefix = f"{kind}{next(_numbers[kind])}_"
        self.params = ParameterDict(self.prefix)
        return self

    def __init__(self, *blocks):
        if blocks:
            raise TypeError(f"{type(self).__name__} takes no blocks; add blocks by add")

    name = property(lambda self: self.prefix.rstrip("_"))

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
        for hook in self._forward_pre_hooks:
            hook(self, inputs)
        output = self.forward(*inputs, **named)
        for hook in self._forward_hooks:
            hook(self, inputs, output)
        return output

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} must define forward")

    def register_forward_hook(self, hook):
        """Have ``hook(block, inputs, output)`` called after each forward pass."""
        return _added(hook, self._forward_hooks)

    def register_forward_pre_hook(self, hook):
        """Have ``hook(block, inputs)`` called before each forward pass."""
        return _added(hook, self._forward_pre_hooks)

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
        found = dict(self.params)
        for block in self._children.values():
            found |= block.collect_params()
        chosen = {n: p for n, p in found.items() if re.match(select or "", n)}
        return ParameterDict(self.prefix, chosen)

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
            wanted = "expected a file that save_parameters wrote on PyTorch"
            raise ValueError(f"{filename} holds no parameters: {wanted}") from error
        lacking, extra = own.keys() - stored.keys(), stored.keys() - own.keys()
        if lacking and not allow_missing or extra and not ignore_extra:
            both = f"{sorted(lacking)} and has, unlike the net, {sorted(extra)}"
            raise AssertionError(f"{filename} lacks {both}")
        for name in own.keys() & stored.keys():
            own[name].set_data(np.array(stored[name]))

    def summary(self, *inputs):
        """Print the shape of each block's output and the number of its parameters."""
        line = "{:<24}{:<24}{:>12}"

        def show(block, _, output):
            shape = getattr(output, "shape", "several arrays")
            own = sum(p.data().size for p in block._reg_params.values())
            print(line.format(block.name, str(shape), f"{own:,}"))

        print(line.format("block", "output", "parameters"))
        with ExitStack() as hooks:
            self.apply(lambda b: hooks.callback(b.register_forward_hook(show).detach))
            self(*inputs)
        total = sum(p.data().size for p in self.collect_params().values())
        print(line.format("all", "", f"{total:,}"))


def _added(hook, hooks):
    hooks.append(hook)
    return SimpleNamespace(detach=lambda: hooks.remove(hook))


class HybridBlock(Block):
    """A block that may be written as a function of ``F``, with F.np and F.npx."""

    _F = Part("F")
    _F.np, _F.npx = np, npx

    def forward(self, *inputs):
        own = {name: p.data() for name, p in self._reg_params.items() if p.shaped}
        return self.hybrid_forward(self._F, *inputs, **own)


class Layer(HybridBlock):
    """A layer of one input, written for torch tensors as ``compute``."""

    def forward(self, x):
        return super().forward(x)

    def hybrid_forward(self, F, x, *_, **own):
        return called(self.name, self.compute, (x,), beside=own.values())


class Trainer(Known):
    """Steps of ``optimizer`` on ``params``, a dictionary or a list of parameters."""

    def __init__(self, params, optimizer, optimizer_params=None, kvstore=None):
        params = list(params.values() if isinstance(params, dict) else params)
        for given in params:
            if not isinstance(given, Parameter):
                raise ValueError(f"params holds {given!r}, expected parameters")
        self._params = params
        if isinstance(optimizer, str):
            optimizer = optimizers.create(optimizer, **(optimizer_params or {}))
        elif optimizer_params:
            raise ValueError("optimizer_params need an optimizer given by its name")
        self.optimizer = optimizer

    learning_rate = property(lambda self: self.optimizer.learning_rate)
    set_learning_rate = property(lambda self: self.optimizer.set_learning_rate)

    def step(self, batch_size, ignore_stale_grad=False):
        """Descend along the gradients of the last backward pass, over batch_size."""
        fresh = []
        for parameter in [p for p in self._params if p.grad_req != "null"]:
            if parameter.tensor().fresh:
                fresh.append(parameter)
            elif not ignore_stale_grad:
                stale = "has not been updated by backward since last `step`"
                raise UserWarning(f"Gradient of Parameter `{parameter.name}` {stale}")
        self.optimizer.step(fresh, 1 / batch_size)
        for parameter in fresh:
            parameter.tensor().fresh = False

    def allreduce_grads(self):
        """Nothing: there is one place."""
