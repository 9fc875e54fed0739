"""Beginning another review: a folder with the program, empty tables and a text to rewrite.

In: a protocol. Out: a folder that checks and renders. May import: the rooms down to `journal`.
"""
