"""Roles people hold: from when to when, where, and who gave them. HR never writes them."""
