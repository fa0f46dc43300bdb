"""The content tried on Telegram and WhatsApp before anyone is sent it."""

import re
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from bot.channels.checking import check_channels
from bot.channels.screens import Screen, moves_words_alone, screens
from bot.channels.telegram import TelegramChannel
from bot.channels.whatsapp import WhatsAppChannel
from bot.content.files import files_read
from bot.content.library import load
from bot.content.reading import Mistakes
from bot.conversation.library import Library
from bot.faq.entries import EntryId
from bot.message import LANGUAGES, Text
from bot.staff.editing import AddItem, Edit, SetValue, edited
from tests.program import ROOT, copied, told
from tests.spoiling import line_of, spoiled

_DAY = date(2026, 11, 23)


def _noted(root: Path) -> Mistakes:
    library, before = load(root, proving=False)
    assert library is not None, before.errors
    mistakes = Mistakes()
    check_channels(root, library, _DAY, mistakes)
    return mistakes


def test_everything_can_be_sent(library: Library) -> None:
    """No text and no choice of the content loses anything; what is less handy is told with its line, and once."""
    mistakes = Mistakes()
    check_channels(ROOT, library, _DAY, mistakes)
    assert mistakes.errors == []
    for one in mistakes.warnings:
        assert one.where.line <= (ROOT / one.where.file).read_text("utf-8").count("\n") + 1
    assert len(set(mistakes.warnings)) == len(mistakes.warnings)


#: More than a message holds, and than one with choices below it; and a beginning that is all that is left of a label.
_LONGEST = "كلمة " * 830
_LONG = "كلمة " * 230
_BEGUN = "هذا اسم طويل لا يسعه سطر "

#: What is put into a copy of the content, before the first `old` behind `after`, and what is said there.
_BAD = {
    "a condition": ("flows/tpme/rules.yaml", "\n    because:", "ar: ", _LONGEST, "text_parted"),
    "a note": ("flows/tpme/rules.yaml", "\n        because:", "ar: ", _LONGEST, "text_parted"),
    "what a scheme gives": ("flows/indh/rules.yaml", "\ngives:", "ar: ", _LONGEST, "text_parted"),
    "an estimate": ("flows/tpme/rules.yaml", "\n  words:", "ar: ", _LONGEST, "text_parted"),
    "what is said of papers": ("flows/intelaka/rules.yaml", "\npapers:", "ar: ", _LONG, "text_parted"),
    "a source": ("flows/sources.yaml", "\n  title:", "ar: ", _LONGEST, "text_parted"),
    "who confirms": ("flows/authorities.yaml", "\n  name:", "ar: ", _LONGEST, "text_parted"),
    "a question": ("flows/facts.yaml", "\n  ask:", "ar: ", _LONG, "text_parted"),
    "why it is asked": ("flows/facts.yaml", "\n  why:", "ar: ", _LONGEST, "text_parted"),
    "a wish": ("flows/facts.yaml", "\n  wish:", 'ar: "', _LONGEST, "text_parted"),
    "a title": ("flows/intelaka/rules.yaml", "\ntitle:", "ar: ", _BEGUN, "label_cut"),
    "a region": ("flows/places.csv", "\nregion-10,", "region,", _BEGUN, "label_cut"),
}
#: Two of one list that begin alike.
_ALIKE = {
    "options": ("flows/facts.yaml", ("\n    cooperative:", "\n    company:"), "label: {ar: "),
    "regions": ("flows/places.csv", ("\nregion-8,", "\nregion-9,"), "region,"),
    "answers to change": ("flows/facts.yaml", ("\nlegal_form:", "\nactivity:"), "name:\n    ar: "),
}
_SHORT = "short: {ar: صفة واحدة, fr: Un}\n      "


