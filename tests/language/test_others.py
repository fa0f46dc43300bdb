"""What a message tells of somebody else is told apart from what it tells of whoever writes."""

import pytest

from bot.conversation.hearing.told_facts import told
from bot.conversation.library import Library
from bot.language.others import of_oneself


@pytest.mark.parametrize(
    "text",
    [
        "شركة كبيرة كتشري من عندي",
        "واحد الشركة فكازا بغات تشري منا",
        "charika kbira katchri mn 3ndi",
        "une société de Casablanca nous achète beaucoup",
        "une coopérative veut m'acheter",
        "الكليان ديالي شركة فكازا",
        "عندي زبون شركة فمراكش",
        "klian dyali charika f casa",
        "mon client est une société à Rabat",
        "mon fournisseur est une SARL à Fès",
        "جارتي عندها تعاونية ديال الزرابي فالخميسات",
        "التعاونية ديال جارتي فأزرو",
        "راجلي مقاول ذاتي",
        "rajli 3ndo charika f tanja",
        "خويا عندو شركة ديال الجلد ففاس",
        "mon mari est auto-entrepreneur à Salé",
        "ma femme est tisseuse à Azrou",
        "mon voisin a une coopérative de tapis à Khénifra",
        "كنبيع لواحد الشركة كبيرة فطنجة",
        "je vends à une société de Casablanca",
    ],
)
def test_what_somebody_else_is_tells_no_fact(text: str, library: Library) -> None:
    """The form, the craft and the town of a buyer, a supplier, a husband or a neighbour are not one's own."""
    assert told(text, library) == {}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("شركة كبيرة كتشري من عندي الزرابي وحنا تعاونية فأزرو", {"legal_form": "cooperative", "craft": "carpets"}),
        ("راجلي مقاول ذاتي وأنا كنخدم بلا وراق", {"legal_form": "none"}),
        ("mon mari est auto-entrepreneur, moi je suis en coopérative", {"legal_form": "cooperative"}),
        ("nos clients sont des hôtels et nous sommes une coopérative", {"legal_form": "cooperative"}),
        ("كنخدم مع راجلي فالفخار", {"craft": "pottery"}),
        ("خويا حنا تعاونية", {"legal_form": "cooperative"}),
        ("ولدي خياط بغا يفتح ورشة واش عندو الحق", {"craft": "clothing"}),
        ("راجلي مقاول ذاتي واش يقدر يستافد", {"legal_form": "auto_entrepreneur"}),
    ],
)
def test_what_is_told_of_oneself_beside_others_is_taken(text: str, facts: dict[str, str], library: Library) -> None:
    """One's own facts are taken, and those of whom one asks for."""
    assert facts.items() <= told(text, library).items()


def test_letters_stay_where_they_stand() -> None:
    """What is blanked keeps its length, so that numbers are found where they stand, and the price is one's own."""
    text = "بعنا لشركة فكازا ب 300000 درهم"
    assert len(of_oneself(text)) == len(text)
    assert of_oneself(text).endswith("ب 300000 درهم")


@pytest.mark.parametrize(
    "text",
    [
        "wach darori lcarte dial sani3 wla auto entrepreneur lowel",
        "واش ضروري نكون مقاول ذاتي ولا شركة باش ناخد البطاقة",
        "wach khass darori tkon charika bach tched da3m",
        "est-ce qu'il faut être une coopérative ou une société",
    ],
)
def test_what_a_question_asks_to_choose_from_is_no_fact(text: str, library: Library) -> None:
    """Whoever asks which status they need has told of none."""
    assert "legal_form" not in told(text, library)
