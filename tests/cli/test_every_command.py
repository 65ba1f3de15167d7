"""Does every command keep a secret from whoever may not read it?

A secret text is planted in a finding and in a table version, addressed to one section. Every command is then given to
everyone, to the readers of an audience and to accounts that may not read it, and what it prints and writes is searched.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bluehelm.cli.main import app
from tests.plans.frameworks import SOUND

CANARY = "zq7-canary"
PLAN = str(Path(__file__).resolve().parents[2] / "docs" / "examples" / "unmiss-framework.yaml")

# Commands that show something, with arguments that come as near to the secret as they can.
SHOWS = {
    "brief": ["brief", "UNSYM", "--json"],
    "chart": ["chart", "UNSYM", "--out", "{out}/chart.svg", "--json"],
    "export": ["export", "events", "--to", "csv", "--out", "{out}/events.csv", "--json"],
    "export 2": ["export", "events", "--version", "2", "--to", "csv", "--out", "{out}/second.csv", "--json"],
    "missions": ["missions", "--json"],
    "tables": ["tables", "--json"],
    "tables 2": ["tables"],
    "quality": ["quality", "--json"],
    "revisions": ["revisions", "events", "1", "2", "--json"],
    "situation": ["situation", "UNSYM", "--json"],
    "impact presence": ["impact", "presence", "UNSYM", "--outcome", "any", "--as-of", "2016-01-31", "--json"],
    "place": ["place", "Zelleb", "--json"],
    "plan compute": ["plan", "compute", "UNSYM", "--file", PLAN, "--as-of", "2026-06-30", "--json"],
    "providers": ["providers", "--json"],
    "plan show": ["plan", "show", "UNSYM", "--json"],
    "plan diff": ["plan", "diff", "1", "3", "--mission", "UNSYM", "--json"],
    "plan factsheet": ["plan", "factsheet", "UNSYM", "--period", "2026-H2", "--out", "{out}/fs.pdf", "--json"],
    "plan report": ["plan", "report", "UNSYM", "--period", "2026-H1", "--out", "{out}/report.csv", "--json"],
    "plan annex": ["plan", "annex", "UNSYM", "--period", "2026-H1", "--out", "{out}/annex.csv", "--json"],
    "plan dashboard": ["plan", "dashboard", "UNSYM", "--period", "2026-H1", "--out", "{out}/board.csv", "--json"],
    "plan reports": ["plan", "reports", "UNSYM", "--json"],
    "plan value": ["plan", "value", "UNSYM", "C1", "2026-07", "--source", "x", "--value", "1", "--json"],
    "brief-template": ["brief-template", "--out", "{out}/brief-template.docx"],
    "audit verify": ["audit", "verify", "--json"],
    "audit checkpoint": ["audit", "checkpoint", "--out", "{out}/checkpoint.json", "--json"],
    "audit export": ["audit", "export", "--out", "{out}/audit.jsonl", "--json"],
    "audit list": ["audit", "list", "--json"],
    "findings list": ["findings", "list", "--state", "all", "--text", CANARY, "--json"],
    "findings list 2": ["findings", "list", "--state", "all"],
    "findings show": ["findings", "show", "{finding}", "--json"],
    "findings mine": ["findings", "mine", "--json"],
    "findings measures": ["findings", "measures", "--json"],
    "findings decide": ["findings", "decide", "{finding}", "rejected", "--why", "A guess at what it might say."],
    "findings recommend": [
        "findings", "recommend", "{finding}", "--text", "x", "--owner", "head", "--due", "2027-01-01",
    ],
    "findings publish": ["findings", "publish", "--to", "section:UNSYM/JMAC", "--marking", "confidential"],
    "findings reopen": ["findings", "reopen", "{finding}", "--why", "A guess at what it might say."],
    "findings merge": ["findings", "merge", "{finding}", "--into", "1", "--kept", "A guess at what it might say."],
    "findings start": ["findings", "start", "{finding}", "--step", "x", "--not-observable", "x"],
    "findings step": ["findings", "step", "{finding}", "1", "--evidence", "document: x"],
    "findings done": ["findings", "done", "{finding}", "--evidence", "document: x"],
    "findings effect": ["findings", "effect", "{finding}", "--reading", "x", "--judgement", "x"],
    "release": ["release", "events", "2", "--to", "everyone", "--why", "A guess at what it might hold.", "--json"],
    "outlook brief": ["outlook", "brief", "UNSYM", "--by", "cell", "--json"],
    "outlook publish": ["outlook", "publish", "UNSYM", "--by", "country", "--json"],
    "disclosure log": ["disclosure", "log", "--json"],
    "disclosure release": [
        "disclosure", "release", "fatalities", "--by", "mission", "--to", "everyone",
        "--why", "A guess at what it might hold.", "--out", "{out}/counts.csv", "--json",
    ],
    "posts list": ["posts", "list", "--json"],
    "jobs list": ["jobs", "list", "--json"],
    "jobs cancel": ["jobs", "cancel", "1", "--json"],
    "records export": ["records", "export", "findings", "--out", "{out}/findings.csv", "--json"],
    "records import": ["records", "import", "findings", "{out}/guess.csv", "--json"],
    "records undo": ["records", "undo", "1", "--reason", "A guess at what it might say.", "--json"],
    "user list": ["user", "list", "--json"],
    "report list": ["report", "list", "--text", CANARY, "--days", "0", "--json"],
    "report show": ["report", "show", "{report}", "--json"],
    "report export": ["report", "export", "--out", "{out}/reports.csv", "--json"],
    "report daily": ["report", "daily", "--json"],
    "report publish": ["report", "publish", "UNSYM", "--to", "section:UNSYM/JMAC", "--marking", "confidential"],
    "protection alerts": ["protection", "alerts", "--json"],
    "protection threats": ["protection", "threats", "--from", "2020-01-01", "--json"],
    "protection compact": ["protection", "compact", "--json"],
}  # fmt: skip

# Commands that show nothing of what is kept: they take something in, change accounts and posts, or serve the pages.
SHOW_NOTHING = {
    "backup", "db digest", "db move", "demo", "dictionary", "disclosure check", "fetch", "findings add",
    "forces calendar", "forces cost", "forces coverage", "forces equipment", "forces explain", "forces gaps",
    "forces match", "forces observers", "forces pipeline", "forces rotate", "forces stress", "forces timeline",
    "forces tours", "forces unit-card", "forces unit-types", "forces visit", "forces visit-plan",
    "impact estimate", "impact staggered", "import", "jobs run", "map", "outlook backtest", "outlook forecast",
    "outlook score", "plan check", "plan import", "plan indicators", "plan load", "plan template",
    "posts add", "posts fill", "posts organisation", "protection coverage", "report take-in", "report xlsform",
    "restore",
    "secrets rotate", "secrets status", "serve", "upgrade", "user close", "user close-dormant", "user create",
    "user reopen", "user reset", "user unlock",
}  # fmt: skip

BUILD = f"""
import sys
from pathlib import Path
from datetime import timedelta
home = Path(sys.argv[1])
from bluehelm.workflows.demo import build_demo
from bluehelm.web.demo import RECORDS
build_demo(home, further=RECORDS)
from bluehelm.disclosure import Label, Marking
from bluehelm.spine import RecordRef
from bluehelm.web.findings import actions
from bluehelm.web.posts.acting import actor_for_command
secret = Label(Marking.CONFIDENTIAL, frozenset({{"section:UNSYM/JMAC"}}))
from bluehelm.web.plans.actions import load_plan
load_plan(mission="UNSYM", text={SOUND!r}.replace("title: Deaths in the north", "title: {CANARY} indicator"),
          why="{CANARY} why", by=actor_for_command("demo-jmac"), label=secret)
