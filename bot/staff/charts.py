"""The charts of the figures, drawn on the server as SVG without scripts or styles; their colours are the page's.

Each stands beside a table with the same numbers, so it is hidden from who has the page read aloud. A number that is too
small to be told has no bar and no point, and its region no colour.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import cos, radians
from typing import Final

import leather
from markupsafe import Markup

from bot.offices.places import Gazetteer, Place

#: A chart's width, a bar's height, and the height of lines, in the units of its drawing; the page scales it.
_WIDTH: Final = 420
_BAR: Final = 38
_LINES: Final = 280
#: Margins and axes beside the bars.
_AROUND: Final = 110
#: The colours of lines, told apart by who sees few colours, on light and on dark ground.
_COLOURS: Final = ("#1b8a6b", "#c7772e", "#7a86d8")
#: Steps of colour on the map beside "nothing told".
_STEPS: Final = 4
#: A degree of latitude on the map, in its units; at Morocco's middle a degree of longitude is shorter.
_DEGREE: Final = 26.0
_MIDDLE: Final = cos(radians(28.8))
_LONG_NUMBER: Final = re.compile(r"(\d+\.\d)\d+")


def bars(rows: Sequence[tuple[str, int | None]]) -> Markup:
    """Return bars from the first row down; nothing where no number is told."""
    told = [(number, label) for label, number in rows if number is not None]
    if not any(number for number, _ in told):
        return Markup("")
    chart = leather.Chart()
    chart.add_bars(told)
    chart.add_x_scale(0, max(number for number, _ in told))
    return _drawn(chart, _BAR * len(told) + _AROUND)


def lines(series: Mapping[str, Sequence[tuple[int, int | None]]], labels: Sequence[str]) -> Markup:
    """Return lines over the places of `labels`; nothing where no line has two points."""
    told = {name: [(at, number) for at, number in points if number is not None] for name, points in series.items()}
    shown = {name: points for name, points in told.items() if len(points) > 1}
    if not shown:
        return Markup("")
    chart = leather.Chart()
    chart.add_x_scale(0, len(labels) - 1)
    chart.add_y_scale(0, max(number for points in shown.values() for _, number in points))
    step = max(1, -(-len(labels) // 5))
    places = list(range(0, len(labels), step))
    chart.add_x_axis(ticks=places, tick_formatter=lambda value, *_: labels[int(value)])
    for (name, points), colour in zip(shown.items(), _COLOURS, strict=False):
        chart.add_line(points, name=name, stroke_color=colour, width=3)
    return _drawn(chart, _LINES)


def _drawn(chart: leather.Chart, height: int) -> Markup:
    drawn = _LONG_NUMBER.sub(r"\1", chart.to_svg(width=_WIDTH, height=height))
    size = f'<svg width="{_WIDTH}" height="{height}"'
    assert drawn.startswith(size)
    head = f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" aria-hidden="true" direction="ltr"'
    # Its texts are our words and titles of ours, escaped by the library.
    return Markup(head + drawn.removeprefix(size))  # noqa: S704


def region_map(gazetteer: Gazetteer, counts: Mapping[int, int | None]) -> Markup:
    """Return the twelve regions, each as the dots of its communes: the more happened, the stronger the colour.

    Communes are known as points; no border is drawn that nobody gave.
    """
    largest = max((number for number in counts.values() if number), default=0)
    parts: list[str] = []
    labels: list[str] = []
    for number, dots in _dots(gazetteer).items():
        times = counts.get(number)
        step = 0 if not times else 1 + min(_STEPS - 1, int(_STEPS * times / (largest + 1)))
        parts.append(f'<path class="step{step}" d="{dots}"></path>')
        x, y = _spot(gazetteer.region(number))
        labels.append(f'<text x="{x:.0f}" y="{y:.0f}">{f"{times:,}" if times else number if times == 0 else ""}</text>')
    shown = "".join(parts) + "".join(label for label in labels if "></text>" not in label)
    return Markup(f'<svg class="map" viewBox="0 0 400 420" aria-hidden="true" direction="ltr">{shown}</svg>')  # noqa: S704


@lru_cache(maxsize=2)
def _dots(gazetteer: Gazetteer) -> Mapping[int, str]:
    """Return the dots of each region's communes, as the path of a drawing."""
    found: dict[int, list[str]] = {number: [] for number in range(1, 13)}
    for place in gazetteer.places.values():
        if place.kind == "commune":
            x, y = _spot(place)
            found[place.region].append(f"M{x:.0f} {y:.0f}h0")
    return {number: "".join(dict.fromkeys(dots)) for number, dots in found.items()}


def _spot(place: Place) -> tuple[float, float]:
    """Return where a place stands on the map."""
    return 10 + (place.lon + 17.2) * _DEGREE * _MIDDLE, 10 + (36.0 - place.lat) * _DEGREE
