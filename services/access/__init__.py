"""People, sites and rights: who works here, where, with which roles, and who is on duty."""
