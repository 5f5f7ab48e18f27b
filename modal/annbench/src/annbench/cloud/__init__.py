"""A job on several containers: parts, what each says, and one result. Knows nothing of Modal."""
