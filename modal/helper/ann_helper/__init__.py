"""The helper's parts: wire and serve carry requests, the others answer them."""