def _of_its_own(words: str, number: int) -> str:
    """Return words that stand nowhere else: what is said is found by its words."""
    return words.replace("كلمة", f"كلمة{number}")


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[int]], Mistakes]:
    """Give a copy with something bad of every kind, the lines of each, and what is noted."""
    root = copied(tmp_path_factory.mktemp("spoilt"))
    lines: dict[str, list[int]] = {}
    for number, (name, (file, after, old, new, _)) in enumerate(_BAD.items()):
        lines[name] = [spoiled(root, file, old, old + _of_its_own(new, number), after)]
    for name, (file, afters, old) in _ALIKE.items():
        new = (_SHORT if name == "options" else "") + old + _BEGUN
        lines[name] = [spoiled(root, file, old, new, after) + new.count("\n") for after in afters]
    # Not before every other line of a file has its place.
    lines["offices"] = [spoiled(root, "flows/offices.yaml", "ar: ", f"ar: {_LONGEST}", "address:")]
    places = root / "flows" / "places.csv"
    namesakes = re.sub(
        r"(?m)^(azemmour|lbir-jdid),commune,[^,]*,[^,]*", r"\1,commune,قرية,Village", places.read_text("utf-8")
    )
    places.write_text(namesakes, "utf-8")
    lines["places"] = [line_of(root, "flows/places.csv", "lbir-jdid,commune")]
    for file, _, _ in _ALIKE.values():
        for name, (other, after, old, new, _) in _BAD.items():
            if other == file:
                lines[name] = [line_of(root, file, old + _of_its_own(new, [*_BAD].index(name)), after)]
    return root, lines, _noted(root)


@pytest.mark.parametrize("name", _BAD)
def test_what_a_channel_shortens_is_a_warning(spoilt: tuple[Path, dict[str, list[int]], Mistakes], name: str) -> None:
    """A text in parts, or a label that is cut, is told with its file and line, whatever part of the content it is."""
    _, lines, mistakes = spoilt
    file, _, _, _, kind = _BAD[name]
    told = [one for one in mistakes.warnings if (one.where.file, one.where.line) == (file, lines[name][0])]
    assert any(kind in one.message for one in told)


def test_what_is_put_together_is_tried_as_it_is_said(spoilt: tuple[Path, dict[str, list[int]], Mistakes]) -> None:
    """An office with all that is known of it is tried as people are told it."""
    _, lines, mistakes = spoilt
    place = ("flows/offices.yaml", lines["offices"][0])
    told = [one for one in mistakes.warnings if (one.where.file, one.where.line) == place]
    assert any("text_parted" in one.message for one in told)


@pytest.mark.parametrize("name", [*_ALIKE, "places"])
def test_what_looks_the_same_is_a_mistake(spoilt: tuple[Path, dict[str, list[int]], Mistakes], name: str) -> None:
    """Options, regions, answers and places that are not told apart once shortened keep the content from going live."""
    _, lines, mistakes = spoilt
    file = _ALIKE[name][0] if name in _ALIKE else "flows/places.csv"
    told = {one.where.line for one in mistakes.errors if one.where.file == file}
    assert told.intersection(lines[name]) == set(lines[name])


def test_labels_that_become_equal_are_mistakes(tmp_path: Path) -> None:
    """Two choices of one list that look the same once shortened keep the content from going live."""
    root = copied(tmp_path)
    # Without their short titles, both begin alike.
    for scheme in ("rna_artisan", "rna_maalem"):
        path = root / "flows" / scheme / "rules.yaml"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith("short:")), "utf-8")
    said = told("check", root=root)
    assert said.status == 1
    for scheme in ("rna_artisan", "rna_maalem"):
        file = f"flows/{scheme}/rules.yaml"
        assert f"✗ {file}:{line_of(root, file, '  ar: التسجيل')}: WhatsApp" in said.out


#: Two questions that begin alike, in one file and in two, and the languages in which they do.
_BEGIN_ALIKE = (
    ("tpme.min-investment", "tpme.max-investment", ("fr",)),
    ("export.turnover-threshold", "tpme.turnover", ("ar", "fr")),
)


def test_questions_that_may_be_offered_together_are_told_apart(tmp_path: Path) -> None:
    """Two questions that begin alike, in one file or in two, keep the content from going live without a short name."""
    root = copied(tmp_path)
    for id_ in (id_ for one, other, _ in _BEGIN_ALIKE for id_ in (one, other)):
        path = root / "faq" / f"{id_.partition('.')[0]}.yaml"
        text, times = re.subn(rf"(- id: {id_}\n(?:  .*\n)*?)  short:\n(?:    .*\n)+", r"\1", path.read_text("utf-8"))
        assert times == 1, id_
        path.write_text(text, "utf-8")
    mistakes = _noted(root)
    wrong = {(error.where.file, error.where.line) for error in mistakes.errors if "WhatsApp" in error.message}
    for one, other, languages in _BEGIN_ALIKE:
        for id_, language in product((one, other), languages):
            file = f"faq/{id_.partition('.')[0]}.yaml"
            assert (file, line_of(root, file, f"{language}: ", f"- id: {id_}\n")) in wrong, (id_, language)
    assert all("short" in error.remedy for error in mistakes.errors)


