"""Answers in people's own words: what they say to a question, and what is asked again."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Value
from bot.conversation.library import Library
from tests.conversation.asked import asked, knowing, told


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10 %", 100_000),
        ("10 فالمية", 100_000),
        ("عشرة في المئة", 100_000),
        ("10 pour cent", 100_000),
        ("10 % du projet", 100_000),
        ("la moitié", 500_000),
        ("نص المشروع", 500_000),
        ("100 000 sur 1 million", 100_000),
        ("والو", 0),
        ("aucune", 0),
    ],
)
def test_own_funds_may_be_a_share_of_the_project(text: str, value: float, library: Library) -> None:
    """A percentage of own funds is worked out of the project's cost."""
    assert asked("own_funds", text, library, investment=1_000_000) == {"own_funds": value}


def test_a_share_that_was_worked_out_is_said_back(library: Library) -> None:
    """The sum that a share comes to is told, so that it can be put right."""
    conversation = replace(knowing({"investment": 1_000_000}, library), asking="own_funds")
    assert "100 ألف درهم" in told("10 فالمية", conversation, library).replies[0].text


@pytest.mark.parametrize(("fact", "text"), [("own_funds", "10 %"), ("investment", "10 %"), ("own_funds", "20 ou 30 %")])
def test_a_share_of_what_is_not_known_is_asked_again(fact: str, text: str, library: Library) -> None:
    """Without the project's cost, for another question, or of two, a percentage is no sum."""
    assert asked(fact, text, library) == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12/2021", 4.9167),
        ("12-2021", 4.9167),
        ("décembre 2021", 4.9167),
        ("شهر 12 عام 2021", 4.9167),
        ("23/11/2020", 6),
        ("هادي 3 سنين", 3),
        ("il y a 3 ans", 3),
        ("هاد العام", 0),
        ("une dizaine d'années", 10),
    ],
)
def test_an_age_may_be_a_day_in_the_calendar(text: str, value: float, library: Library) -> None:
    """Since when is as good an answer as how long."""
    assert asked("age_years", text, library) == {"age_years": value}


@pytest.mark.parametrize("text", ["2021", "f 2021", "créée en 2021"])
def test_a_year_alone_leaves_one_year_open(text: str, library: Library) -> None:
    """The year alone does not tell whether its day has come this year: both ages are offered."""
    turn = told(text, replace(knowing({}, library), asking="age_years"), library)
    assert [choice.id for choice in turn.conversation.shown][:2] == ["a:age_years:4", "a:age_years:5"]
    assert "2021" in turn.replies[0].text


