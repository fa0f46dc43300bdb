"""What is said beside an answer or a wish: a short question, a sum, a country, a second question; none is lost."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Conversation
from bot.conversation.events import FactAsked, Wanted
from bot.conversation.hearing.told_facts import founded, with_implied, yes_and_no_told
from bot.conversation.hearing.told_facts import told as facts_told
from bot.conversation.library import Library
from bot.faq.entries import EntryId
from bot.language.folding import folded
from bot.language.questions import clauses, questions_in
from tests.conversation.asked import knowing, told

_EXPORT = "eligibility_export"


@pytest.mark.parametrize("text", ["ما صدرناش، غير بغيت الوراق", "non, juste les papiers", "لا، شنو الوراق"])
def test_an_answer_and_a_short_question(text: str, library: Library) -> None:
    """The answer is kept, what is asked of the aid is answered, and the check goes on with its next question."""
    before = replace(knowing({"legal_form": "cooperative"}, library, _EXPORT), asking="exports_already")
    after = told(text, before, library).conversation
    assert after.facts["exports_already"] is False
    assert after.entry_told == "export.papers"
    assert after.asking != "exports_already"


def test_a_fact_and_a_short_question_where_nothing_is_asked(library: Library) -> None:
    """The papers of who tells that they never exported are those of exporting."""
    after = told("ما صدرناش، غير بغيت الوراق", Conversation(), library).conversation
    assert after.entry_told == "export.papers"
    assert after.facts["exports_already"] is False


@pytest.mark.parametrize("text", ["بغينا نشريو مكينات ب 80 مليون", "bghina nchriw makinat b 80 mlyoun"])
def test_a_sum_beside_a_purchase_is_kept(text: str, library: Library) -> None:
    """Whether it is in centimes is asked; it is not lost behind an answer in general."""
    turn = told(text, Conversation(), library)
    assert FactAsked("investment") in turn.events
    assert [choice.id for choice in turn.conversation.shown][:2] == ["a:investment:800000", "a:investment:80000000"]


def test_a_product_to_be_sent_abroad_opens_the_check(library: Library) -> None:
    """Who wants to send what a craft makes to a country wants to export it."""
    after = told("بغيت نصيفط الطواجن لأستراليا", Conversation(), library).conversation
    assert after.flow == _EXPORT
    assert after.facts["craft"] == "pottery"


@pytest.mark.parametrize("text", ["bghit nsafer l turkia", "بغيت نمشي لكندا"])
def test_a_country_alone_is_no_export(text: str, library: Library) -> None:
    """Who travels exports nothing."""
    assert told(text, Conversation(), library).conversation.flow == "menu"


def test_what_a_carpet_is_worth_abroad_is_said_not_to_be_known(library: Library) -> None:
    """A price is no wish to export; the check stands beside the honest answer."""
    turn = told("شحال كتسوى الزربية ففرنسا", Conversation(), library)
    assert turn.conversation.entry_told == "off.product-price"
    assert f"to:{_EXPORT}" in [choice.id for choice in turn.conversation.shown]


def test_numbered_questions_are_each_answered_or_offered(library: Library) -> None:
    """None is lost, and what they ask about is taken for none of their person's facts."""
    turn = told("1- شنو هي الشروط ديال الدعم؟ 2- فين نتسجل كصانع؟ 3- شحال كتكلف التعاونية؟", Conversation(), library)
    shown = {choice.id for choice in turn.conversation.shown}
    assert {turn.conversation.entry_told, "status.rna-apply"} == {"status.rna-apply"}
    assert "faq:status.cooperative-cost" in shown
    assert any(choice.startswith(("faq:export.", "faq:tpme.")) for choice in shown)
    assert dict(turn.conversation.facts) == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1- الشروط 2- الوراق 3-فين نمشي", 3),
        ("1) comment exporter 2) quels papiers", 2),
        ("عندي 2-3 خدامة", 1),
        ("رقم 1. شركة ديال الزليج", 1),
    ],
)
def test_a_list_is_parted_by_its_numbers(text: str, count: int) -> None:
    """Whatever their first word; a number that counts something parts nothing."""
    assert len(questions_in(text)) == count


