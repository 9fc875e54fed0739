"""One computation for all formats: check, synthesis, values, lint, items; all or nothing.

`history` reads the released versions and says what changed; the build hands it on.

In: the review's folder. Out: `_variables.yml` and `manuscript/_generated/`.
May import: the rooms down to `lint`.
"""
