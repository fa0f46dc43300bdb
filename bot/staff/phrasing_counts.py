"""How many phrasings a form of an answer holds, told while they are typed: fewer than the check asks for, or than help.

It counts as the check does of what the form would become, so that nobody learns of it only from their draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.content.answers import ENOUGH_PHRASINGS, FEWEST_PHRASINGS
from bot.faq.entries import REGISTERS, PhrasingVariety
from bot.staff.forms import lines

#: Whether phrasings are too few to be published, fewer than help, or enough.
Sufficiency = Literal["few", "some", "enough"]


@dataclass(frozen=True, slots=True)
class PhrasingCount:
    """The phrasings of one register: how many there are, and how many there should be, where they are too few."""

    register: PhrasingVariety
    times: int
    wanted: int
    state: Sufficiency


def phrasing_counts(fields: Mapping[str, str], *, is_new: bool = False) -> list[PhrasingCount]:
    """Return the counts of a form, in the order of its registers.

    Of a new answer the question itself is a phrasing of standard Arabic and of French, where none is typed.
    """
    is_off = "off" in {fields.get("subject"), fields.get("entry", "").partition(".")[0]}
    asked: Mapping[str, str] = {"msa": "question_ar", "french": "question_fr"} if is_new else {}
    return [_count(one, fields, asked.get(one, ""), is_off=is_off) for one in REGISTERS]


def _count(register: PhrasingVariety, fields: Mapping[str, str], question: str, *, is_off: bool) -> PhrasingCount:
    times = len(lines(fields.get(f"phrasings_{register}", "")) or lines(fields.get(question, "")))
    if times < FEWEST_PHRASINGS[register]:
        return PhrasingCount(register, times, FEWEST_PHRASINGS[register], "few")
    if times < ENOUGH_PHRASINGS[register] and not is_off:
        return PhrasingCount(register, times, ENOUGH_PHRASINGS[register], "some")
    return PhrasingCount(register, times, times, "enough")
