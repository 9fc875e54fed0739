"""The statistics of a meta-analysis: pure functions on NumPy arrays, frozen dataclasses out.

Import from the module that has the subject: `effect_sizes`, `study_intervals`, `medians`,
`generic`, `two_arm` for what a study contributes; `models` for pooling; `heterogeneity`,
`prediction`, `subgroups`, `meta_regression` for what surrounds it; `profiles` for the named sets of
conventions. Nothing is imported here, so that starting a command stays fast.

In: arrays. Out: frozen results. May import: NumPy, SciPy and statsmodels, and no other room.
"""
