"""DOCX: every visible word, the numbers that Word writes by itself, and none of what is hidden in the file."""

import pytest

from reports.ingestion.read import read
from reports.ingestion.read.numbering import chinese
from reports.ingestion.shapes import Pages, Unreadable, Upload

from .make_docx import docx_of, listed, p, r, table, used

CHANGED = "文档里有修订痕迹，已按接受全部修订后的文字识别，请对照原件核对。"


def read_docx(*body: str, **parts: str) -> Pages:
    return read(Upload("报告.docx", docx_of(*body, **parts)))


def lines(*body: str, **parts: str) -> list[str]:
    (page,) = read_docx(*body, **parts).pages
    return page.text.split("\n")


def reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        read(Upload("报告.docx", data))
    return str(problem.value)


def test_a_paragraph_is_a_line_and_the_reader_knows_it():
    pages = read_docx(p("甲县人民法院", "2023年工作总结"), p(), p("一是履职。"))

    assert (pages.kind, pages.paragraphs, pages.notices) == ("docx", True, ())
    assert [page.text for page in pages.pages] == ["甲县人民法院2023年工作总结\n一是履职。"]


def test_automatic_numbers_are_written_out_level_by_level():
    numbering = listed(1, ("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")) + used(5, 1)

    assert lines(
        p("基本情况", number=(5, 0)),
        p("立案", number=(5, 1)),
        p("窗口", number=(5, 2)),
        p("网上", number=(5, 2)),
        p("审判", number=(5, 1)),
        p("不足", number=(5, 0)),
        p("人员", number=(5, 1)),
        numbering=numbering,
    ) == ["一、基本情况", "（一）立案", "1.窗口", "2.网上", "（二）审判", "二、不足", "（一）人员"]


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("decimal", "%1", ["1 甲", "2 乙"]),
        ("decimalEnclosedCircleChinese", "%1", ["①甲", "②乙"]),
        ("ideographTraditional", "%1、", ["甲、甲", "乙、乙"]),
        ("chineseLegalSimplified", "%1、", ["壹、甲", "贰、乙"]),
        ("upperRoman", "%1.", ["I.甲", "II.乙"]),
        ("lowerLetter", "(%1)", ["(a)甲", "(b)乙"]),
        ("ideographDigital", "第%1条", ["第一条甲", "第二条乙"]),
        ("decimalFullWidth", "%1．", ["１．甲", "２．乙"]),
        ("ideographEnclosedCircle", "%1", ["㊀甲", "㊁乙"]),
        ("bullet", "\uf0b7", ["甲", "乙"]),
        ("none", "", ["甲", "乙"]),
    ],
)
def test_numbers_take_the_form_that_the_list_names(form, text, expected):
    assert (
        lines(p("甲", number=(1, 0)), p("乙", number=(1, 0)), numbering=listed(0, (form, text)) + used(1, 0))
        == expected
    )


def test_a_style_carries_its_numbers_to_styles_that_are_based_on_it():
    styles = (
        '<w:style w:styleId="Head"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="Own"><w:name w:val="本院标题"/><w:basedOn w:val="Head"/></w:style>'
    )
    numbering = listed(0, ("chineseCounting", "%1、")) + used(1, 0)

    assert lines(p("甲", style="Head"), p("乙", style="Own"), p("丙"), styles=styles, numbering=numbering) == [
        "一、甲",
        "二、乙",
        "丙",
    ]


def test_a_list_that_starts_anew_counts_from_its_own_start():
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = listed(0, ("decimal", "%1.")) + used(1, 0) + used(2, 0, override)

    assert lines(*(p("甲", number=(key, 0)) for key in (1, 1, 2, 2)), numbering=numbering) == [
        "1.甲",
        "2.甲",
        "5.甲",
        "6.甲",
    ]


def test_numbers_count_in_chinese_as_headings_do():
    assert [chinese(number) for number in (1, 10, 11, 19, 20, 21, 99, 100)] == [
        *("一", "十", "十一", "十九", "二十", "二十一", "九十九", "一〇〇"),
    ]


def test_changes_count_as_accepted_and_are_told():
    pages = read_docx(
        p("审结", f"<w:ins>{r('案件')}</w:ins>", "<w:del><w:r><w:delText>一般</w:delText></w:r></w:del>", "38件。"),
        p(f"<w:moveFrom>{r('移走的')}</w:moveFrom>", "留下的"),
    )

    assert pages.pages[0].text == "审结案件38件。\n留下的"
    assert pages.notices == (CHANGED,)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    assert lines(p("审结案件", properties="<w:rPr><w:del/></w:rPr>"), p("38件。")) == ["审结案件38件。"]


