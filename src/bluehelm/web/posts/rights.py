"""Which rights hold on this installation?"""

from functools import lru_cache

from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.rights import Rights, parse_rights

FILE = "rights.yaml"


@lru_cache(maxsize=1)
def rights() -> Rights:
    """The reviewed definition that the package carries."""
    return parse_rights(packaged_text(FILE), FILE)
