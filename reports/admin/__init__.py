"""The staff's side: uploading, reviewing, reference data, accounts. Django finds what is registered here by itself."""

from . import accounts, reference

__all__ = ["accounts", "reference"]
