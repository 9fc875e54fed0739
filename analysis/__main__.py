"""``python -m analysis`` is the command ``review``."""

from analysis.cli import main

main()
