"""Patients that are made up, the same everywhere."""

#: What the dataset of them is called.
NAME = "synthetic-seizures"
