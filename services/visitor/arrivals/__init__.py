"""Arrivals: the tablet at the door, the guard's check, the badge. Controls 2.1, 1.5a."""
