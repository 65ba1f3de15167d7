"""Is the YAML of a definition sound, and if not, what is wrong, in which entry and field?

YAML as its library reads it lets the second of two equal keys win, stops at an impossible date without saying where
it stands, and lets a few lines of aliases swell into gigabytes. A definition may do none of these.
"""

from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from bluehelm.language import _, gettext_noop, ngettext

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
"""Models of definitions: nothing is converted, nothing is ignored, nothing changes afterwards."""

Text = Annotated[str, StringConstraints(pattern=r"(?s)^\S(.*\S)?$")]
"""Text that says something: neither empty nor padded with blanks."""

Model = TypeVar("Model", bound=BaseModel)

_PLAIN_WORDS = {
    "missing": gettext_noop("is missing"),
    "extra_forbidden": gettext_noop("is not a known key"),
    "date_type": gettext_noop("is not a date written YYYY-MM-DD"),
    "string_pattern_mismatch": gettext_noop("is empty, padded with blanks or not written as it should be"),
}
_NAMING_KEYS = ("mission", "name")


class DefinitionError(ValueError):
    """A definition was refused; each of `problems` names the file, the entry and the field."""

    def __init__(self, where: str, problems: list[str]) -> None:
        number = ngettext("{number} problem", "{number} problems", len(problems))
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(
            _(
                "{where} was not taken in: {number}.{lines}\nNothing was loaded from it. Correct the "
                "file and load it again.",
                where=where,
                number=number,
                lines=lines,
            )
        )
        self.where = where
        self.problems = problems


def read_mapping(text: str, where: str) -> tuple[dict[str, Any], list[str]]:
    """The file's top-level mapping, and a problem for every key written twice.

    Raises DefinitionError when the text is no YAML, uses aliases or is not a mapping; later problems cannot
    be told then.
    """
    try:
        loader = _StrictLoader(text)
        content = loader.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as refusal:
        raise DefinitionError(
            where, [_("{where}: cannot be read as YAML: {on_one_line}", where=where, on_one_line=_on_one_line(refusal))]
        ) from None
    if not isinstance(content, dict):
        raise DefinitionError(where, [_("{where}: is not a mapping of keys to values", where=where)])
    return content, [f"{where}: {repeated}" for repeated in loader.repeated]


def build(model: type[Model], content: dict[str, Any], where: str, problems: list[str]) -> Model:
    """The model made from the content; DefinitionError tells its problems together with those found before."""
    try:
        built = model.model_validate(content)
    except ValidationError as refusal:
        told = [_tell(where, content, error) for error in refusal.errors()]
        raise DefinitionError(where, problems + told) from None
    if problems:
        raise DefinitionError(where, problems)
    return built


class _StrictLoader(yaml.SafeLoader):
    """Notes keys written twice, refuses aliases, and leaves impossible dates as text for the model to refuse."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.repeated: list[str] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, _("aliases are not allowed"), self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _rest in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                self.repeated.append(
                    _("line {line}: key {value} is written twice", line=key.start_mark.line + 1, value=key.value)
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)

    def day_or_text(self, node: yaml.ScalarNode) -> object:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _StrictLoader.day_or_text)


def _tell(where: str, content: dict[str, Any], error: ErrorDetails) -> str:
    """One problem in plain words: file, entry and field, what is wrong, and the value when it is short."""
    if error["type"] == "value_error":
        wrong = str(error["ctx"]["error"])
    else:
        wrong = _(_PLAIN_WORDS.get(error["type"], error["msg"]))
    given = error["input"]
    is_short = isinstance(given, str | int | float) and len(str(given)) <= 60
    shown = _(" (given: {given!r})", given=given) if is_short and error["type"] != "missing" else ""
    return f"{where}: {_place(content, error['loc'])}: {wrong}{shown}"


def _place(content: object, loc: tuple[int | str, ...]) -> str:
    """The path to a value, with entries by their names rather than their numbers."""
    steps = []
    for step in loc:
        content = _inner(content, step)
        if isinstance(step, int):
            names = [content[key] for key in _NAMING_KEYS if key in content] if isinstance(content, dict) else []
            steps.append(str(names[0]) if names else _("number {step}", step=step + 1))
        else:
            steps.append(step)
    return ", ".join(steps)


def _inner(content: object, step: int | str) -> object:
    if isinstance(content, dict):
        return content.get(step)
    if isinstance(content, list) and isinstance(step, int) and step < len(content):
        return content[step]
    return None


def _on_one_line(refusal: Exception) -> str:
    return " ".join(str(refusal).split())
