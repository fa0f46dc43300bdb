"""Look the pinned packages up for known weaknesses, and never call it well where nothing could be looked up.

Run by `make audit`, and by `make test` with `--where-it-can`, in the environment of `requirements-tools.lock`: every
`requirements*.lock` is given to pip-audit. The status is 1 where a weakness is known, 2 where a package could not be
looked up (0 with `--where-it-can`), else 0. `PIP_AUDIT` names another program than pip-audit, for the tests.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Seconds for one file: a hundred packages take some twenty.
PATIENCE = 120


@dataclass
class Audit:
    """What was found of the packages of all files."""

    asked: set[str] = field(default_factory=set)
    without_data: set[str] = field(default_factory=set)
    weaknesses: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def of_file(self, lock: Path) -> None:
        """Ask for the packages of one file."""
        program = os.environ.get("PIP_AUDIT") or str(Path(sys.executable).with_name("pip-audit"))
        line = [program, "--require-hashes", "--disable-pip", "--progress-spinner=off", "--timeout=5", "--format=json"]
        try:
            done = subprocess.run([*line, "-r", lock], capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
            told = json.loads(done.stdout)["dependencies"]
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            self.failures.append(f"{lock.name}: {type(error).__name__}")
            return
        for package in told:
            name = f"{package['name']} {package.get('version', '')}".strip()
            self.asked.add(name)
            if "skip_reason" in package:
                self.without_data.add(name)
            self.weaknesses |= {
                f"{name}: {one['id']}, mended in {one['fix_versions']}" for one in package.get("vulns", ())
            }


def main() -> int:
    """Look up, tell, and return the status."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--where-it-can", action="store_true", help="no data is told, and is no failure")
    words.add_argument("--root", type=Path, default=ROOT)
    given = words.parse_args()
    audit = Audit()
    for lock in sorted(given.root.glob("requirements*.lock")):
        audit.of_file(lock)
        if audit.failures or audit.asked == audit.without_data:
            # Where nothing is known of a hundred packages, nothing will be of the rest.
            break
    for weakness in sorted(audit.weaknesses):
        print("WEAK", weakness)
    looked_up = len(audit.asked) - len(audit.without_data)
    if audit.failures or looked_up <= 0 or audit.without_data:
        why = "; ".join(audit.failures) or f"{len(audit.without_data)} packages are not known there"
        print(f"NO DATA: of {len(audit.asked)} packages {max(looked_up, 0)} were looked up ({why}).")
        print("Run `make audit` where the data on weaknesses can be had, before each release.")
        return 1 if audit.weaknesses else 0 if given.where_it_can else 2
    print(f"{looked_up} packages looked up, {len(audit.weaknesses)} weaknesses known.")
    return 1 if audit.weaknesses else 0


if __name__ == "__main__":
    raise SystemExit(main())
