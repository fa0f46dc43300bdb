"""Sums beside the words of another question, and what two words of one message say against each other."""

from dataclasses import replace

import pytest

from bot.conversation.conversation import Conversation, Value
from bot.conversation.hearing.told_facts import heard, told, with_implied, yes_and_no_told
from bot.conversation.library import Library
from bot.language.folding import folded
from tests.conversation.asked import knowing
from tests.conversation.asked import told as said


@pytest.mark.parametrize(
    "text",
    [
        "لا سمح ليا المشروع 2500000 درهم ماشي 5000000 درهم",
        "سمح ليا المشروع ديالنا راه 2500000 درهم",
        "pardon, le projet c'est 2500000 dirhams, pas 5000000 dirhams",
        "la sme7 lia lmachro3 2500000 dh machi 5000000 dh",
    ],
)
def test_a_sum_beside_the_project_is_its_cost(text: str, library: Library) -> None:
    """Who puts the cost of the project right says its cost, whatever is asked just then."""
    assert dict(told(text, library)) == {"investment": 2_500_000}


@pytest.mark.parametrize(
    "text",
    [
        "غادي نحط 500000 درهم ف المشروع",
        "غادي نحط 500000 درهم فالمشروع",
        "ghadi n7et 500000 dh f lmachro3",
        "je mettrai 500000 dirhams dans le projet",
    ],
)
def test_a_sum_put_into_the_project_is_not_its_cost(text: str, library: Library) -> None:
    """Own money that goes into the project is not what the project costs."""
    assert "investment" not in told(text, library)


@pytest.mark.parametrize("text", ["شركة الزليج ففاس عندنا مصنع بغينا نكبروه", "عندي دار الضيافة وكنصاوب الزرابي"])
def test_what_contradicts_itself_is_not_taken(text: str, library: Library) -> None:
    """A craft and another activity in one breath: the activity is asked, not guessed."""
    facts = with_implied(told(text, library), text, {}, library)
    assert "activity" not in facts
    assert "craft" in facts


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("شركة الزليج ففاس بغينا نكبرو الورشة ب 2500000 درهم واش كاين الدعم", 2_500_000),
        ("عندي شركة ديال الجبص بتطوان وباغي نوسعها بواحد 6 مليون درهم، واش الدولة كتعطي شي حاجة", 6_000_000),
        (
            "on a un gîte en SARL à Ouarzazate, on veut agrandir pour 1,5 million de dirhams, une aide ?",
            1_500_000,
        ),
        ("شركة الجلد ففاس بغينا نكبرو، رقم المعاملات 2 مليون درهم، واش كاين الدعم", None),
        ("شركة الجلد ففاس بغينا نكبرو، واحد طلب مني 14000 درهم، واش كاين الدعم", None),
    ],
)
def test_what_the_thing_wished_for_is_to_cost(text: str, cost: float | None, library: Library) -> None:
    """The one sum that an investment is wished for with is its cost, said back; a turnover or a fee is none."""
    turn = said(text, knowing({}, library, "menu"), library)
    assert turn.conversation.facts.get("investment") == cost


@pytest.mark.parametrize(
    ("fact", "text", "both"),
    [
        ("age_years", "3 سنين و10 سنين فالحرفة", {"age_years": 3, "practice_years": 10}),
        ("legal_form", "تعاونية فأزرو", {"legal_form": "cooperative", "province": "azrou"}),
        ("new_jobs", "6 والمشروع 2 مليون درهم", {"new_jobs": 6, "investment": 2_000_000}),
    ],
)
def test_what_is_told_besides_the_answer(fact: str, text: str, both: dict[str, Value], library: Library) -> None:
    """An answer that tells another fact too gives both."""
    after = said(text, replace(knowing({}, library), asking=fact), library).conversation
    assert {name: after.facts.get(name) for name in both} == both


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("3ndi patenta dyal auto entrepreneur", "auto_entrepreneur"),
        ("j'ai une patente d'auto-entrepreneur", "auto_entrepreneur"),
        ("الشركة ديالي كتخلص الباتانتا، عندي الباتانتا", "company"),
        ("عندي باتانتا وصافي", "individual"),
        ("ana b la patente, machi auto entrepreneur", "individual"),
    ],
)
def test_the_patente_tells_a_status_only_where_no_other_is_told(text: str, status: str, library: Library) -> None:
    """Auto-entrepreneurs and companies say "patente" too: it names no second status, and does not hide theirs."""
    assert told(text, library)["legal_form"] == status


