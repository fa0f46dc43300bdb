"""Dalil, a chat guide for Moroccan artisans to the Foreign Trade and Investment Charters."""

#: As `pyproject.toml` has it, which reads it here.
__version__ = "0.1.0"
