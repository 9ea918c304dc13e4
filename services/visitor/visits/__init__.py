"""Visits: invited, permitted, arrived, let in with an escort, gone. Controls 2.1, 2.4, 2.6."""
