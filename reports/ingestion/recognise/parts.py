"""To which part of a report each section belongs, whatever its own heading says.

A report tells of what was done; a heading that speaks of what is lacking, of the first person responsible or of the next
year begins another part, to which everything below it belongs. Reports without such headings say it in their last
paragraphs.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ..shapes import Article, Line, PartName, Section

DONE: PartName = "举措和成效"
LACKING: PartName = "存在的不足和原因"
DUTY: PartName = "第一责任人履职"
PLANNED: PartName = "下一年安排"
OTHER: PartName = "其他"

PLAN_HEADING = re.compile(
    r"下一?步|下一?年|明年|来年|今后|未来|打算|展望|努力方向|(主要|工作|总体|重点)安排|工作(计划|思路|设想)"
)
LACK_HEADING = re.compile(r"(存在|面临|主要)的?.{0,4}(问题|困难)|(?<!补)不足|(?<!补)(?<!补齐)短板|(?<!缩小)差距")
PLAN_SENTENCE = re.compile(r"下一步|今后|未来|接下来|将(继续|持续|进一步|坚持|深入|不断)")
_HEADINGS: tuple[tuple[PartName, re.Pattern[str]], ...] = (
    (LACKING, LACK_HEADING),
    (DUTY, re.compile(r"第一责任人|主要负责人.{0,6}履行")),
    (PLANNED, PLAN_HEADING),
    (OTHER, re.compile(r"附件|附录|附表|名词解释|用语说明|数据说明")),
)
_OPENINGS: tuple[tuple[PartName, re.Pattern[str]], ...] = (
    (LACKING, re.compile(r"[^。]{0,24}(?:成绩的同时|[清深][醒刻]地?(?:认识|看)到|(?:仍然?|还)存在)")),
    (
        PLANNED,
        re.compile(
            r"(?:下一?步|下一?年|明年|来年|今后|未来|接下来|展望|新的一年)[^。；]{0,40}[，,]|20\d\d年(?:是|[，,]?[^，。]{0,12}将)"
        ),
    ),
)
_SHORT = 25  # characters; a longer heading is a paragraph's first sentence, and speaks of many things


def with_parts(article: Article) -> Article:
    """The same article, each section with its part; a closing paragraph of another part is a section of its own."""
    sections = tuple(_assigned(article.sections))
    headings = [section for section in sections if section.kind == "heading"]
    closing = (
        Section("para", None, "", line.start, line.end, part)
        for line, part in _closing(article, headings)
        if part != _around(line, headings)
    )
    return replace(article, sections=tuple(sorted((*sections, *closing), key=lambda one: one.start)))


def _assigned(sections: tuple[Section, ...]) -> Iterator[Section]:
    """In a report's order, each under the headings that are still open."""
    around: list[Section] = []
    for section in sections:
        if section.kind != "heading":
            yield replace(section, part=OTHER)
            continue
        around = [other for other in around if section.start < other.end]
        above = around[-1].part if around else None
        around.append(replace(section, part=_by_heading(section, above)))
        yield around[-1]


def _by_heading(section: Section, above: PartName | None) -> PartName:
    """What its heading says first; below a heading of another part than what was done nothing departs from that."""
    if above not in (None, DONE) or (above and len(section.heading) > _SHORT):
        return above or DONE
    said = [(match.start(), part) for part, pattern in _HEADINGS if (match := pattern.search(section.heading))]
    return min(said)[1] if said else above or DONE


def _closing(article: Article, headings: list[Section]) -> Iterator[tuple[Line, PartName]]:
    """The paragraphs after the last heading, and in the second half, that begin another part or follow one that does."""
    last = max((section.start for section in headings), default=0)
    part: PartName | None = None
    for line in article.lines:
        if line.kind != "para" or line.start <= max(last, len(article.text) // 2):
            continue
        begins = (name for name, pattern in _OPENINGS if pattern.match(article.text, line.start, line.end))
        part = next(begins, part)
        if part:
            yield line, part


def _around(line: Line, headings: list[Section]) -> PartName:
    inside = [section.part for section in headings if section.start <= line.start < section.end]
    return inside[-1] or DONE if inside else DONE
