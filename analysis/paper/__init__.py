"""What the paper prints: named values, tables, figures, and the items that hold them.

In: a `Synthesis` and its `ReviewData`. Out: values, HTML tables, drawings.
May import: the rooms down to `manuscript`.
"""
