"""Where do tables live, in which versions, and what was known when?"""

from bluehelm.store.labels import Reading, VersionLabel, reading_as
from bluehelm.store.store import Store, StoreError, Submission
from bluehelm.store.version import Version

__all__ = ["Reading", "Store", "StoreError", "Submission", "Version", "VersionLabel", "reading_as"]
