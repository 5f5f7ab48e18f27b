"""The jobs: data → store → detectors → scores, traces."""
