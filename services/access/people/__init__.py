"""The directory: people, departments, roles. HR writes people, never roles."""
