"""Trial registries: an export of ClinicalTrials.gov brings the ongoing trials up to date."""
