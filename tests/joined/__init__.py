"""The program joined to the platforms."""
