"""The only ways a report changes state, and the only ways a fact about it is decided.

Every verb checks first, works in one transaction and writes an Event. None of them tells the index: the outbox hears
every change of a row by itself (search/outbox.py).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class NotAllowed(Exception):
    """The change cannot be made now; the message says why, in Chinese, for the person who asked."""
