"""On which machine it was measured, and a line of the table."""

import math
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def named() -> str:
    """Return the machine's name, system, processor and cores, and how busy it is."""
    cores = os.cpu_count() or 1
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.node()}: {platform.platform()}, {_processor()}, {cores} cores{load}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def head() -> None:
    """Print what the columns are."""
    print(f"{'':50} {'CPU':>9} {'wall':>9}")


def line(what: str, unit: str, cpu: float | None, wall: float | None, at_most: float | None = None) -> None:
    """Print one measurement; over the target only where neither the CPU nor the wall clock keeps it."""
    known = [value for value in (cpu, wall) if value is not None and not math.isnan(value)]
    shown = [f"{value:9,.2f}" if value in known else f"{'':9}" for value in (cpu, wall)]
    target = f"at most {at_most:,g}" if at_most is not None else ""
    over = "  OVER" if at_most is not None and min(known) > at_most else ""
    print(f"{what:50} {shown[0]} {shown[1]} {unit:4} {target}{over}", flush=True)


@dataclass(slots=True)
class Spent:
    """What a piece of work took, in seconds."""

    cpu: float = 0.0
    wall: float = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """Give what the work inside takes, once it is done."""
    took = Spent()
    wall, cpu = time.perf_counter(), time.process_time()
    yield took
    took.cpu, took.wall = time.process_time() - cpu, time.perf_counter() - wall
