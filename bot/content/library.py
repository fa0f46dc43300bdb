"""Everything in `faq/` and `flows/` read into one `Library`, or every mistake that keeps it from going live."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path

from bot.content.ages import read_ages
from bot.content.answers import (
    AMOUNT_WIDTH,
    SharesBeside,
    check_mended,
    read_calibration,
    read_entries,
    read_lexicon,
    read_mended,
)
from bot.content.contradictions import check_contradictions
from bot.content.files import release_of
from bot.content.flows import FlowNames, read_flows
from bot.content.folder import FOLDER_KINDS, check_folder, named
from bot.content.guide import (
    check_roles,
    read_asides,
    read_follow_ups,
    read_phrases,
    read_roles,
    read_sayings,
    read_statements,
    read_wishes,
)
from bot.content.listening import read_listening
from bot.content.places import read_gazetteer, read_offices, read_stations
from bot.content.reading import Mistakes
from bot.content.remembering import remembering
from bot.content.rules import read_rulebook
from bot.content.style import check_style
from bot.content.texts import read_passages
from bot.conversation.library import (
    STATIONS_COUNT,
    STATIONS_LISTED,
    STATIONS_NEXT,
    AmountsByDay,
    Library,
    stations_in_words,
)
from bot.eligibility.amounts import in_centimes
from bot.eligibility.facts import Fact, YesNo
from bot.eligibility.scheme import Scheme
from bot.faq.entries import Entry, EntryId
from bot.faq.matcher import Calibration, Matcher
from bot.faq.vectors import Lexicon

#: Mistakes that may only come of something else that could not be read.
_REFERRING = frozenset(
    {
        "amount_unknown", "amount_literal", "see_unknown", "flow_unknown", "fact_unknown", "scheme_unknown",
        "source_unknown", "authority_unknown", "subject_unknown", "scheme_unlisted", "fact_never_used",
    }
)  # fmt: skip
#: Files that nothing refers to: that one of them cannot be read explains no unknown name elsewhere.
_NAMING_NOTHING = frozenset({"asides.yaml", "phrases.yaml", "page.yaml", "sheet.yaml", "edges.yaml", "style.yaml"})
#: More days than these that have not come are no slips of writers.
_SLIPS_OF_A_CLOCK = 10


@remembering()
def load(  # noqa: PLR0915
    root: Path,
    *,
    proving: bool = True,
    today: date | None = None,
    like: Sequence[Library] = (),
    learning: bool = False,
) -> tuple[Library | None, Mistakes]:
    """Return the content in `root` and what is wrong with it; no library when anything is.

    `proving` also runs the examples of the rules and reads every text for its language, which no running guide needs
    twice. With `today`, what ends soon is told as well. Of a library in `like` that learnt the very same phrasings the
    matcher is taken over: learning takes seconds. With `learning` it is taught while the rest is proved.
    """
    mistakes = Mistakes()
    spare = check_folder(root, mistakes)
    ages = read_ages(root, mistakes, today)
    rulebook = read_rulebook(root, mistakes, proving=proving, ages=ages)
    schemes: Mapping[str, Scheme] = rulebook.schemes if rulebook else {}
    facts = rulebook.facts if rulebook else {}
    names = named(root)
    amounts = names.amounts | {str(dated.name) for scheme in schemes.values() for dated in scheme.amounts}
    amounts |= {in_centimes(name) for name in amounts}
    statements = read_statements(root, names.sources, mistakes)
    phrases = read_phrases(root, mistakes)
    stations = read_stations(root, mistakes, ages)
    widths = dict.fromkeys([*amounts, *names.statements], AMOUNT_WIDTH) | {
        name: max(map(len, text.every())) for name, text in statements.items()
    }
    widths |= dict.fromkeys((STATIONS_NEXT, STATIONS_LISTED, STATIONS_COUNT), AMOUNT_WIDTH)
    if phrases is not None and stations is not None:
        told = stations_in_words(stations, phrases, today or date.max)
        widths |= {name: max(map(len, text.every())) for name, text in told.items()}
    listed = [scheme for group in rulebook.groups.values() for scheme in group.schemes] if rulebook else []
    owned: dict[float, str] = {}
    for scheme in schemes.values():
        for dated in scheme.amounts:
            for _, value in dated.since if dated.unit == "DH" else ():
                known = owned.get(value)
                owned[value] = f"{known} · {dated.name}" if known else str(dated.name)
    known_schemes = tuple(dict.fromkeys([*schemes, *listed, *sorted(names.schemes)]))
    referable = FlowNames(
        names.facts | facts.keys(), known_schemes, widths, names.flows, names.entries, options_of(facts)
    )
    roles = read_roles(root, mistakes)
    if roles is not None:
        check_roles(*roles, referable, facts, mistakes)
    listening, flows = read_listening(root, read_flows(root, referable, mistakes), referable, mistakes)
    words = read_asides(root, mistakes)
    wishes = read_wishes(root, referable, amounts, mistakes)
    sayings = read_sayings(root, referable, mistakes)
    follow_ups = read_follow_ups(root, referable, mistakes)
    elsewhere = names.flows | names.entries
    shares = shares_beside(schemes)
    entries = read_entries(root, owned, widths, elsewhere, names.flows, mistakes, ages, spare, shares)
    concepts = read_lexicon(root, mistakes)
    mended = read_mended(root, mistakes) if proving else []
    calibration = read_calibration(root, mistakes)
    matcher = _learnt_before(entries, matcher_of(entries, Lexicon(concepts), calibration), like)
    with _taught_beside(matcher) if learning and entries and not mistakes.errors else nullcontext():
        gazetteer = read_gazetteer(root, mistakes)
        offices = read_offices(root, gazetteer, mistakes)
        if proving:
            passages = read_passages(root)
            check_style(root, passages, schemes.values(), mistakes)
            check_contradictions(root, passages, schemes.values(), rulebook.sources if rulebook else (), mistakes)
    _drop_consequences(spare, mistakes)
    ahead = [one for one in mistakes.errors if one.kind == "day_ahead"]
    if len(ahead) > _SLIPS_OF_A_CLOCK:
        # The clock of the machine is wrong, not the writers.
        mistakes.errors = [one for one in mistakes.errors if one.kind != "day_ahead"]
    parts_missing = None in (roles, rulebook, phrases, words, wishes, sayings, follow_ups, gazetteer, offices, stations)
    if mistakes.errors or parts_missing or not entries or not flows:
        return None, mistakes
    assert roles is not None
    assert rulebook is not None
    assert phrases is not None
    assert words is not None
    assert wishes is not None
    assert sayings is not None
    assert follow_ups is not None
    assert gazetteer is not None
    assert offices is not None
    assert stations is not None
    library = Library(
        release=release_of(root),
        roles=roles[0],
        flows=flows,
        facts=facts,
        schemes=schemes,
        phrases=phrases,
        words=words,
        wishes=wishes,
        sayings=sayings,
        follow_ups=follow_ups,
        listening=listening,
        entries=entries,
        matcher=matcher,
        gazetteer=gazetteer,
        offices=tuple(offices),
        stations=tuple(stations),
        amounts=AmountsByDay(schemes, statements, stations, phrases),
    )
    check_mended(mended, entries, library.matcher, mistakes)
    return (None if mistakes.errors else library), mistakes


@contextmanager
def _taught_beside(matcher: Matcher) -> Iterator[None]:
    """Let a matcher learn while the block runs, on a second core: most of learning are products of matrices."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        learning = beside.submit(matcher.train)
        yield
        learning.result()


