"""A small data folder with something in every kind of record, made by the program as it is now.

    python -m tests.records.folder HOME

Nobody in it exists: accounts are named like their posts. `release.py` keeps one of an earlier release.
"""

import os
import sys
from datetime import date
from pathlib import Path

from tests.audit.ledgers import ROOT

WORDS = "Water point at Zelleb is dry; patrols wait — 水, Ünïcode, 'quotes' and \\ backslashes"


def build(home: Path) -> None:
    """Make the folder, its records and one table version; in a process of its own, since Django keeps to one folder."""
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.disclosure import Label, Marking
    from bluehelm.spine import RecordRef
    from bluehelm.web.disclosure.actions import release_counts
    from bluehelm.web.exchange.actions import give
    from bluehelm.web.findings import actions
    from bluehelm.web.jobs.actions import ask
    from bluehelm.web.rhythm.actions import set_mission_date
    from bluehelm.web.rhythm.reads import rhythm_of_the_house
    from bluehelm.workflows.readers import tables_as_read_by
    from tests.web.cast import make_cast
    from tests.web.disclosure.test_releases import DEATHS
    from tests.workflows.made_tables import publish

    publish(home, "fatalities", DEATHS)
    cast = make_cast()
    for number, marking in enumerate((Marking.UNCLASSIFIED, Marking.CONFIDENTIAL)):
        texts = actions.Texts(
            title=f"{number}: {WORDS}",
            statement=WORDS,
            domain="protection",
            severity="high",
            confidence="high",
            mission="UNSYM",
        )
        label = Label(marking, frozenset({"mission:UNSYM"}))
        actions.raise_finding(texts=texts, evidence=(RecordRef("document", "D-1"),), label=label, by=cast["sym-jmac"])
    anchor = rhythm_of_the_house().anchors[0].anchor
    set_mission_date(
        mission="UNSYM", anchor=anchor, on=date(2027, 3, 31), source="Resolution 1", by=cast["sym-planner"]
    )
    file = give(kind="findings", file_name="f.csv", content=b"title\n\xc3\x9c\n", by=cast["sym-jmac"])
    assert file.content
    ask(kind="export", parameters={"records": "findings", "format": "csv"}, by=cast["sym-jmac"])
    head = cast["sym-head"]
    with tables_as_read_by(lambda: head.reader_of("table")):
        release_counts(
            table="fatalities",
            number=1,
            by_dimensions=["mission", "sex"],
            to=frozenset({"headquarters"}),
            reason="For the annual report on safety",
            by=head,
        )


def environment(home: Path, **besides: str) -> dict[str, str]:
    """What a command on the folder is started with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEHELM_", "DJANGO_"))}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "BLUEHELM_HOME": str(home), **besides}


if __name__ == "__main__":
    build(Path(sys.argv[1]))