texts = actions.Texts(title="{CANARY} title", statement="{CANARY} statement", domain="protection",
                      severity="critical", confidence="high", mission="UNSYM")
found = actions.raise_finding(texts=texts, evidence=(RecordRef("document", "{CANARY} document"),), label=secret,
                              by=actor_for_command("demo-jmac"))
from bluehelm.web.protection.actions import enter_capability, enter_threat
enter_threat(label=secret, by=actor_for_command("demo-jmac"), title="{CANARY} threat", place="{CANARY}",
             perpetrator="{CANARY}", civilians="{CANARY}", likelihood="likely", impact="grave", rationale="{CANARY}",
             lead="jmac")
enter_capability(label=secret, by=actor_for_command("demo-jmac"), capability="planning-units", has="yes",
                 evidence="{CANARY}")
from dataclasses import replace
from bluehelm.store import Store, Submission, VersionLabel
from bluehelm.sources.intake import NOTED_ROWS
import polars as pl
store = Store(home)
first = store.latest("events", synthetic=True)
rows = store.scan(first).collect().with_columns(pl.col("side_a") + " {CANARY}")
nothing = pl.DataFrame(schema=NOTED_ROWS)
with store.scratch() as scratch:
    rows.write_parquet(scratch / "rows.parquet")
    store.publish(Submission(table="events", source=replace(first.source, title="{CANARY} source"),
        rows_file=scratch / "rows.parquet", rows=rows.height, file_name="{CANARY}.csv", sha256="b2" * 32,
        retrieved=first.retrieved, set_aside=nothing, flagged=nothing, reasons=(), flags=(), notes=(),
        coverage=first.coverage, synthetic=True, label=VersionLabel("confidential", ("section:UNSYM/JMAC",))))
