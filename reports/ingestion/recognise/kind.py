"""What kind of document it is: 年度报告, 工作总结, 工作报告, 新闻报道, 白皮书, 其他.

What it calls itself in its head decides, unless the head tells of a report instead of being one's title. Without such a
word the shape decides: newspapers sign their articles, set pictures into them, and never number their headings.
"""

import re
from dataclasses import dataclass

from .. import looks
from ..shapes import Article, Found
from .plain import Plain

NEWS, OTHER = "新闻报道", "其他"

# In order: the first that stands in the head decides.
CALLED = (
    (re.compile("白皮书|司法审查报告|审判态势(?:分析|报告)|司法保护状况"), "白皮书"),
    (re.compile("(?:法治政府|法治|依法行政).{0,12}(?:报告|情况)|年度报告|述(?:职述)?法报告"), "年度报告"),
    (re.compile("工作报告|审判工作情况的报告"), "工作报告"),
    (re.compile("总结|履职报告"), "工作总结"),
    (re.compile("通报|简介|介绍|概况|年鉴|统计"), OTHER),
)
TOLD_OF = re.compile("(?:法院|[中高]院)通报|通过|审议|听取|全票|首次|发布|召开|举行|获|回眸|[！!]")

# How a text without such a head begins.
OPENS = (
    (
        re.compile("各位代表|(?:主任|副主任).{0,12}各位委员|主任.{0,16}委员[：:]|人(?:大|民代表大会).{0,10}报告工作"),
        "工作报告",
        0.8,
    ),
    (re.compile("法治政府.{0,30}(?:汇报|报告)如下|(?:汇报|报告)如下.{0,4}法治政府"), "年度报告", 0.8),
    (re.compile("^(?:【|\\d+、|一、)", re.MULTILINE), OTHER, 0.6),
    (re.compile("我院|本院"), "工作报告", 0.4),
    (re.compile("法院|法庭|会议"), NEWS, 0.5),
)


@dataclass(frozen=True, slots=True)
class _Reason:
    kind: str
    sure: float
    start: int | None = None
    end: int | None = None


def kind_of(words: Plain, article: Article) -> Found:
    """Exactly one claim; a document always has a kind, if only 其他."""
    reason = _called(words) or _shaped(article) or _opening(words) or _Reason(OTHER, 0.4)
    if reason.start is None or reason.end is None:
        return Found("type", reason.kind, reason.sure, basis="inferred")
    start, end = words.span(reason.start, reason.end)
    return Found("type", reason.kind, reason.sure, article.text[start:end], start, end)


def _called(words: Plain) -> _Reason | None:
    heads = [line for line in words.lines if line.kind in ("title", "subtitle")]
    told = next((line for line in heads if TOLD_OF.search(words.words(line))), None)
    for name, kind in CALLED:
        for line in heads:
            if match := name.search(words.text, line.start, line.end):
                return _Reason(NEWS, 0.85, told.start, told.end) if told else _Reason(kind, 0.95, *match.span())
    return None


def _shaped(article: Article) -> _Reason | None:
    """Somebody signed it, a photographer is named, or others stand on its page. A date or a short sentence says nothing."""
    bylines = [article.words(line) for line in article.lines if line.kind == "byline"]
    captions = [article.words(line) for line in article.lines if line.kind == "caption"]
    signed = any(not looks.is_date(words) for words in bylines)
    if signed or article.neighbours or any(map(looks.is_caption, captions)):
        return _Reason(NEWS, 0.9)
    return None


def _opening(words: Plain) -> _Reason | None:
    start = words.lines[0].start if words.lines else 0
    end = words.lines[min(3, len(words.lines)) - 1].end if words.lines else 0
    for sign, kind, sure in OPENS:
        if match := sign.search(words.text, start, end):
            return _Reason(kind, sure, *match.span())
    return None
