"""Datasets of recordings on disk: made here, fetched from a record at Zenodo, or a folder of a
person's own that stays where it is.

NAME/ holds the recordings, unless they lie elsewhere; NAME.recordings.json the whole inventory;
NAME.json, written last, says that all of it is there. NAME.fetch/ is what is under way.
"""
