"""A checkpoint at work: probabilities of seizure for recordings. Needs torch."""