def test_hidden_words_and_the_table_of_contents_are_left_out_and_told():
    styles = '<w:style w:styleId="T"><w:name w:val="toc 1"/></w:style>'
    pages = read_docx(p("一、情况\t3", style="T"), p("看得见", r("看不见", "<w:vanish/>")), styles=styles)

    assert pages.pages[0].text == "看得见"
    assert pages.notices == ("文档里有隐藏文字，没有收入。", "文档里的目录没有收入正文。")


def test_footnotes_follow_the_text_under_the_number_of_their_mark():
    mark = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    footnotes = (
        f'<w:footnote w:id="0">{p("分隔线")}</w:footnote><w:footnote w:id="7">{p("数据来源于统计报表。")}</w:footnote>'
    )

    assert lines(p("审结38件", mark, "。"), p("完。"), footnotes=footnotes) == [
        "审结38件[1]。",
        "完。",
        "[1]数据来源于统计报表。",
    ]


def test_a_text_box_is_read_once_after_the_paragraph_that_holds_it():
    box = f"<v:textbox><w:txbxContent>{p('框里的字')}</w:txbxContent></v:textbox>"
    drawing = f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"

    assert lines(p("正文", drawing, "接着。"), p("下一段。")) == ["正文接着。", "框里的字", "下一段。"]


def test_a_table_is_a_line_a_row_and_long_cells_are_paragraphs():
    long = "法治政府建设" * 12

    assert lines(table(["指标", "2023年"], ["受理（件）", "3,299"])) == ["指标\t2023年", "受理（件）\t3,299"]
    assert lines(table(["主要做法", p(long) + p("成效。")])) == ["主要做法", long, "成效。"]


def test_a_table_in_a_table_is_read_once_and_keeps_its_rows():
    inner = table(["受理", "3,299"], ["审结", "3,127"])

    assert lines(table(["一、基本情况", inner + p("单位：件")]), p("完。")) == [
        "一、基本情况",
        "受理\t3,299",
        "审结\t3,127",
        "单位：件",
        "完。",
    ]


def test_a_page_that_turns_in_a_cell_breaks_no_paragraph_and_joins_no_others():
    turned = p("跨页的", "<w:r><w:lastRenderedPageBreak/><w:t>一格</w:t></w:r>")
    pages = read_docx(
        p("第一页。"),
        p('<w:r><w:br w:type="page"/></w:r>', "第二页。"),
        table(["做法", turned]),
    ).pages

    assert [(page.number, page.text, page.continues) for page in pages] == [
        (1, "第一页。", False),
        (2, "第二页。", False),
        (3, "做法\t跨页的一格", False),
    ]


def test_pinyin_above_characters_is_no_text():
    ruby = f"<w:r><w:ruby><w:rt>{r('fǎ')}</w:rt><w:rubyBase>{r('法')}</w:rubyBase></w:ruby></w:r>"

    assert lines(p(ruby, "院")) == ["法院"]


def test_pages_turn_where_word_last_turned_them_in_the_middle_of_a_paragraph_too():
    pages = read_docx(
        p("第一页的段落，", "<w:r><w:lastRenderedPageBreak/><w:t>接到第二页。</w:t></w:r>"),
        p('<w:r><w:br w:type="page"/></w:r>', "第三页。"),
    ).pages

    assert [(page.number, page.text, page.continues) for page in pages] == [
        (1, "第一页的段落，", False),
        (2, "接到第二页。", True),
        (3, "第三页。", False),
    ]


