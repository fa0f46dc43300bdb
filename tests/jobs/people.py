"""A simulated person: facts, their own words, habits, patience, and a goal, played until it is reached or given up."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.jobs import law
from tests.jobs.expectations import is_dead_end, missed
from tests.jobs.goals import OFFICES, near, wanted
from tests.jobs.talking import Answered, Guide, Talk, entry_is, listed, same
from tests.jobs.wording import (
    COUNTS,
    FACTS,
    MONEY,
    NUMBERS,
    YEARS,
    Bank,
    count_said,
    money_said,
    plainly,
    provinces,
    trimmed,
    years_said,
)

#: How people choose, by habit, with weights.
HABITS: dict[str, dict[str, int]] = {
    "words": {"words": 6, "tap": 1},
    "tap": {"tap": 1},
    "digit": {"digit": 4, "tap": 1, "words": 1},
    "ordinal": {"ordinal": 4, "words": 1, "tap": 1},
    "label": {"label": 4, "words": 1},
    "mix": {"words": 3, "tap": 2, "digit": 1, "ordinal": 1, "label": 1},
}
#: What people do besides answering: ask something else, correct themselves at once or late, tell two things at once.
DOINGS = ("side", "correct", "two", "late", "plain", "plain")
UNKNOWN = ["do:unknown", "لا أعرف", "je ne sais pas"]
NONE = ["do:none", "لا شيء من هذه", "aucune"]
#: Times the same question is answered, or the same choice taken, before somebody leaves.
_TRIES = 3


class Gone(Exception):  # noqa: N818  it is no error to leave
    """The person has left, and why."""


class Person:
    """One persona with one draw of wordings and habits."""

    def __init__(self, guide: Guide, persona: dict[str, Any], bank: Bank, seed: int, number: int) -> None:
        self.persona, self.bank = persona, bank
        self.draw = Random(f"{seed}/{persona['id']}/{number}")
        self.register: str = persona.get("register", "darija")
        self.talk = Talk(guide, f"job-{persona['id']}-{number}")
        unknown = set(persona.get("unknown", []))
        self.truth = {fact: value for fact, value in persona["truth"].items() if fact not in unknown}
        #: Other values that are right too.
        self.also = {fact: listed(values) for fact, values in persona.get("also", {}).items()}
        self.since: int | None = persona.get("since")
        self.habit = self.draw.choice(persona.get("habits") or list(HABITS))
        self.does = self.draw.choice(persona.get("does") or list(DOINGS))
        self.is_careful = self.draw.random() < 0.5
        # What they add themselves is not held against the guide.
        self.patience: int = persona.get("patience", 25) + {"side": 3, "correct": 2, "late": 2}.get(self.does, 0)
        self.nerve: int = persona.get("nerve", 3)
        self.told_facts: set[str] = set()
        self.said: dict[str, Any] = {}
        self.attempts: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.last_answered: str | None = None
        #: A fact said wrongly, and how, until it is put right.
        self.misstated: tuple[str, Any] | None = None
        self.verdicts: dict[str, str] = {}
        self.estimate: list[float] | None = None
        self.false: list[str] = []
        self.wrong: dict[str, Any] = {}
        self.silent: set[str] = set()
        self.corrected: set[str] = set()
        self.toward: list[str] = []
        self.count: Counter[str] = Counter()
        self.used: dict[Any, list[Any]] = defaultdict(list)
        self.answers = 0

    @property
    def last(self) -> Answered:
        """What the guide said last."""
        return self.talk.last

    @property
    def is_french(self) -> bool:
        """Whether they write French."""
        return self.register == "french"

    # What is true, and what was recorded of it

    def _now_true(self) -> dict[str, Any]:
        return {**self.truth, **({self.misstated[0]: self.misstated[1]} if self.misstated else {})}

    def _is_right(self, fact: str, value: Any) -> bool:
        if value is None:
            # What the guide does not know is only wrong once it was said.
            return fact not in self.said
        true = self._now_true()
        if any(same(value, other) for other in self.also.get(fact, [])):
            return True
        if fact not in true:
            return False
        if fact == "age_years" and self.since and isinstance(value, int | float):
            return bool(true[fact] - 1 <= value <= true[fact])
        return same(value, true[fact])

    def _watch(self) -> list[str]:
        """Note what was recorded wrongly in this turn; return the facts."""
        answer = self.last
        self.verdicts.update(answer.verdicts)
        self.estimate = answer.get("estimate") or self.estimate
        said_back = answer.get("said_back") or []
        fresh = []
        for fact, value in answer.facts.items():
            if fact not in FACTS or self._is_its_region(fact, value):
                continue
            if self._is_right(fact, value):
                self.wrong.pop(fact, None)
                self.silent.discard(fact)
                continue
            if self.wrong.get(fact) != value:
                fresh.append(fact)
                self.count["wrong facts"] += 1
                was_seen = fact in self.corrected and _is_seen_to_fail(answer, self.talk.before)
                if not was_seen and fact not in said_back:
                    self.silent.add(fact)
            self.wrong[fact] = value
        return fresh

    def _is_its_region(self, fact: str, value: Any) -> bool:
        """Return whether a whole region was taken, and it is the one of the person's province."""
        if fact != "province" or value is not None or self.last.get("region") is None or "province" not in self.truth:
            return False
        return bool(int(provinces()[self.truth["province"]]["region"]) == self.last["region"])

    # Saying and tapping

    def _did(self) -> Answered:
        fresh, answer = self._watch(), self.last
        if self.toward and answer.choice(*self.toward) and answer.get("refused") in (None, "did_you_mean"):
            self.count["right one among those offered"] += answer.get("zone") == "unsure"
        elif is_dead_end(answer, self.talk.before):
            self.count["dead ends"] += 1
            if self.count["dead ends"] > self.nerve:
                raise Gone("gave up")
        is_noticed = bool(fresh) and self.is_careful and bool(answer.get("said_back"))
        if is_noticed and fresh[0] in self.truth and fresh[0] not in self.corrected:
            self.corrected.add(fresh[0])
            self._put_right(fresh[0], self.wrong.get(fresh[0]))
        return answer

    def _say(self, text: str) -> Answered:
        if self.talk.sent >= self.patience:
            raise Gone("patience")
        self.talk.say(text)
        return self._did()

    def _tap(self, choice: dict[str, str]) -> Answered:
        self.talk.tap(choice)
        return self._did()

    def _choose(self, choice: dict[str, str], how: str | None = None) -> Answered:
        """Choose something shown by the person's habit, and by a tap when that did not work."""
        if self.talk.sent >= self.patience:
            raise Gone("patience")
        place = [shown["id"] for shown in self.last.choices].index(choice["id"])
        how = how or self._how()
        self.taken[choice["id"]] += 1
        if self.taken[choice["id"]] > 1:
            how = "tap"
        ordinals = self.bank.of(self.register, "ordinals")
        if how == "digit":
            return self._say(str(place + 1))
        if how == "ordinal" and place < len(ordinals):
            return self._say(self.draw.choice(ordinals[place]))
        label = choice["label"].strip()
        # Who writes in Latin letters does not copy Arabic ones.
        is_copied = not (self.register == "arabizi" and any("ء" <= letter <= "ي" for letter in label))
        if how in ("label", "words") and is_copied:
            if how == "label" and len(label) > 6 and self.draw.random() < 0.5:
                gone = self.draw.randrange(2, len(label) - 1)
                # A typing error in a word, never another number.
                label = label if label[gone].isdigit() else label[:gone] + label[gone + 1 :]
            if len(label.split()) <= 6:
                return self._say(label)
        return self._tap(choice)

    def _how(self) -> str:
        weights = HABITS[self.habit]
        return self.draw.choices(list(weights), list(weights.values()))[0]

    def _variant(self, key: Any, options: list[Any]) -> Any:
        """Return one of the options that was not used yet for this key; None when all were."""
        left = [option for option in options if option not in self.used[key]]
        if not left:
            return None
        self.used[key].append(chosen := self.draw.choice(left))
        return chosen

    def _fact_said(self, fact: str, value: Any) -> str:
        """Return a fact in this person's words."""
        is_true = value == self.truth.get(fact)
        own = (self.persona.get("words") or {}).get(fact) if is_true else None
        if own:
            options = own
        elif fact == "province":
            options = [provinces()[value]["province_ar" if self.register in ("darija", "msa") else "province_fr"]]
        elif fact in MONEY:
            options = money_said(value, self.register)
        elif fact in YEARS:
            since = self.since if fact == "age_years" and is_true else None
            options = years_said(value, self.register, self.bank, since)
        elif fact in COUNTS:
            options = count_said(value, self.register, self.bank)
        else:
            options = self.bank.of(self.register, fact, value)
            if not options and isinstance(value, bool):
                options = self.bank.of(self.register, "yes" if value else "no")
        if not options:
            return plainly(fact, value, french=self.is_french)
        return str(self._variant(("fact", fact, str(value)), options) or self.draw.choice(options))

    # Answering

    def _answer(self, fact: str) -> None:
        """Answer the open question, in this person's way."""
        if self.attempts[fact] >= _TRIES:
            raise Gone(f"loop at {fact}")
        is_again = self.last_answered == fact
        self.count["asked though told"] += fact in self.told_facts and not is_again and fact in self.truth
        self.count["refused answers"] += is_again
        if self.does == "side" and self.answers in (1, 4) and not is_again:
            self._ask_aside(fact)
            if self.last.get("asks") != fact:
                return
        self.attempts[fact] += 1
        self.answers += 1
        self.last_answered = fact
        self.told_facts.add(fact)
        if fact not in self.truth:
            self._not_known(is_again)
            return
        value = self._now_true()[fact]
        if self.does in ("correct", "late") and self.misstated is None and not self.corrected:
            other = _mistaken(fact, value)
            if other is not None:
                self.misstated, value = (fact, other), other
        self.said[fact] = value
        if fact in NUMBERS and any(choice["id"].startswith(f"a:{fact}:") for choice in self.last.choices):
            self._choose_reading(fact, value)
            return
        shown, how = self.last.answering(fact, value), self._how()
        if shown and self.attempts[fact] == _TRIES:
            how = "tap"
        if shown and how != "words":
            self._choose(shown, how)
            return
        text = self._fact_said(fact, value)
        if self.does == "two" and self.answers == 2 and (more := self._second(fact)):
            text += self.bank.of(self.register, "and")[0] + more
        self._say(text)

    def _not_known(self, is_again: bool) -> None:
        unknown = self.last.choice(*UNKNOWN)
        if unknown and (is_again or self.habit == "tap" or self.draw.random() < 0.3):
            self._choose(unknown, "tap")
        else:
            self._say(self.draw.choice(self.bank.of(self.register, "unknown") or ["لا أعرف"]))

    def _choose_reading(self, fact: str, value: Any) -> None:
        """Say which of several readings of a number was meant."""
        shown = self.last.answering(fact, value)
        if shown is None and fact == "age_years" and self.since:
            shown = self.last.answering(fact, value - 1)
        if shown:
            # They were ambiguous themselves.
            self.attempts[fact] -= 1
            self.patience += 1
            self._choose(shown)
            return
        self.count["no right reading"] += 1
        none = self.last.choice(*NONE)
        if none:
            self._choose(none, "tap")
        if self.last.get("asks") == fact or not none:
            self._say(plainly(fact, value, french=self.is_french))

    def _second(self, fact: str) -> str | None:
        """Return another fact to tell in the same breath."""
        for other in ("province", "craft", "practice_years", "new_jobs"):
            is_new = other in self.truth and other not in self.told_facts and other not in self.last.facts
            if other != fact and is_new:
                self.told_facts.add(other)
                if phrase := self.bank.of(self.register, "breath", other):
                    said = self._fact_said(other, self.truth[other])
                    return str(self.draw.choice(phrase)).replace("{x}", said)
        return None

    def _ask_aside(self, fact: str) -> None:
        """Ask something else while a question is open; its answer and the question again are expected."""
        sides = [json.dumps(side, ensure_ascii=False) for side in self.bank.of(self.register, "sides")]
        chosen = self._variant("side", sides)
        if chosen is None:
            return
        side = json.loads(chosen)
        answer = self._say(side["say"])
        is_answered = entry_is(answer.get("entry"), side["entry"])
        offered = [shown for shown in answer.choices if entry_is(shown["id"].removeprefix("faq:"), side["entry"])]
        if not is_answered and offered:
            answer = self._choose(offered[0], "tap")
            is_answered = entry_is(answer.get("entry"), side["entry"])
        self.count["side questions unanswered"] += not is_answered
        self.count["question lost after a side question"] += answer.get("asks") != fact

    def _put_right(self, fact: str, wrong: Any) -> None:
        """Say in words that an answer was wrong; then by the list of answers; then give up."""
        right = self.truth[fact]
        self.corrected.add(fact)
        if fact == "legal_form":
            new, old = (self.bank.of(self.register, fact, value)[0] for value in (right, wrong))
        elif fact in MONEY:
            new, old = (plainly(fact, value, french=self.is_french) for value in (right, wrong))
        elif fact in NUMBERS:
            new, old = trimmed(right), trimmed(wrong) if isinstance(wrong, int | float) else ""
        else:
            new, old = self._fact_said(fact, right), ""
        if self.misstated and self.misstated[0] == fact:
            self.misstated, self.said[fact] = None, right
        # A yes or no is put right in the list of answers.
        if not isinstance(right, bool):
            options = self.bank.of(self.register, "correct", fact) or self.bank.of(self.register, "correct", "any")
            self._say(self.draw.choice(options).replace("{new}", str(new)).replace("{old}", str(old)))
        if same(self.last.facts.get(fact), right):
            return
        if self.last.get("asks") == fact:
            self._answer(fact)
            return
        self.count["corrections not taken"] += 1
        if not _is_seen_to_fail(self.last, self.talk.before):
            # It went on as if nothing had been said.
            self.silent.add(fact)
        change = self.last.choice("do:change", "تغيير جواب", "changer")
        answer = self._choose(change, "tap") if change else self._say(self.bank.of(self.register, "change")[0])
        if (in_list := answer.choice(f"change:{fact}")) and self._choose(in_list, "tap").get("asks") == fact:
            self._answer(fact)

    # Getting somewhere

    def play(self) -> dict[str, Any]:
        """Play the conversation and return what came of it."""
        end = "reached"
        try:
            goals = list(self._goals())
            self.toward = [*wanted(*goals[0]), *near(*goals[0])]
            self._open()
            for goal in goals:
                self.toward = [*wanted(*goal), *near(*goal)]
                self._go_on_until(*goal)
            self.toward = []
            self._judge()
            for follow_up in self.persona.get("after", []):
                self._follow_up(follow_up)
        except Gone as gone:
            end = str(gone)
        return self._result(end)

    def _open(self) -> None:
        opening, tells = self.draw.choice(self.persona["opening"]), []
        if isinstance(opening, dict):
            opening, tells = opening["say"], opening.get("tells", [])
        self.told_facts |= {fact for fact in tells if fact in self.truth}
        # What an opening told may be asked again; only a wrong value of it is wrong.
        for text in listed(opening):
            self._say(text)

    def _goals(self) -> Iterator[tuple[str, Any]]:
        for kind, what in self.persona["goal"].items():
            if kind == "questions":
                yield from (("question", question) for question in what)
            else:
                yield kind, what

    def _is_reached(self, kind: str, what: Any) -> bool:
        answer = self.last
        match kind:
            case "check":
                return set(law.GROUPS[what]) <= set(self.verdicts)
            case "schemes":
                return set(what) <= set(self.verdicts)
            case "estimate":
                return self.estimate is not None
            case "office":
                return str(answer.get("office") or "").startswith(OFFICES[what][1])
            case "person":
                return bool(answer.get("with_person"))
            case "question":
                return entry_is(answer.get("entry"), what["entry"])
        raise ValueError(f"unknown goal {kind}")

    def _go_on_until(self, kind: str, what: Any) -> None:
        if kind == "question":
            self._ask(what)
            return
        stuck = near_taken = 0
        while True:
            answer, is_reached = self.last, self._is_reached(kind, what)
            if self.misstated and (is_reached or self._corrects_now()):
                self.verdicts.clear()
                self._put_right(*self.misstated)
            elif is_reached:
                return
            elif answer.get("with_person") and kind != "person":
                self._say(self.bank.of(self.register, "menu")[0])
            elif asked := answer.get("asks"):
                self._answer(asked)
            elif choice := answer.choice(*self._not_worn_out(wanted(kind, what))):
                self._choose(choice)
            elif (choice := answer.choice(*near(kind, what))) and not self.taken[choice["id"]] and near_taken < 2:
                near_taken += 1
                self._choose(choice)
            else:
                stuck += 1
                self._say_otherwise(kind, stuck)

    def _corrects_now(self) -> bool:
        assert self.misstated
        return self.does == "correct" and self.last_answered != self.misstated[0] and self.answers > 2

    def _not_worn_out(self, patterns: list[str]) -> list[str]:
        """Return the patterns whose choice was not taken too often already."""
        return [one for one in patterns if not (shown := self.last.choice(one)) or self.taken[shown["id"]] < _TRIES]

    def _say_otherwise(self, kind: str, stuck: int) -> None:
        """Try other words, or "none of these", or the menu."""
        if self.draw.random() < 0.3 and (none := self.last.choice(*NONE)) and self.taken[none["id"]] < 2:
            self._choose(none)
            return
        own = self.persona.get("rephrase")
        key = "check" if kind in ("check", "schemes", "estimate") else kind
        text = self._variant("rephrase", own or self.bank.of(self.register, "rephrase", key)) if stuck < 4 else None
        text = text or self._variant("menu", self.bank.of(self.register, "menu"))
        if text is None:
            raise Gone("stuck")
        self._say(text)

    def _ask(self, question: dict[str, Any]) -> None:
        """Ask a question of the FAQ until it is answered: other words, or the right one among those offered."""
        while text := self._variant(("question", str(question["entry"])), listed(question["say"])):
            self._say(text)
            is_answered = self._is_reached("question", question)
            if not is_answered and (choice := self.last.choice(*wanted("question", question))):
                self._choose(choice)
            if self._is_reached("question", question):
                return
        raise Gone(f"unanswered: {listed(question['entry'])[0]}")

    def _follow_up(self, follow_up: dict[str, Any]) -> None:
        """Say something after the goal; its expectation is to hold with one of two wordings."""
        # What is only supposed is no wrong fact.
        for fact, value in follow_up.get("supposes", {}).items():
            self.also.setdefault(fact, []).append(value)
        problems = ["not said"]
        for text in self.draw.sample(listed(follow_up["say"]), min(2, len(listed(follow_up["say"])))):
            before = self.last
            self._say(text)
            problems = missed(follow_up["expect"], self.last, before)
            if not problems:
                return
            self.count["follow-ups missed"] += 1
        raise Gone(f"after: {problems[0][:80]}")

    # What came of it

    def _judge(self) -> None:
        """Compare what was told at the goal with the law."""
        facts, recorded = dict(self.truth), self.last.facts
        age = recorded.get("age_years")
        if self.since and isinstance(age, int | float) and self._is_right("age_years", age):
            facts["age_years"] = age
        facts |= {fact: recorded[fact] for fact, values in self.also.items() if recorded.get(fact) in values}
        right = law.verdicts(facts)
        self.false += [
            f"verdict {scheme}: {verdict}, right {right[scheme]}"
            for scheme, verdict in self.verdicts.items()
            if scheme in right and verdict != right[scheme]
        ]
        if self.estimate and "estimate" in self.persona["goal"]:
            # What the guide was never told widens the range.
            right_range = law.estimate({fact: value for fact, value in facts.items() if recorded.get(fact) is not None})
            if right_range is None or any(abs(a - b) > 1 for a, b in zip(self.estimate, right_range, strict=True)):
                self.false.append(f"estimate {self.estimate}, right {right_range}")
        if "office" in self.persona["goal"] and self.truth.get("province"):
            region = int(provinces()[self.truth["province"]]["region"])
            if self.last.get("region") != region:
                self.false.append(f"office of region {self.last.get('region')}, right {region}")

    def _result(self, end: str) -> dict[str, Any]:
        recorded = self.last.facts
        wrong = {f: recorded[f] for f in self.wrong if f in recorded and not self._is_right(f, recorded[f])}
        if self.misstated:
            wrong.pop(self.misstated[0], None)
        problems = [] if end == "reached" else [end]
        problems += self.false
        problems += [f"wrong {fact}: {value}, true {self.truth.get(fact)}" for fact, value in wrong.items()]
        misses = sum(
            self.count[name]
            for name in (
                "dead ends",
                "side questions unanswered",
                "question lost after a side question",
                "corrections not taken",
            )
        )
        return {
            "what": "job",
            "id": self.persona["id"],
            "kind": self.persona["kind"],
            "register": self.register,
            "ok": not problems,
            "clean": not problems and not misses and not self.count["asked though told"],
            "harm": bool(self.false) or any(fact in self.silent for fact in wrong),
            "reached": end == "reached",
            "why": problems,
            "messages": self.talk.sent,
            "habit": self.habit,
            "does": self.does,
            "counts": dict(+self.count),
            "misses": misses,
            "talk": self.talk.written(),
        }


def _mistaken(fact: str, value: Any) -> Any:
    """Return a wrong value that a person might say first, where a correction in words is natural."""
    if fact == "legal_form":
        return {"cooperative": "association", "company": "cooperative", "association": "cooperative"}.get(value)
    if fact in ("new_jobs", "practice_years") and value >= 2:
        return value + 4
    return value * 2 if fact == "investment" and value >= 1000 else None


def _is_seen_to_fail(answer: Answered, before: Answered | None) -> bool:
    """Return whether a person sees that a correction was not taken: not understood, or something else was answered."""
    return is_dead_end(answer, before) or bool(answer.get("entry"))
