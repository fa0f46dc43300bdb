"""The FAQ: entries, and which of them answers a question."""
