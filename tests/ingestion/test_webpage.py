"""What of a saved web page a program that prints may see: words, tables, and the pictures it brings; no address at all."""

import re
from pathlib import Path

import pytest

from reports.ingestion.read.webpage import harmless
from reports.ingestion.shapes import Unreadable

FILES = Path(__file__).parents[1] / "files"
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


def body(page: str) -> str:
    return re.search(r"<body>(.*)</body>", harmless(page.encode()).decode(), re.DOTALL)[1]


def test_words_and_tables_stay_as_they_are():
    page = (
        "<html><body><h1>工作总结</h1><table border=1><tr><td colspan=2>收案&lt;甲&gt;</td></tr></table></body></html>"
    )

    assert body(page) == (
        '<div><h1>工作总结</h1><table border="1"><tbody><tr><td colspan="2">收案&lt;甲&gt;</td></tr></tbody></table></div>'
    ).replace("<div>", "", 1).replace("</div>", "")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<iframe src='file:///etc/passwd'></iframe>",
        "<object data='file:///etc/passwd'></object>",
        "<embed src='http://example.com/x'>",
        "<img src='http://example.com/x.png'>",
        "<img src='file:///etc/hostname'>",
        "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
        "<svg><image href='http://example.com/x'/></svg>",
        "<link rel=stylesheet href='http://example.com/x.css'>",
        "<style>@import 'http://example.com/x.css'</style>",
        "<div style='display:none'>看不见</div>",
        "<select><option>北京</select>",
    ],
)
def test_what_could_fetch_or_run_or_is_not_seen_is_left_out(hostile):
    assert body(f"<html><body><p>正文</p>{hostile}</body></html>") == "<p>正文</p>"


def test_attributes_that_hold_addresses_or_scripts_are_left_out():
    page = (
        "<html><body background='http://example.com/x.png' onload='alert(1)'>"
        "<p align=center onclick='alert(1)' style='color:red; background:url(http://example.com/y); font-size:12pt'>"
        "<a href='http://example.com'>正文</a></p><div href='file:///etc/passwd'>二</div></body></html>"
    )

    assert body(page) == '<p align="center" style="color:red; font-size:12pt">正文</p><div>二</div>'


def test_a_picture_that_the_page_brings_stays():
    assert body(f"<html><body><p>图<img src='{PIXEL}' width=20></p></body></html>") == (
        f'<p>图<img width="20" src="{PIXEL}"></p>'
    )


def test_the_pictures_of_a_page_in_one_file_are_put_where_it_calls_them():
    words = "".join(f"<p>第{n}段，法院全年审结行政案件若干件，成效明显。</p>" for n in range(8))
    parts = [
        f"Content-Type: text/html; charset=utf-8\r\nContent-Location: http://example.com/a.html\r\n\r\n"
        f"<html><body>{words}<img src='http://example.com/x.png'><img src='cid:y'></body></html>",
        *(
            f"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n{header}\r\n\r\n{PIXEL.split(',')[1]}"
            for header in ("Content-Location: http://example.com/x.png", "Content-ID: <y>")
        ),
    ]
    saved = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n' + "".join(
        f"--b\r\n{part}\r\n" for part in parts
    )

    assert body(f"{saved}--b--\r\n").count(PIXEL) == 2


def test_a_page_in_a_chinese_encoding_is_handed_on_in_utf_8():
    page = "<html><head><meta charset=gb2312></head><body><p>府院联动</p></body></html>".encode("gb18030")

    assert "<p>府院联动</p>".encode() in harmless(page)


def test_a_page_that_is_nothing_but_tags_is_refused():
    with pytest.raises(Unreadable):
        harmless(b"<html><body>" + b"<b>" * 100_001)


def test_elements_in_each_other_without_end_are_written_without_recursion():
    assert harmless(("<html><body>" + "<div>" * 5_000 + "底").encode()).count(b"<div>") == 5_000
