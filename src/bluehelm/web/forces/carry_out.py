"""Carry out a run that a page asked for: python -m bluehelm.web.forces.carry_out HOME NUMBER."""

import sys
from pathlib import Path

from bluehelm.web.records import open_records


def main(home: str, number: str) -> None:
    """Do it in this process; the run itself tells how far it is and how it ended."""
    open_records(Path(home))
    from bluehelm.web.forces.runs import carry_out

    carry_out(int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
