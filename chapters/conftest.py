"""nbval's kernels: see book/tools/kernels.py."""

from book.tools.kernels import FileKernelManager
from nbval import kernel

kernel.KernelManager = FileKernelManager
