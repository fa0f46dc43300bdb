"""`dalil simulate`: invented people at the real guide, and what is told of them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from bot.storage import Store
from tests.program import ROOT, Told, copied, told


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the content of this checkout and its release, ready."""
    return copied(tmp_path_factory.mktemp("simulated"), is_ready=True)


def _simulated(root: Path, *words: str | Path, people: int = 24) -> dict[str, Any]:
    done = told("simulate", "--people", str(people), "--json", *words, root=root)
    assert done.status == 0, done.out + done.err
    [line] = done.lines
    found: dict[str, Any] = line
    return found


def _refused(done: Told) -> str:
    assert done.status == 1, done.out
    return done.err


def test_people_come_and_get_what_they_came_for(root: Path) -> None:
    """Everybody is answered, the figures of the store count every message, and nothing is left where it ran."""
    before = sorted(root.rglob("*"))
    simulated = _simulated(root)
    assert (simulated["people"], simulated["lost"], simulated["failed"], simulated["waiting"]) == (24, 0, 0, 0)
    assert simulated["uncounted"] == {"messages": 0, "replies": 0}
    assert simulated["messages"] > 100
    assert simulated["success"] >= 0.9, simulated["ends"]
    assert sum(sum(ends.values()) for ends in simulated["ends"].values()) == 24
    for times in simulated["milliseconds"].values():
        assert 0 < times["p50"] <= times["p95"] <= times["p99"] <= times["p100"]
    assert simulated["milliseconds"]["kept"]["p50"] < simulated["milliseconds"]["answered"]["p50"]
    assert sorted(root.rglob("*")) == before


def test_what_nobody_came_to_is_named(root: Path) -> None:
    """Steps and entries that nobody came to are listed, with those that somebody did come to they are all there are."""
    simulated = _simulated(root)
    for what in ("steps", "entries"):
        reached, all_of = simulated[what]
        assert 0 < reached < all_of
        assert len(simulated[f"{what}_never_reached"]) == all_of - reached
    assert any(step.startswith("caravan_missed/1 say") for step in simulated["steps_never_reached"])


def test_a_seed_is_a_crowd(root: Path) -> None:
    """The same seed brings the same people, however long they wait for each other; another one others."""
    kept = ("people", "messages", "ends", "steps", "entries_never_reached")
    first, again, other = (
        _simulated(root, "--seed", seed, *rate)
        for seed, rate in (
            ("5", ()),
            ("5", ("--rate", "40")),
            ("6", ()),
        )
    )
    assert [first[name] for name in kept] == [again[name] for name in kept]
    assert first["entries_never_reached"] != other["entries_never_reached"]


def test_other_peoples_files_are_taken(root: Path) -> None:
    """The personas by which whole conversations are measured can be sent through the whole guide too."""
    simulated = _simulated(root, "--set", ROOT / "tests" / "jobs" / "people.yaml", people=37)
    assert simulated["lost"] == simulated["failed"] == 0
    assert simulated["success"] >= 0.8, simulated["ends"]


def test_a_report_is_read_by_people(root: Path) -> None:
    """Without --json there are a few lines: how many, how fast, who got where, what was never reached."""
    done = told("simulate", "--people", "6", "--goal", "100", "--seed", "2", root=root)
    assert done.out.startswith("6 people, ")
    for line in ("lost 0, failed 0, still waiting 0", "kept: p50", "answered: p50", "success ", "entries reached"):
        assert line in done.out, done.out
    # Nobody watches it: there is no bar.
    assert done.err == ""


def test_too_little_success_is_told_by_the_status(root: Path) -> None:
    """Whoever has a machine look after it is told by the exit status that fewer got what they came for than were to."""
    persona = "jobs: [{id: x, kind: office, patience: 1, goal: {office: cri}, opening: [سلام]}]\n"
    (root / "nobody.yaml").write_text(persona, "utf-8")
    done = told("simulate", "--people", "2", "--goal", "50", "--set", root / "nobody.yaml", root=root)
    assert done.status == 1
    assert "success 0.0%" in done.out
    assert "patience 2" in done.out


def test_a_shared_database_is_left_empty(root: Path, url: str) -> None:
    """On PostgreSQL the store is made, used and deleted; one in which somebody is stays as it is."""
    if not url.startswith("postgresql"):
        store = root / "given.db"
        _simulated(root, "--store", store, people=4)
        assert not list(root.glob("given*"))
        Store(f"sqlite:///{store}").close()
        assert "name one that is empty" in _refused(told("simulate", "--people", "1", "--store", store, root=root))
        assert store.exists()
        return
    _simulated(root, "--store", url, people=4)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("jobs: [{id: x, kind: y, goal: {check: moon}, opening: [سلام]}]", "x: there is no check moon"),
        ("jobs: [{id: x, kind: y, goal: {person: true}, truth: {shoe: 42}, opening: [سلام]}]", "there is no fact shoe"),
        ("jobs: [{id: x, kind: y, goal: {fly: true}, opening: [سلام]}]", "unknown field `fly`"),
        ("jobs: [{id: x", "nobody.yaml"),
        ("jobs: []", "there is nobody"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(root: Path, words: str, why: str) -> None:
    """What is wrong in a file of people is told in one line, and nobody is simulated."""
    (root / "nobody.yaml").write_text(words + "\n", "utf-8")
    assert why in _refused(told("simulate", "--people", "1", "--set", root / "nobody.yaml", root=root))


@pytest.mark.parametrize("words", [("--rate", "0"), ("--rate", "x"), ("--people", "0")])
def test_numbers_have_bounds(words: tuple[str, str]) -> None:
    """A rate and a number of people are more than nothing."""
    assert told("simulate", *words).status == 2
