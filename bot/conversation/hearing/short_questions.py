"""What a short question that names nothing asks about what was last told: «شحال؟», «فين نمشي؟», "et après ?".

What is on the screen decides: of schemes the rules know (`Followed`), an answer leads where `flows/follow_ups.yaml`
says, and to the office that it points to itself. What must not break: while a question is open, no flow is left.
"""

from collections.abc import Sequence
from typing import assert_never

from bot.conversation.choices import assessed_in
from bot.conversation.conversation import OnScreen
from bot.conversation.hearing.findings import Situation, Spoken
from bot.conversation.hearing.follow_ups import Aspect, Subject
from bot.conversation.hearing.meaning import AsideSaid, Followed, Understood
from bot.conversation.library import Library
from bot.conversation.tapping import Tapped
from bot.faq.entries import Entry
from bot.offices import places


def follow_up(spoken: Spoken, screen: Situation) -> Understood | None:
    """Return what a short question that names nothing asks about what was last told: «شحال؟», "et après ?"."""
    aspect = spoken.library.follow_ups.aspect(spoken.rest) or _asked_of_the_check(spoken, screen)
    shown = screen.conversation.on_screen
    if aspect is None or shown is None:
        return None
    if aspect in {"office", "phone"} and isinstance(spoken.place, places.Sure):
        # "je vais où à Safi": the town's name is a small word too.
        return None
    if aspect == "still":
        # Below the menu nothing is on the screen that could have ended.
        return None if shown == OnScreen("flow", spoken.library.roles.menu) else Followed(aspect, ())
    if aspect in {"phone", "office"} and shown.kind == "office":
        return Followed("phone", ()) if aspect == "phone" else AsideSaid("again")
    if aspect == "phone" and _is_behind_an_office(screen, spoken.library):
        return Followed("phone", ())
    aspect = "office" if aspect == "phone" else aspect
    match shown.kind:
        case "result" | "question":
            schemes = assessed_in(screen.conversation.flow, spoken.library)
            return _about_schemes(aspect, schemes, screen, spoken.library) if schemes else None
        case "scheme":
            return _about_schemes(aspect, (shown.of,), screen, spoken.library)
        case "answer" | "flow" | "office":
            return _about_subject(aspect, shown, screen, spoken.library)
        case _:
            assert_never(shown.kind)


def _asked_of_the_check(spoken: Spoken, screen: Situation) -> Aspect | None:
    """Return what is asked of the aid that was just checked, by its name: «وهاد الدعم ديال المصدرين شحال فيه»."""
    library, flow = spoken.library, screen.conversation.flow
    is_named = any(wish.flow == flow for wish in library.wishes.wished(spoken.rest))
    if not is_named or not assessed_in(flow, library) or spoken.question.zone == "sure":
        return None
    return library.follow_ups.aspect(library.wishes.without(spoken.rest))


def _is_behind_an_office(screen: Situation, library: Library) -> bool:
    """Return whether what was last told belongs to the office found before: "what do I take along?"."""
    shown = screen.conversation.on_screen
    subject = library.follow_ups.subject(shown) if shown is not None else None
    is_found = library.finds_an_office(screen.conversation.flow) and library.roles.place in screen.conversation.facts
    return is_found and subject is not None and bool(subject.offices)


def _about_schemes(aspect: Aspect, schemes: tuple[str, ...], screen: Situation, library: Library) -> Understood | None:
    if screen.asked is not None and aspect in {"why", "how"}:
        # «كيفاش؟» to a question is about the question.
        return AsideSaid("why")
    leads = library.follow_ups.leads(aspect, OnScreen("scheme", schemes[0]))
    if aspect in {"when", "how", "cost", "people"} and (led := _led(leads, "", screen, library)) is not None:
        return led
    if aspect in {"cost", "people"}:
        return None
    return Followed(aspect, schemes)


def _about_subject(aspect: Aspect, shown: OnScreen, screen: Situation, library: Library) -> Understood | None:
    entry = library.entries.get(shown.of) if shown.kind == "answer" else None
    if aspect in {"why", "why_not"}:
        if entry is None or entry.off_topic:
            return None
        return Tapped("more", entry.id) if entry.more is not None else AsideSaid("source")
    if aspect == "office" and screen.asked is None and entry is not None and entry.leads_to is not None:
        return Tapped("to", entry.leads_to)
    subject = library.follow_ups.subject(shown)
    if subject is not None and (found := _within(aspect, subject, shown, screen, library)) is not None:
        return found
    if entry is None or entry.off_topic or aspect == "people":
        return None
    # Nothing was written of it: neighbours that only share the word are no answer («شحال» behind how one signs up).
    return (_office_pointed_to(entry, screen, library) if aspect == "office" else None) or Followed(aspect, ())


def _within(
    aspect: Aspect, subject: Subject, shown: OnScreen, screen: Situation, library: Library
) -> Understood | None:
    """Return where a short question leads within a subject: what is written for it, what its scheme has, or itself."""
    has_one_scheme = len(subject.schemes) == 1
    if aspect == "amount" and "amount" not in subject.asked and not has_one_scheme:
        # «شحال؟» after how a cooperative is founded: nothing is given, and the founding costs something.
        aspect = "cost"
    leads = subject.asked.get(aspect, ())
    if (led := _led(leads, shown.of, screen, library)) is not None:
        return led
    if has_one_scheme and aspect not in {"cost", "people"}:
        return Followed(aspect, subject.schemes)
    if shown.kind == "answer" and shown.of in leads:
        # It is what they just read: the rest of it, or once more.
        return Tapped("more", shown.of) if library.entries[shown.of].more is not None else AsideSaid("again")
    return None


def _office_pointed_to(entry: Entry, screen: Situation, library: Library) -> Tapped | None:
    """Return the way to the office that an answer points to: «فين نمشي؟» behind the fairs' answer is the chamber's."""
    if screen.asked is not None:
        return None
    pointed = (library.entries[name].leads_to if name in library.entries else name for name in entry.see)
    return next((Tapped("to", name) for name in pointed if name is not None and library.finds_an_office(name)), None)


def _led(leads: Sequence[str], shown: str, screen: Situation, library: Library) -> Tapped | None:
    """Return where a short question leads first: no flow while a question is open, it would be left."""
    for name in leads:
        if name in library.entries and name != shown:
            return Tapped("faq", name)
        # An answer may stand below the very flow that leads there: whoever asks where to go again is told again.
        if name in library.flows and screen.asked is None and name != shown:
            return Tapped("to", name)
    return None
