"""In whose company each visitor is, as escorts live it: handing over, taking over, bringing back. Control 2.4."""
