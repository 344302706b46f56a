"""From a file to drafts."""

import pytest

from reports.ingestion.pipeline import reading_of
from reports.ingestion.shapes import Unreadable, Upload, Vocabulary

from .make_pdf import pdf_of


def test_a_reading_keeps_the_pages_as_read_beside_its_drafts():
    data = pdf_of(["甲县人民法院2023年工作总结", "—1—"], ["2023年以来，我院认真履行职责。", "—2—"])
    reading = reading_of(Upload("报告.pdf", data), Vocabulary())
    (draft,) = reading.drafts

    assert [page.text for page in reading.pages] == [
        "甲县人民法院2023年工作总结\n—1—",
        "2023年以来，我院认真履行职责。\n—2—",
    ]
    assert draft.article.text == "甲县人民法院2023年工作总结\n2023年以来，我院认真履行职责。"
    assert draft.article.pages == ((0, 1), (16, 2))


def test_a_file_of_page_numbers_alone_is_unreadable():
    with pytest.raises(Unreadable, match="除了页码和页眉没有别的文字"):
        reading_of(Upload("报告.txt", "第 1 页\n\f第 2 页\n".encode()), Vocabulary())


def test_no_page_as_read_holds_a_character_that_no_database_takes():
    text = "甲县人民法院2023年工作总结，全院干警认真履行职责，推进法治政府建设。" * 5
    reading = reading_of(Upload("报告.txt", text.replace("。", "。\x00", 1).encode()), Vocabulary())

    assert reading.pages[0].text == text
