"""French typed on a telephone is written out, and nothing else is touched."""

import pytest

from bot.language.texting import written_out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cb de tmp pr avoir la rep du cri", "combien de temps pour avoir la réponse du cri"),
        ("kel papié fo il", "quel papiers faut il"),
        ("koi faire alors", "quoi faire alors"),
        ("on é une coop depui 2 an dc on a droit a koi", "on est une coop depuis 2 an donc on a droit a quoi"),
    ],
)
def test_short_forms_are_written_out(typed: str, meant: str) -> None:
    """Two such words make a message one that is typed so."""
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "svp où est le CRI",
        "kan 3ndi ta3awniya ki dayra",
        "fo9 mlyoun dirham pa ch7al",
        "بغيت الدعم svp",
        "C'est combien pour une SA",
        "rendez-vous au CRI : combien ?",
    ],
)
def test_other_messages_stay_as_they_are(text: str) -> None:
    """Courtesies alone, Arabizi and Arabic are left to the letter."""
    assert written_out(text) == text
