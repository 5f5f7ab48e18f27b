"""EEG seizure detection: recordings read strictly, prepared once, scored as the field does."""

__version__ = "0.1.0"
