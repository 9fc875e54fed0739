"""What the review's folder holds, safely: atomic writes, the lock, fingerprints, table files.

In: bytes and rows. Out: files that are whole or untouched, and hashes that say what they are.
May import: `schemas`.
"""
