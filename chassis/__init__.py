"""What every Gatehouse service is bolted to: rules, identity, database, journal, problems. Knows no service."""
