"""The staff's side: uploading, reviewing, reference data, accounts. Django finds what is registered here by itself."""

from . import accounts, records

__all__ = ["accounts", "records"]
