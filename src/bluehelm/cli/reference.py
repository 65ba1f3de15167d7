"""Which commands are there, with which arguments and options, as a page of the docs?

`python -m bluehelm.cli.reference` prints `docs/commands.md`; a test fails when the page is not what it prints.
"""

from collections.abc import Iterator
from typing import Any

import typer

from bluehelm.cli.answers import say
from bluehelm.cli.main import app

OPENING = """\
# Every command

Printed by `python -m bluehelm.cli.reference`; a test compares. `bluehelm COMMAND --help` says the same in the terminal,
and [CONTRIBUTING](../CONTRIBUTING.md) how `python3 dev.py` runs it. Exit: 0 done, 1 the answer is no, 2 refused and
nothing changed, 3 busy. Almost every command takes `--json` and then answers with exactly one object."""


def reference() -> str:
    """The whole page as Markdown."""
    whole = typer.main.get_command(app)
    own = [line for parameter in whole.params if (line := _line(parameter))]
    parts = [OPENING, "Before the command:\n\n" + "\n".join(own)]
    parts += [_section(name, command) for name, command in _commands(whole, "bluehelm")]
    return "\n\n".join(parts) + "\n"


def _commands(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name, in alphabetical order."""
    for word, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def _section(name: str, command: Any) -> str:
    arguments = " ".join(_argument(one) for one in command.params if one.param_type_name == "argument")
    lines = [line for parameter in command.params if (line := _line(parameter))]
    heading = f"## {name}\n\n`{' '.join(filter(None, (name, arguments, '[OPTIONS]' if lines else '')))}`"
    return "\n\n".join(filter(None, (heading, _one_line(command.help), "\n".join(lines))))


def _argument(argument: Any) -> str:
    shown = argument.name.upper()
    return shown if argument.required else f"[{shown}]"


def _line(parameter: Any) -> str:
    """One parameter as an item of a list; empty for help and for the shells' own options."""
    if parameter.name in ("help", "install_completion", "show_completion"):
        return ""
    is_argument = parameter.param_type_name == "argument"
    names = parameter.name.upper() if is_argument else ", ".join(sorted(parameter.opts, key=len))
    setting = f" (setting `{parameter.envvar}`)" if isinstance(getattr(parameter, "envvar", None), str) else ""
    needed = " Needed." if parameter.required and not is_argument else ""
    return f"* `{names}`{setting}: {_one_line(getattr(parameter, 'help', '') or '')}{needed}"


def _one_line(text: str) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    say(reference().rstrip("\n"))
