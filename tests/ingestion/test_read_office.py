"""DOC, WPS and RTF, where LibreOffice is installed."""

import pytest

from reports.ingestion.read import office, read
from reports.ingestion.shapes import Heavy, Program, Unreadable, Upload

needs_libreoffice = pytest.mark.skipif(
    office.program() is None, reason="LibreOffice is not installed: apt install libreoffice-writer-nogui"
)

LINES = ["甲县人民法院2023年工作总结", "2023年以来，我院认真履行审判职责。"]


def rtf_of(*lines: str) -> bytes:
    coded = r"\par ".join("".join(rf"\u{ord(character)}?" for character in line) for line in lines)
    return (r"{\rtf1\ansi\uc1 " + coded + "}").encode("ascii")


@needs_libreoffice
def test_a_document_is_read_as_libreoffice_prints_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pages = read(Upload("报告.rtf", rtf_of(*LINES)))

    assert (pages.kind, pages.notices) == ("rtf", ())
    assert ["".join(line.split()) for line in pages.pages[0].text.split("\n")] == LINES
    assert list(tmp_path.iterdir()) == []


@needs_libreoffice
def test_what_was_deleted_under_tracked_changes_is_not_read_and_that_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    head = r"{\rtf1\ansi\uc1{\*\revtbl{Unknown;}}"
    words, gone = ("".join(rf"\u{ord(character)}?" for character in text) for text in ("审结案件", "一般"))
    pages = read(Upload("报告.rtf", rf"{head} {words}{{\deleted\revauthdel0 {gone}}}38.}}".encode("ascii")))

    assert "".join(pages.pages[0].text.split()) == "审结案件38."
    assert pages.notices == (
        "文档里有修订痕迹，已按接受全部修订后的文字识别，请对照原件核对。",
        "带修订痕迹的文档没有保留页码。",
    )


@needs_libreoffice
def test_a_document_that_libreoffice_cannot_open_gets_a_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    damaged = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(range(256)) * 40

    with pytest.raises(Unreadable, match=r"LibreOffice 打不开。请用 Word 或 WPS 打开后另存为 DOCX 或 PDF，再上传。$"):
        read(Upload("报告.doc", damaged))


@needs_libreoffice
def test_before_libreoffice_is_started_it_is_asked():
    def refuse(program: Program, pages: int) -> None:
        raise Heavy(program, pages)

    with pytest.raises(Heavy) as needed:
        read(Upload("报告.rtf", rtf_of(*LINES)), refuse)
    assert needed.value.program == "office"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("报告.rtf", rtf_of(*LINES)),
        ("报告.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")),
        ("报告.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")),
    ],
)
def test_without_libreoffice_a_document_waits_and_says_what_to_install(name, data, monkeypatch):
    monkeypatch.setattr(office, "_FOLDERS", "/nowhere")

    with pytest.raises(Unreadable) as problem:
        read(Upload(name, data))
    assert str(problem.value).startswith("读取 DOC、WPS、RTF 文档要先安装 LibreOffice：请系统维护人员运行")
