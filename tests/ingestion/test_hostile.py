"""Files made to hurt, or hurt on their way: each gets a sentence that says what to do, and hurts nobody else."""

from pathlib import Path

import pytest
from django.conf import settings

from reports.ingestion.child import read_safely
from reports.ingestion.nursery import nursery
from reports.ingestion.read import ocr
from reports.ingestion.shapes import Reading, Upload, Vocabulary

from .make_pdf import pdf_of, pdf_that_inflates_to
from .test_read_archive import zip_of

FILES = Path(__file__).parents[1] / "files" / "hostile"
BROKEN_PDF = "PDF 已损坏或不完整，打不开。请重新生成或重新下载后再上传。"
TOO_MUCH_MEMORY = "识别这个文件需要的内存超出限制，已中止。请拆分，或另存为新的 PDF 或 TXT 后再上传。"
BROKEN_ARCHIVE = "文件已损坏或不完整，打不开。请核对原件，重新压缩或另存后再上传。"
SENTENCES = {
    "pdf_form_xobject_recursion.pdf": TOO_MUCH_MEMORY,
    "pdf_page_tree_loop.pdf": BROKEN_PDF,
    "pdf_header_only.pdf": BROKEN_PDF,
    "pdf_with_javascript.pdf": "PDF 里没有文字，也没有能识别出文字的图片。请检查原件后重新上传。",
    "wrongext_exe_named.pdf": "这是程序，不是文档，不能识别。请核对文件，上传报告的原件。",
    "wrongext_xlsx_like.docx": BROKEN_ARCHIVE,
    "zip_deep_nested12.zip": "这是压缩包（ZIP），里面的文件要逐个收入。请解压后直接上传其中的文件。",
    "zip_truncated.zip": BROKEN_ARCHIVE,
    "ofd_truncated.ofd": "OFD 文件已损坏或不完整，打不开。请重新生成或重新下载后再上传。",
}


def read(name: str, data: bytes) -> Reading:
    return read_safely(Upload(name, data), Vocabulary(), settings.READING_DIR)


@pytest.mark.parametrize(("name", "sentence"), SENTENCES.items())
def test_a_hostile_or_broken_file_gets_its_sentence_and_leaves_nothing_behind(name, sentence):
    assert read(name, (FILES / name).read_bytes()) == Reading(reason=sentence)
    assert list(nursery(settings.READING_DIR).folder.iterdir()) == []


@pytest.mark.skipif(not ocr.is_installed(), reason="requirements-ocr.txt is not installed")
def test_a_picture_that_is_a_web_page_too_is_taken_for_a_broken_picture():
    name = "polyglot_gif_html.gif"

    assert read(name, (FILES / name).read_bytes()).reason == (
        "图片已损坏或格式不能识别，打不开。请重新扫描或拍照，存为 JPG、PNG 或 PDF 后再上传。"
    )


def test_of_a_web_page_with_scripts_the_words_are_read_and_nothing_else():
    reading = read("xss.html", (FILES / "html_script_xss.html").read_bytes())

    assert [draft.article.text for draft in reading.drafts] == ["正文"]


def test_a_pdf_that_inflates_beyond_the_memory_that_a_file_may_take_is_told_so():
    assert read("炸弹.pdf", pdf_that_inflates_to(1500 << 20)).reason == TOO_MUCH_MEMORY


@pytest.mark.parametrize("ahead", [b"", b"\xef\xbb\xbf", b"GARBAGE\n" * 20])
def test_a_pdf_with_another_file_before_or_behind_it_is_read_as_the_pdf(ahead):
    both = ahead + pdf_of(["甲县人民法院2023年工作总结"]) + zip_of(("乙.txt", "乙县人民法院".encode()))

    assert [draft.article.text for draft in read("两用.pdf", both).drafts] == ["甲县人民法院2023年工作总结"]


@pytest.mark.parametrize("name", ["空.pdf", "空.docx", "空.txt", "空.zip"])
def test_an_empty_file_says_that_it_is_empty(name):
    assert read(name, b"") == Reading(reason="文件是空的（0 字节）。请检查原件后重新上传。")
