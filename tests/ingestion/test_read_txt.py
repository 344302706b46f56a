"""Every encoding that Chinese offices use, and what is no text at all."""

import pytest

from reports.ingestion.read import read
from reports.ingestion.shapes import Pages, Unreadable, Upload

TEXT = "东营区人民法院2023年度法治政府建设情况报告\n2023年以来，在区委正确领导下，东营区法院认真履行职责。\n"


def read_bytes(data: bytes) -> Pages:
    return read(Upload("报告.txt", data))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("gb18030"), "gb18030"),
    ],
)
def test_the_text_comes_back_from_every_encoding_without_a_notice(data, encoding):
    pages = read_bytes(data)

    assert (pages.pages[0].text, pages.encoding, pages.notices) == (TEXT.rstrip("\n"), encoding, ())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("府院联动", "utf-8"),
        ("府院联动", "gb18030"),
        ("府院聯動與訴源治理工作報告", "big5"),
        ("某县㙍镇𠮷某", "gb18030"),
    ],
)
def test_a_few_characters_are_enough_to_tell_the_encoding(text, encoding):
    pages = read_bytes(text.encode(encoding))

    assert (pages.pages[0].text, pages.encoding) == (text, encoding)


@pytest.mark.parametrize("encoding", ["utf-7", "hz", "utf-32-le", "utf-32-be", "utf-32"])
def test_rare_ways_to_write_chinese_are_told_too(encoding):
    assert read_bytes(TEXT.encode(encoding)).pages[0].text == TEXT.rstrip("\n")


def test_characters_that_only_an_extension_of_big5_has_are_read():
    text = "縣人民法院審判工作報告，羣衆滿意，着力化解糾紛，裏外聯動，訴源治理。"

    assert read_bytes(text.encode("big5hkscs")).pages[0].text == text


def test_characters_of_four_bytes_survive_in_gb18030():
    text = TEXT + "审判员𠮷某，㙍镇人民法庭。"

    assert read_bytes(text.encode("gb18030")).pages[0].text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_half_a_character_at_the_end_costs_only_itself_and_a_notice(encoding):
    pages = read_bytes((TEXT * 3 + "院").encode(encoding)[:-1])

    assert pages.pages[0].text == (TEXT * 3).rstrip("\n")
    assert pages.notices == ("文件末尾缺了半个字，已略去；原件可能不完整，请核对。",)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_byte_is_marked_and_counted(encoding):
    before, after = (TEXT * 10).encode(encoding), "\n全院干警认真履职。".encode(encoding)
    pages = read_bytes(before + b"\xff" + after)

    assert pages.pages[0].text == TEXT * 10 + "\ufffd\n全院干警认真履职。"
    assert pages.notices == ("有 1 处字节无法辨认，显示为“\ufffd”，请对照原件核对。",)


def test_a_form_feed_turns_the_page():
    pages = read_bytes("第一页\f第二页\f\n".encode())

    assert [(page.number, page.text) for page in pages.pages] == [(1, "第一页"), (2, "第二页")]


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(1, 256)) * 80,
        b"\x01\x02\x03\x04" * 500,
        "Le résumé a été reçu à côté. ".encode("latin-1") * 50,
    ],
    ids=["noise", "control characters", "Latin"],
)
def test_what_is_no_text_gets_a_sentence(data):
    with pytest.raises(Unreadable, match=r"^这不是文字文件.*请核对原件，另存为 PDF 或 TXT 后再上传。$"):
        read_bytes(data)


@pytest.mark.parametrize(("data", "reason"), [(b"", "文件是空的（0 字节）"), (b" \r\n\t ", "文件里没有文字")])
def test_an_empty_file_gets_a_sentence(data, reason):
    with pytest.raises(Unreadable, match=reason):
        read_bytes(data)


def test_a_text_whose_characters_were_lost_before_is_told_apart_from_what_is_no_text():
    lost = "法院工作总结".encode("gb18030").decode("utf-8", "replace").encode() * 5

    with pytest.raises(
        Unreadable, match=r"^文件里的文字在转换编码时已变成乱码（“�”），原来的字已经丢失。请找到更早的原件"
    ):
        read(Upload("报告.txt", lost))


def test_zeros_that_fill_a_block_of_the_disk_are_no_text():
    assert read_bytes(TEXT.encode("gb18030") + bytes(4096)).pages[0].text == TEXT.rstrip("\n")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_lines_in_two_encodings_are_each_read_in_theirs_and_told(line_end):
    lines = ["一、立案信访工作。", "二、审判执行工作。", "责任编辑：张三"]
    data = line_end.join([lines[0].encode(), lines[1].encode("gb18030"), lines[2].encode("gb18030")])

    pages = read_bytes(data)

    assert pages.pages[0].text.splitlines() == lines
    assert pages.notices == ("文件里有两种编码（utf-8、gb18030），已逐行辨认，请对照原件核对。",)


@pytest.mark.parametrize("written", ["&#{0};", "&#x{0:x};", "\\u{0:04x}"])
def test_characters_written_as_numbers_are_read_and_told(written):
    pages = read_bytes("".join(written.format(ord(c)) if not c.isascii() else c for c in TEXT).encode())

    assert pages.pages[0].text == TEXT.rstrip("\n")
    assert pages.notices == ("文字是以代码写的（&#…; 或 \\u…），已还原。",)


def test_a_character_beyond_the_first_65536_may_be_written_as_two_numbers():
    assert read_bytes(rb"\u67d0\ud842\udfb7\u53bf").pages[0].text == "某𠮷县"


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (b"This is the annual report of a court.", "文件里没有中文"),
        (b'{"code": 1, "data": [1, 2, 3]}', "文件里没有中文"),
        (b"???????2023????????????,????", "文件里的文字在转换编码时已变成乱码（“?”）"),
    ],
)
def test_a_text_without_chinese_is_no_report(data, begins):
    with pytest.raises(Unreadable) as problem:
        read_bytes(data)

    assert str(problem.value).startswith(begins)
    assert "上传" in str(problem.value)
