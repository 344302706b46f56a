"""An article's sections, each with the part of the report that it belongs to; reports/parts.py says which."""

import re
from collections.abc import Iterator
from dataclasses import replace

from reports.parts import OTHER, AnyRow, PartName, closing_parts, parts_by_headings
from reports.revision import Row

from ..shapes import Article, Section

PLAN_SENTENCE = re.compile(r"下一步|今后|未来|接下来|将(继续|持续|进一步|坚持|深入|不断)")


def with_parts(article: Article) -> Article:
    """The same article, each section with its part; a closing paragraph of another part is a section of its own."""
    return replace(article, sections=tuple(sorted(_sections(article), key=lambda section: section.start)))


def stretches_of(article: Article, part: PartName) -> list[tuple[int, int]]:
    """Where the sections of this part stand, in order; what overlaps is one stretch. The article has its parts."""
    stretches: list[tuple[int, int]] = []
    for start, end in sorted((section.start, section.end) for section in article.sections if section.part == part):
        if stretches and start < stretches[-1][1]:
            start, last = stretches.pop()
            end = max(end, last)
        stretches.append((start, end))
    return stretches


def _sections(article: Article) -> Iterator[Section]:
    paragraphs = [Row("para", line.start, line.end) for line in article.lines if line.kind == "para"]
    rows: list[AnyRow] = [*(section for section in article.sections if section.kind == "heading"), *paragraphs]
    parts = {id(row): part for row, part in parts_by_headings(rows)}
    closing = dict(closing_parts(article.text, rows))
    for section in article.sections:
        yield replace(section, part=parts.get(id(section), OTHER))
    for line in paragraphs:
        part = closing.get(line.start)
        if part and part != parts[id(line)]:
            yield Section("para", None, "", line.start, line.end, part)
