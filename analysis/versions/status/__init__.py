"""Is an update due? What waits, why, and the command that does it."""
