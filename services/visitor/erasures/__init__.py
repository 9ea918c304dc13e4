"""Erasures: a visitor's personal values destroyed, at their wish or once they are of no use. Control 2.1."""
