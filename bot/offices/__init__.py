"""Offices and places: which office serves a place."""
