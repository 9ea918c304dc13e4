"""The door: visits, escorts, badges, belongings, strangers."""
