"""For whom does a command read tables?

For the account of `--as` in its post, for the readers of an `--audience`, or else for everyone. Where neither is given
nothing of the records is opened.
"""

from functools import cache
from pathlib import Path

import typer

from bluehelm.cli.answers import Refusal
from bluehelm.disclosure import EVERYONE, OUTSIDER, Marking, Pass, Reader, audience_names
from bluehelm.language import _, gettext_noop
from bluehelm.store import Reading
from bluehelm.workflows.readers import tables_as_read_by

UNCHANGED = gettext_noop("Nothing was changed.")
ACCOUNT = "BLUEHELM_ACCOUNT"
AUDIENCE = "bluehelm.audience"
"""Where a command keeps the readers it reads as."""


def read_as(context: typer.Context, home: Path, account: str | None, audience: str | None) -> None:
    """Let every table that the command reads be filtered for this reader until the command ends."""
    if account and audience:
        what = _("A command reads as an account or as an audience, not as both.")
        raise Refusal("two_readers", what, "--as, --audience", UNCHANGED, _("Leave one of them out."))
    remembered(context, account)
    context.meta[AUDIENCE] = audience

    @cache
    def reader() -> Reader:
        acting = context.meta.get(ACCOUNT)  # --as may stand before the verb or after it
        return account_reader(home, acting) if acting and not audience else audience_reader(audience)

    if audience:
        reader()  # an unreadable one is refused whatever the command does
    reading = context.with_resource(tables_as_read_by(reader))
    context.call_on_close(lambda: _note_reads(reading, context.meta.get(ACCOUNT)))


def remembered(context: typer.Context, account: str | None) -> str | None:
    """The account of a command: the one named after the verb, else the one named before it."""
    kept = context.find_root().meta
    if account:
        kept[ACCOUNT] = account
    return account or kept.get(ACCOUNT)


def _note_reads(reading: Reading, account: str | None) -> None:
    """Write restricted versions that an account read into the audit; nobody else is shown any."""
    if account and reading.restricted:
        from bluehelm.web.posts.acting import actor_for_command
        from bluehelm.web.posts.middleware import note_reads

        note_reads(reading, actor_for_command(account))


def audience_reader(audience: str | None) -> Reader:
    """Whoever belongs to these audiences, trusted with what is unclassified."""
    if not audience:
        return OUTSIDER
    try:
        names = audience_names(audience)
    except ValueError as error:
        next_step = _("Write --audience 'mission:UNMISS | headquarters', for example.")
        raise Refusal("bad_audience", str(error), "--audience", UNCHANGED, next_step) from None
    return Reader((Pass(Marking.UNCLASSIFIED, names | {EVERYONE}),))


def account_reader(home: Path, account: str) -> Reader:
    """An account in the first of its posts."""
    from bluehelm.web.records import open_records

    open_records(home)
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command

    try:
        return actor_for_command(account).reader_of("table")
    except NotAllowedError as error:
        next_step = _("`bluehelm user list` names the accounts and their posts.")
        raise Refusal("not_allowed", error.what, "--as", UNCHANGED, next_step) from None
