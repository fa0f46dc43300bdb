"""A module of ours run as a program of its own, for what costs seconds: whoever is being answered waits for nothing.

What ends that program, or keeps it too long, ends only it, and is raised here.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

_PROGRAM: Final = Path(__file__).parent.parent


def answered_apart(module: str, told: bytes, patience: float) -> bytes:
    """Return what a module says on its standard output to what it is told on its standard input.

    Raise `OSError` or `subprocess.SubprocessError` where it ends otherwise than well, or not within so many seconds.
    """
    # The very program that asks, and nothing that lies where it was started.
    path = os.pathsep.join(filter(None, (str(_PROGRAM.parent), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-P", "-m", module]
    process = subprocess.run(  # noqa: S603
        command,
        input=told,
        stdout=subprocess.PIPE,
        check=True,
        timeout=patience,
        env=os.environ | {"PYTHONPATH": path},
    )
    return process.stdout