def test_what_other_programs_hide_in_a_document_is_not_looked_at():
    macros = {"word/vbaProject.bin": "Sub AutoOpen()", "word/media/image1.png": "x"}

    assert lines(p("正文。"), p("<w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r>", "完。"), **macros) == [
        "正文。",
        "完。",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_unexpanded(encoding):
    bomb = '<!DOCTYPE a [<!ENTITY b "法院"><!ENTITY c SYSTEM "file:///etc/passwd">]><w:document>&b;&c;</w:document>'
    data = docx_of(**{"word/document.xml": bomb.encode(encoding)})

    assert reason(data).startswith("Word 文档（DOCX）里有不正常的 XML 声明，可能有害")


def test_a_document_that_inflates_out_of_all_proportion_is_refused():
    data = docx_of(p("法" * 10), **{"word/media/image1.bmp": "\0" * (300 << 20 >> 3)})

    assert "压缩比异常" in reason(data)


def test_tables_in_tables_without_end_are_refused():
    deep = "<w:tbl><w:tr><w:tc>" * 3000 + p("底") + "</w:tc></w:tr></w:tbl>" * 3000

    assert (
        reason(docx_of(deep))
        == "Word 文档（DOCX）的内容嵌套过深，未予识别。请用 Word 或 WPS 打开后另存为 PDF，再上传。"
    )


@pytest.mark.parametrize("size", [200, 400, 900])
def test_half_a_document_gets_a_sentence(size):
    assert reason(docx_of(p("正文。" * 200))[:size]) == (
        "Word 文档（DOCX）已损坏或不完整，打不开。请用 Word 或 WPS 打开后另存一份，再上传。"
    )


def test_a_document_of_pictures_says_so():
    assert reason(docx_of(p())) == "Word 文档里没有文字，可能只有图片。请另存为 PDF 后再上传。"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (99, ["第九十九条甲", "第一百条乙"]),
        (100, ["第一百条甲", "第一百零一条乙"]),
        (109, ["第一百零九条甲", "第一百一十条乙"]),
    ],
)
def test_the_articles_of_a_statute_count_beyond_a_hundred(start, expected):
    numbering = listed(1, ("chineseCountingThousand", "第%1条")) + used(
        5, 1, f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'
    )

    assert lines(p("甲", number=(5, 0)), p("乙", number=(5, 0)), numbering=numbering) == expected


def test_signs_that_were_put_in_from_a_table_are_read_where_they_mean_something():
    def sign(font: str, code: str) -> str:
        return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'

    assert lines(
        p("第", sign("宋体", "2460"), "类", sign("Symbol", "F0B3"), "九成", sign("Wingdings", "F0E0"), "。"),
        p("无名的", sign("Webdings", "F041"), "与写错的", sign("宋体", "ZZ"), sign("宋体", "FFFFFF"), "没有。"),
    ) == ["第①类≥九成→。", "无名的与写错的没有。"]


def test_a_number_in_a_ring_that_word_draws_by_a_formula_is_read():
    def ring(formula: str) -> str:
        marks = "".join(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
        return marks.replace("</w:r><w:r>", f"</w:r><w:r><w:instrText>{formula}</w:instrText></w:r><w:r>")

    assert lines(
        p(ring(" eq \\o\\ac(○,1)"), "立案，", ring("EQ \\o\\ac(○,20) "), "执行，", ring(" PAGE "), "完。")
    ) == ["①立案，⑳执行，完。"]


def test_a_deleted_row_of_a_table_is_not_read():
    deleted = '<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc><w:p><w:r><w:t>旧</w:t></w:r></w:p></w:tc></w:tr>'

    assert lines(table(["案件", "12"]).replace("<w:tr>", f"{deleted}<w:tr>", 1)) == ["案件\t12"]


RELATIONS = (
    '<Relationships><Relationship Id="r1" Target="{}"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"/></Relationships>'
)
CHUNK = '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r1"/>'
MHT = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n{}\n--x--\n"


@pytest.mark.parametrize("target", ["chunk.bin", "/word/chunk.bin"])
@pytest.mark.parametrize(
    "chunk",
    [
        "<html><body><p>第一段。</p><p>第二段。</p></body></html>",
        "第一段。\n第二段。",
        MHT.format("<p>第一段。</p><p>第二段。</p>"),
    ],
    ids=["page", "text", "page in one file"],
)
def test_a_file_that_is_put_into_the_document_whole_stands_where_the_document_calls_for_it(chunk, target):
    parts = {"word/_rels/document.xml.rels": RELATIONS.format(target), "word/chunk.bin": chunk}

    assert lines(p("题"), CHUNK, p("尾"), **parts) == ["题", "第一段。", "第二段。", "尾"]


def test_a_document_in_the_document_is_told_or_where_there_is_nothing_else_refused():
    parts = {"word/_rels/document.xml.rels": RELATIONS.format("chunk.docx"), "word/chunk.docx": docx_of(p("内"))}

    assert read_docx(p("外"), CHUNK, **parts).notices == (
        "文档里插入的另一个文件没有收入。请用 Word 打开，另存一份后再上传，或者对照原件补上。",
    )
    assert (
        reason(docx_of(CHUNK, **parts))
        == "Word 文档里没有文字，只有插入的另一个文件。请用 Word 打开后另存一份，再上传。"
    )


def test_a_document_whose_folders_are_parted_as_windows_does_is_read():
    names = docx_of(p("正文")).replace(b"word/document.xml", b"word\\document.xml")

    assert read(Upload("报告.docx", names)).pages[0].text == "正文"
