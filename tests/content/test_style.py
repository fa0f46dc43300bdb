"""The check of the language finds what a writer may let slip, with its line, and nothing in the content as it is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.content.style import check_style
from bot.content.texts import read_passages
from bot.eligibility.scheme import Scheme
from tests.content.conftest import Found, kind_of
from tests.program import ROOT
from tests.spoiling import spoiled

Slips = Callable[[str, str, str, str], tuple[int, list[Found]]]

EXPORT, FINANCE = "faq/export.yaml", "faq/finance.yaml"
#: Each slip: file, behind what it stands, what is replaced, by what, and the kind of mistake that it is.
SLIPS = {
    "twenty-one words in Arabic": (
        "faq/export.yaml",
        "- id: export.who",
        "من الشركات الكبيرة",
        "من " + "الشركات الكبيرة " * 9,
        "sentence_long",
    ),
    "twenty-one words in French": (
        "flows/caravan_missed/flow.yaml",
        "say:",
        "gratuitement.",
        "gratuitement" + " pour vous" * 7 + ".",
        "sentence_long",
    ),
    "a word in another spelling": (
        "faq/about.yaml",
        "- id: about.free",
        "ثمن الإنترنت",
        "ثمن الأنترنيت",
        "spelling_other",
    ),
    "a participle misspelt": (
        "faq/finance.yaml",
        "- id: finance.intelaka",
        "معفون",
        "معفيون",
        "spelling_other",
    ),
    "two names of one body": (
        "faq/status.yaml",
        "- id: status.rna-apply",
        "Le site officiel est",
        "Voyez la direction de l'artisanat, le site est",
        "spelling_other",
    ),
    "one person spoken to in Arabic": (
        "faq/offices.yaml",
        "- id: offices.hours",
        "اتصلوا به",
        "اتصل به",
        "address_singular",
    ),
    "two ideas in a plain sentence": (
        "faq/export.yaml",
        "- id: export.repatriation",
        "150 يوما للسلع، من يوم مرورها بالجمارك. و90 يوما للخدمات.",
        "150 يوما للسلع، من يوم مرورها بالجمارك، ولكم في الخدمات أجل هو 90 يوما.",
        "sentence_long",
    ),
    "one person spoken to in French": (
        "faq/offices.yaml",
        "- id: offices.chamber",
        "Écrivez votre ville",
        "Donne ta ville",
        "address_singular",
    ),
    "the guide as «I»": (
        "faq/about.yaml",
        "- id: about.what-can-you-do",
        "نشرح ميثاق",
        "أشرح ميثاق",
        "voice_single",
    ),
    "a term before its explanation": (
        "faq/export.yaml",
        "- id: export.first-time",
        "Commencez par",
        "Préparez l'engagement de change avec",
        "term_unexplained",
    ),
    "an explanation that fell away": (
        "faq/export.yaml",
        "- id: export.repatriation",
        "، أي مرور السلعة بالجمارك",
        "",
        "term_unexplained",
    ),
    "yes to how": (
        "faq/workshop.yaml",
        "- id: workshop.experience",
        "عبر الغرفة: غرف",
        "نعم، غرف",
        "answer_to_another",
    ),
    "a telegram": (
        "faq/workshop.yaml",
        "- id: workshop.disability",
        "Nous n'avons pas trouvé d'appel ouvert cette année",
        "Appel de cette année non trouvé",
        "spelling_other",
    ),
    "nothing found, without a verb": (
        "faq/workshop.yaml",
        "- id: workshop.experience",
        "Nous n'avons trouvé ni coût, ni calendrier :",
        "Ni coût, ni calendrier trouvés :",
        "spelling_other",
    ),
    "the guide as «I» in what it offers": (
        "flows/menu/flow.yaml",
        "question:",
        "بماذا نساعدكم",
        "بماذا أساعدكم",
        "voice_single",
    ),
    "a dual as a subject": (
        "flows/power_export_first/rules.yaml",
        "age:",
        "لا يقل عمرها عن {export_least_age}",
        "عمرها {export_least_age}",
        "case_broken",
    ),
    "a threshold in dirhams only": (
        "faq/export.yaml",
        "- id: export.who",
        "، أي {export_turnover_craft_centimes}",
        "",
        "centimes_missing",
    ),
    "a reason in dirhams only": (
        "flows/tpme/rules.yaml",
        "investment_size:",
        " ({tpme_least_investment_centimes})",
        "",
        "centimes_missing",
    ),
    "centimes of another amount": (
        "faq/export.yaml",
        "- id: export.tourist",
        "5 ملايين سنتيم",
        "50 مليون سنتيم",
        "centimes_differ",
    ),
}


@pytest.fixture(scope="module")
def schemes() -> list[Scheme]:
    """Give the schemes of this checkout, whose amounts the texts name."""
    rulebook = read_rulebook(ROOT, Mistakes(), proving=False)
    assert rulebook
    return list(rulebook.schemes.values())


@pytest.fixture
def slip(root: Path, schemes: list[Scheme]) -> Iterator[Slips]:
    """Give a function that lets one thing slip and returns its line and what the check says; undone afterwards."""
    before: dict[str, str] = {}

    def slips(file: str, after: str, old: str, new: str) -> tuple[int, list[Found]]:
        before[file] = (root / file).read_text("utf-8")
        line = spoiled(root, file, old, new, after)
        mistakes = Mistakes()
        check_style(root, read_passages(root), schemes, mistakes)
        return line, [(kind_of(one), one.where.file, one.where.line) for one in mistakes.errors]

    yield slips
    for file, text in before.items():
        (root / file).write_text(text, "utf-8")


@pytest.mark.parametrize("what", SLIPS)
def test_finds_a_slip_of_the_language(slip: Slips, what: str) -> None:
    """A slip of the language is told once, on the line on which it stands, and no other with it."""
    file, after, old, new, kind = SLIPS[what]
    line, found = slip(file, after, old, new)
    assert found == [(kind, file, line)]


def test_finds_nothing_in_the_content(schemes: list[Scheme]) -> None:
    """The content of this checkout has no slip of the language."""
    mistakes = Mistakes()
    check_style(ROOT, read_passages(ROOT), schemes, mistakes)
    assert mistakes.errors == []


def test_tells_a_rule_that_cannot_be_read(slip: Slips, root: Path) -> None:
    """A pattern of the table that is no regular expression is a mistake on its own line."""
    line, found = slip("flows/style.yaml", "spelling:", "instead_of: معفية", 'instead_of: "(معفية"')
    assert found == [("wrong_value", "flows/style.yaml", line)]
