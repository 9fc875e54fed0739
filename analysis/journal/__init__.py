"""Everything an author uploads to a journal, made and checked by one command.

In: a rendered paper, authors.yml, a journal's file. Out: a package, or what it lacks; comments and
edits of a Word file that came back. May import: the rooms down to `versions`.
"""
