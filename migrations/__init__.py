"""The history of the four databases: one environment, one line of revisions each, named by date."""
