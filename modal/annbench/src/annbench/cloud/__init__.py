"""A benchmark on several containers: what jobkit.cloud asks of a workload. Knows nothing of Modal."""
