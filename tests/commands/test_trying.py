"""`dalil ask` and `dalil locate`: the content tried from standard input, a line in and a line out."""

import json
from pathlib import Path
from random import Random

import pytest

from tests.program import Told, told

#: Lines that nobody means well, as bytes.
BAD = [
    b"",
    b"   \t ",
    "ا".encode() * 10_000,
    b"a b " * 2_500,
    Random(7).randbytes(400).replace(b"\n", b" ").replace(b"\r", b" "),
    b"\xff\xfe\x00\x01\x1b[31m\x7f",
    "😀🧶🇲🇦👩‍🎨".encode(),
    "\u202e\u2066\u200f\ufeff\u0651\u0651".encode(),
    b"'; DROP TABLE cases; --",
    b"{\"text\": \"x\"}",
    b"../../etc/passwd\x00",
    b"1e309,-1e309",
    b"nan,nan",
    "٢٧٫١٥".encode(),
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(root: Path) -> Told:
    """What is said to five questions."""
    return told("ask", "--json", root=root, typed="شنو هو ميثاق التجارة الخارجية\nchno howa mitha9 istitmar\n"
                "c'est quoi la charte du commerce extérieur\nqsdkjh wxcvbn\nكيفاش ندير الكسكس")  # fmt: skip


def test_a_question_is_one_object(asked: Told) -> None:
    """Each question has one line: its text, the zone, and at most five entries, best first."""
    assert (asked.status, asked.err) == (0, "")
    assert len(asked.lines) == 5
    for line in asked.lines:
        assert list(line)[:3] == ["text", "zone", "entries"]
        assert line["zone"] in {"sure", "unsure", "none"}
        assert len(line["entries"]) <= 5
        assert all(list(entry) == ["id", "score"] for entry in line["entries"])
        scores = [entry["score"] for entry in line["entries"]]
        assert scores == sorted(scores, reverse=True)


def test_a_question_finds_its_entry(asked: Told) -> None:
    """The charter is found in Darija and in French; what nobody here knows is not surely answered."""
    first, second, third, nonsense, couscous = asked.lines
    for line in (first, third):
        assert (line["zone"], line["entries"][0]["id"]) == ("sure", "charters.foreign-trade")
    assert any(entry["id"] == "charters.investment" for entry in second["entries"][:3])
    assert nonsense["zone"] == "none"
    # The cooking of others is not answered, or told to be somebody else's.
    assert couscous["zone"] != "sure" or couscous["entries"][0]["id"].startswith("off.")


def test_nothing_is_stored(asked: Told, root: Path) -> None:
    """Trying a question writes to no database, and makes none."""

    def databases() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in root.rglob("*.db*")}

    before = databases()
    assert told("ask", "--json", root=root, typed="شنو هو الكسكس ديال الجمعة").status == asked.status == 0
    assert databases() == before


def test_text_comes_back_as_it_was(root: Path) -> None:
    """The text of the answer is the line itself, also with a carriage return behind it or no end of line."""
    said = told("ask", "--json", root=root, typed="  سلام  \r\nb\u2028c\nlast")
    assert [line["text"] for line in said.lines] == ["  سلام  ", "b\u2028c", "last"]


def test_people_read_it_too(root: Path) -> None:
    """Without `--json` each line has the zone, the entries and their scores."""
    said = told("ask", root=root, typed="شنو هو ميثاق التجارة الخارجية\n\n")
    assert said.status == 0
    assert said.out.splitlines()[0].split()[:2] == ["sure", "charters.foreign-trade"]
    assert len(said.out.splitlines()) == 2


@pytest.mark.parametrize("command", ["ask", "locate", "read"])
def test_bad_lines_are_answered_too(command: str, root: Path) -> None:
    """Whatever stands on a line, there is one object for it, and the next lines go on."""
    said = told(command, "--json", root=root, typed=b"\n".join([*BAD, "العيون".encode()]))
    assert (said.status, said.err) == (0, "")
    assert len(said.out.splitlines()) == len(BAD) + 1
    assert said.lines[-1]["text"] == "العيون"
    assert said.lines[2]["text"] == "ا" * 10_000


