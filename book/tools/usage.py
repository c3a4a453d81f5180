"""What a kernel has used, asked for inside it when its chapter has ended."""

import sys

import psutil

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None


def usage() -> tuple[float, int]:
    """CPU seconds of this process and its children so far, and the most memory.

    The memory is the largest resident set of one process, in megabytes (10^6 bytes);
    children count once they have ended.
    """
    times = psutil.Process().cpu_times()
    seconds = times.user + times.system
    seconds += getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
    if resource is None:
        peak = psutil.Process().memory_info().peak_wset
    else:
        unit = 1 if sys.platform == "darwin" else 1024
        of = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        peak = unit * max(resource.getrusage(who).ru_maxrss for who in of)
    return round(seconds, 1), round(peak / 1e6)
