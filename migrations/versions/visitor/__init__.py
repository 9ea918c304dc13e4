"""Revisions of the visitor database."""