@pytest.mark.parametrize("text", ["12/2027", "2030"])
def test_what_is_to_come_is_no_age(text: str, library: Library) -> None:
    """A day that has not come yet is asked again."""
    assert asked("age_years", text, library) == {}


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        *((("exports_already"), text, False) for text in (
            "ماصدرتش", "ما صدرناش", "ma sdertch", "عمري ما صدرت", "باقي", "mazal", "مازال ما", "pas encore",
            "on n'exporte pas", "je n'ai jamais exporté", "ما كنصدروش", "لا، ما صدرناش", "ma3merna sderna",
        )),
        *((("exports_already"), text, True) for text in (
            "كنصدر", "صدرنا لفرنسا", "oui on exporte", "nous avons exporté une fois", "sderna", "شي شوية",
            "ah kansifto chwiya l fransa ghir 30 mlyoun f l3am", "آه كنصيفطو شوية لفرنسا", "ah 9olt lik ah",
            "راه قلت ليك نعم", "je vous ai dit oui", "ana sadder deja",
        )),
        *((("mostly_women"), text, True) for text in (
            "كاملين عيالات", "كلنا نساء", "kamlin 3yalat", "toutes des femmes", "عيالات", "ما فيهاش رجال",
        )),
        *((("mostly_women"), text, False) for text in ("ماشي نسائية", "فيها جوج رجال", "mixte")),
        ("tax_in_order", "نقدرو نجيبوها", True),
        ("tax_in_order", "ما نقدرش", False),
        ("tax_in_order", "on n'est pas en règle", False),
        ("tax_in_order", "oui pas de problème", True),
        ("held_by_large", "حتى شركة", False),
        ("held_by_large", "aucune", False),
        ("craft_diploma", "ma3ndich diplome", False),
        ("craft_diploma", "عندي دبلوم ديال التكوين", True),
        ("exports_to_africa", "ما كنصدروش لإفريقيا", False),
        ("exports_to_africa", "ناويين نصدرو لإفريقيا", True),
    ],
)  # fmt: skip
def test_yes_and_no_in_the_words_of_the_question(fact: str, text: str, value: bool, library: Library) -> None:
    """The verb of the question said is a yes; denied, in whatever tongue, it is a no."""
    assert asked(fact, text, library) == {fact: value}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("exports_already", "ماشي بزاف"),
        ("held_by_large", "آه كنخدمو بوحدنا"),
        ("exports_already", "ah walakin b l barid machi b diwana"),
        ("exports_already", "pas vraiment"),
        ("exports_already", "ناويين نصدرو"),
        ("exports_already", "لا، كنصدرو"),
        ("exports_already", "نعم ولكن ماشي دابا"),
        ("exports_already", "oui et non"),
        ("cnss_in_order", "نعم ولكن عندنا تأخير"),
        ("craft_diploma", "diplôme en cours"),
        ("exports_already", "واش كنصدرو؟"),
        ("exports_to_africa", "كنصدرو لأوروبا"),
        ("mostly_women", "غير نسائية"),
        ("mostly_women", "رجال وعيالات والعيالات كتر"),
        ("mostly_women", "أغلبنا نساء"),
        ("tax_in_order", "عندنا كريدي مع الضرائب"),
        ("tax_in_order", "إن شاء الله"),
    ],
)
def test_what_is_not_clearly_a_yes_is_asked_again(fact: str, text: str, library: Library) -> None:
    """Both, neither, a wish or a question: nothing is noted."""
    assert asked(fact, text, library).get(fact) is not True


@pytest.mark.parametrize(
    ("fact", "text", "facts"),
    [
        ("activity", "أنا كندير الزرابي", {"craft": "carpets", "activity": "craft_production"}),
        ("activity", "je suis potier", {"craft": "pottery", "activity": "craft_production"}),
        ("craft", "kandir lfakhar", {"craft": "pottery", "activity": "craft_production"}),
        ("activity", "كنبيع الزرابي", {"craft": "carpets"}),
        ("activity", "بازار ديال الزرابي", {"craft": "carpets", "activity": "trade_only"}),
    ],
)
def test_a_craft_told_in_words_is_craft_production(
    fact: str, text: str, facts: dict[str, Value], library: Library
) -> None:
    """Who makes carpets produces craft, and is not asked; who sells them may not make them, and is."""
    told_facts = asked(fact, text, library)
    assert {name: told_facts.get(name) for name in facts} == facts
    assert told_facts.keys() <= facts.keys()


def test_what_is_known_is_not_overwritten_by_what_follows(library: Library) -> None:
    """An activity that was given stands, whatever a craft implies."""
    assert asked("craft", "الزرابي", library, activity="trade_only") == {"craft": "carpets"}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("legal_form", "واش الشركة تقدر تستافد؟"),
        ("legal_form", "ما عندناش شركة"),
        ("legal_form", "لا تعاونية لا شركة"),
        ("investment", "ماكينة ب 800 ألف درهم والمحل ب 300 ألف درهم"),
        ("investment", "300 + 200 ألف درهم"),
        ("legal_form", "et si nous étions une coopérative"),
        ("own_funds", "et si on investissait 12 millions de dirhams ?"),
        ("own_funds", "واش 100 ألف درهم كافية"),
    ],
)
def test_questions_denials_and_suppositions_are_no_answers(fact: str, text: str, library: Library) -> None:
    """What is asked, denied or only supposed is never noted as so."""
    assert asked(fact, text, library) == {}


