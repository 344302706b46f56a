"""Reports for tests, made of plain rows. Nothing is recognised: a report has what it is given."""

import hashlib
import re
from itertools import count

from django.core.files.base import ContentFile
from django.utils import timezone

from reports.models import (
    Court,
    Report,
    ReportText,
    ReportTheme,
    ReportType,
    Section,
    SectionKind,
    SourceFile,
    SourceState,
    Status,
    Theme,
    Year,
    assign_parts,
)

HEADINGS = ((1, re.compile(r"[一二三四五六七八九十]+、")), (2, re.compile(r"（[一二三四五六七八九十]+）")))
serial = count(1)


def make_source(data: bytes | None = None, *, name: str = "报告.txt", kind: str = "txt", pages: int = 1) -> SourceFile:
    """An original that has been read; without `data` its bytes differ from every other's."""
    data = f"原件{next(serial)}".encode() if data is None else data
    sha256 = hashlib.sha256(data).hexdigest()
    source = SourceFile(
        sha256=sha256,
        name=name,
        size=len(data),
        kind=kind,
        state=SourceState.READ,
        pages=[{"number": number, "text": ""} for number in range(1, pages + 1)],
    )
    source.file.save(name, ContentFile(data), save=False)
    source.save()
    return source


def make_report(
    *,
    title: str = "2023年法治政府建设年度报告",
    text: str = "",
    court: Court | str | None = None,
    year: int | None = None,
    themes: tuple[str, ...] = (),
    type: str = ReportType.ANNUAL_REPORT,
    status: str = Status.PUBLISHED,
    withdrawn_reason: str = "",
    scan_sure: float | None = None,
    source: SourceFile | None = None,
    article_number: int = 1,
) -> Report:
    """A report whose text begins with its title, if it has one. `court` is a court or its full name; `themes` are names.

    `scan_sure`: how surely all pages of its original were recognised.
    """
    source = source or make_source()
    if scan_sure is not None:
        source.pages = [page | {"sure": scan_sure} for page in source.pages]
        source.save()
    report = Report.objects.create(
        source=source,
        article_number=article_number,
        title=title,
        court=Court.objects.get(name=court) if isinstance(court, str) else court,
        year=None if year is None else Year.objects.get_or_create(year=year)[0],
        type=type,
        status=status,
        withdrawn_reason=withdrawn_reason,
        scan_sure=scan_sure,
        published_at=None if status == Status.DRAFT else timezone.now(),
    )
    for name in themes:
        ReportTheme.objects.create(report=report, theme=Theme.objects.get(name=name))
    body = text or "本院全年审结行政案件38件。"
    add_text(report, f"{title}\n{body}" if title else body)
    return report


def add_text(report: Report, text: str) -> ReportText:
    """A new current version: the title first, then 一、 and （一） as headings, every other line a paragraph."""
    number = report.texts.count() + 1
    report.texts.update(is_current=False)
    was_public = report.status != Status.DRAFT
    version = ReportText.objects.create(report=report, number=number, text=text, pages=[[0, 1]], was_public=was_public)
    Section.objects.bulk_create(sections(version))
    return version


def sections(version: ReportText) -> list[Section]:
    rows, paragraphs, start = [], count(1), 0
    for line in version.text.split("\n"):
        place = {"text": version, "start": start, "end": start + len(line)}
        level = next((level for level, printed in HEADINGS if printed.match(line)), None)
        if start == 0 and line == version.report.title:
            rows.append(Section(kind=SectionKind.TITLE, **place))
        elif level:
            rows.append(Section(kind=SectionKind.HEADING, level=level, heading=line[:300], **place))
        else:
            rows.append(Section(kind=SectionKind.PARAGRAPH, number=next(paragraphs), **place))
        start += len(line) + 1
    for place, row in enumerate(rows):
        if row.level:
            below = (other.start for other in rows[place + 1 :] if other.level and other.level <= row.level)
            row.end = next(below, len(version.text) + 1) - 1
    assign_parts(version.text, rows)
    return rows