def test_short_names_of_questions_are_told_apart(tmp_path: Path) -> None:
    """Two questions that were given one short name are both told."""
    root = copied(tmp_path)
    assert "fr: Créer une société\n" in (root / "faq/status.yaml").read_text("utf-8")
    spoiled(root, "faq/status.yaml", "fr: Créer une société\n", "fr: Créer une coopérative\n")
    errors = {(one.where.file, one.where.line) for one in _noted(root).errors}
    assert errors == {
        ("faq/status.yaml", line_of(root, "faq/status.yaml", "fr: ", f"- id: {id_}\n"))
        for id_ in ("status.cooperative-create", "status.company")
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        ("flows/telegram.yaml", "share_location:", "share_locatoin:", "share_location"),
        ("flows/telegram.yaml", "  menu:", "  menus:", "menus"),
        ("flows/telegram.yaml", "ar: مشاركة موقعي الآن", "ar: مشاركة موقعي الآن مع الدليل حتى يجد المكتب الأقرب", "36"),
        ("flows/whatsapp.yaml", "ar: الاختيارات", "ar: الاختيارات الممكنة كلها", "20"),
        ("flows/whatsapp.yaml", "or_number:", "number:", "number"),
    ],
)
def test_mistakes_in_the_words_of_a_channel(tmp_path: Path, file: str, old: str, new: str, names: str) -> None:
    """Mistakes in the words that only one channel needs are told with their line."""
    root = copied(tmp_path)
    line = spoiled(root, file, old, new)
    mistakes = Mistakes()
    (TelegramChannel() if "telegram" in file else WhatsAppChannel()).words(root, mistakes)
    assert any(names in one.message for one in mistakes.errors)
    assert line in {one.where.line for one in mistakes.errors} or "share" in old


def test_what_an_edit_cannot_move_is_not_tried_again(library: Library, tmp_path: Path) -> None:
    """Beside content that was looked at, words that changed are tried where they stand; the same is offered everywhere.

    The screens that are then come to are all that are others, and no choice is.
    """
    root = copied(tmp_path)
    before = files_read(root)
    edits: dict[str, list[Edit]] = {
        "faq/export.yaml": [
            AddItem(
                "faq/export.yaml", ("export.support-rate", "phrasings", "darija"), "شحال كيعطيو ف الميزان ديال البرا"
            ),
            SetValue(
                "faq/export.yaml", ("export.support-rate", "answer", "ar"), "نعم، كلمة أخرى {export_support_rate}.\n"
            ),
        ],
        "flows/offices.yaml": [SetValue("flows/offices.yaml", ("brce-2", "phone"), "05 36 00 00 00")],
    }
    for name, listed in edits.items():
        (root / name).write_bytes(edited(before[name], listed))
    after = files_read(root)
    changed, _ = load(root, proving=False, like=[library])
    assert changed is not None
    assert moves_words_alone(before, after)
    known, whole = ([_shown(one) for one in _screens(one)] for one in (library, changed))
    moved = [_shown(one) for one in _screens(changed, library)]
    assert set(whole) - set(known) <= set(moved) <= set(whole)
    assert {choices for _, choices, _ in whole} == {choices for _, choices, _ in known}
    assert 0 < len(moved) < len(whole) / 10


def _screens(library: Library, like: Library | None = None) -> list[Screen]:
    return [screen for language in LANGUAGES for screen in screens(library, _DAY, language, like)]


def _shown(screen: Screen) -> tuple[object, ...]:
    return screen.reply.text, screen.reply.choices, screen.reply.asks_location


def test_who_offers_something_else_is_tried_on_every_way(library: Library) -> None:
    """Another question, another name of an office, or another file than these, and every screen is come to again."""
    entry = library.entries[EntryId("export.support-rate")]
    other = replace(entry, question=Text({"ar": "سؤال آخر؟", "fr": "Une autre question ?"}))
    renamed = replace(library, entries={**library.entries, entry.id: other})
    assert sum(1 for _ in _screens(renamed, library)) > 1_000
    assert not moves_words_alone({"flows/phrases.yaml": b"1"}, {"flows/phrases.yaml": b"2"})
    assert not moves_words_alone({}, {"flows/caravan.yaml": b"2"})
