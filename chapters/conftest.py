"""nbval's kernels: see book/scripts/kernels.py."""

from book.scripts.kernels import FileKernelManager
from nbval import kernel

kernel.KernelManager = FileKernelManager
