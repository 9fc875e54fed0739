"""What other programs read: an independent check in R and Stata, references, RevMan, Frictionless.

`files.EXPORTS` names what there is; every export is a folder of files computed in memory, with the
line of provenance beside them, and the same bytes every time.

In: a `Synthesis` and its data. Out: files of other programs. May import: the rooms down to `pool`.
"""
