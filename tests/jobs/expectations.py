"""What must hold after a turn, in the words of the sets, and what of it does not."""

import re
from typing import Any

from tests.jobs.talking import Answered, entry_is, listed, same

#: The ways to a person, by id or by part of a label.
_PERSON = ("to:person", "do:person", "شخص", "إنسان", "موظف", "personne", "conseiller")


def offers_person(answer: Answered) -> bool:
    """Return whether a way to a person is shown or taken."""
    return bool(answer.get("with_person")) or answer.choice(*_PERSON) is not None


def is_dead_end(answer: Answered, before: Answered | None) -> bool:
    """Return whether a turn led nowhere: it was not understood, or all is as it was."""
    if answer.get("entry") or answer.verdicts or answer.get("office") or answer.get("with_person"):
        return False
    if answer.get("refused") or answer.get("zone") in ("unsure", "none"):
        return True
    was = before or Answered()
    has_moved = any(answer.get(key) != was.get(key) for key in ("facts", "flow", "asks", "language", "with_person"))
    return not has_moved and bool(answer.get("replies")) and answer.text == was.text


def missed(expectation: Any, answer: Answered, before: Answered | None = None) -> list[str]:
    """Return what of an expectation a turn does not hold; a list of expectations holds when one of them does."""
    if isinstance(expectation, list):
        each = [missed(alternative, answer, before) for alternative in expectation]
        return [" | ".join("; ".join(problems) for problems in each)] if all(each) else []
    problems = []
    for key, wanted in expectation.items():
        holds, got = _holds(key, wanted, answer, before)
        if not holds:
            problems.append(f"{key} {wanted} got {got}")
    return problems


def _holds(key: str, wanted: Any, answer: Answered, before: Answered | None) -> tuple[bool, Any]:
    """Return whether one key of an expectation holds, and what there is instead."""
    facts, text = answer.facts, answer.text
    match key:
        case "facts":
            wrong = [f for f, v in wanted.items() if f not in facts or not any(same(facts[f], w) for w in listed(v))]
            return not wrong, {f: facts.get(f, "—") for f in wrong}
        case "no_fact":
            if isinstance(wanted, dict):
                wrong = [f for f, v in wanted.items() if any(same(facts.get(f), w) for w in listed(v))]
            else:
                wrong = [f for f in listed(wanted) if facts.get(f) is not None]
            return not wrong, {f: facts.get(f) for f in wrong}
        case "asks" | "zone" | "language" | "region" | "off_topic":
            return answer.get(key) in listed(wanted), answer.get(key)
        case "flow":
            flow = answer.get("flow") or ""
            return any(flow.startswith(name) for name in listed(wanted)), flow
        case "entry":
            return entry_is(answer.get("entry"), wanted), answer.get("entry")
        case "not_entry":
            return not entry_is(answer.get("entry"), wanted), answer.get("entry")
        case "offered_has" | "leads_to":
            names = [*(answer.get("offered") or []), *([answer.get("entry")] if key == "leads_to" else [])]
            return any(entry_is(name, wanted) for name in names), names
        case "covers":
            reachable = {f"faq:{answer.get('entry')}", *(f"faq:{name}" for name in answer.get("offered") or [])}
            reachable |= {choice["id"] for choice in answer.choices}
            lost = [name for name in wanted if f"faq:{name}" not in reachable]
            return not lost, f"without {lost}"
        case "verdict":
            return all(answer.verdicts.get(s) in listed(v) for s, v in wanted.items()), answer.verdicts
        case "any_verdict":
            return bool(answer.verdicts) == wanted, answer.verdicts
        case "office":
            office = answer.get("office")
            if isinstance(wanted, bool):
                return (office is not None) == wanted, office
            return any((office or "").startswith(str(name)) for name in listed(wanted)), office
        case "estimate":
            return (answer.get("estimate") is not None) == wanted, answer.get("estimate")
        case "choice":
            return answer.choice(*listed(wanted)) is not None, [choice["id"] for choice in answer.choices]
        case "says":
            return re.search(wanted, text) is not None, text[:80]
        case "says_not":
            return re.search(wanted, text) is None, text[:80]
        case "person":
            return offers_person(answer) == wanted, [choice["id"] for choice in answer.choices]
        case "with_person":
            return bool(answer.get("with_person")) == wanted, answer.get("with_person")
        case "max_chars":
            return len(text) <= wanted, len(text)
        case "dead_end":
            return is_dead_end(answer, before) == wanted, answer.get("refused") or answer.get("zone")
        case "repeats":
            lines = {line for line in text.split("\n") if len(line) > 15}
            return before is not None and bool(lines & {*before.text.split("\n")}), text[:60]
        case _:
            raise ValueError(f"unknown expectation {key!r}")
