"""How fast a machine trains, without recordings. Needs torch."""
