"""Tests of the web chat: over HTTP, and in a browser."""
