"""The one home of what a kernel gets: its program, its environment, its sockets.

Four ways lead to a kernel: the executor (also for seeds, evidence and, without Jupyter,
long runs), nbval, and `make lab`. All of them start it here, so that a chapter finds
the same everywhere, whatever the user has set up for other work:

- the Python that runs this, not a kernel of the same name from somewhere else;
- the variables of ``FIXED``, seed and engine of this run, and none that steers Python,
  IPython, Matplotlib, MXNet or the number of threads; settings are read from a folder
  of the environment's own;
- sockets in files instead of network ports. Jupyter chooses a kernel's ports first and
  lets the kernel open them a second later; in between another process may take one.
  Then the kernel never answers. On Windows, which lacks such sockets, ports remain.
"""

import os
from pathlib import Path
import sys
import tempfile

from jupyter_client import AsyncKernelManager, KernelManager
from jupyter_client.ioloop import AsyncIOLoopKernelManager
from jupyter_client.kernelspec import KernelSpec
from utils.engines import VARIABLE, engine
from utils.seeding import book_seed

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT = 300  # seconds until a kernel must have answered
FIXED = {
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",  # progress bars are for people, not for stored outputs
}
FOREIGN = (
    "PYTHON", "IPYTHON", "IPYKERNEL", "JUPYTER", "JPY_", "MPL", "MATPLOTLIB", "MXNET",
    "OMP_", "GOMP_", "KMP_", "MKL_NUM", "OPENBLAS_NUM", "NUMEXPR", "TQDM_", "PYTEST",
    "SKLEARN", "BOOK_", "COV_CORE",
)  # fmt: skip


def kernel_environment(
    seed: int | None = None, watched: bool = False, root: Path = ROOT
) -> dict[str, str]:
    """The environment variables of a kernel, or of a script that stands for one.

    ``seed`` is the book's own (BOOK_SEED) unless given. Where it is ``watched``, as in
    JupyterLab, progress bars show.
    """
    settings = Path(sys.prefix, "kernel")  # no user's own files there
    settings.mkdir(exist_ok=True)
    rc = settings / "matplotlibrc"
    if not rc.exists():
        rc.touch()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    environment = {
        **kept,
        **FIXED,
        "BOOK_SEED": str(book_seed() if seed is None else seed),
        VARIABLE: engine(),
        "PYTHONPATH": str(root),
        "IPYTHONDIR": str(settings / "ipython"),
        "MPLCONFIGDIR": str(settings),
        "MATPLOTLIBRC": str(rc),
        "PYTHONNOUSERSITE": "1",
    }
    if watched:
        del environment["TQDM_DISABLE"]
    return environment


class _BookKernel:
    """What the three kernel managers below have in common."""

    watched = False

    def __init__(self, **options):
        if os.name != "nt":
            self._folder = tempfile.TemporaryDirectory(
                prefix="k", ignore_cleanup_errors=True
            )
            options |= {"transport": "ipc", "ip": str(Path(self._folder.name, "k"))}
        super().__init__(**options)

    @property
    def kernel_spec(self) -> KernelSpec:
        """This Python's kernel, whatever its name; it logs next to nothing."""
        program = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
        quiet = ["--log-level=50", "--HistoryManager.enabled=False"]
        return KernelSpec(
            argv=[sys.executable, *program, *quiet],
            display_name="Python 3",
            language="python",
        )

    async def _async_pre_start_kernel(self, **options):
        own = kernel_environment(watched=self.watched)
        seed = (options.get("env") or {}).get("BOOK_SEED")  # the executor's
        options["env"] = own | ({"BOOK_SEED": seed} if seed else {})
        return await super()._async_pre_start_kernel(**options)


class FileKernelManager(_BookKernel, KernelManager):
    """For nbval (chapters/conftest.py)."""


class AsyncFileKernelManager(_BookKernel, AsyncKernelManager):
    """For nbclient (book/tools/execute.py)."""


class LabKernelManager(_BookKernel, AsyncIOLoopKernelManager):
    """For JupyterLab (book/tools/jupyter): somebody is watching."""

    watched = True
