"""Detectors with weights: what they are made of."""
