"""How much may come from one internet address."""

import pytest

from bot.channels.web.guards import Crowd
from bot.channels.web.messages import update


class _Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_crowd_has_room_again_in_time() -> None:
    """So many at once, then as many as the long run allows."""
    clock = _Clock()
    crowd = Crowd(60, 30.0, clock)
    assert [crowd.admits("41.92.0.1") for _ in range(61)] == [True] * 60 + [False]
    assert crowd.admits("41.92.0.2")
    clock.at += 0.5
    assert [crowd.admits("41.92.0.1") for _ in range(2)] == [True, False]
    clock.at += 30.0
    assert sum(crowd.admits("41.92.0.1") for _ in range(100)) == 60


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:41.92.0.1", "::ffff:41.92.0.2", False),
        ("no address", "no address", True),
    ],
)
def test_a_line_counts_as_one(one: str, other: str, is_same: bool) -> None:
    """Whoever is given a whole block of IPv6 addresses has not as many turns."""
    crowd = Crowd(1, 60.0, lambda: 0.0)
    assert crowd.admits(one)
    assert crowd.admits(other) is not is_same


def test_no_limit() -> None:
    """Where the operator wants none, everything is admitted."""
    crowd = Crowd(0, 60.0, lambda: 0.0)
    assert all(crowd.admits("41.92.0.1") for _ in range(10_000))


def test_long_messages_count_as_several() -> None:
    """What one internet address can have us keep is bounded in bytes: a message of 20 KB counts as 21."""
    crowd = Crowd(60, 60, lambda: 0.0)
    assert [crowd.admits("41.92.0.1", 20 * 1024) for _ in range(4)] == [True, True, True, False]
    assert [crowd.admits("41.92.0.2", 500) for _ in range(60)] == [True] * 60


def test_no_more_is_kept_than_is_read() -> None:
    """Of a text that is longer than what is read, and of a choice that is none of ours, the beginning is kept."""
    fields = {"text": "ش" * 60_000, "choice": "x" * 9000}
    external_id, raw = update("a", "n" * 8, fields)
    assert len(raw) < 2 * 10_000 + 1000
    assert external_id != update("a", "n" * 8, {**fields, "choice": "x" * 9001})[0]
    assert "ش" in raw.decode()
