"""Short exchanges: a message or two from some place in a conversation, and what must hold after them."""

from typing import Any

from tests.jobs.expectations import missed
from tests.jobs.goals import CHECKS, ELIGIBILITY
from tests.jobs.people import UNKNOWN
from tests.jobs.talking import Guide, Talk, listed
from tests.jobs.wording import plainly

#: Questions answered at most on the way to where an exchange starts.
_QUESTIONS = 40


def expanded(group: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the exchanges of a group: each case is a message, or [messages, expectation, more keys]."""
    shared = {key: value for key, value in group.items() if key != "cases"}
    exchanges = []
    for number, case in enumerate(group["cases"], 1):
        turns, expectation, more = (*case, {})[:3] if isinstance(case, list) and len(case) > 1 else (case, None, {})
        name = f"{group.get('name', group['kind'])}-{number:02}"
        expected = expectation or group.get("expect")
        exchanges.append({**shared, "id": name, "turns": listed(turns), "expect": expected, **more})
    return exchanges


def played(guide: Guide, exchange: dict[str, Any], number: str) -> dict[str, Any]:
    """Play one exchange and return what came of it."""
    talk, problems = Talk(guide, f"probe-{number}"), []
    steps = exchange["turns"]
    if "reach" in exchange and not _reaches(talk, exchange["reach"]):
        problems, steps = ["the start of the exchange was not reached"], []
    any_wanted, any_missed = exchange.get("any"), ["nothing said"]
    for step in steps:
        expectation = None if isinstance(step, str) else step.get("expect")
        if isinstance(step, str) or "say" in step:
            talk.say(step if isinstance(step, str) else step["say"])
        elif "at" in step:
            talk.at(*step["at"])
        elif (choice := talk.last.choice(*listed(step["tap"]))) is not None:
            talk.tap(choice)
        else:
            problems.append(f"no choice {step['tap']}")
            break
        if expectation:
            problems += missed(expectation, talk.last, talk.before)
        if any_wanted and any_missed:
            any_missed = missed(any_wanted, talk.last, talk.before)
    if not problems and exchange.get("expect"):
        problems += missed(exchange["expect"], talk.last, talk.before)
    if any_wanted:
        problems += any_missed
    return {
        "what": "exchange",
        "id": exchange["id"],
        "kind": exchange["kind"],
        "register": exchange.get("register", "darija"),
        "ok": not problems,
        "why": problems,
        "talk": talk.written(),
    }


def _reaches(talk: Talk, plan: dict[str, Any]) -> bool:
    """Bring the person to a question or to the verdict of a check, and return whether they got there."""
    french = plan.get("lang") == "fr"
    talk.say("Bonjour" if french else "السلام عليكم")
    for patterns in (ELIGIBILITY, CHECKS[plan["check"]]):
        choice = talk.last.choice(*patterns)
        if choice is None:
            talk.say("menu" if french else "القائمة")
            choice = talk.last.choice(*patterns)
        if choice is None:
            return False
        talk.tap(choice)
    known = plan.get("with") or {}
    for _ in range(_QUESTIONS):
        asked = talk.last.get("asks")
        if talk.last.verdicts and "ask" not in plan:
            return True
        if asked is None or asked == plan.get("ask"):
            return asked is not None
        value = known.get(asked)
        choice = talk.last.choice(*UNKNOWN) if value is None else talk.last.answering(asked, value)
        if choice:
            talk.tap(choice)
        else:
            talk.say(plainly(asked, value, french=french))
    return False
