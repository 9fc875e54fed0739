"""The rules of the linter, one module each; a rule gives the problems it finds."""
