"""What every job of ann-tui is built on. It knows no workload, and needs the standard library only."""
