"""Who calls: accounts, sign-in, sessions, tablets, API clients and the keys that sign tokens."""
