"""Install what a chapter needs and this Python lacks; for Google's Colab.

    python -m book.tools.colab [topic/name ...]

Without a name: what any chapter needs. Run from the project's folder. The versions are
those of the lock for this Python. What is installed already stays as it is, in whatever
version, NumPy 2 among it; only a pip that is too old to fetch data is replaced.
"""

import ast
from collections.abc import Iterable
from pathlib import Path
import re
import subprocess
import sys
import sysconfig
import tempfile

from pip._vendor.packaging.version import Version
from utils.fingerprints import code_cells, used_definitions

from book.tools import environment, mxnet_libraries
from book.tools.requirements import Locked, installed, read_lock

ROOT = Path(__file__).resolve().parents[2]
# Packages that are imported under another name than their own (- for _ apart).
NAMES = {"sklearn": "scikit-learn", "PIL": "pillow", "causallearn": "causal-learn"}
# MXNet imports distutils, which Python 3.12 finds only in setuptools.
MORE = {"mxnet": "setuptools"}
# utils.packages fetches data with pip; an older one cannot go on after a break.
OLDEST_PIP = Version("25.2")


def imported(code: Iterable[str]) -> set[str]:
    """Outermost names of the modules that pieces of code import, anywhere in them."""
    names = set()
    for piece in code:
        for node in ast.walk(ast.parse(re.sub(r"(?m)^(\s*)[%!].*$", r"\1pass", piece))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.split(".")[0])
    return names


def chapter_imports(chapter: str, root: Path = ROOT) -> set[str]:
    """Outermost module names that the chapter and what it uses of ``utils`` import."""
    markdown = (root / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    code = [cell.code for cell in code_cells(markdown)]
    reached = {name.split(".")[0] for name in used_definitions(code, root / "utils")}
    modules = [root / "utils" / f"{module}.py" for module in sorted(reached)]
    return imported(code + [path.read_text(encoding="utf-8") for path in modules])


def needed(modules: Iterable[str], lock: list[Locked]) -> list[Locked]:
    """The locked packages that hold these modules, and all that those depend on.

    Modules of Python itself, of the project, and of packages that are not locked are
    passed over.
    """
    wanted = {NAMES.get(name, name.lower().replace("_", "-")) for name in modules}
    wanted |= {more for name, more in MORE.items() if name in wanted}
    while True:
        further = {x.name for x in lock if x.wanted_by & wanted} | wanted
        if further == wanted:
            return [x for x in lock if x.name in wanted and x.applies()]
        wanted = further


def is_lacking(name: str) -> bool:
    """Whether the package is not installed; pip also where it is too old."""
    package = installed(name)
    if package is None:
        return True
    return name == "pip" and Version(package.version) < OLDEST_PIP


def install(packages: list[Locked]) -> None:
    """Install exactly these, in their locked versions. Raises CalledProcessError."""
    options = ["install", "--quiet", "--use-pep517", "--no-deps", "--require-hashes"]
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "requirements.txt")
        listed.write_text("\n".join(package.text for package in packages) + "\n")
        subprocess.run(
            [sys.executable, "-m", "pip", *options, "-r", listed], check=True
        )


def main() -> None:
    present = {f"{p.parent.name}/{p.stem}" for p in ROOT.glob("chapters/*/*.md")}
    chapters = sys.argv[1:] or sorted(present)
    if unknown := set(chapters) - present:
        sys.exit(
            f"there is no chapter {sorted(unknown)[0]!r}; expected one of: "
            f"{', '.join(sorted(present))}"
        )
    modules = set().union(*map(chapter_imports, chapters))
    modules |= {"pip"} if environment.MXNET else {"pip", "torch"}
    packages = needed(modules, read_lock(ROOT / environment.LOCK))
    lacking = [package for package in packages if is_lacking(package.name)]
    if lacking:
        print("Installing", ", ".join(package.name for package in lacking))
        try:
            install(lacking)
        except subprocess.CalledProcessError as error:
            sys.exit(f"pip ended with code {error.returncode}; nothing was installed")
        if sys.platform == "linux" and environment.MXNET:
            mxnet_libraries.provide(Path(sysconfig.get_path("purelib")))


if __name__ == "__main__":
    main()
