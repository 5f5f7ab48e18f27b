"""Whether a training fits into memory: tried before it begins, and told where it does not."""
