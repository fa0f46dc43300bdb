"""Dalil, a chat guide for Moroccan artisans to the Foreign Trade and Investment Charters."""
