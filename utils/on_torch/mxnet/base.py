"""The errors of this package, and its one sentence for what is not here."""

import difflib
from types import ModuleType


class MXNetError(RuntimeError):
    """An operation cannot take what it was given."""


class Known:
    """What says in one sentence which attribute it has not."""

    __slots__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        owner = getattr(self, "__name__", type(self).__name__)
        owner = owner.rpartition("on_torch.")[2].removeprefix("mxnet.")
        near = [known for known in dir(self) if known[0] != "_"]
        found = difflib.get_close_matches(name, near, 3, 0.6)
        hint = f"; near to it: {', '.join(found)}" if found else ""
        here = "is not in the part of MXNet that this book has on PyTorch"
        raise AttributeError(f"{owner}.{name} {here}{hint}")


class Part(Known, ModuleType):
    """A module, or what is used like one."""


def one_of(name: str, value, choices, error=ValueError):
    """``value``, if it is among ``choices``; an error otherwise."""
    if value not in choices:
        listed = ", ".join(map(repr, choices))
        raise error(f"{name} is {value!r}, expected one of {listed}")
    return value
