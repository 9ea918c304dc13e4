"""Texts: what a visitor reads at the door, in both languages and versions, and what was accepted. Control 2.1."""
