"""Make .venv hold exactly what a lock lists (`make environment`).

    python -m book.tools.environment            # what is wanted, for the whole book
    python -m book.tools.environment --peers    # requirements-peers.txt besides
    python -m book.tools.environment --ready    # exit code 0 where all is there
    python -m book.tools.environment --torch    # .venv-torch: PyTorch, not MXNet
    python -m book.tools.environment --mxnet    # exit code 0 where MXNet has builds

The lock is requirements.txt where MXNet runs, and requirements-torch.txt elsewhere.

Run from the project's folder, by the Python that .venv is to be made with. Does nothing
where all is there. What was left by an interrupted set-up is made anew. The notes that
say "all is there" are written last, after the packages were compared with the lock.
Needs nothing but Python itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import platform
import shutil
import subprocess
import sys
import tempfile

from book.tools import isolated_pip, mxnet_libraries

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

# MXNet's last release has builds for these machines and Pythons only.
HAS_MXNET = (
    sys.platform in ("linux", "darwin")
    and platform.machine() == "x86_64"
    and sys.version_info < (3, 13)
)
BESIDE = "--torch" in sys.argv  # a second environment, to try the other engine in
VENV = Path(".venv-torch" if BESIDE else ".venv")
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MXNET = HAS_MXNET and not BESIDE
LOCK = Path("requirements.txt" if MXNET else "requirements-torch.txt")
PEERS = Path("requirements-peers.txt")
TURN = "setup.lock"  # held by the process that changes .venv
ROOT_NOTE = VENV / "root.installed.txt"
NEARLY_FULL = 200  # MB left
# The list is complete: --no-deps keeps older versions of pip from looking for more
# (before 23.3 they take `coverage[toml]` for a package without a pinned version).
# Two packages come as sources; --use-pep517 has those versions build them, too.
INSTALL = (
    "install",
    "--quiet",
    "--use-pep517",
    "--no-deps",
    "--require-hashes",
    "--requirement",
)


class SetupError(RuntimeError):
    """A step of the set-up that did not work."""


def is_ready(lock: Path) -> bool:
    """Whether .venv was made of this lock, in this folder, and all is still there."""
    done, packages = _notes(lock)
    if not _same(done, lock.read_bytes()) or not _same(ROOT_NOTE, _root_line()):
        return False
    noted = packages.read_text().splitlines() if packages.exists() else []
    return bool(noted) and all((VENV / folder).is_dir() for folder in noted)


def make_environment() -> None:
    """Make .venv, or what it lacks. Raises SetupError or isolated_pip.PipError."""
    with _turn() as turn:
        if is_ready(LOCK) and _runs(PYTHON):
            return
        if _same(_notes(LOCK)[0], LOCK.read_bytes()) and _runs(PYTHON):
            print(f"Putting back what {VENV} lacks of {LOCK}.", flush=True)
            _forget(LOCK)
        else:
            version = ".".join(map(str, sys.version_info[:3]))
            print(
                f"Setting up {VENV} with Python {version}, once; this takes a minute "
                f"or two.",
                flush=True,
            )
            _empty()
            make_venv(turn)
        _install(LOCK, turn)
        packages = next(VENV.glob("[Ll]ib/**/site-packages"))
        if sys.platform == "linux" and MXNET:
            mxnet_libraries.provide(packages)
        # `import utils` works in whatever folder a notebook lies.
        (packages / "programming-with-data.pth").write_bytes(_root_line())
        _note(LOCK)
        # Data that may not be passed on. Without a network the chapter that reads them
        # asks again.
        if not BESIDE:
            environment = isolated_pip.pip_environment(PYTHON)
            subprocess.run([PYTHON, "-m", "book.tools.fetch_data"], env=environment)


def _install(lock: Path, turn: int, *options: str) -> None:
    """The packages of a lock; in two steps where PyTorch is among them, on Linux.

    Its build on the registry needs some gigabytes of libraries for graphics cards. One
    without them is taken instead wherever pip finds it, from whom the user trusts: its
    checksum is not in the lock.
    """
    held = _held(turn)
    pin = lock.read_text(encoding="utf-8").partition("\ntorch==")[2].split()[:1]
    if sys.platform != "linux" or not pin:
        isolated_pip.pip(PYTHON, *INSTALL, str(lock), *options, keep_open=held)
        return
    isolated_pip.pip(
        PYTHON, "install", "--quiet", "--no-deps", f"torch=={pin[0]}", keep_open=held
    )
    command = [PYTHON, "-B", "-m", "book.tools.requirements", "--wanted", lock]
    rest = subprocess.run(
        command, env=isolated_pip.plain_environment(), capture_output=True, check=True
    )
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(rest.stdout)
        file.flush()
        isolated_pip.pip(PYTHON, *INSTALL, file.name, *options, keep_open=held)


def add_peers() -> None:
    """Put the peers into .venv. Raises SetupError or isolated_pip.PipError."""
    with _turn() as turn:
        if is_ready(PEERS):
            return
        print(
            "Installing the peers that chapters are measured against, once.", flush=True
        )
        _forget(PEERS)
        _install(PEERS, turn, "--only-binary=:all:")
        _note(PEERS, LOCK)


def make_venv(turn: int) -> None:
    """Make .venv with pip and nothing else in it. Raises SetupError."""
    command = [sys.executable, "-I", "-m", "venv", VENV]
    plain = isolated_pip.plain_environment()
    code = subprocess.run(command, env=plain, pass_fds=_held(turn)).returncode
    if code:
        raise SetupError(f"{' '.join(map(str, command))} ended with code {code}")


@contextmanager
def _turn() -> Iterator[int]:
    """Wait until no other process changes .venv; gives the open lock file.

    The operating system frees the lock when its holder ends, however it ends. Programs
    that are given the open file hold it too: a pip that outlives its set-up is waited
    for.
    """
    try:
        VENV.mkdir(exist_ok=True)
    except FileExistsError:
        raise SetupError(".venv is not a folder; remove it and try again") from None
    path = VENV / TURN
    while True:
        with path.open("a+") as file:
            _wait(file)
            if _is_at(file, path):  # it is not where `make clean` was in between
                file.truncate(0)
                file.write(f"process {os.getpid()}\n")
                file.flush()
                yield file.fileno()
                return


def _held(turn: int) -> list[int]:
    """The lock file as what a program is given to hold; nothing on Windows."""
    return [] if fcntl is None else [turn]


def _wait(file) -> None:
    if fcntl is None:  # two set-ups at once are not told apart on Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        other = file.read().strip() or "another process"
        print(f"Another set-up of .venv is running ({other}); waiting.", flush=True)
        fcntl.flock(file, fcntl.LOCK_EX)


def _is_at(file, path: Path) -> bool:
    return path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def _empty() -> None:
    """Remove everything in .venv but the lock file; .venv itself may be a link."""
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != TURN:
            entry.unlink()


def _notes(lock: Path) -> tuple[Path, Path]:
    """The copy of the lock as it was installed; the list of the packages' folders."""
    stem = "requirements" if lock == LOCK else lock.stem  # whichever engine's lock
    return VENV / f"{stem}.installed.txt", VENV / f"{stem}.packages.txt"


