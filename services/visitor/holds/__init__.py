"""Holds: a visitor's data kept by law beyond its time, until somebody lifts the hold. Control 2.1."""
