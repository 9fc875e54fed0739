"""Effect measures: the one place that knows them by name.

In: rows of results. Out: effect sizes, scales, words.
May import: `schemas`, `storage`, `formatting`, `meta`.
"""
