"""What the files of the ordinary recipe hash to (corpus.py): figures of two machines are about the
same data."""

SHA256 = "e33995e31cf153b730cde88ccf20222282bfe6e81287b413868ddf50de87a50d"
