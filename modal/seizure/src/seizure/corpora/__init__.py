"""Corpora of recordings: their layouts, splits by patient, and inventories."""
