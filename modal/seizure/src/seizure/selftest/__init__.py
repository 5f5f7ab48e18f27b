"""A training in miniature, for the self-test at Modal: the real loop on a few made-up patients."""
