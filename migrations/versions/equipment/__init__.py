"""Revisions of the equipment database."""
