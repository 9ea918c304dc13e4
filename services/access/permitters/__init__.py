"""Who permits visits to an area: roles held somewhere, or named people (2.1)."""
