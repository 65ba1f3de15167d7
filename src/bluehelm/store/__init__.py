"""Where do tables live, in which versions, and what was known when?"""

from bluehelm.store.store import Store, StoreError, Submission
from bluehelm.store.version import Version

__all__ = ["Store", "StoreError", "Submission", "Version"]
