"""What clerks' tools and fingers do to a file is taken for what was meant, or told in one sentence on its line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.ages import read_ages
from bot.content.answers import read_entries
from bot.content.folder import FOLDER_KINDS, ContentNames, check_folder, named
from bot.content.library import load
from bot.content.places import _Office, read_stations
from bot.content.reading import ContentError, Mistakes, in_order, read
from bot.content.rules import read_rulebook
from bot.content.shaping import shaped
from bot.eligibility.amounts import in_centimes
from tests.program import ROOT, content_day, copied

TODAY = content_day()
ANSWER, OFFICES, CARAVAN, RULES, SOURCES = (
    "faq/export.yaml", "flows/offices.yaml", "flows/caravan.yaml", "flows/power_export_first/rules.yaml",
    "flows/sources.yaml",
)  # fmt: skip
#: Words of YAML parsers and of the library that checks shapes.
_ENGLISH = re.compile(
    r"expected|found|block|mapping|scalar|token|parsing|character|input|should|valid|type=|string|integer|number|None",
    re.IGNORECASE,
)

Spoiling = Callable[[Path], object]


def _bytes(file: str, change: Callable[[bytes], bytes]) -> Spoiling:
    def spoil(root: Path) -> None:
        path = root / file
        path.write_bytes(change(path.read_bytes()))

    return spoil


def _text(file: str, old: str, new: str) -> Spoiling:
    """Replace the first place of a text, which must be there."""

    def change(held: bytes) -> bytes:
        text = held.decode()
        assert old in text, old
        return text.replace(old, new, 1).encode()

    return _bytes(file, change)


def _copied(file: str, copy: str) -> Spoiling:
    return lambda root: Path(shutil.copy(root / file, root / copy)).touch()


def _renamed(file: str, name: str) -> Spoiling:
    def spoil(root: Path) -> None:
        (root / file).rename(root / name)

    return spoil


def _with_export_line(new: str) -> Spoiling:
    """Replace the line in which the amount of the turnover stands."""
    return _text(RULES, "    from: {2025-05-28: 1_000_000}", new)


#: What a clerk's tool or hand did, that means the same as before.
TAKEN: dict[str, Spoiling] = {
    "a byte order mark": _bytes(ANSWER, lambda held: b"\xef\xbb\xbf" + held),
    "line ends of Windows": _bytes(ANSWER, lambda held: held.replace(b"\n", b"\r\n")),
    "line ends of an old Macintosh": _bytes(CARAVAN, lambda held: held.replace(b"\n", b"\r")),
    "UTF-16 as Notepad saves it": _bytes(ANSWER, lambda held: held.decode().encode("utf-16")),
    "UTF-16, the other way round": _bytes(ANSWER, lambda held: b"\xfe\xff" + held.decode().encode("utf-16-be")),
    "spaces that do not break, in front": _text(ANSWER, "  question:\n", "\u00a0\u00a0question:\n"),
    "a space that does not break, behind a key": _text(ANSWER, "  checked: ", "  checked:\u00a0"),
    "a narrow space in a text": _text(ANSWER, "  fr: |\n      L'", "  fr: |\n      L'\u202f"),
    "a mark of direction before a key": _text(ANSWER, "  question:\n", "\u200f  question:\n"),
    "a mark of direction in an id": _text(ANSWER, "- id: export.", "- id: \u200eexport."),
    "a joiner in braces": _text(ANSWER, "{export_support_rate}", "{\u200fexport_support_rate\u200f}"),
    "spaces in braces": _text(ANSWER, "{export_support_rate}", "{ export_support_rate }"),
    "an isolate around a day": _text(ANSWER, "checked: 2026-11-23", "checked: \u20662026-11-23\u2069"),
    "digits of the East in a day": _text(ANSWER, "checked: 2026-11-23", "checked: ٢٠٢٦-١١-٢٣"),
    "a tabulator behind a key": _text(ANSWER, "  checked: ", "  checked: \t"),
    "a tabulator within a text": _text(CARAVAN, "url: https", "url:\thttps"),
    "a tabulator at the end of a line": _text(ANSWER, "  question:\n", "  question:\t\n"),
    "a line of nothing but tabulators": _text(ANSWER, "  question:\n", "\t\t\n  question:\n"),
    "spaces at the end of a line": _text(ANSWER, "  question:\n", "  question:   \n"),
    "no line end at the end": _bytes(CARAVAN, lambda held: held.rstrip(b"\n")),
    "a telephone in digits of the East": _text(OFFICES, '"05 39 94 60 26"', '"٠٥ ٣٩ ٩٤ ٦٠ ٢٦"'),
    "a telephone without quotes": _text(OFFICES, '"05 39 94 60 26"', "0539946026"),
    "a telephone for callers from abroad": _text(OFFICES, '"05 39 94 60 26"', '"+212 539-946026"'),
    "an amount in groups with dots": _with_export_line("    from: {2025-05-28: 1.000.000}"),
    "an amount in groups with spaces": _with_export_line("    from: {2025-05-28: 1 000 000}"),
    "an amount in digits of the East": _with_export_line("    from: {2025-05-28: ١٠٠٠٠٠٠}"),
    "an amount in words": _with_export_line("    from: {2025-05-28: مليون درهم}"),
    "a file that another editor has open": lambda root: (root / "faq" / ".#export.yaml").write_text("x: ["),
    "a lock of an office programme": lambda root: (root / "faq" / ".~lock.export.yaml#").write_text("x"),
    "a backup of an editor": lambda root: (root / "faq" / "export.yaml~").write_text("x: ["),
}  # fmt: skip

#: What is told: how it came, the kind of the mistake, its file, and what stands on the line to mend; "" for the first.
TOLD: dict[str, tuple[Spoiling, str, str, str]] = {
    "the code page of Windows": (
        _bytes(CARAVAN, lambda held: held.decode().replace("Salé", "Sale").replace("Fès", "Fes").replace("Meknès", "M")
               .replace("Laâyoune", "L").encode("cp1256")), "not_utf8", CARAVAN, "city:"),
    "a tabulator in front": (_text(ANSWER, "  question:\n", "\tquestion:\n"), "tab_first", ANSWER, "\tquestion:"),
    "a tabulator in front of a text": (_text(ANSWER, "    ar: |\n      ", "    ar: |\n\t"), "tab_first", ANSWER, "\t"),
    "one space too many": (_text(ANSWER, "  checked:", "   checked:"), "indent_wrong", ANSWER, "   checked:"),
    "one space too few": (_text(ANSWER, "  checked:", " checked:"), "indent_wrong", ANSWER, " checked:"),
    "a phrasing out of its row": (_text(ANSWER, "      - ", "     - "), "indent_wrong", ANSWER, "     - "),
    "no space behind a key": (_text(ANSWER, "  checked: ", "  checked:"), "key_unspaced", ANSWER, "checked:2"),
    "no space behind a dash": (_text(ANSWER, "      - ", "      -"), "dash_unspaced", ANSWER, "      -ش"),
    "quotes of a word processor": (
        _text(OFFICES, '"05 39 94 60 26"', "“05 39 94 60 26”"), "quotes_curly", OFFICES, "“05"),
    "one quote of a word processor": (
        _text(OFFICES, '"05 39 94 60 26"', '"05 39 94 60 26”'), "quotes_curly", OFFICES, "26”"),
    "a quote that is not closed": (
        _text(OFFICES, '"05 39 94 60 26"', '"05 39 94 60 26'), "quote_open", OFFICES, '"05 39 94 60 26'),
    "a quote too few at a text": (_text(CARAVAN, "url: https", 'url: "https'), "quote_open", CARAVAN, 'url: "'),
    "a colon in a text": (
        _text(ANSWER, "    ar: ", "    ar: السؤال: "), "colon_inside", ANSWER, "السؤال: "),
    "a wide colon": (_text(ANSWER, "  checked: ", "  checked： "), "colon_other", ANSWER, "checked："),
    "a comma of Arabic between brackets": (
        _text(CARAVAN, "{ar: سلا, fr", "{ar: سلا، fr"), "comma_arabic", CARAVAN, "سلا،"),
    "a comma in a text in brackets": (
        _text(CARAVAN, "{ar: سلا, fr", "{ar: سلا, المدينة, fr"), "comma_splits", CARAVAN, "المدينة"),
    "a comma in an amount in brackets": (
        _with_export_line("    from: {2025-05-28: 1,000,000}"), "comma_splits", RULES, "1,000,000"),
    "a bracket that is not closed": (
        _text(CARAVAN, "fr: Salé}", "fr: Salé"), "bracket_open", CARAVAN, "Salé"),
    "an amount in two readings": (
        _with_export_line("    from: {2025-05-28: من 1 إلى 2 مليون}"), "amount_unread", RULES, "من 1"),
    "a share with three decimals": (
        _text("flows/tpme/rules.yaml", "{2025-07-03: 30}", "{2025-07-03: 30.000}"), "share_unread",
        "flows/tpme/rules.yaml", "30.000"),
    "a nought too many": (
        _with_export_line("    from: {2025-05-28: 1_000_000, 2027-01-01: 10_000_000}"), "amount_leaps", RULES, "2027"),
    "an amount called as another of its scheme": (
        _text(RULES, 'ar: "أدنى رقم معاملات لغير الصناعة', 'ar: "أَدنى رقم معاملات للصناعة'),
        "amount_title_twice", RULES, "أَدنى"),
    "an amount called by a sentence": (
        _text(RULES, 'ar: "أدنى عمر للشركة"', 'ar: "' + "أدنى عمر للشركة " * 5 + '"'), "label_long", RULES, "أدنى عمر"),
    "an amount that is called nothing": (
        _text(RULES, '    title: {ar: "أدنى عمر للشركة", fr: "Âge minimal de la société"}\n', ""), "key_missing", RULES,
        "  export_least_age:"),
    "a day as people write it": (
        _text(ANSWER, "checked: 2026-11-23", "checked: 29/11/2026"), "date_other_way", ANSWER, "29/11/2026"),
    "a day with its month in its place": (
        _text(ANSWER, "checked: 2026-11-23", "checked: 2026-23-11"), "date_other_way", ANSWER, "2026-23-11"),
    "a day in words": (
        _text(ANSWER, "checked: 2026-11-23", "checked: 23 نونبر 2026"), "date_other_way", ANSWER, "نونبر"),
    "a day of checking that has not come": (
        _text(ANSWER, "checked: 2026-11-23", "checked: 2026-12-11"), "day_ahead", ANSWER, "2026-12-11"),
    "a day of reading that has not come": (
        _text(CARAVAN, "read: 2026-11-23", "read: 2027-11-23"), "day_ahead", CARAVAN, "2027-11-23"),
    "a name in round brackets": (
        _text(ANSWER, "{export_support_rate}", "(export_support_rate)"), "name_in_brackets", ANSWER, "(export"),
    "a name in square brackets": (
        _text(ANSWER, "{export_support_rate}", "[export_support_rate]"), "name_in_brackets", ANSWER, "[export"),
    "a telephone one digit short": (
        _text(OFFICES, '"05 39 94 60 26"', '"05 39 94 60 2"'), "not_so_written", OFFICES, '60 2"'),
    "a site with a space in it": (
        _text(OFFICES, "http://carfm.ma", "http://carfm .ma"), "not_so_written", OFFICES, "carfm .ma"),
    "a station twice": (
        _text(CARAVAN, "source:", "  - city: {ar: سلا, fr: Salé}\nsource:"), "station_twice", CARAVAN,
        "  - city: {ar: سلا, fr: Salé}\nsource"),
    "a copy beside its file": (_copied(ANSWER, "faq/export - Copie.yaml"), "file_copy", "faq/export - Copie.yaml", ""),
    "a copy as Windows names it": (_copied(ANSWER, "faq/export (1).yaml"), "file_copy", "faq/export (1).yaml", ""),
    "a copy with a name of its own": (_copied(ANSWER, "faq/export_old.yaml"), "file_copy", "faq/export_old.yaml", ""),
    "a copy named in Arabic": (_copied(ANSWER, "faq/نسخة.yaml"), "file_copy", "faq/نسخة.yaml", ""),
    "a copy of the offices": (
        _copied(OFFICES, "flows/offices - Copy.yaml"), "file_copy", "flows/offices - Copy.yaml", ""),
    "a copy of some rules": (
        _copied(RULES, "flows/power_export_first/rules (2).yaml"), "file_copy",
        "flows/power_export_first/rules (2).yaml", ""),
    "a renamed file of answers": (_renamed(ANSWER, "faq/Export.yaml"), "file_renamed", "faq/Export.yaml", ""),
    "a renamed file of offices": (_renamed(OFFICES, "flows/ofices.yaml"), "file_renamed", "flows/ofices.yaml", ""),
    "a renamed file of rules": (
        _renamed(RULES, "flows/power_export_first/rulse.yaml"), "file_renamed",
        "flows/power_export_first/rulse.yaml", ""),
}  # fmt: skip


#: What follows from a slip in other files is looked for by reading everything.
WHOLE = (
    "a comma in an amount in brackets",
    "a copy with a name of its own",
    "a renamed file of rules",
    "one space too many",
)


@pytest.fixture(scope="module")
def names() -> ContentNames:
    """Return the names of the whole content, to which one file alone refers."""
    return named(ROOT)


def _checked(root: Path, names: ContentNames) -> list[ContentError]:
    """Return the mistakes in the files that the slips are in, and in which files there are."""
    mistakes = Mistakes()
    spare = check_folder(root, mistakes)
    ages = read_ages(root, mistakes, TODAY)
    elsewhere = names.flows | names.entries
    if "faq/export.yaml" not in spare:
        widths = dict.fromkeys([*names.amounts, *names.statements, *map(in_centimes, names.amounts)], 1)
        read_entries(root, {}, widths, elsewhere, names.flows, mistakes, ages, spare)
    read_rulebook(root, mistakes, proving=False, ages=ages)
    read_stations(root, mistakes, ages)
    document = read(root, root / OFFICES, mistakes) if OFFICES not in spare else None
    for index in range(len(document.value) if document else 0):
        assert document
        shaped(_Office, document, mistakes, (index,))
    # The other subjects, to which the rules point, were left out.
    errors = [one for one in in_order(mistakes.errors) if one.kind != "see_unknown"]
    return [one for one in errors if one.where.file not in spare or one.kind in FOLDER_KINDS]


def _one_subject(tmp_path: Path) -> Path:
    root = copied(tmp_path)
    for path in (root / "faq").iterdir():
        if path.name != "export.yaml":
            path.unlink()
    return root


@pytest.mark.parametrize("what", TAKEN)
def test_takes_what_is_meant(tmp_path: Path, names: ContentNames, what: str) -> None:
    """What a tool adds or writes otherwise, and what cannot mean anything else, is taken."""
    root = _one_subject(tmp_path)
    TAKEN[what](root)
    assert [(one.kind, one.where) for one in _checked(root, names)] == []


@pytest.mark.parametrize("what", TOLD)
def test_tells_a_slip_on_its_line(tmp_path: Path, names: ContentNames, what: str) -> None:
    """A slip is told once, before anything that follows from it, on the line to mend, without a word of a parser."""
    root = copied(tmp_path) if what in WHOLE else _one_subject(tmp_path)
    spoil, kind, file, words = TOLD[what]
    spoil(root)
    errors = in_order(load(root, proving=False, today=TODAY)[1].errors) if what in WHOLE else _checked(root, names)
    first = errors[0]
    assert (first.kind, first.where.file) == (kind, file), [(one.kind, one.where, one.message) for one in errors]
    if words and kind != "not_utf8":
        text = (root / file).read_text("utf-8")
        at = text.rindex(words) if kind == "station_twice" else text.index(words)
        assert first.where.line == text.count("\n", 0, at) + 1
    assert len(errors) <= 2, [(one.kind, one.where) for one in errors]
    for one in errors:
        bare = re.sub(r"«[^»]*»|[\w./-]+\.yaml", "", one.message + one.remedy)
        assert not _ENGLISH.search(bare), bare
