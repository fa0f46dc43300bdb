"""The content check refuses what is wrong, each mistake with its file and line, and nothing that is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.answers import MENDED, check_mended, read_mended
from bot.content.reading import Mistakes, read
from bot.conversation.library import Library
from bot.faq.entries import EntryId
from tests.content.conftest import WORDINGS, Found
from tests.program import ROOT

Spoil = Callable[[str, str], list[Found]]

FAQ, FLOW = "faq/about.yaml", "flows/tried/flow.yaml"

#: An entry as it should be. Each line of it is of its own, so that a test finds the line it spoils.
ENTRY = """
- id: about.tried
  question:
    ar: هل جرب هذا السؤال قبل اليوم؟
    fr: Cette question a-t-elle été essayée ?
  phrasings:
    darija:
      - تجربة واحدة ديال السؤال
      - واش كيجرب هاد الطوموبيل
      - بغيت نجرب الماكلة ديال الجيران
      - شحال من مرة جربتيو الفران
      - فين كتجربو الصباغة الجديدة
      - علاش التجريب كيطول بزاف
      - شكون جرب الدراجة قبل مني
      - وقتاش غادي نجربو الراديو
    msa:
      - أين تجري تجربة السيارة
      - متى تنتهي تجربة الطبخ
      - من يجرب الدراجة أولا
      - كيف نجرب المذياع القديم
      - لماذا تطول تجربة الطلاء
    arabizi: [tajriba dyal tomobil, bghit njerreb lmakla, chkoun jerreb lbechklit, fin katjerbo sbagha]
    french: [essai de la voiture rouge, goûter la cuisine du voisin, tester la peinture du vélo]
  answer:
    ar: نعم، هذا جواب للتجربة.
    fr: Oui, ceci est un essai.
  sources:
    - url: https://example.org/essai
      read: 2026-11-22
      says: nothing
  checked: 2026-11-21
  confidence: press
  see: [about.who, menu]
"""

#: A flow as it should be.
TALK = """title: {ar: تجربة, fr: Essai}
steps:
  - say:
      ar: شاشة للتجربة.
      fr: Un écran d'essai.
  - ask: province
  - offer:
      question:
        ar: وماذا بعد؟
        fr: Et ensuite ?
      ways:
        - to: office
          label:
            ar: مكتب جهتي
            fr: Mon bureau
        - to: caravan
          label:
            ar: القافلة
            fr: La caravane
