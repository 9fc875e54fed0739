"""The audit of reported statistics: what a paper printed, checked against itself.

Import from the module that has the subject: `printed` for numbers as they stand on paper, `claims`
for what a row or sentence says, `table_reading` and `prose_reading` for files (a sentence goes
through `tokens` and `statements`), one module for each kind of check, `run.audit_file` for all.
Nothing here knows any particular review.

A printed number stands for every number that would be printed like it; a check is failed only if no
choice of such numbers passes it. How uneven an exact interval may be is worked out, not chosen.

In: text, tables and PDF of anybody. Out: findings, and this review beside what was printed.
May import: the rooms down to `synthesis`.
"""