@pytest.mark.parametrize(
    "text",
    [
        "ما زال ما عندي حتى شركة",
        "تعاونية فأزرو، أول مرة كنسول",
        "société à Fès, c'est la première fois que je demande",
        "حنا بوحدنا فالدوار كنسجو الزرابي",
        "كندير القفطان ديال النسا فسلا",
        "تعاونية كتخيط القفطان ديال النسا",
        "كنصاوب البلغة ديال الرجال ففاس",
        "عندي الشهادة ديال التكوين المهني",
        "الدولة معانا ولا لا",
        "grande entreprise client",
        "موريتانيا بعيدة",
        "عندنا اتفاقية مع الجماعة على المحل",
    ],
)
def test_everyday_words_answer_only_the_question_that_was_asked(text: str, library: Library) -> None:
    """What answers a yes-or-no question is told elsewhere only where its subject is named."""
    assert not yes_and_no_told(folded(text), library)


def test_a_yes_or_no_that_names_its_subject_is_told_unasked(library: Library) -> None:
    """Of two certificates that share their words, the one that is named."""
    told_of = yes_and_no_told(folded("société à Fès en règle avec les impôts, coopérative de femmes"), library)
    assert told_of == {"tax_in_order": True, "mostly_women": True}


@pytest.mark.parametrize(
    ("text", "investment"),
    [
        ("projet 2 mlyoun dh", 2_000_000),
        ("3ndi projet dyal 2 mlyoun dh", 2_000_000),
        ("lmachrou3 fih 2 mlyoun dirham", 2_000_000),
        ("mon projet c'est 3,2 millions de dirhams", 3_200_000),
        ("budget du projet 1,5 million dh", 1_500_000),
        ("j'apporte 200000 dh dans un projet de 2 millions de dh", 2_000_000),
        ("je veux un prêt de 200 000 dh pour mon projet", None),
        ("ils ont donné 100000 dh à un projet voisin", None),
    ],
)
def test_a_project_is_named_in_latin_letters_too(text: str, investment: int | None, library: Library) -> None:
    """What a project costs is told beside its name; what is wanted or put in for it is no cost."""
    assert heard(text, library).get("investment") == investment


@pytest.mark.parametrize("text", ["مقاول ذاتي", "أنا نجار من سلا", "auto-entrepreneur"])
def test_who_somebody_is_leaves_the_question_of_the_screen_open(text: str, library: Library) -> None:
    """Who is asked how large the project is and says who they are is asked that again, and not which aid."""
    turn = said(text, knowing({}, library, "doors_money"), library)
    assert turn.conversation.flow == "doors_money"
    assert {"to:eligibility_finance", "to:eligibility_investment"} <= {one.id for one in turn.conversation.shown}
    assert turn.conversation.facts


@pytest.mark.parametrize(
    "text",
    [
        "حنا 7 د العيالات كنخدمو فالزربية",
        "كنا 4 وكنخدمو فالنحاس",
        "كنشغلو 8 ديال الناس",
        "تنخدمو 9 دالناس",
        "نحن نشغل 7 حرفيين",
        "نشغل 5 نساء في الورشة منذ سنتين",
        "بغينا نكبرو الورشة، وعندنا 6 خدامة",
        "3ndi 4 dial lkhdama f latelier",
        "7na 9 dial l3yalat kankhdmo",
        "j'emploie 6 personnes",
        "on emploie 5 artisans",
        "عندي 6 مناصب",
    ],
)
def test_who_works_there_today_are_no_new_jobs(text: str, library: Library) -> None:
    """People who are there, and a verb that tells what one does, are no jobs that a project creates."""
    assert "new_jobs" not in told(text, library)


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        ("باش نخدمو 5 عيالات", 5),
        ("بغينا نشريو مكينات ب 2 مليون درهم ونخدمو 5 عيالات", 5),
        ("غادي نزيدو 4 خدامة", 4),
        ("bghina nzido 5 khddama", 5),
        ("المشروع ب 2 مليون درهم و 8 مناصب", 8),
        ("projet de 2 millions de dirhams, 6 emplois", 6),
        ("سنشغل 7 حرفيين", 7),
        ("نخدمو 5 د الناس جداد", 5),
    ],
)
def test_jobs_to_come_are_told_behind_a_wish(text: str, jobs: int, library: Library) -> None:
    """The same words count behind a wish, and those of jobs and of new people anywhere."""
    assert told(text, library)["new_jobs"] == jobs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("400 ألف درهم العام اللي فات", 400_000),
        ("فالعام اللي فات درنا 400000 درهم", 400_000),
        ("l'an dernier on a fait 400 000 dirhams", 400_000),
        ("l3am li fat drna 400000 dh", 400_000),
    ],
)
def test_last_year_is_not_the_best_of_three_years(text: str, value: int, library: Library) -> None:
    """Who is asked for their best year and tells the last told no best; a tap or «نفس الشي» says that it is."""
    exporting: dict[str, Value] = {
        "legal_form": "cooperative",
        "activity": "craft_production",
        "exports_already": False,
    }
    turn = said(text, knowing(exporting, library, "eligibility_export"), library)
    assert turn.conversation.facts["last_turnover"] == value
    assert "best_turnover" not in turn.conversation.facts
    assert turn.conversation.shown[0].id == f"a:best_turnover:{value}"
    same = said("نفس الشي", turn.conversation, library).conversation
    assert same.facts["best_turnover"] == value


