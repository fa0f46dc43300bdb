"""The databases, for every test here."""

from tests.stores import empty_url, postgresql, store, url

__all__ = ["empty_url", "postgresql", "store", "url"]
