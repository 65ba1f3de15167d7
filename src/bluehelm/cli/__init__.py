"""Which commands are there, and how do they answer?

Answers for people go to the terminal, `--json` answers to programs as exactly one object on stdout, progress and
prose to stderr. Exit 0 done, 1 ran and the answer is no, 2 refused or misused with nothing changed, 3 busy.
"""

from bluehelm.cli.main import main

__all__ = ["main"]
