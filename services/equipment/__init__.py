"""Things and the floor: what is checked, moved, locked and handed over."""
