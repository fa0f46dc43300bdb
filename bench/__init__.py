"""Measurements of the guide: `python -m bench`, or `python -m bench NAME …` for some of them."""