def _forget(lock: Path) -> None:
    for note in _notes(lock):
        note.unlink(missing_ok=True)


def _note(lock: Path, *others: Path) -> None:
    """Compare .venv with the lock (and the others), then note that all is there."""
    compare = [PYTHON, "-B", "-m", "book.tools.requirements"]
    compared = subprocess.run(
        [*compare, lock, *others],
        env=isolated_pip.plain_environment(),
        capture_output=True,
        text=True,
    )
    if compared.returncode:
        raise SetupError(
            f".venv is not what {lock} lists, though pip said so:\n"
            f"{compared.stderr.strip()}"
        )
    done, packages = _notes(lock)
    packages.write_text(compared.stdout)
    ROOT_NOTE.write_bytes(_root_line())
    unfinished = done.with_suffix(".tmp")
    unfinished.write_bytes(lock.read_bytes())
    unfinished.replace(done)


def _root_line() -> bytes:
    return os.fsencode(Path.cwd().resolve()) + b"\n"


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _runs(python: Path) -> bool:
    """Whether it starts; the Python that .venv was made with may have gone."""
    try:
        return (
            subprocess.run([python, "-I", "-c", ""], capture_output=True).returncode
            == 0
        )
    except OSError:
        return False


def _disks() -> str:
    """Half a sentence where a disk is full, or nearly."""
    for folder in (VENV, Path(os.environ.get("TMPDIR", "/tmp"))):
        if folder.exists():
            free = shutil.disk_usage(folder).free // 10**6
            if free < NEARLY_FULL:
                return f" (the disk is full: {free} MB are left for {folder})"
    return ""


def provide() -> None:
    """Make .venv where it is not ready; end with a sentence where that fails."""
    if not is_ready(LOCK):
        _attempt(make_environment, "the next attempt sets .venv up anew")


def _attempt(work, again: str) -> None:
    try:
        work()
    except (SetupError, isolated_pip.PipError, OSError) as error:
        sys.exit(f"The set-up is not complete: {error}{_disks()}; {again}.")
    except KeyboardInterrupt:
        sys.exit(f"The set-up was interrupted; {again}.")


def main() -> None:
    peers = "--peers" in sys.argv
    if "--mxnet" in sys.argv:
        sys.exit(not MXNET)
    if "--ready" in sys.argv:
        sys.exit(not is_ready(PEERS if peers else LOCK))
    if peers and not MXNET:
        sys.exit("The peers are locked for the machines that MXNet runs on.")
    again = "make peers tries again" if peers else "the next make sets .venv up anew"
    _attempt(add_peers if peers else make_environment, again)


if __name__ == "__main__":
    main()
