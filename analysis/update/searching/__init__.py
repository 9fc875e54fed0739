"""Searches: exports of databases in, records without duplicates and grouped by study out.

One module reads one format (`ris`, `medline`, `bibtex`, `endnote`, `delimited`); `exports` knows
which. `comparison` says of two records whether they are the same report, `partition` makes sets of
what it says, `merge_log` writes them down. `trials` groups reports of one trial.
"""
