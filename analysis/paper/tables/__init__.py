"""Tables of the paper: one module per table, each with ``build(synthesis) -> Table``.

:func:`analysis.paper.tables.fragment.table_fragment` turns any of them into the HTML that all
formats read.
"""