def test_a_number_beside_the_words_of_another_fact_is_of_that_fact(library: Library) -> None:
    """At a question about own funds, what the project costs is noted as that."""
    assert asked("own_funds", "المشروع كيكلف 3 مليون درهم", library) == {"investment": 3_000_000}
    assert asked("best_turnover", "رقم المعاملات 3 مليون درهم", library) == {"best_turnover": 3_000_000}


@pytest.mark.parametrize(
    "text", ["عندنا 6 خدامة", "12 مرا خدامين معنا", "on a 6 employés", "3ndi 4 dial lkhdama", "nous sommes 8"]
)
def test_who_works_there_today_is_no_new_job(text: str, library: Library) -> None:
    """A number of people who work there already is asked back, never taken for jobs to come."""
    conversation = replace(knowing({}, library), asking="new_jobs")
    turn = told(text, conversation, library)
    assert "new_jobs" not in turn.conversation.facts
    assert turn.conversation.shown[0].id == "a:new_jobs:0"


@pytest.mark.parametrize(
    "text", ["غادي نزيد 6 خدامة", "6", "نخدمو 6 ديال الناس جداد", "nous allons embaucher 6 personnes"]
)
def test_jobs_to_come_are_taken(text: str, library: Library) -> None:
    """A number of jobs to come, and a bare number, are the answer."""
    assert asked("new_jobs", text, library)["new_jobs"] == 6


@pytest.mark.parametrize("text", ["لا", "ما عنديش", "non", "la"])
def test_a_no_to_how_much_is_asked_back_as_none(text: str, library: Library) -> None:
    """«لا» to a question about a sum may be no money at all: that is asked."""
    conversation = replace(knowing({}, library), asking="own_funds")
    after = told(text, conversation, library).conversation
    assert "own_funds" not in after.facts
    assert after.shown[0].id == "a:own_funds:0"
    assert told("آه", after, library).conversation.facts["own_funds"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "on ne sait pas",
        "ما عرفناش",
        "والله ما عرفنا شحال بالضبط",
        "ما عرفتش دابا حتى نسول المحاسب",
        "حتى نسول ونرجع",
        "pas encore, on n'a pas calculé",
        "je dois demander à mon comptable",
        "ماشي متأكدين بالضبط",
    ],
)
def test_not_knowing_in_any_words_is_an_answer(text: str, library: Library) -> None:
    """Who does not know, or must ask their accountant first, goes on as unknown."""
    assert asked("investment", text, library) == {"investment": None}


@pytest.mark.parametrize(
    "text",
    [
        "والو",
        "ما عندي والو",
        "ماعندي والو فالوراق غير خدام فالدار",
        "ana wa7di ma3ndi walo mn lwra9",
        "khdam bo7di bla carta",
        "ma3ndi la carta la patente la walo",
        "j'ai aucun papier",
        "rien",
    ],
)
def test_nothing_at_all_is_a_status_too(text: str, library: Library) -> None:
    """Whoever is asked for their papers and says «والو» works without any."""
    assert asked("legal_form", text, library) == {"legal_form": "none"}


@pytest.mark.parametrize("text", ["لا", "والو من هادشي اللي قلتي ليا صحيح", "ما عندي والو ديال الفلوس", "rien compris"])
def test_nothing_of_something_else_is_no_status(text: str, library: Library) -> None:
    """Only the whole answer counts: «والو» beside other words may be about those."""
    assert asked("legal_form", text, library) == {}


def test_nothing_is_no_status_where_none_is_asked(library: Library) -> None:
    """«ما عندي والو» to another question is that question's answer."""
    assert asked("own_funds", "ما عندي والو", library, investment=1_000_000) == {"own_funds": 0}
