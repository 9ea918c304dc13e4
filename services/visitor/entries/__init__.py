"""Entries: two badges at the floor door, custody, leaving, and who is inside. Controls 2.1, 2.4, 2.6."""
