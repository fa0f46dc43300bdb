"""What leads back to a person is masked in any spelling, and nothing else is."""

import random
import time
import unicodedata

import pytest

from bot.language.personal import MASK, UNTAKEN, masked, without_secrets

#: A message, and what of it leads back to a person.
PERSONAL = [
    ("my id is JA\u2011123456", "JA\u2011123456"),
    ("06\u201061\u201023\u201045\u201067", "06\u201061\u201023\u201045\u201067"),
    ("06\u221261\u221223\u221245\u221267", "06\u221261\u221223\u221245\u221267"),
    ("m'appelle Hassan Idrissi", "Hassan Idrissi"),
    ("سميت راجلي حميد", "حميد"),
    ("né le 12/03/1985", "12/03/1985"),
    ("تاريخ الازدياد: 12-03-1985", "12-03-1985"),
    ("مزدادة ف 1.2.1990", "1.2.1990"),
    ("عيطو ليا ف 0661234567", "0661234567"),
    ("رقمي 06 61 23 45 67 شكرا", "06 61 23 45 67"),
    ("06-61-23-45-67", "06-61-23-45-67"),
    ("06.61.23.45.67", "06.61.23.45.67"),
    ("06/61/23/45/67", "06/61/23/45/67"),
    ("06 - 61 - 23 - 45 - 67", "06 - 61 - 23 - 45 - 67"),
    ("0661 234 567", "0661 234 567"),
    ("0661-234567", "0661-234567"),
    ("+212661234567", "+212661234567"),
    ("+212 6 61 23 45 67", "+212 6 61 23 45 67"),
    ("+212 (0) 661-234-567", "+212 (0) 661-234-567"),
    ("00212661234567", "00212661234567"),
    ("(0661) 23 45 67", "(0661) 23 45 67"),
    ("212661234567", "212661234567"),
    ("661234567", "661234567"),
    ("661 234 567", "661 234 567"),
    ("0 6 6 1 2 3 4 5 6 7", "0 6 6 1 2 3 4 5 6 7"),
    ("0*6*6*1*2*3*4*5*6*7", "0*6*6*1*2*3*4*5*6*7"),
    ("06,61,23,45,67", "06,61,23,45,67"),
    ("05 28 88 12 34", "05 28 88 12 34"),
    ("0528881234", "0528881234"),
    ("0800 00 12 34", "0800 00 12 34"),
    ("+33 6 12 34 56 78", "+33 6 12 34 56 78"),
    ("٠٦٦١٢٣٤٥٦٧", "٠٦٦١٢٣٤٥٦٧"),
    ("۰۶۶۱۲۳۴۵۶۷", "۰۶۶۱۲۳۴۵۶۷"),
    ("٠٦ ٦١ ٢٣ ٤٥ ٦٧", "٠٦ ٦١ ٢٣ ٤٥ ٦٧"),
    (
        "\uff10\uff16\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "\uff10\uff16\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
    ),
    ("𝟎𝟔𝟔𝟏𝟐𝟑𝟒𝟓𝟔𝟕", "𝟎𝟔𝟔𝟏𝟐𝟑𝟒𝟓𝟔𝟕"),
    ("⓪⑥⑥①②③④⑤⑥⑦", "⓪⑥⑥①②③④⑤⑥⑦"),
    ("⁰⁶⁶¹²³⁴⁵⁶⁷", "⁰⁶⁶¹²³⁴⁵⁶⁷"),
    ("0️⃣6️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣", "0️⃣6️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣"),
    ("06\u200b61\u200b23\u200b45\u200b67", "06\u200b61\u200b23\u200b45\u200b67"),
    (
        "0\u200d6\u200d6\u200d1\u200d2\u200d3\u200d4\u200d5\u200d6\u200d7",
        "0\u200d6\u200d6\u200d1\u200d2\u200d3\u200d4\u200d5\u200d6\u200d7",
    ),
    ("06\u00ad61\u00ad23\u00ad45\u00ad67", "06\u00ad61\u00ad23\u00ad45\u00ad67"),
    ("06\u202a61234567", "06\u202a61234567"),
    ("06\u206061234567", "06\u206061234567"),
    ("06ـ61ـ23ـ45ـ67", "06ـ61ـ23ـ45ـ67"),
    ("06\u00a061\u00a023\u00a045\u00a067", "06\u00a061\u00a023\u00a045\u00a067"),
    ("06\u200961\u200923\u200945\u200967", "06\u200961\u200923\u200945\u200967"),
    ("0६६१२३४५६७", "0६६१२३४५६७"),
    ("عيطو ليا صفر ستة ستة واحد جوج تلاتة ربعة خمسة ستة سبعة", "صفر ستة ستة واحد جوج تلاتة ربعة خمسة ستة سبعة"),
    (
        "زيرو ستة واحد وستين تنين وعشرين تلاتة وتلاتين ربعة وربعين",
        "زيرو ستة واحد وستين تنين وعشرين تلاتة وتلاتين ربعة وربعين",
    ),
    (
        "mon tel: zéro six soixante et un vingt-deux trente-trois quarante-quatre merci",
        "zéro six soixante et un vingt-deux trente-trois quarante-quatre",
    ),
    ("appelez zero six 61 22 33 44", "zero six 61 22 33 44"),
    (
        "sifr setta setta wa7ed jouj tlata rb3a khamsa setta seb3a",
        "sifr setta setta wa7ed jouj tlata rb3a khamsa setta seb3a",
    ),
    ("tel:0661234567", "0661234567"),
    ("wts 0661234567", "0661234567"),
    ("البطاقة الوطنية ديالي AB123456", "AB123456"),
    ("ab 123456", "ab 123456"),
    ("AB-123456", "AB-123456"),
    ("k12345", "k12345"),
    ("JC 512347", "JC 512347"),
    ("\uff21\uff22\uff11\uff12\uff13\uff14\uff15\uff16", "\uff21\uff22\uff11\uff12\uff13\uff14\uff15\uff16"),
    ("AB١٢٣٤٥٦", "AB١٢٣٤٥٦"),
    ("cin: b 500000", "b 500000"),
    ("carte nationale n° 4567", "4567"),
    ("passeport MA1234567", "MA1234567"),
    ("RC 12345 Agadir", "12345"),
    ("السجل التجاري رقم 12345", "12345"),
    ("ICE 001525713000031", "001525713000031"),
    ("IF: 40123456", "40123456"),
    ("CNSS 9876543", "9876543"),
    ("patente 27401234", "27401234"),
    ("البطاقة المهنية رقم 4512", "4512"),
    ("RIB 007 780 0001234000123456 78", "007 780 0001234000123456 78"),
    ("007780000123400012345678", "007780000123400012345678"),
    ("MA64 0117 8000 0012 3400 0123 4567", "MA64 0117 8000 0012 3400 0123 4567"),
    ("4539 1488 0343 6467", "4539 1488 0343 6467"),
    ("me@example.ma", "me@example.ma"),
    ("كتبو ليا fatima.zahra@gmail.com عفاكم", "fatima.zahra@gmail.com"),
    ("fatima @ gmail.com", "fatima @ gmail.com"),
    ("fatima\uff20gmail.com", "fatima\uff20gmail.com"),
    ("fatima arobase gmail point com", "fatima arobase gmail point com"),
    ("fatima at gmail dot com", "fatima at gmail dot com"),
    ("fatima (at) gmail (dot) com", "fatima (at) gmail (dot) com"),
    ("فاطمة اروباز جيميل نقطة كوم", "فاطمة اروباز جيميل نقطة كوم"),
    ("fatima at hotmail", "fatima at hotmail"),
    ("https://www.facebook.com/fatima.zahra.88", "https://www.facebook.com/fatima.zahra.88"),
    ("facebook.com/profile.php?id=1000", "facebook.com/profile.php?id=1000"),
    ("instagram.com/zarbia_fz/", "instagram.com/zarbia_fz/"),
    ("wa.me/212661234567", "wa.me/212661234567"),
    ("t.me/fatimaz", "t.me/fatimaz"),
    ("tiktok.com/@fatimaz", "tiktok.com/@fatimaz"),
    ("insta: zarbia_fz", "insta: zarbia_fz"),
    ("@zarbia_fz", "@zarbia_fz"),
    ("سميتي فاطمة الزهراء وعندي تعاونية", "فاطمة الزهراء"),
    ("أنا سميتي محمد أيت علي من تزنيت", "محمد أيت علي"),
    ("اسمي خديجة، أريد المساعدة", "خديجة"),
    ("اسمي الكامل هو سعيد بنعلي", "سعيد بنعلي"),
    ("je m'appelle Saïd El Idrissi et je suis potier", "Saïd El Idrissi"),
    ("Je m’appelle Fatima", "Fatima"),
    ("mon nom est Ait Taleb", "Ait Taleb"),
    ("ana smiti Brahim men Safi", "Brahim"),
    ("smiyti khadija w bghit nsdder", "khadija"),
    ("my name is John Smith and I sell rugs", "John Smith"),
    ("0_6_6_1_2_3_4_5_6_7", "0_6_6_1_2_3_4_5_6_7"),
    ("bk 123 456", "bk 123 456"),
    ("B K 1 2 3 4 5 6", "B K 1 2 3 4 5 6"),
    ("بطاقتي ك ب 123456", "ك ب 123456"),
    ("رقم البطاقة الوطنية ديالي هو ب ك 123457", "ب ك 123457"),
    ("zouina(arobase)gmail.com", "zouina(arobase)gmail.com"),
    ("zouina chez gmail point com", "zouina chez gmail point com"),
    ("instagram zouina_zarbia", "instagram zouina_zarbia"),
    ("انستغرام ديالي zouina.zarbia", "انستغرام ديالي zouina.zarbia"),
    ("ana smiti zouina l3alaoui", "zouina l3alaoui"),
    ("je me nomme Zouina", "Zouina"),
    ("أنا السيدة زوينة العلوي", "زوينة العلوي"),
    ("الاسم: زوينة", "زوينة"),
    ("Prénom: Zouina", "Zouina"),
    ("س.ت 12345", "س.ت 12345"),
]

