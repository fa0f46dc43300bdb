"""The whole program in a real subprocess, seen through a real browser."""
