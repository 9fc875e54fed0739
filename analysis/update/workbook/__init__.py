"""The extraction form: an Excel workbook that is written, filled in, checked and merged."""