from django.utils import timezone
from bluehelm.web.reports import actions as reports
at = timezone.now().isoformat(timespec="minutes")
said = {{"type": "shelling", "from_at": at, "until_at": at, "certainty": "day", "place": "{CANARY} place",
        "placed_by": "map", "precision": 1, "latitude": 4.0, "longitude": 30.0, "harm": {{}},
        "parties": [["{CANARY}", "perpetrator"]], "narrative": "{CANARY} narrative", "response": "{CANARY} response"}}
jmac = actor_for_command("demo-jmac")
told = reports.file_report(content=said, label=secret, by=jmac, source="{CANARY} source")
reports.verify_report(number=told.pk, expected_version=1, verification="verified", reason="{CANARY} why", by=jmac)
reports.approve_report(number=told.pk, expected_version=2, by=jmac)
print(found.pk, told.pk)
"""

ASK = """
import contextlib, io, json, sys
from bluehelm.cli.main import main
told = {}
for name, words in json.load(sys.stdin).items():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        sys.argv = ["bluehelm", *words]
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    told[name] = [code, out.getvalue(), err.getvalue()]
json.dump(told, sys.stdout)
"""


def commands(group=None, before=""):
    """The words of every command the program has."""
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def python(script, *words, given=""):
    done = subprocess.run(
        [sys.executable, "-c", script, *words], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The demonstration with the secret in it, and the numbers of the secret finding and the secret report."""
    home = tmp_path_factory.mktemp("planted")
    return home, dict(zip(("finding", "report"), python(BUILD, str(home)).split()[-2:], strict=True))


def ask(planted, tmp_path, *reader):
    """What every command answers to a reader: its exit code, what it printed and what it wrote."""
    home, numbers = planted
    asked = {
        name: ["--home", str(home), *reader, *(word.format(out=tmp_path, **numbers) for word in words)]
        for name, words in SHOWS.items()
    }
    told = json.loads(python(ASK, given=json.dumps(asked)))
    written = {path.name: path.read_bytes().decode("utf-8", errors="replace") for path in Path(tmp_path).iterdir()}
    return told, written


def showing(told, written):
    shown = [name for name, (_, out, err) in told.items() if CANARY in (out + err).replace(f"'{CANARY}'", "")]
    return shown + [name for name, text in written.items() if CANARY in text]


def test_no_command_is_missing_from_the_walk():
    walked = {" ".join(word for word in name.split() if not word.isdigit()) for name in SHOWS} | SHOW_NOTHING
    assert sorted(commands()) == sorted(walked), "say here what the new command shows"


OTHERS = ["head", "administrator", "auditor", "northland", "viewer"]


@pytest.mark.long
@pytest.mark.parametrize(
    "reader",
    [
        (),
        pytest.param(("--audience", "mission:UNSYM | headquarters | section:UNSYM/planning"), marks=pytest.mark.long),
        pytest.param(("--as", "demo-planner"), marks=pytest.mark.long),
        *(pytest.param(("--as", f"demo-{post}"), marks=pytest.mark.long) for post in OTHERS),
    ],
)
def test_no_command_shows_the_secret_to_who_may_not_read_it(planted, tmp_path, reader):
    told, written = ask(planted, tmp_path, *reader)
    assert showing(told, written) == []
    assert all("Traceback" not in out + err for _, out, err in told.values())
    assert told["brief"][0] == 0 and told["tables"][0] == 0
    assert told["release"][0] == 2 and told["findings show"][0] == 2 and told["export 2"][0] == 2


@pytest.mark.long
def test_the_one_who_may_read_it_is_shown_the_secret_so_that_the_walk_can_fail(planted, tmp_path):
    told, written = ask(planted, tmp_path, "--as", "demo-jmac")
    shown = set(showing(told, written))
    assert {"tables", "brief", "findings list", "findings list 2", "findings show", "second.csv"} <= shown
    assert {"report list", "report show", "reports.csv"} <= shown
    assert "report daily" not in shown, "a product for the whole mission does not quote what one section alone may read"


@pytest.mark.long
def test_the_demonstration_s_audit_holds_and_tells_of_its_deeds(planted):
    home, _ = planted
    told = json.loads(python(ASK, given=json.dumps({"verify": ["--home", str(home), "audit", "verify", "--json"]})))
    code, out, _ = told["verify"]
    answer = json.loads(out)
    assert (code, answer["ok"], answer["first_bad"]) == (0, True, None)
    assert answer["entries"] > 100


@pytest.mark.long
def test_the_account_may_be_named_before_the_verb_or_after_it(planted):
    home, _ = planted
    asked = {
        "before": ["--home", str(home), "--as", "demo-jmac", "findings", "list", "--json"],
        "after": ["--home", str(home), "findings", "list", "--as", "demo-jmac", "--json"],
        "nobody": ["--home", str(home), "findings", "list", "--json"],
    }
    told = {name: json.loads(answer[1]) for name, answer in json.loads(python(ASK, given=json.dumps(asked))).items()}
    assert told["before"] == told["after"] and told["before"]["findings"]
    assert told["nobody"]["findings"] == [], "the account of one command must not stay with the next"
