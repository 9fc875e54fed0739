"""From the manuscript's sources to the finished files, by Quarto or by the embedded engine."""
