"""The sources of the paper as they are written: lines, shortcodes, references, places, styles.

In: `manuscript/` and `_quarto.yml`. Out: a `Manuscript`, its passages, and what is wrong with it.
May import: the rooms down to `update`.
"""
