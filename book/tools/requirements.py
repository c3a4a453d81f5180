"""Read a lock such as requirements.txt, and compare it with what is installed.

    python -m book.tools.requirements requirements.txt

compares the packages that this Python finds with the files named. It ends with exit
code 1 and names each difference, or prints where the packages are noted: a folder
each, relative to the environment.
"""

from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
import sys

# Wherever packages are installed there is pip; `packaging` itself may be missing.
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name


@dataclass
class Locked:
    """One package of the lock."""

    requirement: Requirement
    """Name, version and the marker that says on which machines it is wanted."""
    text: str
    """The whole entry in one line, checksums included, as pip takes it."""
    wanted_by: set[str] = field(default_factory=set)
    """Names of the packages that depend on it, as the lock's comments tell."""

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    def applies(self) -> bool:
        """Whether it is wanted on this machine, by this Python."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate()


def read_lock(path: Path) -> list[Locked]:
    """The packages that a file made by ``uv pip compile`` lists, in its order."""
    found: list[Locked] = []
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        words = line.strip().removeprefix("# via").removeprefix("#").split()
        if line.startswith("    #"):
            found[-1].wanted_by.update(canonicalize_name(word) for word in words[:1])
        elif line.strip() and not line.startswith("#"):
            requirement = Requirement(line.split(" --hash=")[0])
            found.append(Locked(requirement, " ".join(line.split())))
    return found


def installed(name: str) -> Distribution | None:
    """The package as this Python finds it, or None where it does not."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def is_wanted(locked: Locked) -> bool:
    """Whether a package of the lock is wanted here.

    Libraries for graphics cards are not where PyTorch is a build without them.
    """
    if locked.name.startswith(("cuda-", "nvidia-", "triton")):
        torch = installed("torch")
        if torch is not None and torch.version.endswith("+cpu"):
            return False
    return locked.applies()


def differences(path: Path) -> list[str]:
    """What this Python's packages lack of the lock at ``path``: a sentence each."""
    found = []
    for locked in filter(is_wanted, read_lock(path)):
        package = installed(locked.name)
        wanted = f"{locked.name}{locked.requirement.specifier}"
        if package is None:
            found.append(f"{wanted} is missing")
        elif not locked.requirement.specifier.contains(package.version, True):
            found.append(f"{wanted} is wanted, version {package.version} is there")
        elif package.read_text("RECORD") is None:  # pip writes it last
            found.append(f"{wanted} is there in part only")
    return found


def noted_in(path: Path) -> list[str]:
    """Where the packages of the lock are noted, relative to the environment.

    Each has a folder of its own (``numpy-1.26.4.dist-info``), which goes when the
    package is removed or replaced.
    """
    packages = [installed(x.name) for x in read_lock(path) if is_wanted(x)]
    folders = [Path(package.locate_file("")) / _folder(package) for package in packages]
    return [str(folder.relative_to(sys.prefix)) for folder in folders]


def _folder(package: Distribution) -> str:
    record = next(f for f in package.files if f.name == "RECORD")
    return str(record.parent)


def main() -> None:
    if sys.argv[1] == "--wanted":  # what is left of a lock, once PyTorch is there
        entries = [x for x in read_lock(Path(sys.argv[2])) if is_wanted(x)]
        print("\n".join(x.text for x in entries if x.name != "torch"))
        return
    paths = [Path(name) for name in sys.argv[1:]]
    found = [sentence for path in paths for sentence in differences(path)]
    if found:
        sys.exit("\n".join(found))
    for path in paths:
        print("\n".join(noted_in(path)))


if __name__ == "__main__":
    main()
