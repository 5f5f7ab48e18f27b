"""Points: the file of them all, one file for each, and a table."""
