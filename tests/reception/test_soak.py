"""Two hundred programs killed on the way of a message, at each point of it; `make soak` kills two thousand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

_KILLS = 50


@pytest.mark.parametrize("confirms", [False, True])
def test_killed_again_and_again(url: str, confirms: bool) -> None:
    """No message is lost, none counts twice, every reply arrives in order, and no more twice than were under way."""
    command = [sys.executable, "-m", "tests.soak", "--kills", str(_KILLS), "--url", url, "--seed", "7"]
    done = subprocess.run(
        [*command, *(["--confirms"] if confirms else [])],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    came = json.loads(done.stdout)
    assert came["wrong"] == []
    assert came["kills"] == _KILLS
    assert came["messages"] > 5 * _KILLS
    # Where the platform tells what arrived nothing arrives twice; elsewhere the figures tell at least as many.
    assert came["doubled"] <= (0 if confirms else came["sent_again"])
    assert done.returncode == 0
