"""Web pages: the article alone, whatever system put it on the site."""

import pytest

from reports.ingestion.read import read
from reports.ingestion.shapes import Pages, Unreadable, Upload

TITLE = "甲县人民法院2023年度法治政府建设情况报告"
FIRST = "2023年以来，甲县人民法院认真履行审判职责，支持行政机关依法行政，推动法治政府建设取得新的成效。"
SECOND = "一是加强组织领导，把法治建设摆在突出位置，全年召开党组会议专题研究四次，压实各部门责任。"
THIRD = "二是深化府院联动，与县政府召开联席会议两次，就行政争议实质性化解达成共识，形成会议纪要。"
ARTICLE = f"<p>{FIRST}</p><p>一、主要举措</p><p><span>{SECOND[:9]}</span><b>{SECOND[9:]}</b></p><p>{THIRD}</p>"
NAVIGATION = "<ul>" + "".join(f'<li><a href="/{n}">新闻中心栏目{n}</a></li>' for n in range(30)) + "</ul>"


def page(content: str, head: str = f"<title>{TITLE}_甲县人民法院网</title>") -> str:
    return (
        f"<!DOCTYPE html><html><head>{head}</head><body><div class='top'>{NAVIGATION}</div><h1>{TITLE}</h1>"
        f"<div class='main'>{content}</div><div class='more'><h3>相关新闻</h3>{NAVIGATION}</div>"
        "<div class='foot'>主办：甲县人民法院　网站标识码：1234567890</div></body></html>"
    )


def read_html(text: str, encoding: str = "utf-8") -> Pages:
    return read(Upload("报告.html", text.encode(encoding)))


def lines(text: str) -> list[str]:
    return read_html(text).pages[0].text.split("\n")


WHOLE = [TITLE, FIRST, "一、主要举措", SECOND, THIRD]


@pytest.mark.parametrize("place", ['id="zoom"', 'class="TRS_Editor"', 'id="js_content"', 'class="unknown"', ""])
def test_the_article_is_found_wherever_the_site_puts_it(place):
    assert lines(page(f"<div {place}>{ARTICLE}</div>")) == WHOLE


def test_a_known_name_for_something_else_misleads_nobody():
    assert lines(page(f'<div id="zoom">页面放大</div><div>{ARTICLE}</div>')) == WHOLE


def test_what_browsers_do_not_show_is_not_read():
    hidden = (
        '<script>document.write("脚本")</script><style>.法院{}</style><noscript>无脚本</noscript><template>模板</template>'
        '<p style="display: none">隐藏</p><p hidden>隐藏</p><!-- 注释 --><svg><text>图</text></svg><iframe src="http://a/"></iframe>'
        '<img src=x onerror="alert(1)">'
    )

    assert lines(page(f"<div>{hidden}{ARTICLE}{hidden}</div>")) == WHOLE


def test_what_the_style_sheet_of_the_page_hides_is_not_read():
    sheet = (
        "/* .shown{display:none} */ @charset 'utf-8'; @media print { .shown, #zoom { display: none } .x{} }"
        ".copy, i.trap { display: none !important } .later:hover, .shown::after { display: none } #ad{visibility:hidden}"
        ".article { display: none }"
    )
    trapped = ARTICLE.replace("法院", '法<i class="trap">某某</i>院').replace("成效", '<b class="shown">成效</b>')
    hidden = '<p class="copy">转载请注明来源，未经许可不得转载。</p><p id="ad">关注公众号，了解更多。</p>'
    head = f"<title>{TITLE}</title><style>{sheet}</style>"

    assert lines(page(f'<div id="zoom" class="article">{hidden}{trapped}</div>', head)) == WHOLE


@pytest.mark.parametrize(
    ("sheet", "element"),
    [
        ("<style media='print'>.note{display:none}</style>", "<p class='note'>{}</p>"),
        ("<style>.tab{display:none} .tab.active{display:block}</style>", "<p class='tab active'>{}</p>"),
        ("<style>.tab{display:none}</style>", "<p class='tab' style='display: block'>{}</p>"),
        ("<style>.wow{visibility:hidden}</style>", "<p class='wow' style='visibility: visible'>{}</p>"),
        ("<style>1.x, .-, .-1, 2a#b, -1.a, .\\ {display:none}</style>", "<p class='x'>{}</p>"),
        ("<style>{{{ .x{display:none}</style>", "<p class='x'>{}</p>"),
        (f"<style>@font-face{{src:url(data:font/woff;base64,{'A' * 300_000})}}</style>", "<p>{}</p>"),
        (f"<style>{'@' * 300_000}</style>", "<p>{}</p>"),
    ],
    ids=["print", "rule", "element", "script", "odd names", "braces", "font", "signs"],
)
def test_what_a_style_sheet_may_show_is_read(sheet, element):
    whole = ARTICLE.replace(f"<p>{THIRD}</p>", element.format(THIRD))
    assert element == "<p>{}</p>" or whole != ARTICLE

    assert lines(page(f"<div>{whole}</div>", f"<title>{TITLE}</title>{sheet}")) == WHOLE


def test_a_page_that_is_one_form_is_read_and_a_form_to_search_with_is_not():
    whole = (
        page(f"<div>{ARTICLE}</div>")
        .replace("<body>", '<body><form id="aspnetForm">')
        .replace("</body>", "</form></body>")
    )

    assert lines(whole) == WHOLE
    assert lines(page(f"<div><form>请输入关键词，点击搜索。<input></form>{ARTICLE}</div>")) == WHOLE


