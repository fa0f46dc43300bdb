"""Tests of numbers: what people write, what it is read as, and what must not be read."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.folding import folded
from bot.language.numbers import (
    Amount,
    Count,
    Percent,
    Since,
    Years,
    amounts,
    counts,
    percents,
    read_number_words,
    years,
)

#: What was written, and what it is in dirhams; several values are the readings of one amount.
MONEY: list[tuple[str, tuple[float, ...]]] = [
    # With a currency it is certain.
    ("1,5 مليون درهم", (1_500_000,)),
    ("1.5 مليون درهم", (1_500_000,)),
    ("1،5 مليون درهم", (1_500_000,)),
    ("١٫٥ مليون درهم", (1_500_000,)),
    ("\u20681,5\u2069 مليون درهم", (1_500_000,)),
    ("1,1 million de dirhams", (1_100_000,)),
    ("1.250 million de dirhams", (1_250_000,)),
    ("خمسين ألف ريال", (2_500,)),
    ("200 alf ryal", (10_000,)),
    ("10 000 ryal", (500,)),
    ("مليون ريال", (50_000,)),
    ("200 000 dh", (200_000,)),
    ("200 000dh", (200_000,)),
    ("30.000,00DH", (30_000,)),
    ("2,000,000 MAD", (2_000_000,)),
    ("MAD 1,500.00", (1_500,)),
    ("DH 500", (500,)),
    ("1500 د.م", (1_500,)),
    ("5000dhs", (5_000,)),
    ("5000 drhm", (5_000,)),
    ("2 MDH", (2_000_000,)),
    ("2MDH", (2_000_000,)),
    ("0.5 MDH", (500_000,)),
    ("1 200 KDH", (1_200_000,)),
    ("1.5M dh", (1_500_000,)),
    ("un million et demi de dirhams", (1_500_000,)),
    ("deux millions et demi de dirhams", (2_500_000,)),
    ("un demi-million de dirhams", (500_000,)),
    ("un quart de million dh", (250_000,)),
    ("trois quarts de million dh", (750_000,)),
    ("1/2 million de dirhams", (500_000,)),
    ("½ مليون درهم", (500_000,)),
    ("مية ألف درهم", (100_000,)),
    ("مائة وخمسون ألف درهم", (150_000,)),
    ("مئتا ألف درهم", (200_000,)),
    ("مائتي ألف درهم", (200_000,)),
    ("نصف مليون درهم", (500_000,)),
    ("ربع مليون درهم", (250_000,)),
    ("ربع ملاين درهم", (4_000_000,)),
    ("ثلاثة أرباع مليون درهم", (750_000,)),
    ("مليون درهم ونص", (1_500_000,)),
    ("تقريبا مليون ونص درهم", (1_500_000,)),
    ("مليوني درهم", (2_000_000,)),
    ("مليون وميتين ألف درهم", (1_200_000,)),
    ("مليون و 500 ألف درهم", (1_500_000,)),
    ("جوج مليون وخمسميا ألف درهم", (2_500_000,)),
    ("2 millions 500 000 dh", (2_500_000,)),
    ("1 million 200 mille dirhams", (1_200_000,)),
    ("un million deux cent mille dirhams", (1_200_000,)),
    ("ألف وخمسمية درهم", (1_500,)),
    ("50 ألف و500 درهم", (50_500,)),
    ("1500 درهم و50 سنتيم", (1_500.5,)),
    ("ستالاف درهم", (6_000,)),
    ("خمسلاف درهم", (5_000,)),
    ("khmslaf dh", (5_000,)),
    ("khamsin alf dh", (50_000,)),
    ("khamstach alf dh", (15_000,)),
    ("tlatin alf dh", (30_000,)),
    ("rb3in alf ryal", (2_000,)),
    ("tlata d lmlayen w ness dh", (3_500_000,)),
    ("jouj dlmlayen dh", (2_000_000,)),
    ("60 million dh", (60_000_000,)),
    ("30 mlyoun dirham", (30_000_000,)),
    ("ألف مليون درهم", (1_000_000_000,)),
    ("1 milliard de dirhams", (1_000_000_000,)),
    ("20 مليون درهم", (20_000_000,)),
    ("20 مليون ديال الدرهم", (20_000_000,)),
    ("20 مليون بالدرهم", (20_000_000,)),
    ("مليار سنتيم", (10_000_000,)),
    ("mliar santim", (10_000_000,)),
    ("مليار و 200 مليون سنتيم", (12_000_000,)),
    ("100 مليون سنتيم", (1_000_000,)),
    ("عشرة د المليون سنتيم", (100_000,)),
    ("خمسة د المليون د السنتيم", (50_000,)),
    ("5 مليون سنتيم", (50_000,)),
    ("3 ملاين ديال السنتيم", (30_000,)),
    ("500 مليون فرنك", (5_000_000,)),
    ("deux cents millions de centimes", (2_000_000,)),
    # Slips of the pen.
    ("20 مليوون درهم", (20_000_000,)),
    ("20 ملون درهم", (20_000_000,)),
    ("20 ميلون درهم", (20_000_000,)),
    ("20 miliun dh", (20_000_000,)),
    ("20 milion dh", (20_000_000,)),
    ("خمصين ألف درهم", (50_000,)),
    ("200 000 dirahm", (200_000,)),
    # Thousands and digits are dirhams.
    ("200 ألف", (200_000,)),
    ("200ألف", (200_000,)),
    ("٢٠٠ ألف", (200_000,)),
    ("۲۰۰ ألف", (200_000,)),
    ("ميتين ألف", (200_000,)),
    ("ميتين وخمسين ألف", (250_000,)),
    ("ألفين", (2_000,)),
    ("10 آلاف", (10_000,)),
    ("150k", (150_000,)),
    ("miat alf", (100_000,)),
    ("mya w khamsin alf", (150_000,)),
    ("3echrin alf", (20_000,)),
    ("settin alf", (60_000,)),
    ("tltmyat alf", (300_000,)),
    ("mitayn alf", (200_000,)),
    ("10 mille", (10_000,)),
    ("soixante et onze mille", (71_000,)),
    ("quatre-vingt-dix mille", (90_000,)),
    ("deux cent cinquante mille", (250_000,)),
    ("200.000", (200_000,)),
    ("200,000", (200_000,)),
    ("1.500.000,50", (1_500_000.5,)),
    ("1,500,000.50", (1_500_000.5,)),
    ("1500000", (1_500_000,)),
    ("1 500 000", (1_500_000,)),
    ("1\u00a0500\u00a0000", (1_500_000,)),
    ("1\u202f500\u202f000", (1_500_000,)),
    ("1\u2009500\u2009000", (1_500_000,)),
    ("1'500'000", (1_500_000,)),
    ("1’500’000", (1_500_000,)),
    ("١٬٥٠٠٬٠٠٠", (1_500_000,)),
    ("١٢٣٤٥", (12_345,)),
    ("1000000000000000", (10**15,)),
    ("10^15", (10**15,)),
    ("0", (0,)),
    ("والو", (0,)),
    ("zéro", (0,)),
    # Below zero is read, so that the bounds can refuse it.
    ("-5", (-5,)),
    ("−5", (-5,)),
    ("ناقص 5", (-5,)),
    ("moins 5", (-5,)),
    ("-200 000 dh", (-200_000,)),
    ("ناقص مليون درهم", (-1_000_000,)),
    ("au moins 5", (5,)),
    ("plus ou moins 5", (5,)),
    # Millions and milliards alone: centimes or dirhams.
    ("20 مليون", (200_000, 20_000_000)),
    ("20مليون", (200_000, 20_000_000)),
    ("b20 mlyoun", (200_000, 20_000_000)),
    ("٢ مليون", (20_000, 2_000_000)),
    ("مليون", (10_000, 1_000_000)),
    ("مليون ونص", (15_000, 1_500_000)),
    ("مليون وربع", (12_500, 1_250_000)),
    ("مليون وميتين", (12_000, 1_200_000)),
    ("نص مليون", (5_000, 500_000)),
    ("3 d lmlayen", (30_000, 3_000_000)),
    ("3 d lmlayn", (30_000, 3_000_000)),
    ("3 dlmlayn", (30_000, 3_000_000)),
    ("3dlmlayn", (30_000, 3_000_000)),
    ("2M", (20_000, 2_000_000)),
    ("deux millions", (20_000, 2_000_000)),
    ("un million et demi", (15_000, 1_500_000)),
    ("تلت ملاين", (30_000, 3_000_000)),
    ("جوج مليون", (20_000, 2_000_000)),
    ("جوج دالملاين", (20_000, 2_000_000)),
    ("جوج ونص مليون", (25_000, 2_500_000)),
    ("ربعة د لملاين ونص", (45_000, 4_500_000)),
    ("ثلاثة ملايين وخمسمائة ألف", (35_000, 3_500_000)),
    ("ts3oud mlayen", (90_000, 9_000_000)),
    ("milyoun w ness", (15_000, 1_500_000)),
    ("مليار", (10_000_000, 1_000_000_000)),
    ("un milliard", (10_000_000, 1_000_000_000)),
    # Two bounds.
    ("من 100 ألف حتى 200 ألف", (100_000, 200_000)),
    ("من 100 حتى 200 ألف درهم", (100_000, 200_000)),
    ("من خمسين لستين ألف", (50_000, 60_000)),
    ("من مليون لمليونين درهم", (1_000_000, 2_000_000)),
    ("من 500 ألف حتى مليون", (500_000, 1_000_000)),
    ("بين 100 ألف و 200 ألف درهم", (100_000, 200_000)),
    ("بين مليون ومليون ونص درهم", (1_000_000, 1_500_000)),
    ("100-200 ألف", (100_000, 200_000)),
    ("100 000 - 200 000 dh", (100_000, 200_000)),
    ("100k-200k", (100_000, 200_000)),
    ("mn 100 l 200 alf dh", (100_000, 200_000)),
    ("entre 1 et 2 millions de dirhams", (1_000_000, 2_000_000)),
    ("entre 1 et 2 millions", (10_000, 20_000, 1_000_000, 2_000_000)),
    ("entre cent mille et deux cent mille dirhams", (100_000, 200_000)),
    ("1 à 2 MDH", (1_000_000, 2_000_000)),
    ("جوج ولا تلاتة دالملاين درهم", (2_000_000, 3_000_000)),
    ("2 ou 3 millions dh", (2_000_000, 3_000_000)),
]

#: What was written, and how many that is.
COUNTS: list[tuple[str, tuple[float, ...]]] = [
    ("خمسة", (5,)),
    ("une dizaine", (10,)),
    ("une douzaine d'emplois", (12,)),
    ("une vingtaine de salariés", (20,)),
    ("5", (5,)),
    ("٥", (5,)),
    ("5️⃣", (5,)),
    ("جوج", (2,)),
    ("wa7ed", (1,)),
    ("deux", (2,)),
    ("un seul", (1,)),
    ("شي عشرة", (10,)),
    ("10 أشخاص", (10,)),
    ("سبعة أشخاص", (7,)),
    ("خمسة ديال الناس", (5,)),
    ("غادي نخدمو عشرة د الناس", (10,)),
    ("غادي نخدم 12 واحد", (12,)),
    ("12 khdam", (12,)),
    ("3 dnas", (3,)),
    ("10 emplois", (10,)),
    ("au moins 10 emplois", (10,)),
    ("j'ai un salarié", (1,)),
    ("شي عشرين مرا", (20,)),
    ("خدامة 4", (4,)),
    ("والخدامة ستة", (6,)),
    ("2 ألف شخص", (2_000,)),
    ("76 ألف منصب", (76_000,)),
    ("أحد عشر", (11,)),
    ("ثلاثة عشر", (13,)),
    ("خمسطاش", (15,)),
    ("tnach", (12,)),
    ("dix-sept", (17,)),
    ("تلاتة وعشرين", (23,)),
    ("7 ولا 8", (7, 8)),
    ("2 ou 3 personnes", (2, 3)),
    ("من 5 حتى 10", (5, 10)),
    ("entre 5 et 10 emplois", (5, 10)),
    ("بين خمسة وعشرين", (5, 20)),
    ("حتى واحد", (0,)),
    ("7ta wa7ed", (0,)),
    ("ما عندي حتى واحد", (0,)),
    ("والو", (0,)),
    ("walo", (0,)),
    ("aucun emploi", (0,)),
    ("0", (0,)),
    ("-3", (-3,)),
]

#: What was written, and how many years that is.
YEARS: list[tuple[str, float]] = [
    ("عام", 1),
    ("عام واحد", 1),
    ("عامين", 2),
    ("سنتين", 2),
    ("3 سنين", 3),
    ("٣ سنين", 3),
    ("خمس سنوات", 5),
    ("ثلاث سنوات ونصف", 3.5),
    ("خمسطاش عام", 15),
    ("عام ونص", 1.5),
    ("نص عام", 0.5),
    ("عام و 6 شهور", 1.5),
    ("6 شهور", 0.5),
    ("18 شهر", 1.5),
    ("un an et demi", 1.5),
    ("3 ans", 3),
    ("depuis 3 ans", 3),
    ("il y a 3 ans", 3),
    ("2 ans et 3 mois", 2.25),
    ("6 mois", 0.5),
    ("2 3am", 2),
    ("3am w ness", 1.5),
    ("3 snin", 3),
    ("khms snin", 5),
    ("3amayn", 2),
    ("6 chhor", 0.5),
    ("5", 5),
]

#: What was written, and the year since which that is so.
SINCE: list[tuple[str, int]] = [
    ("depuis 2019", 2019),
    ("depuis mars 2019", 2019),
    ("من 2019", 2019),
    ("mn 2019", 2019),
    ("منذ سنة 2020", 2020),
    ("بدينا ف 2019", 2019),
    ("بدينا فعام 2019", 2019),
    ("créée en 2018", 2018),
    ("عام 2020", 2020),
    ("2019", 2019),
]

#: What was written, and the percentage.
PERCENTS: list[tuple[str, float]] = [
    ("10%", 10),
    ("10 %", 10),
    ("٪٢٠", 20),
    ("12,5%", 12.5),
    ("عشرة فالمية", 10),
    ("ثلاثين في المائة", 30),
    ("10 في المئة", 10),
    ("credit b 2 f lmia", 2),
    ("10 pour cent", 10),
    ("20 pourcent", 20),
]

#: What holds no amount, no count, no time and no share.
NOTHING: list[str] = [
    "0612345678",
    "06 12 34 56 78",
    "06-12-34-56-78",
    "06.12.34.56.78",
    "+212 612 345 678",
    "00212612345678",
    "612345678",
    "0522334455 عيطو ليا",
    "21/10/2025",
    "21-10-2025",
    "2025-10-21",
    "21 أكتوبر 2025",
    "21 octobre 2025",
    "10:30",
    "10h30",
    "de 9h à 17h",
    "الساعة 10",
    "القانون 03-22",
    "القانون 112.12",
    "loi 50-17",
    "9anoun 50 17",
    "المرسوم 2-25-342",
    "المرسوم رقم 2.25.342",
    "قرار 3.51.25",
    "المادة 36",
    "article 19",
    "CIN AB123456",
    "BK 123456",
    "ICE 001234567000012",
    "RIB 007 780 0001234567890123 45",
    "CNSS 1234567",
    "رقم 5",
    "certificat EUR.1",
    "https://example.ma/12345",
    "info123@mail.ma",
    "tpme2",
    "B2B",
    "4x4",
    "24/24",
    "covid-19",
    "1er",
    "2ème",
    "100 euros",
    "5 millions d'euros",
    "200 دولار",
    "15 يوم",
    "200 m2",
    "بوحدي",
    "نهار الاثنين",
    "نهار التلات",
    "لست متأكد",
    "ألف شكر",
    "mille merci",
    "لكل مليون",
    "par million investi",
    "بالملايين",
    "شحال من مليار",
    "شحال من درهم",
    "درهم",
    "نص",
    "واحد المشروع",
    "une coopérative",
    "quel statut pour un artisan",
    "du matériel neuf",
    "ma coopérative dans le sud",
    "هاد العام",
    "ما عرفت والو",
    "aucune idée",
    "999999999999999999999999",
    "1e15",
    "",
    "؟؟؟",
]


def read(text: str) -> list[tuple[float, ...]]:
    """Return the readings of each amount."""
    return [amount.readings for amount in amounts(text)]


def counted(text: str) -> list[tuple[float, ...]]:
    """Return the readings of each count."""
    return [count.readings for count in counts(text)]


@pytest.mark.parametrize(("text", "readings"), MONEY)
def test_money_is_read_as_people_write_it(text: str, readings: tuple[float, ...]) -> None:
    """An amount is read in dirhams, in every script and spelling, and in every way in which it can be meant."""
    assert read(text) == [readings]


@pytest.mark.parametrize(("text", "readings"), COUNTS)
def test_counts_are_read_as_people_write_them(text: str, readings: tuple[float, ...]) -> None:
    """A number of persons is read in words and in digits, "nobody" as 0."""
    assert counted(text) == [readings]


@pytest.mark.parametrize(("text", "value"), YEARS)
def test_times_are_read_in_years(text: str, value: float) -> None:
    """A time is read in years, months as twelfths."""
    assert [time.readings for time in years(text) if isinstance(time, Years)] == [(value,)]


@pytest.mark.parametrize(("text", "year"), SINCE)
def test_a_calendar_year_is_kept_apart(text: str, year: int) -> None:
    """A year since which something is so is told as that year: how long ago it is depends on today."""
    assert [time.year for time in years(text) if isinstance(time, Since)] == [year]


@pytest.mark.parametrize(("text", "value"), PERCENTS)
def test_a_share_is_no_amount(text: str, value: float) -> None:
    """A percentage is read as one, and never as money or as a count."""
    assert [share.value for share in percents(text)] == [value]
    assert not amounts(text)
    assert not counts(text)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_quantity_is_not_read(text: str) -> None:
    """Telephone and law numbers, dates, hours, names and ways of speaking hold no number to go by."""
    assert not amounts(text)
    assert not counts(text)
    assert not years(text)
    assert not percents(text)


@pytest.mark.parametrize(
    ("text", "money", "people", "time"),
    [
        ("المشروع غادي يكلف شي 2 مليون درهم والخدامة 4", [(2_000_000,)], [(4,)], []),
        ("le projet coûte 1,2 MDH avec 6 emplois", [(1_200_000,)], [(6,)], []),
        ("bghit nkhdm b 50 alf dh w 3 dnas", [(50_000,)], [(3,)], []),
        ("2 مليون و4 خدامة", [(20_000, 2_000_000)], [(4,)], []),
        ("1 million, 5 emplois", [(10_000, 1_000_000)], [(5,)], []),
        ("عندي 3 سنين ديال الخبرة و 5 خدامين", [], [(5,)], [3.0]),
        ("عندي شركة فيها 12 خدام وكندير 1.4 مليون درهم فالعام من 2018", [(1_400_000,)], [(12,)], [2018]),
        ("3ndi charika mn 2019 fiha 4 khdama o kandir 800 alf dh f l3am", [(800_000,)], [(4,)], [2019]),
        (
            "investissement 3M dh, fonds propres 500k, 8 emplois, créée en 2021",
            [(3_000_000,), (500_000,)],
            [(8,)],
            [2021],
        ),
        ("le chiffre d'affaires 2023 est 1 500 000 dh", [(1_500_000,)], [], []),
        ("رقم المعاملات ديالنا 800000 فالعام", [(800_000,)], [], []),
        ("500 ألف درهم من عندي و مليون ونص كريدي", [(500_000,), (15_000, 1_500_000)], [], []),
        ("5 خدامين و3 متعلمين", [], [(5,), (3,)], []),
    ],
)
def test_numbers_are_found_in_a_sentence(
    text: str, money: list[tuple[float, ...]], people: list[tuple[float, ...]], time: list[float]
) -> None:
    """In a sentence each number goes where its words put it."""
    assert read(text) == money
    assert counted(text) == people
    assert [each.year if isinstance(each, Since) else each.readings[0] for each in years(text)] == time


@pytest.mark.parametrize("text", ["خمصة ملاين", "سعين ألف درهم", "ستن ألف", "2,5,1 مليون"])
def test_a_scale_whose_number_is_not_understood_is_not_read(text: str) -> None:
    """Behind a number misspelled beyond recognition, a scale alone would be a wrong amount: nothing is read."""
    assert not amounts(text)


def test_where_an_amount_stands_is_told() -> None:
    """The span of an amount is that of the writer's own text, signs and vowel marks included."""
    text = "الثَّمَن: ١٫٥ مليون درهم، تقريبا"
    (amount,) = amounts(text)
    assert text[slice(*amount.span)] == "١٫٥ مليون درهم"


