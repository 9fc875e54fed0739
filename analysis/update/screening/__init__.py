"""Screening: sheets for reviewers, decisions, conflicts, agreement, and the flow of records."""
