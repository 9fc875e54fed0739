"""Figures of the paper: one module per kind, from a synthesis to a matplotlib ``Figure``.

Importing this package is cheap: matplotlib is loaded by the modules that draw.
"""
