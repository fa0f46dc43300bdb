"""Commands that try the content, and what each command of a terminal takes and tells: `ask` and `locate`.

Nothing that reads the files is loaded here: where a release is kept ready, whoever asks starts in half the time.
"""

import json
import sys
import unicodedata
from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.commands.configuration import config_of, keep_of
from bot.content.reading import Mistakes, in_order
from bot.content.releases import loaded as ready
from bot.conversation.library import Library
from bot.message import MAIN
from bot.offices.places import Place, Sure, Unsure, nearest

#: What some readers take for the end of a line, and some terminals obey, and JSON leaves as it is: control characters
#: beyond ASCII, the ends of lines and paragraphs, and the marks that turn the direction of what follows.
_ESCAPED = {
    sign: f"\\u{sign:04x}"
    for sign in (*range(0x7F, 0xA0), *range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}


def folder_of(args: Namespace) -> Path:
    """Return the folder of the content: as the command says, else as configured."""
    return config_of(args).content


def loaded(args: Namespace) -> Library:
    """Return the content, or leave with every mistake told."""
    library, mistakes = ready(folder_of(args), keep_of(config_of(args)))
    if library is None:
        tell(mistakes)
        raise SystemExit(1)
    return library


def lines() -> Iterator[str]:
    """Yield the lines of standard input without their ends; bytes that are not UTF-8 are replaced."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def day_of(written_day: str) -> date:
    """Return the day that a command was given, or leave when it is none."""
    try:
        return date.fromisoformat(written_day)
    except ValueError:
        print(f"{written_day!r} is not a date such as 2025-07-03", file=sys.stderr)
        raise SystemExit(2) from None


def written(value: object) -> None:
    """Print one JSON object a line, at once: whoever waits for it on a pipe goes on."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(_ESCAPED) + "\n")
    sys.stdout.flush()


def harmless(text: str) -> str:
    """Return a text without what nobody sees and what a terminal obeys; lines and their words stay."""
    lines = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n").split("\n")
    return "\n".join("".join(map(_seen, line)) for line in lines)


def _seen(sign: str) -> str:
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign)[0] == "C" else sign


def tell(mistakes: Mistakes) -> None:
    """Print each mistake and each warning with its place and what to do, and how many keep the content back."""
    for mark, listed in (("✗", mistakes.errors), ("!", mistakes.warnings)):
        for mistake in in_order(listed):
            print(f"{mark} {mistake.where.file}:{mistake.where.line}: {mistake.message}\n    {mistake.remedy}")
    if mistakes.errors:
        print(f"errors: {len(mistakes.errors)}")


def ask(args: Namespace) -> int:
    """Answer questions from standard input, one a line; nothing is stored."""
    library = loaded(args)
    for text in lines():
        # Ten are ranked because some may be other offices' business, which is no entry of ours.
        match = library.matcher.match(text, most=10)
        if args.json:
            ours = [(entry, score) for entry, score in match.ranked if not library.entries[entry].off_topic]
            entries = [{"id": entry, "score": round(score, 4)} for entry, score in ours[:5]]
            is_ours = bool(ours) and ours[0] == match.ranked[0]
            zone = match.zone if is_ours else "none"
            written({"text": text, "zone": zone, "entries": entries})
        else:
            print(f"{match.zone:7}" + "  ".join(f"{entry} {score:.2f}" for entry, score in match.ranked))
    return 0


def locate(args: Namespace) -> int:
    """Find the places that standard input names, one a line, and the office competent there."""
    library = loaded(args)
    for text in lines():
        found = _located(text, library)
        if args.json:
            written(found)
        else:
            office = found["office"]
            choices = found["choices"]
            assert isinstance(choices, list)
            told = office["name_ar"] if isinstance(office, dict) else " / ".join(c["commune"] or "" for c in choices)
            print(f"{text}: {found['commune'] or found['province'] or found['region'] or '?'} → {told or '?'}")
    return 0


def _located(text: str, library: Library) -> dict[str, object]:
    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    region: int | None = None
    position = _position(text)
    if position is not None:
        place = library.gazetteer.at(*position)
    else:
        match library.gazetteer.read(text):
            case Sure(place=place):
                pass
            case Unsure(choices=candidates) as unsure:
                region = unsure.region
            case _:
                pass
    region = place.region if place else region
    around = place or (library.gazetteer.region(region) if region else None)
    reaches = nearest(around, library.offices, "brce") if around else []
    office = {"id": reaches[0].office.id, "name_ar": reaches[0].office.name.of(MAIN)} if reaches else None
    return {
        "text": text,
        "region": region,
        "province": place.province if place else None,
        "commune": place.name.of("fr") if place and place.kind == "commune" else None,
        "choices": [
            {
                "commune": choice.name.of("fr") if choice.kind == "commune" else None,
                "province": choice.province,
                "region": choice.region,
            }
            for choice in candidates
        ],
        "office": office,
    }


def _position(text: str) -> tuple[float, float] | None:
    """Return the coordinates a line gives as `lat,lon`, None when it gives words."""
    first, comma, second = text.partition(",")
    try:
        return (float(first), float(second)) if comma else None
    except ValueError:
        return None
