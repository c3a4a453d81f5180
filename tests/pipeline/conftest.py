"""A copy of the project that a test may damage."""

import os
import shutil
import subprocess
import sys

import pytest

from book.tools.chapters import ROOT

NOT_COPIED = shutil.ignore_patterns(
    ".venv*",
    "_build",
    "artifacts",
    ".git",
    "__pycache__",
    ".*_cache",
    "*.ipynb",
    "node_modules",
)
PROBE = """\
---
kernelspec:
  name: python3
  display_name: Python 3
---

# Probe

```{code-cell}
from utils import claim

x = 41 + 1
```

The answer is {eval}`x`.

```{code-cell}
:tags: [nbval-check-output]

print("the answer is", x)
```

```{code-cell}
claim("probe/answer", x, at_least=40, baseline=1)
```
"""


class Project:
    """A copy of the project with one small chapter more, and ways to run its parts."""

    name = "regression/probe"

    def __init__(self, root, original=ROOT):
        self.root = root
        shutil.copytree(original, root, ignore=NOT_COPIED if original == ROOT else None)
        self.source = root / "chapters" / f"{self.name}.md"
        self.notebook = self.source.with_suffix(".ipynb")
        if original == ROOT:
            self.source.write_text(PROBE)

    def environment(self, **more) -> dict[str, str]:
        """This process's, without the parts that a test sets itself."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name != "CHAPTER" and not name.startswith("PYTEST")
        }
        return {**inherited, "PYTHONPATH": str(self.root), **more}

    def start(self, *arguments, **environment) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments, **environment) -> tuple[int, str]:
        """Exit code and output of ``python -m arguments`` in the copy."""
        process = self.start(*arguments, **environment)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output

    def execute(self, **environment) -> tuple[int, str]:
        return self.run("book.tools.notebooks", self.name, **environment)

    def check(self, name=None) -> tuple[int, str]:
        """The chapter tests, for one chapter."""
        return self.run("pytest", "tests/chapters", CHAPTER=name or self.name)

    def nbval(self, *more, **environment) -> tuple[int, str]:
        """Test the small chapter's notebook as `make test` does."""
        options = ("--nbval-lax", "--nbval-current-env", *map(str, more))
        return self.run("pytest", *options, str(self.notebook), **environment)

    def edit(self, old: str, new: str, path=None) -> None:
        path = path or self.source
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))


@pytest.fixture(scope="session")
def original(tmp_path_factory) -> Project:
    """One copy whose small chapter is executed, for the others to be copied from."""
    project = Project(tmp_path_factory.mktemp("original") / "project")
    code, output = project.execute()
    assert code == 0, output
    return project


@pytest.fixture
def executed(original, tmp_path) -> Project:
    """A copy of the project with the small chapter executed."""
    return Project(tmp_path / "project", original.root)


@pytest.fixture
def project(executed) -> Project:
    """A copy of the project with the small chapter not executed."""
    executed.notebook.unlink()
    return executed
