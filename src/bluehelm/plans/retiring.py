"""How does a framework read once an indicator is retired, or taken back into use, with every other word left alone?

The text is people's own, with their comments: one key is put into it or taken out, and the rest stays letter by letter.
"""

from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bluehelm.language import _

KEY = "retired_from"


class NoSuchIndicatorError(ValueError):
    """The framework has no indicator of that id."""


def retired(text: str, indicator: str, month: str) -> str:
    """The text with an indicator from which no value is due from a month on."""
    node = _indicator(brought_back(text, indicator), indicator)
    text = brought_back(text, indicator)
    name, value = next(pair for pair in node.value if pair[0].value == "id")
    said = f"{KEY}: {month}"
    put = f", {said}" if node.flow_style else f"\n{' ' * name.start_mark.column}{said}"
    at = value.end_mark.index
    return text[:at] + put + text[at:]


def brought_back(text: str, indicator: str) -> str:
    """The text with an indicator whose values are due again; unchanged where it was not retired."""
    pairs = _indicator(text, indicator).value
    place = next((place for place, (name, _rest) in enumerate(pairs) if name.value == KEY), None)
    if place is None:
        return text
    if place == 0:
        return text[: pairs[0][0].start_mark.index] + text[pairs[1][0].start_mark.index :]
    return text[: pairs[place - 1][1].end_mark.index] + text[pairs[place][1].end_mark.index :]


def _indicator(text: str, indicator: str) -> MappingNode:
    for node in _indicators(yaml.compose(text, Loader=yaml.SafeLoader)):
        if any(name.value == "id" and value.value == indicator for name, value in node.value):
            return node
    raise NoSuchIndicatorError(_("The plan has no indicator {indicator}.", indicator=indicator))


def _indicators(node: Node | None, *, are_here: bool = False) -> Iterator[MappingNode]:
    if isinstance(node, SequenceNode):
        for one in node.value:
            if are_here and isinstance(one, MappingNode):
                yield one
            else:
                yield from _indicators(one)
    elif isinstance(node, MappingNode):
        for name, value in node.value:
            is_list = isinstance(name, ScalarNode) and name.value == "indicators"
            yield from _indicators(value, are_here=is_list)
