"""Register: each field kept of a visitor, what for, who sees it, how long, on what ground. Control 2.1."""
