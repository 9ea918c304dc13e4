"""How fast the product is, as ratios of CPU time measured in one run, interleaved (`make bench`)."""
