"""What every job of ann-tui is built on. Knows no workload, needs the standard library only."""