@pytest.mark.parametrize(
    ("text", "exported"),
    [
        ("le gérant veut vendre en france pr la 1ere fois", False),
        ("بغينا نبيعو لفرنسا لأول مرة", False),
        ("bghina nsdro awal merra", False),
        ("أول مرة كنسمع بهاد الدعم ديال التصدير", None),
        ("c'est la première fois que je lis quelque chose sur l'export", None),
    ],
)
def test_a_first_time_abroad_is_no_export_before(text: str, exported: bool | None, library: Library) -> None:
    """Who wants to sell abroad for the first time never did; who hears of it for the first time says nothing of it."""
    assert yes_and_no_told(folded(text), library).get("exports_already") is exported


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("ghadi nkhdem 12 wahd jdad had l3am", "new_jobs", 12),
        ("la boite a 5 ans, on fait du cuir", "age_years", 5),
        ("المشروع غادي يكلف مليون ونصف مليون درهم", "investment", 1_500_000),
        ("بغيت نصرف 400 ألف درهم على الماكينات", "investment", 400_000),
    ],
)
def test_numbers_are_heard_in_plain_words(text: str, fact: str, value: int, library: Library) -> None:
    """As people said them who had not read a word of ours."""
    assert told(text, library)[fact] == value


@pytest.mark.parametrize(
    "text",
    [
        "حنا مازال ماعندنا تعاونية",
        "ما عندنا تعاونية",
        "ما عندي شركة",
        "mazal ma3ndna ta3awniya",
        "بغيت غير النمرة ديال المكتب ديال التعاونيات",
        "فين كاينة الغرفة ديال الصناعة التقليدية",
    ],
)
def test_what_one_has_not_and_an_office_s_name_say_nothing_of_oneself(text: str, library: Library) -> None:
    """Without a «ش» it is a denial too, and whoever asks for the office of cooperatives is none of them."""
    assert not {"legal_form", "activity"} & told(text, library).keys()


@pytest.mark.parametrize(
    "text",
    [
        "بغيت نسول على التعاونية",
        "بغيت نعرف على الشركة",
        "البازار كياخد لينا",
        "lbazar kayakhod lina",
        "مول البازار كيشري مني",
    ],
)
def test_what_is_asked_about_and_who_buys_is_nobody(text: str, library: Library) -> None:
    """Who wants to know of a cooperative is none, and a shop that buys from somebody is not theirs."""
    assert not said(text, Conversation(), library).conversation.facts


@pytest.mark.parametrize(
    ("wish", "form"),
    [
        ("خالتي بغات تبيع الزرابي برا", "تعاونية"),
        ("khalti bghat tbi3 zrabi l berra", "ta3awniya"),
        ("ma soeur veut vendre ses tapis à l'étranger", "coopérative"),
    ],
)
def test_a_legal_form_behind_an_answer_keeps_the_check_of_its_question(wish: str, form: str, library: Library) -> None:
    """What was wished for a sentence before is not asked again."""
    after = said(form, said(wish, Conversation(), library).conversation, library).conversation
    assert after.flow == "eligibility_export"
    assert after.facts == {"legal_form": "cooperative"}