#: What people really write about sums, years, days and codes; nothing of it is a person.
ORDINARY = [
    "السيد المدير",
    "واحد السيد قال ليا عطيني 3000 درهم",
    "السيدة المندوبة ديال الصناعة",
    "السيد رئيس الغرفة",
    "المقاولة تأسست في 12/03/2019",
    "من 12/03/1985 حتى 2026",
    "كيفاش كنتسمى صانع",
    "ça s'appelle comment",
    "عندي 10000000 درهم",
    "المشروع ديالي ب 10 000 000 درهم",
    "50 000 000 dh",
    "50.000.000 DH",
    "1,500,000 درهم",
    "12 500 000,00 درهم",
    "12500000",
    "100000000",
    "من 1 000 000 إلى 50 000 000 درهم",
    "1000000 - 50000000",
    "بين 1.000.000 و 5.000.000",
    "رقم المعاملات 3 250 000 و 4 100 000",
    "2024-2025",
    "2024/2025",
    "من 2019 إلى 2026",
    "2023 2024 2025",
    "2023, 2024, 2025",
    "21/10/2025",
    "21-10-2025",
    "2025-07-03",
    "03.07.2025",
    "من 2025-07-03 إلى 2026-12-31",
    "من 21/10/2025 حتى 30/11/2025",
    "2026-01-01 10:00",
    "21/10/2025 10:00",
    "08:30 - 16:30",
    "من 08:30 حتى 16:30",
    "القافلة نهار 13 و 14 نونبر 2025",
    "القرار 2-25-342 ديال 2025",
    "القانون 03-22",
    "décret n° 2-25-342",
    "الظهير 1.22.76",
    "ISO 9001",
    "ISO 14001 و ISO 45001",
    "رمز التعريفة 5701.10",
    "code SH 570110",
    "hs 570242",
    "عندي 3 ديال المعامل و 25 خدام",
    "10, 20, 30 ولا 40 خدام",
    "5 خدامين، 12 فالموسم، 20 فالصيف",
    "30 % من 2 000 000 درهم",
    "20% ولا 30%",
    "b 50000 dh",
    "b 500000",
    "b500000dh",
    "f 20000 dh",
    "bghit credit dyal 100000 dh",
    "l 200000 درهم",
    "d 150000",
    "w 300000 dh",
    "12345 درهم",
    "b 12345 dh",
    "1 234 567 درهم",
    "ستة مليون وخمسمية ألف",
    "مليون ونص",
    "661 234 567 درهم",
    "612 000 000 درهم",
    "شحال خاص يكون العمر؟ 18 ولا 45؟",
    "تزاديت ف 1985",
    "artisan depuis 1998, 27 ans de métier",
    "9h00-17h00",
    "من 9:00 إلى 16:30",
    "3 m2 x 2 m2",
    "زربية 200 x 300 cm",
    "250 قطعة ب 120 درهم",
    "1000 pièces à 45 dh",
    "التعاونية سميتها الأمل",
    "شنو سميت البرنامج؟",
    "واش نسجل العلامة باسمي؟",
    "اسمي التجاري كيفاش نسجلو",
    "شنو اسم المكتب؟",
    "le nom commercial de la coopérative",
    "comment s'appelle le programme ?",
    "كيفاش كيسميو هاد الدعم",
    "je suis artisan à Fès",
    "واش الميثاق الجديد ف 2026 كيهم التعاونيات",
    "الفقرة 4 من المادة 12",
    "https://www.mcinet.gov.ma/ar",
    "تفاصيل فالموقع www.tamwilcom.ma",
    "واش نبيع ف facebook و instagram؟",
    "كنبيع فالانستا و التيكتوك",
    "email كيفاش كنديرو؟",
    "rendez-vous at 10h",
    "20 jours, 30 jours, 60 jours",
    "1 USD = 10 MAD",
    "15000 - 20000 - 30000 درهم",
    "4 ملايين ديال الدراهم",
    "RC شنو هو؟",
    "ICE خاصني ندير؟",
    "شنو هو RIB و IBAN؟",
    "CNSS شحال كتخلص؟",
    "la carte d'artisan, c'est combien ?",
    "البطاقة المهنية كيفاش ناخدها؟",
    "البطاقة الوطنية ضرورية؟",
    "CA 800000",
    "ca 800 000",
    "fi 150 000",
    "بغيت instagram pour vendre",
    "facebook 2024",
    "2019_2020",
    "10_000_000 درهم",
    "f 20 000",
    "و ل 50000",
    "الاسم التجاري",
]

