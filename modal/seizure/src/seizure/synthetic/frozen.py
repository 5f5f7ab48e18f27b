"""What the files of the ordinary recipe hash to (corpus.py): figures of two machines are about the
same data."""

SHA256 = "7b228a3bfd3a5034d5ce61a97d86bb14d0da3037aa42f66184ce15d9ba9c6f4a"
