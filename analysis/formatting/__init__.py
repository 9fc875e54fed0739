"""Numbers, intervals, P values, dates and grades as a reader sees them.

In: unrounded values. Out: plain text.
May import: `schemas`, `storage`.
"""
