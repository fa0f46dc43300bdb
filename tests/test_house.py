"""What holds for the whole program, so that who arrives finds their way."""

from bench.house import type_names


def test_one_public_type_name_means_one_thing() -> None:
    """A public type name stands for one thing in the whole program."""
    assert type_names() == {}
