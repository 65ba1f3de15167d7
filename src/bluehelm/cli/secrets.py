"""Under which keys are secrets kept, and how are they kept under a new one? `bluehelm secrets ...`"""

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json
from bluehelm.cli.asking import UNCHANGED
from bluehelm.language import _

secrets = typer.Typer(help="Keys of what is kept encrypted in the records.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add `bluehelm secrets ...`."""
    app.add_typer(secrets, name="secrets")


@secrets.command("status")
def status_command(context: typer.Context, as_json: bool = JSON) -> None:
    """Say which keys are there and how many secrets are kept under each; never a key or a secret."""
    from bluehelm.web.records import open_records

    open_records(context.obj)
    from bluehelm.web.secrets import SecretError, kept_under, key_file, read_keys

    file = key_file(context.obj)
    try:
        keys, counted = read_keys(file), kept_under()
    except SecretError as error:
        raise Refusal("bad_keys", str(error), str(file), UNCHANGED, _("Put the right file in its place.")) from None
    rows = [{"key": key_id, "secrets": counted.get(key_id, 0), "is_here": True} for key_id in keys]
    rows += [
        {"key": key_id, "secrets": count, "is_here": False} for key_id, count in counted.items() if key_id not in keys
    ]
    if as_json:
        say_json({"keys": rows, "file": str(file)})
    else:
        said = [
            _(
                "{key}  {secrets:,} secrets{is_here}",
                key=row["key"],
                secrets=row["secrets"],
                is_here="" if row["is_here"] else _("  KEY IS NOT HERE"),
            )
            for row in rows
        ]
        say("\n".join(said) or _("No key yet.\nNext  bluehelm secrets rotate"))


@secrets.command("rotate")
def rotate_command(context: typer.Context, as_json: bool = JSON) -> None:
    """Make a new key, keep every secret under it, and drop the old keys; the first time it makes the first key."""
    from bluehelm.web.records import open_records

    open_records(context.obj)
    from bluehelm.web.secrets import SecretError, key_file, rotate

    file = key_file(context.obj)
    try:
        key_id, count, dropped = rotate(file)
    except SecretError as error:
        next_step = _("Put the key that opens it back into the file, then rotate again.")
        raise Refusal("does_not_open", str(error), str(file), _("No secret was changed."), next_step) from None
    if as_json:
        say_json({"key": key_id, "secrets": count, "dropped": dropped, "file": str(file)})
    else:
        say(
            _(
                "Rotated    {count:,} secrets are kept under the key {key_id}; dropped: {dropped}",
                count=count,
                key_id=key_id,
                dropped=", ".join(dropped) or _("none"),
            )
        )
        say(
            _("Keep       {file} apart from the backups: they do not hold it, and nothing opens without it.", file=file)
        )
        say(
            _(
                "A backup made before today opens only with the keys of its day: keep a copy of the "
                "old file as long as it."
            )
        )
