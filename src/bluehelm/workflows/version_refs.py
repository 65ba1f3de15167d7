"""How does a figure name the table version it came from?"""

from bluehelm.spine import VersionRef
from bluehelm.store import Version


def version_ref(version: Version) -> VersionRef:
    """A version as figures name it."""
    return VersionRef(
        table=version.table,
        version=version.version,
        sha256=version.sha256,
        retrieved=version.retrieved,
        provider=version.provider,
        title=version.source.title,
        licence=version.source.licence,
        citation=version.source.citation,
    )
