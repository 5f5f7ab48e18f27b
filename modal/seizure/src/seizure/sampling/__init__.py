"""Windows of a store: drawn for training as a function of seed and step, or one after the other."""
