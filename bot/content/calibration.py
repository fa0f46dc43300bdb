"""How sure a match must be, read from `faq/calibration.yaml`, which `dalil gold --calibrate` writes."""

from dataclasses import asdict
from pathlib import Path

from bot.content.reading import Mistakes, Where, read
from bot.content.shaping import Model, shaped
from bot.faq.matcher import Calibration
from bot.faq.vectors import is_installed

FILE = Path("faq") / "calibration.yaml"


class _Calibration(Model):
    offset: float
    score: float
    lead: float
    known: float
    side: float
    ours_offset: float
    ours_known: float
    ours_lead: float
    sure: float
    unsure: float
    semantic: float = 0.0


def read_calibration(root: Path, mistakes: Mistakes) -> Calibration | None:
    """Return the calibration, None (the built-in one) where there is none."""
    path = root / FILE
    if not path.exists():
        return None
    document = read(root, path, mistakes)
    shape = shaped(_Calibration, document, mistakes) if document else None
    if shape is None:
        return None
    if shape.semantic and not is_installed():
        mistakes.warn("semantic_missing", Where(FILE.as_posix(), 1))
    return Calibration(**shape.model_dump())


def written(calibration: Calibration, comment: str) -> str:
    """Return the file's text."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines += [f"{name}: {value:.4f}" for name, value in asdict(calibration).items()]
    return "\n".join(lines) + "\n"
