"""The archive's settings, and beside its own index the one that Haystack and Whoosh make by themselves."""

from archive.settings import *  # noqa: F403
from archive.settings import DATA_DIR, HAYSTACK_CONNECTIONS

HAYSTACK_CONNECTIONS["stock"] = {
    "ENGINE": "benchmarks.peers.stock.Engine",
    "PATH": str(DATA_DIR / "peers" / "stock"),
    "SILENTLY_FAIL": False,
}
