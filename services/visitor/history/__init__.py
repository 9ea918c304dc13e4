"""History: what was done to a visit, by whom and at which door, read from the journal. Control 2.1."""
