"""The lobby: what the guard sees at one glance, and what the day looks like from a desk. Controls 2.1, 2.3, 2.4."""