@pytest.mark.parametrize("command", ["ask", "locate", "read"])
def test_no_line_is_no_answer(command: str, root: Path) -> None:
    """Without input there is no output."""
    assert told(command, "--json", root=root) == Told(0, "", "")


PLACES = {
    "لعيون": 11,
    "Laâyoune": 11,
    "laayoune": 11,
    "27.15,-13.2": 11,
    " 27.15 , -13.2 ": 11,
    "casa": 6,
    "كازا": 6,
    "smara": 11,
    "goulimine": 10,
    "الشاون": 1,
    "الدار البيضاء": 6,
    "تازناخت": 8,
    "جهة سوس ماسة": 9,
    "33.57,-7.59": 6,
}


@pytest.fixture(scope="module")
def located(root: Path) -> dict[str, dict[str, object]]:
    """What is said of places by their text."""
    nowhere = ["30,-20", "40.4,-3.7", "paris", "999,999", "0,0"]
    several = ["أولاد عيسى", "Oulad Aissa"]
    said = told("locate", "--json", root=root, typed="\n".join([*PLACES, *nowhere, *several]))
    assert (said.status, said.err) == (0, "")
    return {line["text"]: line for line in said.lines}


def test_a_place_is_one_object(located: dict[str, dict[str, object]]) -> None:
    """Each place has one line: the region, province and commune, the choices, and the competent office."""
    for line in located.values():
        assert list(line) == ["text", "region", "province", "commune", "choices", "office"]
        json.dumps(line)


@pytest.mark.parametrize(("text", "region"), PLACES.items())
def test_a_place_has_its_region_and_office(located: dict[str, dict[str, object]], text: str, region: int) -> None:
    """A place in any usual spelling, or as latitude and longitude, leads to the office of its region."""
    line = located[text]
    assert line["region"] == region
    assert line["choices"] == []
    office = line["office"]
    assert isinstance(office, dict)
    assert list(office) == ["id", "name_ar"]
    assert office["id"] == f"brce-{region}"
    assert "المكتب الجهوي" in office["name_ar"]


def test_laayoune_is_found_wholly(located: dict[str, dict[str, object]]) -> None:
    """A commune has its province and its name."""
    assert (located["لعيون"]["province"], located["لعيون"]["commune"]) == ("Laâyoune", "Laâyoune")
    assert located["جهة سوس ماسة"]["province"] is None


@pytest.mark.parametrize("text", ["30,-20", "40.4,-3.7", "paris", "999,999", "0,0"])
def test_what_is_not_in_morocco_is_nowhere(located: dict[str, dict[str, object]], text: str) -> None:
    """The sea, Spain and what is no place on the earth have no region and no office."""
    line = located[text]
    assert [line[key] for key in ("region", "province", "commune", "office")] == [None] * 4
    assert line["choices"] == []


@pytest.mark.parametrize("text", ["أولاد عيسى", "Oulad Aissa"])
def test_a_name_of_several_places_is_asked(located: dict[str, dict[str, object]], text: str) -> None:
    """A name of several places is not guessed: two or three choices, each with its province and region."""
    line = located[text]
    assert (line["region"], line["office"]) == (None, None)
    choices = line["choices"]
    assert isinstance(choices, list)
    assert 2 <= len(choices) <= 3
    assert all(list(choice) == ["commune", "province", "region"] for choice in choices)
    assert len({choice["province"] for choice in choices}) == len(choices)


def test_draws_a_flow(root: Path) -> None:
    """`draw` writes a Mermaid chart in Arabic or French; for a flow that is not there it names those that are."""
    for language, words in (("ar", "مكاتب جهتي"), ("fr", "Bureaux de ma région")):
        drawn = told("draw", "office", "--language", language, root=root)
        assert drawn.status == 0
        assert drawn.out.startswith("flowchart ")
        assert words in drawn.out
        assert "brce" in drawn.out
    unknown = told("draw", "nowhere", root=root)
    assert (unknown.status, unknown.out) == (1, "")
    assert "office" in unknown.err
