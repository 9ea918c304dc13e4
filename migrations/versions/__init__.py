"""Revisions, a folder per database."""