"""

#: All but three of the phrasings in Darija.
_FEW = ENTRY[ENTRY.index("      - واش") : ENTRY.index("      - شكون")]
_WAYS = TALK[TALK.index("        - to: office") :]
_SOURCES = ENTRY[ENTRY.index("sources") : ENTRY.index("\n  checked")]
#: The source once more, and what stands behind it.
_AGAIN = ("    - {url: https://example.org/essai, read: 2026-11-22, says: x}\n", "  checked: 2026-11-21")
#: Every change to the entry: what is replaced, by what, the kind of mistake, and what stands on its line.
ENTRIES = {
    "a key written twice": ("  confidence:", "  checked: 2026-11-21 \n  confidence:", "key_twice", "2026-11-21 "),
    "an unknown key": ("  confidence:", "  colour: blue\n  confidence:", "key_unknown", "colour"),
    "a key left out": ("  checked: 2026-11-21\n", "", "key_missing", "id: about.tried"),
    "an answer without French": ("    fr: Oui, ceci est un essai.\n", "", "key_missing", "  answer:"),
    "a French answer without words": ("Oui, ceci est un essai.", '" "', "text_empty", '" "'),
    "a date that is none": ("2026-11-21", "2026-02-30", "not_a_date", "2026-02-30"),
    "a date of a source that is none": ("2026-11-22", "yesterday", "not_a_date", "yesterday"),
    "an unknown amount": ("للتجربة.", "للتجربة ({tpme_leest_investment}).", "amount_unknown", "leest"),
    "an amount of the law in digits": ("للتجربة.", "للتجربة (50 مليون درهم).", "amount_literal", "50 مليون"),
    "the same amount in French": ("un essai.", "un essai de 50 000 000 DH.", "amount_literal", "50 000 000"),
    "a share of the law beside its amount": ("للتجربة.", "للتجربة {tpme_ceiling}، أي 30 %.", "amount_literal", "أي 30"),
    "an answer that no phone holds": ("للتجربة.", "ل" * 600, "answer_long", "ل" * 600),
    "plain words that are long": ("  sources:", "  plain: {ar: سهل, fr: %s}\n  sources:" % ("f" * 241), "answer_long",
                                  "  plain:"),
    "a source written twice": (_AGAIN[1], _AGAIN[0] + _AGAIN[1], "source_twice", "url: https://example.org/essai, r"),
    "a phrasing of another entry": ("شكون جرب الدراجة قبل مني", "شكون نتا", "phrasing_shared", "- شكون نتا"),
    "a phrasing without words": ("شكون جرب الدراجة قبل مني", '"؟"', "phrasing_empty", '"؟"'),
    "too few phrasings": (_FEW, "", "phrasings_few", "    darija:"),
    "no source": (_SOURCES, "sources: []", "entry_uncited", "sources: []"),
    "a confidence nobody knows": ("confidence: press", "confidence: certain", "not_a_choice", "certain"),
    "a number for a text": ("says: nothing", "says: 3", "not_text", "says: 3"),
    "a reference to nothing": ("see: [about.who, menu]", "see: [about.whom]", "see_unknown", "about.whom"),
    "an entry in another's file": ("id: about.tried", "id: caravan.tried", "entry_elsewhere", "caravan.tried"),
    "an id of two entries": ("id: about.tried", "id: about.forget", "entry_twice", "- id: about.forget"),
    "a line that is no YAML": ("  checked: 2026-11-21", '  checked: "2026', "quote_open", '"2026'),
}  # fmt: skip
FLOWS = {
    "an unknown fact": ("ask: province", "ask: shoe_size", "fact_unknown", "shoe_size"),
    "an unknown flow": ("to: caravan", "to: caravel", "flow_unknown", "caravel"),
    "an unknown step": ("- ask: province", "- sing: province", "step_unknown", "sing"),
    "an unknown key": ("title:", "titles: 1\ntitle:", "key_unknown", "titles"),
    "an unknown kind of office": ("ask: province", "nearest: bank", "not_a_choice", "bank"),
    "an unknown scheme": ("ask: province", "assess: lottery", "scheme_unknown", "lottery"),
    "a way for an unknown scheme": ("- to: caravan", "- possible: [lottery]\n          to: caravan", "scheme_unknown",
                                    "lottery"),
    "ways that may all fall away": (_WAYS, _WAYS.replace("- to", "- possible: [tpme]\n          to"), "offer_bare",
                                    "  - offer:"),
    "a screen without French": ("      fr: Un écran d'essai.\n", "", "key_missing", "  - say:"),
    "a screen that no phone holds": ("Un écran d'essai.", "é" * 601, "screen_long", "é" * 601),
    "a label that no list holds": ("ar: مكتب جهتي", f"ar: {'م' * 73}\n            fr: Mon bureau\n          short:\n"
                                   "            ar: مكتب", "label_long", "م" * 73),
    "a label without a short one": ("ar: مكتب جهتي", f"ar: {'م' * 25}", "short_missing", "م" * 25),
    "two choices that read alike": ("ar: مكتب جهتي", "ar: القافلة", "label_twice", "ar: القافلة"),
    "no end": (TALK[TALK.index("  - offer") :], "", "flow_endless", "steps:"),
    "steps that are no list": (TALK[TALK.index("steps:") :], "steps: none\n", "not_a_list", "steps: none"),
    "a key written twice": ("- ask: province", "- ask: province\n    ask: province", "key_twice", "    ask:"),
}  # fmt: skip


@pytest.mark.parametrize("what", ENTRIES)
def test_refuses_a_mistake_in_an_entry(spoil: Spoil, root: Path, what: str) -> None:
    """A mistake in an entry of the FAQ is told once, where it stands, and no other with it."""
    old, new, kind, words = ENTRIES[what]
    assert ENTRY.count(old) == 1
    text = ENTRY.replace(old, new)
    line = (root / FAQ).read_text("utf-8").count("\n") + text[: text.index(words)].count("\n") + 1
    found = spoil(FAQ, text)
    assert found == [(kind, FAQ, line)]


@pytest.mark.parametrize("what", FLOWS)
def test_refuses_a_mistake_in_a_flow(spoil: Spoil, root: Path, what: str) -> None:
    """A mistake in a flow is told once, where it stands, and no other with it."""
    old, new, kind, words = FLOWS[what]
    assert TALK.count(old) == 1
    text = TALK.replace(old, new)
    line = text[: text.index(words) if kind != "label_twice" else text.rindex(words)].count("\n") + 1
    found = spoil(FLOW, text)
    # A step that cannot be read is not there, and may have been the last.
    assert (kind, FLOW, line) in found
    assert [one for one in found if one[0] != "flow_endless"] in ([], [(kind, FLOW, line)])


def test_takes_what_is_right(spoil: Spoil) -> None:
    """What the other tests spoil is taken as it is."""
    assert spoil(FAQ, ENTRY) == []
    assert spoil(FLOW, TALK) == []


@pytest.mark.parametrize(
    ("file", "spoiling"),
    [
        ("flows/tpme/rules.yaml", "nonsense: 1\n"),
        ("flows/facts.yaml", "nonsense:\n  kind: rhyme\n"),
        ("flows/sources.yaml", "nonsense: 1\n"),
        ("flows/authorities.yaml", "nonsense: 1\n"),
        ("flows/schemes.yaml", "nonsense: 1\n"),
        ("flows/statements.yaml", "nonsense: 1\n"),
        ("flows/phrases.yaml", "nonsense: {ar: نص, fr: texte}\n"),
        ("flows/asides.yaml", "nonsense: [x]\n"),
        ("flows/caravan.yaml", "nonsense: 1\n"),
        ("flows/offices.yaml", "- id: nonsense\n"),
        ("flows/office/flow.yaml", "nonsense: 1\n"),
        ("flows/place_aliases.yaml", "nonsense: 1\n"),
        ("flows/place_words.yaml", "nonsense: 1\n"),
        ("faq/calibration.yaml", "nonsense: 1\n"),
    ],
)
def test_tells_a_mistake_of_its_own_file_only(spoil: Spoil, root: Path, file: str, spoiling: str) -> None:
    """A mistake in one file is never told as mistakes of the others that go by it."""
    line = (root / file).read_text("utf-8").count("\n") + 1
    found = spoil(file, spoiling)
    assert found
    assert {(name, line <= at <= line + 1) for _, name, at in found} == {(file, True)}


@pytest.mark.parametrize("file", ["flows/facts.yaml", "flows/tpme/rules.yaml", "flows/office/flow.yaml"])
def test_tells_an_unreadable_file_only(spoil: Spoil, file: str) -> None:
    """A file that cannot be read at all is one mistake, and what goes by it is none."""
    found = spoil(file, '"\n')
    assert [(kind, name) for kind, name, _ in found] == [("quote_open", file)]


def test_reads_no_as_text(tmp_path: Path) -> None:
    """«no», «yes», «on», a date and 012 (a telephone) are text as written; numbers and true are not."""
    path = tmp_path / "tried.yaml"
    path.write_text("[no, yes, on, Off, NO, 2026-11-23, 1:30, 012, ~, true, 3, 1_000, 2.5, '7', null]", "utf-8")
    mistakes = Mistakes()
    document = read(tmp_path, path, mistakes)
    assert document
    assert document.value == [
        "no", "yes", "on", "Off", "NO", "2026-11-23", "1:30", "012", None, True, 3, 1000, 2.5, "7", None,
    ]  # fmt: skip
    assert not mistakes.errors


def test_tells_what_no_line_holds(tmp_path: Path) -> None:
    """A file that is missing, and one that is not UTF-8, are mistakes of their first line."""
    mistakes = Mistakes()
    (tmp_path / "latin.yaml").write_bytes("- dégât".encode("latin-1"))
    for name in ("nowhere.yaml", "latin.yaml"):
        assert read(tmp_path, tmp_path / name, mistakes) is None
    told = [(one.where.file, one.where.line, one.message) for one in mistakes.errors]
    assert told == [
        ("nowhere.yaml", 1, WORDINGS["file_missing"]["message"]),
        ("latin.yaml", 1, WORDINGS["not_utf8"]["message"]),
    ]


def test_takes_the_content_as_it_is() -> None:
    """The content of this checkout holds every folder that the tests copy."""
    assert (ROOT / "faq").is_dir()
    assert (ROOT / "flows").is_dir()


def test_what_staff_mended_stays_so(tmp_path: Path, library: Library) -> None:
    """A question that staff gave an answer is told, with its line, when it is understood otherwise, or by nothing."""
    entry = library.entries[EntryId("export.support-rate")]
    right, wrong = entry.phrasings["darija"][:2]
    (tmp_path / "faq").mkdir()
    file = tmp_path / MENDED
    file.write_text(f"# asked\n{right}: {entry.id}\n{wrong}: tpme.what\nواش كاين: no.such\n", "utf-8")
    mistakes = Mistakes()
    mended = read_mended(tmp_path, mistakes)
    check_mended(mended, library.entries, library.matcher, mistakes)
    assert [(one.kind, one.where.line) for one in mistakes.errors] == [("see_unknown", 4), ("mended_otherwise", 3)]
    assert "export.support-rate" in mistakes.errors[1].message
    file.write_text("- none\n", "utf-8")
    assert read_mended(tmp_path, mistakes) == []
    assert mistakes.errors[-1].kind == "not_a_group"