@pytest.mark.parametrize(
    ("text", "value"), [("مليون ونص", 1_500_000), ("quatre-vingt-dix-neuf", 99), ("مليون درهم", None)]
)
def test_a_spelled_number_is_read_whole_or_not_at_all(text: str, value: float | None) -> None:
    """The number words of a text are its number only when there is nothing else in it."""
    assert read_number_words(text) == value


ONES_AR = ["", "واحد", "جوج", "تلاتة", "ربعة", "خمسة", "ستة", "سبعة", "تمنية", "تسعود"]
TEENS_AR = ["عشرة", "حضاش", "طناش", "تلطاش", "ربعطاش", "خمسطاش", "سطاش", "سبعطاش", "تمنطاش", "تسعطاش"]
TENS_AR = ["", "", "عشرين", "تلاتين", "ربعين", "خمسين", "ستين", "سبعين", "تمانين", "تسعين"]
HUNDREDS_AR = ["", "مية", "ميتين", "تلتمية", "ربعمية", "خمسمية", "ستمية", "سبعمية", "تمنمية", "تسعمية"]
ONES_LATIN = ["", "wa7ed", "jouj", "tlata", "rb3a", "khamsa", "setta", "sb3a", "tmnya", "ts3oud"]
TEENS_LATIN = "3chra 7dach tnach tlttach rb3tach khmstach sttach sb3tach tmntach ts3tach".split()
TENS_LATIN = ["", "", "3chrin", "tlatin", "rb3in", "khamsin", "settin", "sb3in", "tmanin", "ts3in"]
HUNDREDS_LATIN = ["", "mya", "mitayn", "tltmya", "rb3mya", "khmsmya", "sttmya", "sb3mya", "tmnmya", "ts3mya"]
ONES_FR = ["", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
TEENS_FR = "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
TENS_FR = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"]


def darija(number: int, tables: tuple[list[str], ...], joiner: str) -> str:
    """Spell a number below a thousand as Darija says it."""
    ones, teens, tens, hundreds = tables
    parts = [hundreds[number // 100]]
    rest = number % 100
    if 10 <= rest < 20:
        parts.append(teens[rest - 10])
    else:
        parts += [ones[rest % 10], tens[rest // 10]]
    return joiner.join(filter(None, parts))


def arabic(number: int) -> str:
    """Spell a number below a million in Darija, Arabic letters."""
    thousands, rest = divmod(number, 1000)
    tables = (ONES_AR, TEENS_AR, TENS_AR, HUNDREDS_AR)
    spelled = f"{darija(thousands, tables, ' و')} ألف" if thousands > 1 else "ألف" * thousands
    return " و".join(filter(None, [spelled, darija(rest, tables, " و")]))


def arabizi(number: int) -> str:
    """Spell a number below a million in Darija, Latin letters."""
    thousands, rest = divmod(number, 1000)
    tables = (ONES_LATIN, TEENS_LATIN, TENS_LATIN, HUNDREDS_LATIN)
    spelled = f"{darija(thousands, tables, ' w ')} alf" if thousands > 1 else "alf" * thousands
    return " w ".join(filter(None, [spelled, darija(rest, tables, " w ")]))


def french(number: int) -> str:
    """Spell a number below a million in French."""
    thousands, rest = divmod(number, 1000)
    spelled = f"{french_below_thousand(thousands)} mille" if thousands > 1 else "mille" * thousands
    return " ".join(filter(None, [spelled, french_below_thousand(rest)]))


def french_below_thousand(number: int) -> str:
    """Spell a number below a thousand in French."""
    hundreds, rest = divmod(number, 100)
    spelled = "" if not hundreds else "cent" if hundreds == 1 else f"{ONES_FR[hundreds]} cent"
    return " ".join(filter(None, [spelled, french_below_hundred(rest)]))


def french_below_hundred(number: int) -> str:
    """Spell a number below a hundred in French."""
    if number < 10:
        return ONES_FR[number]
    if number < 20:
        return TEENS_FR[number - 10]
    ten, one = divmod(number, 10)
    if ten >= 8:
        return f"quatre-vingt{'-' if number > 80 else 's'}{french_below_hundred(number - 80)}"
    if ten == 7:
        return "soixante et onze" if one == 1 else f"soixante-{TEENS_FR[one]}"
    return f"{TENS_FR[ten]} et un" if one == 1 else "-".join(filter(None, [TENS_FR[ten], ONES_FR[one]]))


@pytest.mark.parametrize("spell", [arabic, arabizi, french])
@given(number=st.integers(1, 999_999))
def test_a_number_spelled_out_is_read_back(spell: Callable[[int], str], number: int) -> None:
    """A number below a million spelled in Darija or French is read as that number, and as that many dirhams."""
    assert read_number_words(spell(number)) == number
    assert read(f"{spell(number)} درهم") == [(number,)]


@given(
    number=st.integers(1000, 10**12),
    separator=st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ".", ",", "'", "’", "٬"]),
    digits=st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]),
)
def test_digits_in_groups_are_read_back(number: int, separator: str, digits: str) -> None:
    """Whatever sign groups the digits, and in whatever script they are, the amount is the same."""
    grouped = f"{number:,}".replace(",", separator).translate(str.maketrans("0123456789", digits))
    assert read(f"{grouped} درهم") == [(number,)]


@given(whole=st.integers(1000, 10**9), cents=st.integers(0, 99))
def test_centimes_behind_the_groups_are_read_back(whole: int, cents: int) -> None:
    """A French and an English printed amount are the same amount."""
    value = round(whole + cents / 100, 2)
    english = f"{whole:,}.{cents:02}"
    french_way = english.translate(str.maketrans(",.", ".,"))
    assert read(f"{english} dh") == read(f"{french_way} dh") == [(value,)]


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """No text, in any script, breaks the reading; what is found stands inside the text and is a finite number."""
    spans = [each for each in years(text) if isinstance(each, Years)]
    everything: list[Amount | Count | Years] = [*amounts(text), *counts(text), *spans]
    for found in everything:
        assert 0 <= found.span[0] < found.span[1] <= len(text)
        assert list(found.readings) == sorted(set(found.readings))
        assert all(abs(reading) <= 1e20 for reading in found.readings)


_WORDS = [text for text, _ in MONEY] + [text for text, _ in COUNTS] + [text for text, _ in YEARS] + NOTHING


@pytest.mark.parametrize(
    "word", ["ألف", "مليون", "مليار", "ألف مليون", "9" * 19, "2 و", "cent", "بين 5 و", "حتى", "-", "مية و"]
)
def test_one_word_over_and_over_is_read_without_an_error(word: str) -> None:
    """A word sent a thousand times breaks nothing."""
    text = f"{word} " * 1_000
    for found in amounts(text):
        assert all(abs(reading) <= 1e20 for reading in found.readings)
    read_number_words(text)


@given(st.lists(st.sampled_from([*" ".join(_WORDS).split(), "\n", "-", "–", "%", ",", "(", "½", "10^15"]), max_size=20))
def test_any_row_of_number_words_is_read_without_an_error(words: list[str]) -> None:
    """Number words in any order, however senseless, are read as something or as nothing."""
    text = " ".join(words)
    everything: list[Amount | Count | Percent] = [*amounts(text), *counts(text), *percents(text)]
    for found in everything:
        assert 0 <= found.span[0] < found.span[1] <= len(text)
    read_number_words(text)
    years(text)


@pytest.mark.parametrize(
    "text",
    [text for text, _ in MONEY if all(letter.isalpha() or letter.isdecimal() or letter == " " for letter in text)],
)
def test_folding_changes_no_reading(text: str) -> None:
    """A text without signs is read as its folded form is."""
    assert read(folded(text)) == read(text)