#: What is not even taken in, as it stands in a message.
SECRET = [
    "AB123456",
    "k12345",
    "JC 512347",
    "CIN b 500000",
    "007 780 0001234000123456 78",
    "007780000123400012345678",
    "MA64 0117 8000 0012 3400 0123 4567",
    "4539 1488 0343 6467",
    "4539-1488-0343-6467",
    "\uff14\uff15\uff13\uff19 1488 0343 6467",
    "٤٥٣٩ ١٤٨٨ ٠٣٤٣ ٦٤٦٧",
    "البطاقة الوطنية رقم AB 1234",
    "لاكارط ديالي 123456",
    "passeport MA1234567",
]


def test_the_tables_are_as_long_as_they_are_said_to_be() -> None:
    """Eighty shapes that lead to a person, and eighty that do not; none twice."""
    assert len({text for text, _ in PERSONAL}) >= 80
    assert len(set(ORDINARY)) >= 80


@pytest.mark.parametrize(("text", "personal"), PERSONAL, ids=[text for text, _ in PERSONAL])
def test_what_leads_back_to_a_person_is_masked(text: str, personal: str) -> None:
    """Just that, in a sentence as well as alone; the words around it stay."""
    assert masked(text) == text.replace(personal, MASK)
    around = f"السلام عليكم. {text}. شكرا"
    assert masked(around) == around.replace(personal, MASK)


