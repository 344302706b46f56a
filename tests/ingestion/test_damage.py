"""The samples as other offices might have handed them in: the same words, so the same articles."""

import re

import pytest

from .gold import SAMPLES, Lines, articles_in, expected, heads, lines_of, printed, sample_bytes, words

FULL_WIDTH = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in (*range(48, 58), *range(65, 91), *range(97, 123))}
)
HANGING = "，。、；：！？”》）,;:"


def raw(sample: str) -> str:
    return sample_bytes(sample).decode("utf-8")


def paragraphs(sample: str) -> list[str]:
    return [text for article in printed(sample) for _, text in article]


def set_in_lines(text: str, width: int, *, indent: int = 0, hanging: str = "") -> list[str]:
    """Lines of `width` characters, the first shorter by `indent`; characters in `hanging` never begin a line."""
    lines, room = [""], width - indent
    for character in text:
        if len(lines[-1]) >= room and character not in hanging:
            lines.append("")
            room = width
        lines[-1] += character
    return lines


def read(data: bytes) -> list[Lines]:
    return [lines_of(article) for article in articles_in(data)]


DAMAGE = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "GB18030": lambda text: text.encode("gb18030"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-be"),
    "full-width digits and letters": lambda text: text.translate(FULL_WIDTH).encode(),
    "zero-width characters": lambda text: text.replace("法", "\u200b法\ufeff").encode(),
    "Kangxi radicals": lambda text: text.replace("人", "\u2f08").replace("一", "\u2f00").encode(),
}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_the_same_text_in_other_bytes_reads_the_same(sample, damage):
    assert read(DAMAGE[damage](raw(sample))) == expected(sample)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("head", ["法治政府建设年度报告", "某某市人民法院 第{}期", "内部资料 注意保存"])
@pytest.mark.parametrize("number", ["—{}—", "- {} -", "第 {} 页 共 12 页"])
def test_running_heads_and_page_numbers_leave_no_trace(sample, head, number):
    lines = raw(sample).split("\n")
    size = max(len(lines) // 8, 4)
    pages = [lines[start : start + size] for start in range(0, len(lines), size)]
    printed_pages = ["\n".join([head.format(n), *page, number.format(n)]) for n, page in enumerate(pages, start=1)]

    assert read("\f".join(printed_pages).encode()) == expected(sample)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("width", [18, 22, 30, 40])
def test_re_wrapped_paragraphs_are_whole_again_where_blank_lines_part_them(sample, width):
    data = "\n\n".join("\n".join(set_in_lines(text, width)) for text in paragraphs(sample)).encode()
    found = read(data)

    assert [words(lines) for lines in found] == [words(lines) for lines in expected(sample)]
    assert [heads(lines) for lines in found] == [heads(lines) for lines in expected(sample)]
    # One item of sample 001 happens to begin a line after a semicolon, as a paragraph would.
    assert abs(sum(map(len, found)) - sum(map(len, expected(sample)))) <= 1


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("width", [18, 22, 30, 40])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", [0, 2])
def test_re_wrapped_lines_lose_no_word_and_no_heading_where_nothing_parts_them(sample, width, between, indent):
    lines = [line for text in paragraphs(sample) for line in set_in_lines(text, width, indent=indent, hanging=HANGING)]
    found = read(between.join(lines).encode())

    # A paragraph whose last line is full cannot be told from one that goes on: only paragraphs may run together.
    assert [words(lines) for lines in found] == [words(lines) for lines in expected(sample)]
    assert [heads(lines) for lines in found] == [heads(lines) for lines in expected(sample)]


@pytest.mark.parametrize("sample", SAMPLES)
def test_indented_paragraphs_are_told_by_their_indents(sample):
    text = "\n".join("　　" + text if len(text) > 45 else text for text in paragraphs(sample))

    assert read(text.encode()) == expected(sample)


HERE = (
    "松原市中级人民法院",
    "宁江区人民法院",
    "扶余市人民法院",
    "前郭尔罗斯蒙古族自治县人民法院",
    "长岭县人民法院",
    "乾安县人民法院",
)
ELSEWHERE = {
    "吉林": "吉林市中级 昌邑区 桦甸市 永吉县 磐石市 蛟河市",
    "长春": "长春市中级 长春市南关区 长春市朝阳区 长春市宽城区 长春市二道区 长春市绿园区",
    "四平": "四平市中级 四平市铁西区 四平市铁东区 四平市双辽市 四平市梨树县 四平市伊通满族自治县",
    "内蒙古": "呼伦贝尔市中级 通辽市科尔沁左翼中旗 通辽市科尔沁左翼后旗 巴林左旗 巴林右旗 赤峰市阿鲁科尔沁旗",
}


@pytest.mark.parametrize("colon", [":", "：", ""])
@pytest.mark.parametrize("place", ELSEWHERE)
def test_the_six_articles_are_found_under_the_names_of_other_courts(place, colon):
    text = raw("004")
    others = [f"{name}人民法院" for name in ELSEWHERE[place].split()]
    for court, other in zip(HERE, others, strict=True):
        text = text.replace(court, other)
    text = re.sub(r"(?m)^(\S+人民法院):$", rf"\1{colon}", text)
    articles = articles_in(text.encode())
    courts = [article.text[:20].split("\n")[0].rstrip(":：") for article in articles]

    assert [court[: len(other)] for court, other in zip(courts, others, strict=True)] == others


@pytest.mark.parametrize("sample", SAMPLES)
def test_sentences_before_and_after_the_report_change_nothing_else(sample):
    found = read(("这是一句与报告无关的话。\n\n" + raw(sample) + "\n以上内容仅供参考。\n").encode())
    first, *_, last = flat(found)

    assert (first, last) == (("para", "这是一句与报告无关的话。"), ("para", "以上内容仅供参考。"))
    assert flat(found)[1:-1] == flat(expected(sample))
    assert len(found) == len(expected(sample))


def flat(articles: list[Lines]) -> Lines:
    return [line for article in articles for line in article]
