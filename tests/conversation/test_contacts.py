"""An office of which neither address nor telephone was found is still told with something that can be done today."""

import re
from typing import get_args

import pytest

from bot.conversation.conversation import Value
from bot.conversation.library import Library
from bot.conversation.showing import office_found, passage
from bot.message import LANGUAGES
from bot.offices.places import OfficeKind

#: What can be done without going anywhere: call, write, open a page. A map is none: it shows a city.
_TODAY = re.compile(r"0\d(?: \d\d){4}|[\w.]+@[\w.]+|(?:https?://)?(?!maps\.)[\w-]+(?:\.[\w-]+)*\.(?:ma|com|org)\b")
_MAP = re.compile(r"https://maps\.\S+")


@pytest.mark.parametrize("kind", get_args(OfficeKind))
def test_each_office_is_told_with_what_can_be_done_today(kind: OfficeKind, library: Library) -> None:
    """In each region and language an office comes with a telephone, an address to write to, or a page to open."""
    for number in range(1, 13):
        facts: dict[str, Value] = {library.roles.place: library.gazetteer.region(number).id}
        told = [passage(words).text for words in office_found(facts, kind, library)]
        for language in LANGUAGES:
            words = _MAP.sub("", "\n".join(one.of(language) for one in told))
            assert _TODAY.search(words), (kind, number, words)


def test_a_contact_is_told_with_the_year_of_its_source(library: Library) -> None:
    """Where an address, a telephone or a mail is told, so is when it was published, and to call before going."""
    for office in library.offices:
        if office.phone or office.email or office.address:
            assert office.source_date, office.id
            assert office.source_url, office.id
