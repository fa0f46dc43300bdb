"""Stand-ins for the platforms: real servers on the loopback, as strict as the real ones."""
