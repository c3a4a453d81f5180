"""Kernel managers whose kernels talk over sockets in files, not over network ports.

Jupyter chooses a kernel's ports first and lets the kernel open them a second later.
In between another process may take one, as happens when two chapters start at once;
then the kernel never answers. Files have names of their own. On Windows, which lacks
such sockets, ports remain.
"""

import os
from pathlib import Path
import tempfile

from jupyter_client import AsyncKernelManager, KernelManager

START_TIMEOUT = 300  # seconds until a kernel must have answered


class _FileSockets:
    def __init__(self, **options):
        if os.name != "nt":
            self._folder = tempfile.TemporaryDirectory(
                prefix="k", ignore_cleanup_errors=True
            )
            options |= {"transport": "ipc", "ip": str(Path(self._folder.name, "k"))}
        super().__init__(**options)


class FileKernelManager(_FileSockets, KernelManager):
    """For nbval (chapters/conftest.py)."""


class AsyncFileKernelManager(_FileSockets, AsyncKernelManager):
    """For nbclient (book/tools/notebooks.py)."""
