"""Does a text hold what reads like a telephone number, so that it could lead to whoever called?

Dates, coordinates and long counts read like one too: a person who knows better may keep them.
"""

import re

NUMBER = re.compile(r"(?<!\d)\+?\d(?:[\s()./_–-]{0,2}\d){6,}")
"""What reads like a telephone number: seven digits or more in a row, however they are set apart."""


def numbers_in(text: str) -> tuple[str, ...]:
    """Each stretch of a text that reads like a telephone number, in order."""
    return tuple(" ".join(found[0].split()) for found in NUMBER.finditer(text))
