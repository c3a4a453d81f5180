"""Two compiler libraries that MXNet's wheel for Linux leaves to the system.

    python -m book.tools.mxnet_libraries

Debian has them in libgomp1 and libquadmath0. Where one is missing, MXNet gets a link to
the copy that scikit-learn or NumPy brings.
"""

import ctypes
from pathlib import Path
import sys
import sysconfig

COPIES = {
    "libgomp.so.1": "scikit_learn.libs/libgomp-*.so*",
    "libquadmath.so.0": "numpy.libs/libquadmath-*.so*",
}


def provide(packages: Path) -> None:
    """Link what the system lacks into the folder ``mxnet`` in ``packages``."""
    for name, pattern in COPIES.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            link = packages / "mxnet" / name
            copies = sorted(packages.glob(pattern))
            if copies and link.parent.is_dir():
                link.unlink(missing_ok=True)
                link.symlink_to(copies[0])


if __name__ == "__main__" and sys.platform == "linux":
    provide(Path(sysconfig.get_path("purelib")))
