"""Which letters can every paper and every picture show?

XML knows no control characters and no halves of letters, and a directional override would let one name turn round the
words beside it: each is replaced by the sign for a letter that cannot be shown.
"""

import re
from typing import Any

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(value: Any) -> Any:
    """The same text, list or mapping with every unprintable letter of its texts replaced."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: printable(part) for key, part in value.items()}
    return [printable(part) for part in value] if isinstance(value, list | tuple) else value