def test_clauses() -> None:
    """Signs and "only" part a message."""
    assert clauses("ما صدرناش، غير بغيت الوراق") == ("ما صدرناش", "غير بغيت الوراق")
    assert clauses("non merci mais où aller") == ("non merci", "mais où aller")


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("3ndi charika 5 snin dyal lkhchab f fes", 5),
        ("on est une société de 5 ans dans le cuir à Fès", 5),
        ("حنا تعاونية عندها 3 سنين فأزرو", 3),
        ("شركة 7 سنين ديال النحاس", 7),
        ("3ndna sarl dyal nejjara f casa 3 snin", 3),
        ("حنا تعاونية ديال الزرابي فأزيلال 4 سنين", 4),
        ("كنخدم الزرابي فأزيلال 4 سنين", None),
        ("خدمت فشركة 5 سنين", None),
        ("عندي شركة وعندي 5 سنين ديال التجربة", None),
    ],
)
def test_a_time_behind_what_one_has_is_its_age(text: str, age: int | None, library: Library) -> None:
    """A time right behind one's company is the company's, and no one else's is."""
    assert told(text, Conversation(), library).conversation.facts.get("age_years") == age


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("تعاونية ديال النسا كنبيعو الزرابي فتازناخت", "craft_production"),
        ("عندي شركة وبغينا نبيعو الزرابي ديالنا", "craft_production"),
        ("عندي شركة كنبيعو الزرابي", None),
        ("عندي شركة كنشري الزرابي", None),
    ],
)
def test_who_sells_what_a_craft_makes(text: str, activity: str | None, library: Library) -> None:
    """A cooperative sells its own, and who wants to sell says nothing of buying; a company that sells may be a shop."""
    assert with_implied(facts_told(text, library), text, {}, library).get("activity") == activity


def test_the_region_of_a_town_is_told_of(library: Library) -> None:
    """A town named where the regions are listed, or in the question on the caravan before, is not asked again."""
    listed = told("علمني", Conversation(), library).conversation
    assert Wanted("caravan:7") in told("الصويرة", listed, library).events
    asked = told("واش القافلة جاية لتزنيت", Conversation(), library).conversation
    assert Wanted("caravan:9") in told("علمني", asked, library).events


@pytest.mark.parametrize(
    ("text", "exports"),
    [
        ("كنبيعو الزرابي لكندا", True),
        ("notre société revend aux Émirats depuis 2019", True),
        ("kanbi3o zrabi l belgika", True),
        ("بغينا نبيعو الزرابي لكندا", None),
        ("كنبيعو للسياح من فرنسا", None),
        ("ما كنبيعوش لكندا", None),
    ],
)
def test_who_sells_in_a_country_abroad_has_exported(text: str, exports: bool | None, library: Library) -> None:
    """What is done is told, what is wished is not, and tourists from there carry their carpet home themselves."""
    assert yes_and_no_told(folded(text), library).get("exports_already") == exports


@pytest.mark.parametrize(
    ("text", "craft"),
    [
        ("أنا نحايسي ففاس", "metal"),
        ("أنا دباغ ففاس", "leather"),
        ("حنا نساجات بوشرويط فبني ملال", "carpets"),
        ("معلم جباص فسلا", "stone_zellige"),
        ("كنصاوب العقاد فوزان", "clothing"),
    ],
)
def test_who_names_their_trade_tells_the_craft(text: str, craft: str, library: Library) -> None:
    """The people of a craft have a name of their own, and so have its pieces."""
    assert facts_told(text, library).get("craft") == craft


def test_a_french_budget_and_turnover_are_kept(library: Library) -> None:
    """What a company's accountant writes in one line: the turnover, the line of production and its cost."""
    text = "SARL de cuir à Tanger, CA de 12 MDH, nouvelle ligne de production à 6 MDH, quelle prime ?"
    facts = told(text, Conversation(), library).conversation.facts
    assert (facts["last_turnover"], facts["investment"]) == (12_000_000, 6_000_000)


def test_a_town_behind_an_answer_is_that_of_its_office(library: Library) -> None:
    """A town alone behind the answer on the card asks for the chamber, which gives it."""
    card = told("شنو هي بطاقة الصانع", Conversation(), library).conversation
    assert told("فكيك", card, library).conversation.flow == "office_chamber"


def test_a_right_and_its_check_of_who_is_known(library: Library) -> None:
    """Who has told who they are and then asks for the aid of those who export is led to its check."""
    before = knowing({"legal_form": "auto_entrepreneur", "craft": "jewellery"}, library, "menu")
    assert told("w wach kayn chi da3m lli bghaw ysadro", before, library).conversation.flow == _EXPORT


def test_since_when_a_craft_is_practised(library: Library) -> None:
    """«خدام فهاد الصنعة من 1998» is the years in the craft, in two senses, and no age of an enterprise."""
    found = founded("خدام فهاد الصنعة من 1998", {"legal_form": "individual"}, 2026, library)
    assert found == ("practice_years", (27, 28), 1998)


def test_a_turnover_in_capitals(library: Library) -> None:
    """What accountants write as "CA 18 MDH" is a turnover, and "ça coûte" is none."""
    assert facts_told("SARL, CA 18 MDH", library)["last_turnover"] == 18_000_000
    assert "last_turnover" not in facts_told("ça coûte 3 millions de dirhams", library)