def test_an_article_that_waits_hidden_for_its_scripts_is_read():
    assert lines(page(f'<div id="js_content" style="visibility: hidden; opacity: 0">{ARTICLE}</div>')) == WHOLE


def test_a_table_is_a_line_a_row_and_breaks_end_lines():
    table = "<table><tr><th><p>指标</p></th><th>2023年</th></tr><tr><td>受理</td><td>3,299</td></tr></table>"

    assert lines(page(f"<div>{ARTICLE}第一行，<br>第二行。{table}</div>"))[-4:] == [
        *("第一行，", "第二行。", "指标\t2023年", "受理\t3,299"),
    ]


@pytest.mark.parametrize(
    ("declared", "encoding", "found"),
    [
        ("gb2312", "gb18030", "gb18030"),
        ("utf-8", "gb18030", "gb18030"),
        ("gbk", "utf-8", "utf-8"),
        ("big5", "big5", "big5"),
        ("no-such-encoding", "gb18030", "gb18030"),
        ("undefined", "gb18030", "gb18030"),
        ("rot13", "utf-8", "utf-8"),
    ],
)
def test_bytes_are_read_as_what_they_are_whatever_the_page_declares(declared, encoding, found):
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    text = page(f"<div>{ARTICLE}</div>", head)
    if encoding == "big5":
        text = "<html><head><meta charset=big5></head><body><p>法院工作報告，依法審判。</p></body></html>"
    pages = read_html(text, encoding)

    assert pages.encoding == found
    assert "法院" in pages.pages[0].text
    assert "\ufffd" not in pages.pages[0].text


def test_a_page_in_two_bytes_a_character_is_a_page():
    assert read(Upload("报告.htm", page(ARTICLE).encode("utf-16"))).pages[0].text.split("\n") == WHOLE


def test_what_the_page_says_of_its_publication_is_told_and_not_mixed_into_the_text():
    head = '<meta name="PubDate" content="2024-01-15 09:30"><meta name="ContentSource" content="市法院">'
    pages = read_html(page(f"<div>{ARTICLE}</div>", head))

    assert pages.notices == ("网页注明：发布时间 2024-01-15 09:30，来源 市法院。",)
    assert "2024-01-15" not in pages.pages[0].text


def test_a_page_saved_with_its_pictures_in_one_file_is_read():
    mht = (
        "From: <Saved by Blink>\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"\r\n\r\n'
        "------B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{page(ARTICLE)}\r\n------B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n------B--\r\n"
    )
    pages = read(Upload("报告.mht", mht.encode()))

    assert (pages.kind, pages.pages[0].text.split("\n")) == ("html", WHOLE)


def test_of_a_page_saved_with_its_frames_the_one_with_the_article_is_read():
    frames = ("<html><frameset><frame src=a><frame src=b></frameset></html>", f"<html><body>{NAVIGATION}</body></html>")
    parts = "".join(f"------B\r\nContent-Type: text/html\r\n\r\n{frame}\r\n" for frame in (*frames, page(ARTICLE)))
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----B"\r\n\r\n'

    assert read(Upload("报告.mht", f"{head}{parts}------B--\r\n".encode())).pages[0].text.split("\n") == WHOLE


@pytest.mark.parametrize(
    "text", ["<html><frameset><frame src=a></frameset></html>", "<html><body><script>1</script></body></html>"]
)
def test_a_page_without_text_says_what_to_do(text):
    with pytest.raises(Unreadable, match="网页里没有正文"):
        read_html(text)


def test_a_page_of_tags_without_end_is_refused():
    with pytest.raises(Unreadable, match="结构异常庞大"):
        read_html("<html>" + "<div>" * 100_001)


def test_line_ends_count_where_the_page_shows_its_text_as_written():
    assert lines(page(f"<pre>{FIRST}\n<b>一、主要举措</b>\n{SECOND}\n{THIRD}</pre>")) == WHOLE
    assert lines(page(f"<div style='white-space: pre-wrap'>{FIRST}\n一、主要举措\n{SECOND}\n{THIRD}</div>")) == WHOLE


def test_letters_without_a_size_are_not_read():
    assert lines(page(ARTICLE.replace("。</p>", "。<span style='font-size: 0px'>范文网</span></p>"))) == WHOLE


def test_a_list_of_links_with_dates_is_no_part_of_the_article():
    news = "".join(
        f"<li><a href='/{n}'>甲县法院召开第{n}次会议</a> <span>2024-01-0{n}</span></li>" for n in range(1, 6)
    )

    assert lines(f"<table><tr><td><ul>{news}</ul></td><td><h1>{TITLE}</h1>{ARTICLE}</td></tr></table>") == WHOLE


def test_a_short_page_is_read_without_what_is_not_shown_and_not_run():
    text = read_html(
        "<title>x</title><p>正文第一段，法院工作总结。</p><script>alert(1)</script><p onclick='x()'>正文第二段。"
        "<a href='javascript:alert(1)'>链接</a></p><svg onload=alert(1)></svg><p style='display:none'>隐藏段落</p>"
    )

    assert text.pages[0].text == "正文第一段，法院工作总结。\n正文第二段。链接"


@pytest.mark.parametrize(
    "shell",
    [
        f"<div id='app'></div><script>show('{FIRST}')</script>",
        "<iframe src='article.html'></iframe>",
        f"<textarea style='display:none'>{FIRST}</textarea>",
        "<form><input name='user'><input name='password'></form>",
    ],
)
def test_a_page_that_shows_nothing_but_its_title_says_what_to_do(shell):
    with pytest.raises(Unreadable, match=r"^网页里没有正文.*请在浏览器里打开，全选复制到记事本存为 TXT 后再上传。$"):
        read_html(page(shell))
