"""One EDF file: header, channels, signals."""
