"""The steps of an update: searches, screening, extraction forms, reconciliation, registries.

In: exports, sheets and workbooks of people. Out: rows of the review's tables, or a list of
problems.
May import: the rooms down to `audit`.
"""
