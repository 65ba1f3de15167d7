"""How do files name what our tables' columns mean, and how do people write days and what they do not know?"""

from functools import cache

from bluehelm.definitions.header import Header
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.strict_yaml import Text, build, read_mapping


class ColumnNames(Header):
    """Names by column, words for unknown and strptime patterns of dates, each in the order of their likelihood."""

    names: dict[Text, list[Text]]
    unknown: list[Text]
    dates: list[Text]


@cache
def column_names() -> ColumnNames:
    where = "column_names.yaml"
    content, problems = read_mapping(packaged_text(where), where)
    return build(ColumnNames, content, where, problems)
