"""A kernel is the same however it was started, and whatever the user has set up."""

import json
from pathlib import Path
import subprocess
import sys

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
import nbformat
import numpy
import pytest
from traitlets.config.loader import PyFileConfigLoader

from book.tools.chapters import ROOT

HEAD = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n# Probe\n"
# JPY_...: numbers of the process that started the kernel
ENVIRONMENT = """\
import json, os, sys
import matplotlib

own = {k: v for k, v in os.environ.items() if not k.startswith("JPY_")}
own["program"], own["size"] = sys.executable, matplotlib.rcParams["figure.figsize"]
own["path"] = [p for p in sys.path if "foreign" in p]
found = json.dumps(own, sort_keys=True)
"""
PROBE = f"""{HEAD}
```{{code-cell}}
:tags: [nbval-check-output]

{ENVIRONMENT}
"shown only where a foreign setting says so"
print(found)
```
"""
LONG = f"""{HEAD}
```{{code-cell}}
:tags: [long-run]

{ENVIRONMENT}
from utils import long_run

stored = long_run("probe/environment", lambda: {{"found": [found]}})
```
"""


@pytest.fixture
def foreign(tmp_path):
    """Variables and files of a user who has set up much for other work."""
    home = tmp_path / "foreign"
    files = {
        ".config/matplotlib/matplotlibrc": "figure.figsize: 1, 1\n",
        ".ipython/profile_default/ipython_config.py": (
            "c = get_config()\nc.InteractiveShell.ast_node_interactivity = 'all'\n"
        ),
        ".ipython/profile_default/startup/00.py": "print('started')\n",
        "startup.py": "print('python started')\n",
        "rc/matplotlibrc": "figure.figsize: 2, 2\n",
        "jupyter/kernels/python3/kernel.json": json.dumps(
            {"argv": ["false"], "display_name": "Foreign", "language": "python"}
        ),
    }
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {
        "HOME": str(home),
        "MATPLOTLIBRC": str(home / "rc"),
        "MPLBACKEND": "svg",
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_PATH": str(home / "jupyter"),
        "PYTHONSTARTUP": str(home / "startup.py"),
        "PYTHONHASHSEED": "7",
        "PYTHONOPTIMIZE": "1",
        "OMP_NUM_THREADS": "7",
        "MKL_NUM_THREADS": "7",
        "MXNET_CPU_WORKER_NTHREADS": "7",
        "TQDM_DISABLE": "",
    }


def printed(project) -> dict:
    """What the small chapter's stored notebook says of its environment."""
    nb = nbformat.read(project.notebook, as_version=4)
    (cell,) = (cell for cell in nb.cells if cell.cell_type == "code")
    (output,) = cell.outputs
    return json.loads(output.text)


def in_lab(environment: dict, folder: Path) -> dict:
    """What a kernel of JupyterLab prints, started by the class that Lab starts."""
    script = f"""
import asyncio, json, sys
from {__name__} import lab_kernel_prints
print(asyncio.run(lab_kernel_prints(sys.argv[1])))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def lab_kernel_prints(folder: str) -> str:
    settings = ROOT / "book" / "tools" / "jupyter" / "jupyter_server_config.py"
    config = PyFileConfigLoader(str(settings)).load_config()
    kernels = AsyncMappingKernelManager(config=config, root_dir=folder)
    id = await kernels.start_kernel(path=folder)
    client = kernels.get_kernel(id).client()
    client.start_channels()
    texts = []
    await client.wait_for_ready(timeout=120)
    await client.execute_interactive(
        ENVIRONMENT + "print(found)",
        output_hook=lambda m: texts.append(m["content"].get("text", "")),
        timeout=120,
    )
    client.stop_channels()
    await kernels.shutdown_all()
    return "".join(texts)


def test_four_ways_lead_to_the_same_kernel(project, foreign):
    """Executor, nbval, JupyterLab and long runs, under settings of other work."""
    project.source.write_text(PROBE)
    code, output = project.execute()
    assert code == 0, output
    plain = printed(project)
    assert plain["OMP_NUM_THREADS"] == "1" and plain["PYTHONHASHSEED"] == "0"
    assert plain["size"] == [6.4, 4.8] and plain["program"] == sys.executable

    code, output = project.run("book.tools.notebooks", "--all", project.name, **foreign)
    assert code == 0, output
    assert printed(project) | {"HOME": plain["HOME"]} == plain  # the executor

    code, output = project.nbval(**foreign)  # compares what is printed
    assert code == 0 and "1 passed" in output, output

    lab = in_lab(project.environment(**foreign), project.source.parent)
    shown = lab | {"HOME": plain["HOME"], "PYTHONPATH": plain["PYTHONPATH"]}
    assert shown == {k: v for k, v in plain.items() if k != "TQDM_DISABLE"}

    project.source.write_text(LONG)
    code, output = project.run("book.tools.long_runs", "1", project.name, **foreign)
    assert code == 0, output
    folder = project.root / "data" / "long-runs" / "probe"
    with numpy.load(folder / "environment-seed0.npz") as stored:
        long = json.loads(stored["found"][0])
    jupyter = {"CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "GIT_PAGER", "PAGER"}
    jupyter |= {"MPLBACKEND", "BOOK_LONG_RUNS", "TERM", "HOME", "PYDEVD_USE_FRAME_EVAL"}
    assert {k: v for k, v in long.items() if k not in jupyter} == {
        k: v for k, v in plain.items() if k not in jupyter
    }


def test_the_seed_reaches_every_kernel(project):
    project.source.write_text(PROBE)
    assert project.execute(BOOK_SEED="3")[0] == 0
    assert printed(project)["BOOK_SEED"] == "3"
    code, output = project.nbval(BOOK_SEED="3")
    assert code == 0, output
    assert in_lab(project.environment(BOOK_SEED="3"), ROOT)["BOOK_SEED"] == "3"


TREES = f"""{HEAD}
```{{code-cell}}
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

generator = np.random.default_rng(0)
X = generator.normal(size=(4000, 20))
y = X[:, 0] * X[:, 1] + X[:, 2]
model = HistGradientBoostingRegressor(max_iter=400, random_state=0)
model.fit(X, y).score(X, y) > 0.9
```
"""


def test_boosted_trees_are_not_held_up_by_other_work(project):
    """Two chapters under nbval beside four busy loops: with more than one thread each,
    the threads wait for each other, many times longer than this cell is given."""
    twin = project.source.with_name("twin.md")
    project.source.write_text(TREES)
    twin.write_text(TREES)
    code, output = project.run("book.tools.notebooks", project.name, "regression/twin")
    assert code == 0, output
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)
    ]
    try:
        code, output = project.nbval(
            twin.with_suffix(".ipynb"), "-n2", "--nbval-cell-timeout=60"
        )
    finally:
        for process in busy:
            process.kill()
    assert code == 0 and "2 passed" in output, output
