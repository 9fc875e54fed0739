"""From the manuscript's sources to the finished files, by Quarto or by the embedded engine.

In: what the build wrote, and the sources. Out: `_output/`. May import: the rooms down to `build`.
"""
