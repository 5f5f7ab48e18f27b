"""Looks whether what this harness assumes of a machine, or of a container, is so. Facts only: what
they mean is judged by who asked (`ann-tui selftest`)."""
