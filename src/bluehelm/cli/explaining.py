"""In which language does the command line explain itself, and say what was wrong with it?

Help is written in English where a command is declared and said in the language of now when a command line is read. The
parser's own sentences are matched with ours, which say the same and have their French.
"""

import re
from typing import Any

import typer
from typer import rich_utils

from bluehelm.language import _, gettext_noop

HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": gettext_noop("Arguments"),
    "OPTIONS_PANEL_TITLE": gettext_noop("Options"),
    "COMMANDS_PANEL_TITLE": gettext_noop("Commands"),
    "REQUIRED_LONG_STRING": gettext_noop("[required]"),
    "DEFAULT_STRING": gettext_noop("[default: {}]"),
    "ENVVAR_STRING": gettext_noop("[env var: {}]"),
}
"""What the parser writes over and beside the help, by the names it has there."""

GIVEN_BY_THE_PARSER = (
    gettext_noop("Show this message and exit."),
    gettext_noop("Install completion for the current shell."),
    gettext_noop("Show completion for the current shell, to copy it or customize the installation."),
)

SENTENCES = (
    gettext_noop("No such option: {name} (Possible options: {others})"),
    gettext_noop("No such option: {name} Did you mean {others}?"),
    gettext_noop("No such option: {name}"),
    gettext_noop("No such command {name}. Did you mean {others}?"),
    gettext_noop("No such command {name}."),
    gettext_noop("Missing command."),
    gettext_noop("Missing argument {name}."),
    gettext_noop("Missing option {name}."),
    gettext_noop("Option {name} requires an argument."),
    gettext_noop("Option {name} does not take a value."),
    gettext_noop("Got unexpected extra argument(s) ({names})"),
    gettext_noop("Invalid value for {name}: {why}"),
    gettext_noop("Input should be a valid integer, unable to parse string as an integer"),
    gettext_noop("Input should be a valid number, unable to parse string as a number"),
    gettext_noop("Input should be less than or equal to {bound}"),
    gettext_noop("Input should be greater than or equal to {bound}"),
)


def explain(command: Any) -> Any:
    """The command with all below it, its help in the language of now."""
    for name, words in HEADINGS.items():
        setattr(rich_utils, name, _(words))
    _say_help(command)
    return command


def _say_help(command: Any) -> None:
    command.help = _(command.help or "")
    for parameter in (*command.params, command.get_help_option(typer.Context(command))):
        parameter.help = _(getattr(parameter, "help", None) or "")
    for below in getattr(command, "commands", {}).values():
        _say_help(below)


def usage(said: str) -> str:
    """What was wrong with the command line: the parser's sentence in the language of now, as far as it is known."""
    for sentence in SENTENCES:
        if match := re.fullmatch(_pattern(sentence), said):
            return _(sentence, **{name: usage(word) for name, word in match.groupdict().items()})
    return said


def _pattern(sentence: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence))
