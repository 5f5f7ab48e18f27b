"""Annotations as corpora write them: each format read strictly, each error by its file and line."""