def _drop_consequences(spare: frozenset[str], mistakes: Mistakes) -> None:
    """Drop what is no mistake of its own: inside a copy or a file by another name, and what names what was not read."""
    errors = [one for one in mistakes.errors if one.where.file not in spare or one.kind in FOLDER_KINDS]
    if any(one.is_cause and Path(one.where.file).name not in _NAMING_NOTHING for one in errors):
        errors = [one for one in errors if one.kind not in _REFERRING]
    mistakes.errors = errors


def shares_beside(schemes: Mapping[str, Scheme]) -> SharesBeside:
    """Return by the name of each amount the shares of its scheme, in percent, with their names."""
    found: dict[str, dict[float, str]] = {}
    for scheme in schemes.values():
        shares = {
            value: str(dated.name) for dated in scheme.amounts if dated.unit == "percent" for _, value in dated.since
        }
        found |= {str(dated.name): shares for dated in scheme.amounts}
    return found


def options_of(facts: Mapping[str, Fact]) -> dict[str, tuple[str, ...]]:
    """Return what can be answered to each fact that has options, as a writer puts it."""
    options = {id_: tuple(option.id for option in fact.options) for id_, fact in facts.items() if fact.options}
    return options | {id_: ("yes", "no") for id_, fact in facts.items() if isinstance(fact.kind, YesNo)}


def matcher_of(entries: Mapping[str, Entry], lexicon: Lexicon, calibration: Calibration | None) -> Matcher:
    """Return the matcher of these entries, not yet trained."""
    others = frozenset(entry.id for entry in entries.values() if entry.off_topic)
    return Matcher(phrasings_of(entries.values()), lexicon, calibration, others)


def _learnt_before(entries: Mapping[str, Entry], matcher: Matcher, like: Sequence[Library]) -> Matcher:
    """Return the matcher of a library that learns the very same as this one; else this one.

    What the phrasings hold that one of the same lexicon learnt as well need not be sought in them again.
    """
    told = _taught(entries, matcher)
    for one in like:
        if learnt(one) == told:
            return one.matcher
    for one in like:
        if one.matcher.is_trained and vars(one.matcher.lexicon) == vars(matcher.lexicon):
            matcher.take_features(one.matcher, phrasings_of(one.entries.values()))
            break
    return matcher


def phrasings_of(entries: Iterable[Entry]) -> list[tuple[EntryId, str]]:
    """Return what the matcher learns from, in a fixed order: each question and each phrasing with its entry."""
    return [(entry.id, text) for entry in entries for text in (*entry.question.every(), *_spoken(entry))]


def learnt(library: Library) -> tuple[object, ...]:
    """Return all that the matcher of a library learns from: where it is the same, so is what was learnt."""
    return _taught(library.entries, library.matcher)


def _taught(entries: Mapping[str, Entry], matcher: Matcher) -> tuple[object, ...]:
    return phrasings_of(entries.values()), vars(matcher.lexicon), matcher.calibration, matcher.others


def _spoken(entry: Entry) -> Iterable[str]:
    return (phrasing for spoken in entry.phrasings.values() for phrasing in spoken)
