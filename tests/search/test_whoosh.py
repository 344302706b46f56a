"""The contract, kept by Whoosh."""

from .backend_contract import BackendContract


class TestWhoosh(BackendContract):
    pass
