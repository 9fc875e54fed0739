"""Reading what reviewers and co-authors did to a Word file, against the source of the paper."""
