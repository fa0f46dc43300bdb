"""How many examples a property is tried with."""


class _Examples:
    """As many as a test asks for, and in the inner loop (`make quick`) no more than a few."""

    def __init__(self) -> None:
        self.most: int | None = None

    def __call__(self, number: int) -> int:
        """Return the examples to try where a full run tries `number`."""
        return number if self.most is None else min(number, self.most)


examples = _Examples()
