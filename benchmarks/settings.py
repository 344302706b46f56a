"""The archive's settings, and beside its own index the one that Haystack and Whoosh make by themselves.

MEASURED_INDEX in the environment: another index of the same archive in the place of its own.
"""

import os

from archive.settings import *  # noqa: F403
from archive.settings import DATA_DIR, HAYSTACK_CONNECTIONS

HAYSTACK_CONNECTIONS["default"]["PATH"] = os.environ.get("MEASURED_INDEX") or HAYSTACK_CONNECTIONS["default"]["PATH"]
HAYSTACK_CONNECTIONS["stock"] = {
    "ENGINE": "benchmarks.peers.stock.Engine",
    "PATH": str(DATA_DIR / "peers" / "stock"),
    "SILENTLY_FAIL": False,
}
