"""`make environment` and `make peers`: all or nothing, whatever the user has set.

Each test sets up a project with one small package, out of a folder, without a network.
"""

import base64
import fcntl
import hashlib
import os
from pathlib import Path
import re
import resource
import shutil
import signal
import subprocess
import sys
import zipfile

import pytest
from utils.fingerprints import LOCKS

from book.tools.chapters import ROOT
from book.tools.environment import MXNET
from book.tools.isolated_pip import PipError, registry_settings

OWN = ("PYTHON", "PIP_", "PYTEST", "MAKE", "MFLAGS", "COVERAGE", "COV_")
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\n"
NO_HASH = f"--hash=sha256:{'0' * 64}"
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# The set-up with a .venv that is copied, which takes a tenth of the time; and a pip
# that ends well and does nothing.
QUICK = """
import shutil, sys, time
from book.tools import environment, isolated_pip
def copy(turn):
    time.sleep(float(sys.argv[2]))
    shutil.copytree(sys.argv[1], ".venv", symlinks=True, dirs_exist_ok=True)
environment.make_venv = copy
environment.main()
"""
WITH_PEERS = pytest.mark.skipif(not MXNET, reason="peers are locked beside MXNet")
NO_PIP = "from book.tools import isolated_pip; isolated_pip.pip = lambda *a, **k: None"


def wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel with one module of that name; the line that locks it."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": METADATA.format(name, version),
        f"{info}/WHEEL": WHEEL,
    }
    record = "".join(f"{file},{sha(text)},\n" for file, text in files.items())
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n    # via nobody\n"


