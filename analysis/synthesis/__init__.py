"""The protocol applied to the data: pools, moderators, sensitivity, the flow of records.

In: `ReviewData`. Out: one frozen `Synthesis`, unrounded, whose numbers know their rows; also the
records that higher rooms fill (`History`, `PublishedResult`).
May import: `schemas`, `storage`, `formatting`, `meta`, `measures`.
"""
