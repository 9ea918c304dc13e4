"""Unmaskings: reading the whole of what pages show in part, with a reason and a trace. Control 2.1."""
