"""nbval's kernels (book/tools/kernels.py), and who waits for whom."""

from pathlib import Path

from book.tools.kernels import FileKernelManager
from book.tools.turns import wait_for_artifacts
from nbval import kernel
import pytest

kernel.KernelManager = FileKernelManager
FOLDER = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """First cells wait for artifacts that others of this run leave."""
    if getattr(item, "cell_num", None) == 0:
        name = _chapter(item.fspath)
        others = {_chapter(path) for path in item.config.args} - {name}
        wait_for_artifacts(
            name,
            others,
            2 * item.config.option.nbval_cell_timeout,
            FOLDER.parent,
        )


def _chapter(path) -> str:
    path = Path(str(path)).resolve()
    return f"{path.parent.name}/{path.stem}"
