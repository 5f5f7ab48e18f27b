"""A control plane of our own that the real `modal` client talks to. Start it with `PYTHON test/modal-stand-in`; see README.md."""