def sha(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return "sha256=" + digest.decode().rstrip("=")


class Small:
    """A project that wants one package and one peer, and ways to set it up."""

    def __init__(self, root: Path):
        self.root = root
        self.wheels = root.parent / "wheels"
        self.wheels.mkdir(parents=True)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "book" / "tools", root / "book" / "tools", ignore=ignore)
        shutil.copy(ROOT / "Makefile", root)
        (root / "book" / "tools" / "fetch_data.py").write_text("")
        for lock in LOCKS.values():
            (root / lock).write_text(
                wheel(self.wheels, "probe", "1.0")
                + f"absent==1.0 ; sys_platform == 'win32' \\\n    {NO_HASH}\n"
            )
        (root / "requirements-peers.txt").write_text(wheel(self.wheels, "peer", "1.0"))

    def environment(self, **more) -> dict[str, str]:
        """This process's, less what it sets for itself; packages come from a folder."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(OWN)}
        own = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PYTHON": sys.executable,
        }
        return plain | own | more

    def start(self, *command, limit=None, **more) -> subprocess.Popen:
        return subprocess.Popen(
            command or ("sh", "book/tools/setup.sh"),
            cwd=self.root,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=limit,
        )

    def run(self, *command, limit=None, **more) -> tuple[int, str]:
        """Exit code and output of the command; without one, of the set-up."""
        process = self.start(*command, limit=limit, **more)
        output, _ = process.communicate(timeout=600)
        return process.returncode, output

    def quick(self, seconds=0) -> tuple[str, ...]:
        """The command that sets up with a copied .venv, ``seconds`` later."""
        return sys.executable, "-B", "-c", QUICK, str(self.empty), str(seconds)

    def without_pip(self, option="") -> tuple[int, str]:
        code = f"{NO_PIP}\n{QUICK}"
        return self.run(sys.executable, "-B", "-c", code, str(self.empty), "0", option)

    def version(self, name="probe") -> str:
        """The version that the environment's Python imports, or the error."""
        code = f"import {name}; print({name}.version)"
        python = self.root / ".venv" / "bin" / "python"
        run = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
        return (run.stdout + run.stderr).strip()

    def marks(self) -> list[str]:
        return sorted(p.name for p in (self.root / ".venv").glob("*.installed.txt"))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Small:
    """A project that was set up against the user's settings; each test leaves it so."""
    folder = tmp_path_factory.mktemp("made")
    project = Small(folder / "a project")
    own = folder / "own"
    own.mkdir()
    for name in ("numpy", "json", "probe", "sitecustomize"):
        (own / f"{name}.py").write_text("raise SystemExit('a module of the user')\n")
    with zipfile.ZipFile(project.wheels / "probe-1.0-py3-none-any.whl") as archive:
        archive.extractall(own / "packages")  # pip takes it for installed
    config = own / "pip.conf"
    config.write_text(
        f"[global]\nquiet = 3\nno-index = true\nfind-links = {project.wheels}\n"
        "[install]\nuser = true\nno-binary = :all:\n"
    )
    spaced = own / "my python"
    spaced.symlink_to(Path(sys._base_executable).resolve())
    settings = {
        "PYTHON": str(spaced),
        "PYTHONPATH": f"{own}:{own / 'packages'}",
        "PYTHONHOME": str(own),
        "PYTHONUSERBASE": str(own),
        "PYTHONOPTIMIZE": "2",
        "PYTHONSAFEPATH": "1",
        "PIP_CONFIG_FILE": str(config),
        "PIP_TARGET": str(own),
        "PIP_PREFIX": str(own),
        "PIP_ROOT": str(own),
        "PIP_DRY_RUN": "1",
        "PIP_IGNORE_INSTALLED": "1",
    }
    before = sorted(own.rglob("*"))
    environment = project.environment(**settings)
    del environment["PIP_NO_INDEX"], environment["PIP_FIND_LINKS"]  # pip.conf has them
    project.setup = subprocess.run(
        ["make", "environment", *(["peers"] if MXNET else [])],
        cwd=project.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert sorted(own.rglob("*")) == before
    return project


@pytest.fixture(scope="module")
def empty(made, tmp_path_factory) -> Path:
    """A .venv with nothing but pip in it."""
    folder = tmp_path_factory.mktemp("empty") / ".venv"
    shutil.copytree(made.root / ".venv", folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for path in [*folder.glob("*.txt"), *packages.glob("*.pth")]:
        path.unlink()
    for path in [*packages.glob("probe*"), *packages.glob("peer*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


@pytest.fixture
def small(tmp_path, empty) -> Small:
    """A project that is not set up."""
    project = Small(tmp_path / "project")
    project.empty = empty
    return project


# ---- The user's own settings ----------------------------------------------------


def test_settings_of_pip_and_python_change_nothing(made):
    assert made.setup.returncode == 0, made.setup.stdout
    assert made.version() == "1.0"
    assert len(made.marks()) == 2 + MXNET
    assert made.run() == (0, "")  # nothing is left to do


@WITH_PEERS
def test_peers_are_set_up_under_the_same_settings(made):
    assert made.version("peer") == "1.0"
    assert made.run("sh", "book/tools/peers.sh") == (0, "")


def test_what_leads_to_the_registry_is_kept(tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nquiet = 3\nindex-url = https://one.example/simple\ntarget = /here\n"
        "find-links =\n    /a\n    /b\n"
        "[install]\ncert = /of/install.pem\n"
    )
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_CERT", "/of/variable.pem")
    monkeypatch.setenv("PIP_DRY_RUN", "1")
    settings = registry_settings(Path(sys.executable))
    assert settings.pop("PIP_FIND_LINKS").split() == ["/a", "/b"]
    assert settings == {
        "PIP_INDEX_URL": "https://one.example/simple",
        "PIP_CERT": "/of/variable.pem",
    }


def test_a_damaged_pip_conf_is_named(tmp_path, monkeypatch):
    config = tmp_path / "pip.conf"
    config.write_text("index-url = https://one.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    with pytest.raises(PipError, match="cannot read your pip settings: .*index"):
        registry_settings(Path(sys.executable))


def test_variables_that_bend_python_do_not_pass_make(small):
    rules = "include Makefile\nshow:\n\t@env\n"
    (small.root / "show.mk").write_text(rules)
    bent = {"PYTHONPATH": "/own", "PYTHONHOME": "/own", "PYTHONSTARTUP": "/own.py"}
    more = {"PYTEST_PLUGINS": "own", "PYTHONDONTWRITEBYTECODE": "1"}
    code, output = small.run("make", "-f", "show.mk", "show", **bent, **more)
    assert code == 0, output
    names = {line.split("=")[0] for line in output.splitlines()}
    assert {n for n in names if n.startswith(("PYTHON", "PYTEST"))} == {
        "PYTHON",
        "PYTHONDONTWRITEBYTECODE",
    }


# ---- Which Python ---------------------------------------------------------------


def stand_in(folder: Path, change: str) -> Path:
    """A program that is this Python after ``change`` was executed in it."""
    path = folder / "a python"
    code = f"import sys; {change}; exec(sys.argv[1])"
    path.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{code}' \"$4\"\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("sys.version_info = (3, 9)", "it is Python 3.9, and 3.11 or later is wanted"),
        ('sys.modules["ensurepip"] = None', "it lacks venv (import of ensurepip"),
        ("sys.exit(0)", "it does not start as a Python does"),
        (None, "there is no such program"),
    ],
)
def test_a_python_that_is_asked_for_and_unfit_is_named(small, tmp_path, change, reason):
    path = stand_in(tmp_path, change) if change else tmp_path / "nothing here"
    code, output = small.run(PYTHON=str(path))
    assert code == 1
    assert f"PYTHON={path} cannot be used: {reason}" in output
    assert not (small.root / ".venv").exists()


def test_another_python_than_that_of_the_environment_is_noted(made, tmp_path):
    path = stand_in(tmp_path, 'sys.base_prefix = "/another"')
    code, output = made.run(PYTHON=str(path))
    assert code == 0
    assert f"not of PYTHON={path}" in output and "make clean" in output
    assert made.run(PYTHON=sys.executable) == (0, "")


def test_no_fit_python_on_the_path_says_what_was_found(small, tmp_path):
    path = stand_in(tmp_path, "sys.version_info = (3, 10)")
    programs = tmp_path / "bin"
    programs.mkdir()
    path.rename(programs / "python3")
    for name in ("sh", "dirname", "uname"):
        (programs / name).symlink_to(shutil.which(name))
    code, output = small.run(PYTHON="", PATH=str(programs))
    assert code == 1
    assert (
        "No Python from 3.11 on with venv found. python3: it is Python 3.10" in output
    )


def test_the_environments_own_python_may_make_it_anew(small, empty):
    program = "import sys\nprint(sys.executable)\n"  # it would be deleted meanwhile
    (small.root / "book" / "tools" / "environment.py").write_text(
        f"{program}sys.exit('--ready' in sys.argv)\n"
    )
    activated = f"{empty / 'bin'}:{os.environ['PATH']}"
    code, output = small.run(PYTHON="", PATH=activated)
    assert code == 0 and str(empty) not in output
    assert small.run(PYTHON=str(empty / "bin" / "python")) == (0, output)


def test_an_environment_whose_python_has_gone_is_made_anew(small):
    small.run(*small.quick())
    python = small.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    code, output = small.run(*small.quick())
    assert code == 0 and "Setting up" in output, output
    assert small.version() == "1.0"


# ---- Nothing is noted that is not there -----------------------------------------


def test_packages_that_were_removed_are_put_back(small):
    small.run(*small.quick())
    packages = next((small.root / ".venv").glob("lib/python*/site-packages"))
    shutil.rmtree(packages / "probe-1.0.dist-info")
    (packages / "probe.py").unlink()
    code, output = small.run()
    assert code == 0 and "Putting back" in output, output
    assert small.version() == "1.0"
    assert small.run() == (0, "")


def test_a_pip_that_only_says_so_leaves_no_note(small):
    code, output = small.without_pip()
    assert code == 1
    assert "probe==1.0 is missing" in output and "absent" not in output
    assert small.marks() == []
    code, output = small.run(*small.quick())
    assert code == 0, output
    assert small.version() == "1.0"


@WITH_PEERS
def test_peers_that_pip_only_speaks_of_leave_no_note(small):
    assert small.run(*small.quick())[0] == 0
    code, output = small.without_pip("--peers")
    assert code == 1
    assert "peer==1.0 is missing" in output and "make peers tries again" in output
    assert "requirements-peers.installed.txt" not in small.marks()


def test_other_versions_and_halves_are_differences(made):
    def compare():
        python = ".venv/bin/python"
        return made.run(python, "-m", "book.tools.requirements", "lock.txt")

    packages = next((made.root / ".venv").glob("lib/python*/site-packages"))
    lock = made.root / "lock.txt"
    lock.write_text("probe==2.0 \\\n    --hash=sha256:1234\n    # via\n    #   one\n")
    code, output = compare()
    assert code == 1 and "probe==2.0 is wanted, version 1.0 is there" in output
    lock.write_text("Probe==1.0\n")
    record = packages / "probe-1.0.dist-info" / "RECORD"
    content = record.read_text()
    record.unlink()
    code, output = compare()
    assert code == 1 and "probe==1.0 is there in part only" in output
    record.write_text(content)
    folder = packages.relative_to(made.root / ".venv") / "probe-1.0.dist-info"
    assert compare() == (0, f"{folder}\n")


def test_a_disk_that_takes_no_more_is_an_error(small):
    def no_large_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    code, output = small.run(*small.quick(), limit=no_large_files)
    assert code == 1
    assert "The set-up is not complete: " in output
    assert "the next make sets .venv up anew" in output
    assert small.marks() == []
    assert small.run(*small.quick())[0] == 0
    assert small.version() == "1.0"


# ---- One at a time --------------------------------------------------------------


def test_of_two_at_once_one_waits(small):
    both = [small.start(*small.quick(seconds=2)) for _ in range(2)]
    outputs = sorted(process.communicate(timeout=600)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0], outputs
    waited, worked = outputs
    assert waited.startswith("Another set-up of .venv is running (")
    assert worked.startswith("Setting up .venv") and worked.count("\n") == 1
    assert small.version() == "1.0"


def test_one_that_was_killed_does_not_hold_up_the_next(small):
    killed = small.start(*small.quick(seconds=100))
    assert killed.stdout.readline().startswith("Setting up")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    code, output = small.run(*small.quick())
    assert code == 0 and "Another" not in output, output
    assert small.version() == "1.0"


def test_a_pip_that_outlives_its_set_up_is_waited_for(small):
    turn = small.root / ".venv" / "setup.lock"
    turn.parent.mkdir()
    with turn.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        pip = subprocess.Popen(["sleep", "3"], pass_fds=[file.fileno()])
    waiting = small.start(*small.quick())
    assert waiting.stdout.readline().startswith("Another set-up of .venv is running")
    assert waiting.communicate()[0].startswith("Setting up")
    assert pip.wait() == waiting.returncode == 0


def test_a_file_in_place_of_the_environment(small):
    (small.root / ".venv").write_text("")
    code, output = small.run(*small.quick())
    assert code == 1
    assert output == (
        "The set-up is not complete: .venv is not a folder; remove it and try again; "
        "the next make sets .venv up anew.\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one build")
def test_pytorch_is_a_build_without_graphics_cards_where_pip_finds_one(small):
    """Its checksum is not in the lock, and the cards' libraries are not fetched."""
    plain = wheel(small.wheels, "torch", "1.0")
    wheel(small.wheels, "torch", "1.0+cpu")
    probe = wheel(small.wheels, "probe", "1.0")
    cards = f"nvidia-cards==1.0 \\\n    {NO_HASH}\n"
    (small.root / "requirements-torch.txt").write_text(probe + plain + cards)
    command = (sys.executable, "-B", "-m", "book.tools.environment", "--torch")
    code, output = small.run(*command)
    assert code == 0, output
    python = small.root / ".venv-torch" / "bin" / "python"
    ask = "import torch, probe; print(torch.version, probe.version)"
    told = subprocess.run([python, "-I", "-c", ask], capture_output=True, text=True)
    assert told.stdout == "1.0+cpu 1.0\n"
    assert small.run(*command) == (0, "")
    wrong = re.sub(r"(sha256:)\w{4}", r"\g<1>0000", probe)
    (small.root / "requirements-torch.txt").write_text(wrong + plain)
    code, output = small.run(*command)  # what else is locked is compared
    assert code != 0 and "The set-up is not complete: pip ended with code" in output


def test_peers_are_for_the_machines_that_mxnet_runs_on(small):
    """Their lock has NumPy 1, which would put PyTorch's away."""
    code = (
        "import sys; from book.tools import environment; environment.MXNET = False; "
        "sys.argv = ['', '--peers']; environment.main()"
    )
    ended, output = small.run(sys.executable, "-B", "-c", code)
    assert ended != 0
    assert output == "The peers are locked for the machines that MXNet runs on.\n"
