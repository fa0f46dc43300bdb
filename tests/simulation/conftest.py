"""The databases, for every test here."""

from tests.stores import postgresql, url

__all__ = ["postgresql", "url"]
