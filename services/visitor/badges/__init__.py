"""Visitor badges: numbered stock, handed out, back or lost; the day's count must add up. Control 2.1."""
