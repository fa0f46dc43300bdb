"""The guide shown on all three channels at once, with stand-ins for the platforms: `make demo`."""
