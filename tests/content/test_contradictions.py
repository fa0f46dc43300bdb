"""What was once said against what is known is found wherever it is put back, and nothing in the content as it is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.content.contradictions import check_contradictions
from bot.content.reading import Mistakes
from bot.content.rules import read_rulebook
from bot.content.texts import CheckedText, passages_in, read_passages
from bot.eligibility.scheme import Rulebook
from tests.content.conftest import Found, kind_of
from tests.program import ROOT
from tests.spoiling import spoiled

#: Puts one statement back, and returns its line; then what the check says.
Plants = tuple[Callable[[str, str, str, str], int], Callable[[], list[Found]]]

CLAIM, MEASURE, FIGURE, SIGN = "claim_contradicted", "measure_differs", "figure_of_one_language", "sign_of_one_language"
ABOUT, CARAVAN, CHARTERS, EXPORT = "faq/about.yaml", "faq/caravan.yaml", "faq/charters.yaml", "faq/export.yaml"
FINANCE, MAISON, OFFICES, TPME = "faq/finance.yaml", "faq/maison.yaml", "faq/offices.yaml", "faq/tpme.yaml"
WHO = "flows/foreign_trade_who/flow.yaml"

#: Each statement put back: file, behind what it stands, what is replaced, by what, and the kind of mistake that it is.
PLANTED = {
    "a lone artisan is not among those named": (
        WHO,
        "say:",
        "{export_no_refusal}",
        "من يعمل وحده لم نجدهما بين المذكورين",
        CLAIM,
    ),
    "a lone artisan is sent to found something": (
        EXPORT,
        "- id: export.individual-artisan",
        "Pour vous préparer :",
        "Commencez par choisir un cadre :",
        CLAIM,
    ),
    "the export aid is for companies and cooperatives": (
        EXPORT,
        "- id: export.who",
        "معلن لفئات واسعة،",
        "معلن للمقاولات والتعاونيات،",
        CLAIM,
    ),
    "the CRI and the office decide": (
        CHARTERS,
        "- id: charters.latest-news",
        "Le bureau régional du commerce extérieur et le CRI connaissent",
        "Le bureau régional et le CRI décident de",
        CLAIM,
    ),
    "the CRI decides": (
        TPME,
        "- id: tpme.what",
        "{tpme_decides}",
        "المركز الجهوي للاستثمار هو الذي يقرر",
        CLAIM,
    ),
    "the regional office confirms and decides": (
        WHO,
        "say:",
        "{export_office}",
        "المكتب الجهوي للتجارة الخارجية هو الذي يؤكد ويقرر",
        CLAIM,
    ),
    "the competent offices decide": (
        CARAVAN,
        "- id: caravan.what",
        "elle ne distribue pas d'aide et ne décide de rien",
        "elle ne distribue pas d'aide : les bureaux compétents décident",
        CLAIM,
    ),
    "the chamber decides": (
        "faq/status.yaml",
        "- id: status.rna-apply",
        "الغرفة تؤكدها",
        "الغرفة هي التي تقرر",
        CLAIM,
    ),
    "the reading day as a verification": (
        ABOUT,
        "- id: about.trust",
        "L'âge de la source et sa sûreté sont écrits dessous",
        "Les informations vérifiées le 23 novembre sont sûres",
        CLAIM,
    ),
    "the trade register as the first step of everybody": (
        EXPORT,
        "- id: export.steps",
        "- وثيقة وضعكم: السجل التجاري للشركة، والتقييد في سجل التعاونيات للتعاونية",
        "- التسجيل في السجل التجاري بنشاط يشمل التصدير",
        CLAIM,
    ),
    "messages stay until they are forgotten": (
        ABOUT,
        "- id: about.privacy",
        "تمسح عندما تكتبون",
        "تبقى إلى أن تكتبوا",
        CLAIM,
    ),
    "nothing is paid in advance, for both charters": (
        CHARTERS,
        "- id: charters.loan-or-grant",
        "Ce n'est pas un prêt :",
        "Rien n'est versé d'avance :",
        CLAIM,
    ),
    "the commission alone decides, for both charters": (
        CHARTERS,
        "- id: charters.cost-of-service",
        "personne ne garantit un accord",
        "la commission décide seule",
        CLAIM,
    ),
    "the article invited, not the secretariat": (
        OFFICES,
        "- id: offices.laayoune",
        "دعت كتابة الدولة المكلفة بالصناعة التقليدية المقاولات",
        "دعا المقال المقاولات",
        CLAIM,
    ),
    "call before you go, without a number": (
        OFFICES,
        "- id: offices.nearest",
        "نقول ذلك ولا نخمن.",
        "اتصلوا قبل التنقل إن أمكن.",
        CLAIM,
    ),
    "a sum of aids without its limit": (
        TPME,
        "- id: tpme.combine",
        "يمكن جمعه مع دعم الجهة ومع قرض بنكي، في حدود",
        "نعم مع دعم الجهة، ونعم مع قرض بنكي",
        CLAIM,
    ),
    "about a hundred instead of 103": (
        MAISON,
        "- id: maison.competitiveness",
        "avec plus de 100 bénéficiaires",
        "avec une centaine de bénéficiaires",
        CLAIM,
    ),
    "somebody confirms the choice": (
        FINANCE,
        "- id: finance.tahfiz-niswa",
        "لم نجد المبالغ ولا من يختار",
        "مكتب تنمية التعاون يؤكد الاختيار",
        CLAIM,
    ),
    "agriculture is not in it": (
        TPME,
        "- id: tpme.craft-branch",
        "De l'agriculture, seule l'aquaculture est citée",
        "L'agriculture n'y est pas",
        CLAIM,
    ),
    "the branch is told as met": (
        TPME,
        "- id: tpme.craft-branch",
        "لكن لائحة جهتكم لم نجدها",
        "نشاطكم من الفروع المقبولة",
        CLAIM,
    ),
    "cooperatives may, in the investment scheme": (
        TPME,
        "- id: tpme.cooperative",
        "Rien de sûr encore : les textes",
        "Oui, une coopérative y a droit : les textes",
        CLAIM,
    ),
    "cooperatives may not, in the export aid": (
        EXPORT,
        "- id: export.cooperative",
        "نعم، التعاونيات مذكورة بالاسم في دعم التصدير",
        "التعاونيات لا تستفيد من دعم التصدير",
        CLAIM,
    ),
    "the INDH refuses associations": (
        FINANCE,
        "- id: finance.indh",
        "Les associations figurent dans un catalogue officiel sans date",
        "Les associations sont exclues",
        CLAIM,
    ),
    "seven founders in one place": (
        "faq/taxes.yaml",
        "- id: taxes.grow",
        "خمسة مؤسسين",
        "سبعة مؤسسين",
        MEASURE,
    ),
    "a year to bring the money home": (
        EXPORT,
        "- id: export.repatriation",
        "150 jours pour les biens",
        "180 jours pour les biens",
        MEASURE,
    ),
    "other marks at the fair abroad": (
        "faq/quality.yaml",
        "- id: quality.fairs-abroad",
        "و14 علامة شاركت",
        "و13 علامة شاركت",
        MEASURE,
    ),
    "another figure in French": (
        MAISON,
        "- id: maison.convention-2025",
        "à Rabat : 30 millions",
        "à Rabat : 40 millions",
        FIGURE,
    ),
    "another delay in plain words": (
        EXPORT,
        "- id: export.repatriation",
        "150 jours pour des objets",
        "60 jours pour des objets",
        "figure_of_plain",
    ),
    "one source in French only": (
        "flows/power_export_existing/rules.yaml",
        "gives:",
        "Un autre média écrit davantage",
        "Une seule source écrit davantage",
        SIGN,
    ),
    "yes in French only": (
        CHARTERS,
        "- id: charters.foreign-trade",
        "C'est le programme",
        "Oui, c'est le programme",
        SIGN,
    ),
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    """Give the rules of this checkout, whose amounts and sources the statements go by."""
    rulebook = read_rulebook(ROOT, Mistakes(), proving=False)
    assert rulebook
    return rulebook


@pytest.fixture(scope="module")
def passages() -> list[CheckedText]:
    """Give every text of this checkout."""
    return read_passages(ROOT)


@pytest.fixture
def plants(root: Path, rulebook: Rulebook, passages: list[CheckedText]) -> Iterator[Plants]:
    """Give a function that puts one statement back and returns its line, and one that checks; undone afterwards."""
    before: dict[str, str] = {}

    def plant(file: str, after: str, old: str, new: str) -> int:
        before.setdefault(file, (root / file).read_text("utf-8"))
        return spoiled(root, file, old, new, after)

    def checked() -> list[Found]:
        others = [passage for passage in passages if passage.file not in before]
        planted = [passage for file in before for passage in passages_in(root, root / file)]
        mistakes = Mistakes()
        check_contradictions(root, others + planted, rulebook.schemes.values(), rulebook.sources, mistakes)
        return [(kind_of(one), one.where.file, one.where.line) for one in mistakes.errors]

    yield plant, checked
    for file, text in before.items():
        (root / file).write_text(text, "utf-8")


@pytest.mark.parametrize("what", PLANTED)
def test_finds_what_was_said_otherwise(plants: Plants, what: str) -> None:
    """A statement that what is known contradicts is told on its line, and nothing of another file with it."""
    file, after, old, new, kind = PLANTED[what]
    plant, checked = plants
    line = plant(file, after, old, new)
    found = checked()
    assert (kind, file, line) in found
    assert {name for _, name, _ in found} == {file}


def test_finds_all_that_is_planted_at_once(plants: Plants) -> None:
    """Put back all together, each statement is still told on its line: none hides another."""
    plant, checked = plants
    planted = {}
    for file, after, old, new, kind in PLANTED.values():
        planted[kind, file, plant(file, after, old, new)] = new
    assert planted.keys() <= set(checked())


def test_finds_nothing_in_the_content(rulebook: Rulebook, passages: list[CheckedText]) -> None:
    """The content of this checkout contradicts itself nowhere."""
    mistakes = Mistakes()
    check_contradictions(ROOT, passages, rulebook.schemes.values(), rulebook.sources, mistakes)
    assert mistakes.errors == []


def test_tells_a_claim_without_a_source(plants: Plants) -> None:
    """A claim of the table that names no known source is a mistake on its own line."""
    plant, checked = plants
    line = plant("flows/claims.yaml", "claims:", "source: tpme-decision", "source: hearsay")
    assert checked() == [("source_unknown", "flows/claims.yaml", line)]
