"""Whole conversations as a measure: invented people with a goal, and short exchanges with what must hold after them.

`python -m tests.jobs` (`make jobs`) plays them against the program itself, `dalil talk --json`, and counts who got what
they came for. The sets are YAML; their format stands in README.md beside this file.
"""
