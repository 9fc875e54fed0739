"""The page in a browser while somebody writes: made again after every save, and shown at once.

In: a review's folder. Out: a page on this machine alone. May import: what `render` may.
"""
