"""ZIP: its files, under honest names, and nothing that could hurt."""

import io
import zipfile
from random import Random

import pytest

from reports.ingestion.read import archive as zips
from reports.ingestion.read.archive import safe_name, unpack
from reports.ingestion.shapes import Member, Unreadable


def zip_of(*files: tuple[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return file.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        list(unpack(data))
    return str(problem.value)


def test_files_come_in_the_order_of_their_names_without_a_systems_litter():
    data = zip_of(
        *(
            (name, name.encode())
            for name in ("乙/二.txt", "__MACOSX/._甲.txt", "甲.txt", "乙/Thumbs.db", "~$甲.docx", "乙/")
        ),
    )

    assert list(unpack(data)) == [Member("乙/二.txt", "乙/二.txt".encode()), Member("甲.txt", "甲.txt".encode())]


@pytest.mark.parametrize(
    ("name", "encoding"),
    # The last are two bytes a character that could be UTF-8, though not of Chinese.
    [("二号.txt", "gb18030"), ("二号.txt", "utf-8"), ("联通.txt", "gb18030")],
)
def test_names_without_the_mark_of_utf8_are_gbk_or_utf8_whichever_is_chinese(name, encoding):
    written = name.encode(encoding)
    data = zip_of(("2" * len(written), b"1")).replace(b"2" * len(written), written)

    assert [member.name for member in unpack(data)] == [name]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\报告.txt", "Windows/报告.txt"),
        ("年报\x1b[2J\n.txt", "年报[2J.txt"),
        ("\u202etxt.报告", "txt.报告"),
        ("./a/./b.txt", "a/b.txt"),
    ],
)
def test_no_name_leads_out_of_its_folder_or_into_a_terminal(name, safe):
    assert safe_name(name) == safe
    assert [member.name for member in unpack(zip_of((name, b"1")))] == [safe]


def test_a_zip_in_a_zip_is_opened_and_one_in_that_is_not():
    inner = zip_of(("丙.txt", b"3"), ("更深.zip", zip_of(("丁.txt", b"4"))))

    assert [
        (member.name, member.data, member.reason[:22]) for member in unpack(zip_of(("甲.txt", b"1"), ("乙.zip", inner)))
    ] == [
        ("乙.zip/丙.txt", b"3", ""),
        ("乙.zip/更深.zip", b"", "ZIP 里的 ZIP 里还有 ZIP，没有再"),
        ("甲.txt", b"1", ""),
    ]


def test_a_zip_in_a_zip_that_is_broken_stops_no_other():
    members = list(unpack(zip_of(("乙.zip", zip_of(("丙.txt", b"3"))[:40]), ("甲.txt", b"1"))))

    assert [(member.name, member.reason) for member in members] == [
        ("乙.zip", "ZIP 已损坏，打不开。请重新压缩后再试。"),
        ("甲.txt", ""),
    ]


def test_documents_that_are_zips_are_not_taken_apart():
    document = zip_of(("word/document.xml", b"<w/>"))

    assert list(unpack(zip_of(("报告.docx", document)))) == [Member("报告.docx", document)]


def test_a_bomb_is_refused_before_it_is_lit():
    assert reason(zip_of(("零.bin", bytes(300 << 20 >> 3)))) == (
        "ZIP 解开后有 38 MB，超过上限，或压缩比异常。请直接给出其中的文件。"
    )


def test_more_files_than_may_be_are_refused():
    assert (
        reason(zip_of(*((f"{n}.txt", b"1") for n in range(501))))
        == "ZIP 里有 501 个文件，超过 500 个的上限。请分成几个再试。"
    )


def test_zips_in_a_zip_count_together(monkeypatch):
    monkeypatch.setattr(zips, "MOST_ENTRIES", 3)
    inner = zip_of(("一.txt", b"1"), ("二.txt", b"2"))

    assert (
        reason(zip_of(("甲.zip", inner), ("乙.zip", inner))) == "ZIP 里有 4 个文件，超过 3 个的上限。请分成几个再试。"
    )


def test_a_file_that_is_too_large_is_told_and_stops_no_other(monkeypatch):
    monkeypatch.setattr(zips, "MOST_BYTES", 1 << 20)
    members = list(unpack(zip_of(("大.bin", Random(1).randbytes(2 << 20)), ("小.txt", b"1"))))

    assert [(member.name, member.reason) for member in members] == [
        ("大.bin", "ZIP 里的这个文件超过 1 MB。请拆分或压缩后再上传。"),
        ("小.txt", ""),
    ]


def test_a_file_larger_than_it_claims_is_not_taken_out():
    data = bytearray(zip_of(("一.txt", b"1" * 1000), packed=zipfile.ZIP_STORED))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    data[22:26] = (10).to_bytes(4, "little")

    (member,) = unpack(bytes(data))

    assert member.data == b""
    assert member.reason.startswith("ZIP 里的这个文件")


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", b"%PDF-1.4\n" + zip_of(("一.txt", b"1")), zip_of(("一.txt", b"1"))[:30]],
    ids=["empty", "text", "pdf", "cut"],  # a ZIP tells the time: two workers would not agree on a name
)
def test_what_is_no_zip_from_its_first_byte_is_none(data):
    assert reason(data) == "ZIP 已损坏，打不开。请重新压缩后再试。"
