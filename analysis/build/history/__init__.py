"""The released versions, and what has changed since the last of them."""
