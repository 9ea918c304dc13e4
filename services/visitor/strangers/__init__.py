"""Strangers on the floor: politely taken out first, then asked. Control 2.3."""
