"""Escorts: who is designated to go along with visitors, and in whose company each visitor is. Control 2.4."""
