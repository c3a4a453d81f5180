"""The errors of this package, and its one sentence for what is not here."""

import difflib


class MXNetError(RuntimeError):
    """An operation cannot take what it was given."""


class NotInitialized(RuntimeError):
    """A parameter has no values, because nobody has called initialize()."""


def missing(name: str, near: list[str]) -> AttributeError:
    """The error for a name that MXNet may have and this package has not."""
    found = difflib.get_close_matches(name.split(".")[-1], near, 3, 0.6)
    hint = f"; near to it: {', '.join(found)}" if found else ""
    return AttributeError(
        f"{name} is not in the part of MXNet that this book has on PyTorch{hint}"
    )


def module_getattr(name: str, module):
    """A module's ``__getattr__``: what is missing is said in one sentence."""

    def __getattr__(wanted):
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        raise missing(f"{name}.{wanted}", [n for n in vars(module) if n[0] != "_"])

    return __getattr__


class Known:
    """A class that says in one sentence which attribute it has not."""

    __slots__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise missing(f"{type(self).__name__}.{name}", dir(self))


def one_of(name: str, value, choices):
    """``value``, if it is among ``choices``; ValueError otherwise."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{name} is {value!r}, expected one of {listed}")
    return value
