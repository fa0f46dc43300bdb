"""Conversations in Arabic and French that the guide must hold, foldered by behaviour."""
