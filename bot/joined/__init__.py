"""Each platform joined to the guide: what it posts goes to reception, what delivery takes goes to it."""