@pytest.mark.parametrize("text", ORDINARY)
def test_sums_years_days_and_codes_are_not(text: str) -> None:
    """What staff need to answer a question stays as it was written."""
    assert masked(text) == text
    assert masked(f"السلام، {text}؟ شكرا") == f"السلام، {text}؟ شكرا"


@pytest.mark.parametrize("secret", SECRET)
def test_numbers_of_cards_and_accounts_are_not_taken_in(secret: str) -> None:
    """An identity card, a passport, a bank card, an account: the number is gone, the words stay."""
    kept = without_secrets(f"هادي {secret} عافاكم")
    assert UNTAKEN in kept
    assert kept.startswith("هادي ")
    assert kept.endswith(" عافاكم")
    assert sum(unicodedata.digit(sign, None) is not None for sign in kept) == 0


@pytest.mark.parametrize("text", [*ORDINARY, "0661234567", "ana smiti Brahim", "06 61 23 45 67 و 05 28 88 12 34"])
def test_everything_else_is_taken_in(text: str) -> None:
    """A sum, a year, a telephone number: whoever writes one wants it read."""
    assert without_secrets(text) == text


def test_masking_twice_changes_nothing() -> None:
    """What is masked stays so."""
    for text, _ in PERSONAL:
        assert masked(masked(text)) == masked(text)
        assert without_secrets(without_secrets(text)) == without_secrets(text)


def test_masking_is_quick_for_any_text() -> None:
    """Twice the text takes about twice the time, whatever it is made of."""
    chance = random.Random(4)
    atoms = [
        "0",
        "6 ",
        "1-",
        "ﷺ",
        "a",
        "@",
        ".",
        "سميتي ",
        "je m'appelle ",
        "AB1",
        "at ",
        " - ",
        "😀",
        "\u200b",
        "١",
        "point ",
    ]
    for atom in [*atoms, *("".join(chance.choices(atoms, k=5)) for _ in range(40))]:
        text = (atom * 5000)[:5000]
        begun = time.process_time()
        masked(text)
        without_secrets(text)
        assert time.process_time() - begun < 0.25, atom
