"""One fresh process of pages.py."""

from benchmarks.pages import once as measure

__all__ = ["measure"]
