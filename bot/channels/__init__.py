"""Channels: what each platform says read into messages, replies written for it, its limits."""