def test_what_is_asked_in_standard_arabic_denies_nothing(library: Library) -> None:
    """«ما يمكن أن تقدمه» asks what; the cooperative stays one of women."""
    text = folded("نحن تعاونية نسائية بسيدي إفني، نرغب في معرفة ما يمكن أن تقدمه لنا الدولة")
    assert yes_and_no_told(text, library) == {"mostly_women": True}
    assert yes_and_no_told(folded("ما حنا تعاونية نسائية"), library).get("mostly_women") is not True


def test_money_named_where_the_check_is_asked_opens_its_check(library: Library) -> None:
    """Who has told who they are chooses the check in two words, and is not led round by the doors."""
    before = knowing({"craft": "wood"}, library, library.roles.check)
    assert told("بغيت فلوس", before, library).conversation.flow == "eligibility_finance"


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("سلام بغيت نعرف كيفاش نولي مسجلة عند الصناعة التقليديا راني كنطرز من صغري فازمور", "eligibility_status"),
        (
            "salam, ana 7eddad f midelt, auto entrepreneur, khassni poste soudure w 3 machinat, mnin njib lflous?",
            "eligibility_finance",
        ),
        ("نحن تعاونية الفخار بوادي لاو ونود الاستفادة من برنامج دار الصانع للمصدرين", "eligibility_export"),
        (
            "أكتب عن مجموعة نساجات في إملشيل ليس لهن أي إطار قانوني، ويرغبن في بيع منتوجهن خارج الوطن. من أين يبدأن؟",
            "eligibility_export",
        ),
        (
            "بنتي خرجات من ليسطا ديال الخياطة وبغات تحل أتوليي فسطات، خاصها 40 مليون وحنا عندنا 10، فين تمشي؟",
            "eligibility_investment",
        ),
    ],
)
def test_a_need_told_with_who_one_is_opens_its_check(text: str, flow: str, library: Library) -> None:
    """Being registered, and money for machines, each by its own words."""
    assert told(text, Conversation(), library).conversation.flow == flow


def test_own_money_as_an_accountant_names_it(library: Library) -> None:
    """A sum "d'apport" is own money, though "d'" may say what something is put into."""
    found = facts_told("une SARL d'ébénisterie projette 8 MDH d'extension et 2 MDH d'apport", library)
    assert found["own_funds"] == 2_000_000


@pytest.mark.parametrize("text", ["50 mlyoun mn jibna", "عندنا 50 مليون من فلوسنا"])
def test_own_money_across_a_yes_or_no_question(text: str, library: Library) -> None:
    """It answers another question, in two senses, and is no question on a convention of 30 million."""
    before = replace(knowing({"legal_form": "company", "investment": 3_000_000}, library), asking="cnss_in_order")
    assert FactAsked("own_funds") in told(text, before, library).events


def test_what_a_thing_needs_is_what_it_costs(library: Library) -> None:
    """«خاصها 40 مليون» beside the workshop that is to be opened is its cost, in two senses."""
    text = "بنتي بغات تحل أتوليي ديال الخياطة فسطات، خاصها 40 مليون"
    assert FactAsked("investment") in told(text, Conversation(), library).events


def test_papers_asked_behind_the_noun_are_answered(library: Library) -> None:
    """What "c'est quoi les papiers" asks is told, and the facts before it are kept."""
    text = "g une petite boite de zelij a fes, jveu exporté au canada c koi les papié"
    turn = told(text, Conversation(), library)
    assert turn.conversation.entry_told == "export.papers"
    assert turn.conversation.facts["craft"] == "stone_zellige"


@pytest.mark.parametrize(
    "entry", ["social.cooperative-tax", "social.carpet-vat", "social.small-maker-vat", "export.vat"]
)
def test_who_asks_whether_they_are_exempt_is_not_told_no(entry: str, library: Library) -> None:
    """The same answer follows "must I pay?" and "am I exempt?": it says who pays, and begins with no yes or no."""
    openings = ("لا،", "نعم،", "Non,", "Oui,")
    assert not [one for one in library.entries[EntryId(entry)].answer.every() if one.startswith(openings)]


def test_a_grant_for_a_large_project_is_that_of_investment(library: Library) -> None:
    """Who names the sum and the jobs is led to the support of investment, whatever they call the money."""
    text = "نريد أن نعرف قيمة المنحة إذا استثمرنا خمسة ملايين درهم في ورشة للنجارة بسيدي قاسم مع ثمانية عمال جدد"
    after = told(text, Conversation(), library).conversation
    assert after.flow == "eligibility_investment"
    assert (after.facts["investment"], after.facts["new_jobs"]) == (5_000_000, 8)
    small = told("تعاونية ديال الفخار بغينا منحة ب 200 ألف درهم", Conversation(), library).conversation
    assert small.flow == "eligibility_finance"
