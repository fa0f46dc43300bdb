"""Tests of offices and places."""
