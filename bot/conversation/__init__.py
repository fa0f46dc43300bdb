"""The conversation: flows, asides, understanding, and the turn."""
