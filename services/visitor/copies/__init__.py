"""Copies: everything kept of one visitor, for themselves, as one file and a page to print. Control 2.1."""
