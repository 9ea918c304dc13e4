"""Alarms of the door: who is told at once, who after some minutes, and what stays red on the lobby board. 2.1–2.4."""
