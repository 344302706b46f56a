"""What a child answers is what may be kept."""

from reports.ingestion.answers import restored
from reports.ingestion.shapes import Member


def test_what_no_database_keeps_is_replaced_by_as_many_characters():
    answer = {"name": "甲\0乙\ud800.txt", "data": b"\0", "reason": "\udfff"}

    assert restored(Member, answer) == Member("甲\ufffd乙\ufffd.txt", b"\0", "\ufffd")
