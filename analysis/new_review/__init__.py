"""Beginning another review, and changing what it asks: protocol, text, checklist and tables.

In: a protocol or a choice. Out: a folder that checks and renders. May import: the rooms down to
`journal`.
"""
