"""Who is on duty when: duty managers and guards of a site."""
