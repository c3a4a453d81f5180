"""pip as the lock needs it: of the user's settings, only the way to the registry.

    python -m book.tools.isolated_pip install numpy

Settings such as PIP_TARGET, PIP_DRY_RUN or a pip.conf that asks for ``--user`` put
packages elsewhere or nowhere, and pip ends well. What it takes to reach a registry
(its address, proxy, certificates) is kept, from the variables and from pip.conf.
"""

import ast
from collections.abc import Iterable
import os
from pathlib import Path
import subprocess
import sys

# What belongs to the registry. Everything else is as pip's authors set it.
KEPT = (
    "index-url",
    "extra-index-url",
    "no-index",
    "find-links",
    "trusted-host",
    "cert",
    "client-cert",
    "proxy",
    "keyring-provider",
    "timeout",
    "default-timeout",  # another name of timeout
    "retries",
    "cache-dir",
    "no-cache-dir",
)
# Variables that bend a Python, its pip, or the build of a package.
DISTURBING = ("PYTHON", "_PYTHON", "__PYVENV", "PIP_", "SETUPTOOLS_", "DISTUTILS_")
HARMLESS = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPYCACHEPREFIX")


class PipError(RuntimeError):
    """pip did not do what it was asked for."""


def plain_environment() -> dict[str, str]:
    """This process's environment without what bends Python or pip."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in HARMLESS or not name.startswith(DISTURBING)
    }


def registry_settings(python: Path) -> dict[str, str]:
    """The user's settings of the registry, as variables for pip: PIP_INDEX_URL, ...

    ``python`` is the one whose pip reads them. Raises PipError where a pip.conf is not
    readable for pip.
    """
    read = {"PIP_CONFIG_FILE", *map(_variable, KEPT)}
    ours = {name: value for name, value in os.environ.items() if name in read}
    told = subprocess.run(
        [python, "-I", "-m", "pip", "config", "list"],
        env=plain_environment() | ours | {"PIP_QUIET": "0"},
        capture_output=True,
        text=True,
    )
    if told.returncode:
        said = (told.stderr or told.stdout).strip().splitlines() or ["it said nothing"]
        raise PipError(f"pip cannot read your pip settings: {said[-1]}")
    found = dict(line.split("=", 1) for line in told.stdout.splitlines() if "=" in line)
    settings = {}
    for section in ("global", "install", ":env:"):  # later ones win, as for pip
        for name in KEPT:
            if value := found.get(f"{section}.{name}"):
                settings[_variable(name)] = ast.literal_eval(value)
    return settings


def pip_environment(python: Path) -> dict[str, str]:
    """The environment for ``python -m pip``; raises PipError as registry_settings."""
    own = {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return plain_environment() | registry_settings(python) | own


def pip(python: Path, *arguments: str, keep_open: Iterable[int] = ()) -> None:
    """Run ``python -m pip`` with the arguments.

    ``keep_open`` are open files that pip shall hold, too. Raises PipError where pip
    fails, or as registry_settings.
    """
    command = [python, "-I", "-m", "pip", *arguments]
    environment = pip_environment(python)
    code = subprocess.run(command, env=environment, pass_fds=keep_open).returncode
    if code:
        raise PipError(f"pip ended with code {code}")


def _variable(name: str) -> str:
    return "PIP_" + name.upper().replace("-", "_")


if __name__ == "__main__":
    try:
        pip(Path(sys.executable), *sys.argv[1:])
    except PipError as error:
        sys.exit(str(error))
