"""Versions of a review: what was released, what has changed since, and which number it asks for.

In: the review and its released versions. Out: the next version, reports, tracked changes, what is
due. May import: the rooms down to `trace`.
"""
