"""Pictures of what is printed, looked at as an eye would: whether a run of letters stands there, the right way round.

No text is taken out of the PDF: its order there says nothing about what is seen.
"""

import io
from pathlib import Path
from typing import Any, Final

import numpy as np
import typst
from fontpkg_ibm_plex_sans_arabic import ROOT as FONT
from PIL import Image

PPI: Final = 150
Ink = np.ndarray[Any, np.dtype[np.float64]]

_ALONE: Final = """#set page(width: auto, height: auto, margin: 2pt)
#set text(font: "IBM Plex Sans Arabic", size: {size}pt, dir: ltr)
#text(sys.inputs.run)"""


def ink(picture: bytes) -> Ink:
    """Return how dark each point of a PNG is, from 0 to 1."""
    grey = Image.open(io.BytesIO(picture)).convert("L")
    return 1.0 - np.asarray(grey, dtype=np.float64) / 255.0


def alone(run: str, size: float = 10) -> Ink:
    """Return the ink of a run of letters drawn by itself from left to right, without the white around it."""
    source = _ALONE.format(size=size).encode()
    fonts = [str(Path(FONT) / "files")]
    drawn = typst.Compiler(source, font_paths=fonts).compile(  # type: ignore[misc]
        format="png", ppi=PPI, sys_inputs={"run": run}
    )
    assert isinstance(drawn, bytes)
    dark = ink(drawn)
    rows, columns = np.flatnonzero(dark.max(1) > 0.3), np.flatnonzero(dark.max(0) > 0.3)
    return dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def likeness(page: Ink, run: Ink) -> float:
    """Return how well the best place of a page matches a run, from 0 to 1: the correlation of the two inks there."""
    height, width = run.shape
    pattern = run - run.mean()
    shape = (page.shape[0] + height, page.shape[1] + width)
    spectrum = np.fft.rfft2(page, shape)
    products = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(pattern, shape)), shape)
    window = np.conj(np.fft.rfft2(np.ones_like(run), shape))
    sums = np.fft.irfft2(spectrum * window, shape)
    squares = np.fft.irfft2(np.fft.rfft2(page**2, shape) * window, shape)
    spread = np.sqrt(np.maximum(squares - sums**2 / run.size, 1e-6))
    matched = products / (spread * np.sqrt((pattern**2).sum()))
    return float(matched[: page.shape[0] - height, : page.shape[1] - width].max())
