"""A stranger's CSV and lists of cases, pooled without a protocol.

In: one file. Out: text, JSON and a forest plot.
May import: the rooms down to `render`.
"""
