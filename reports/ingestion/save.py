"""The pipeline's only door to the database: bytes are kept first, then what was read from them, in one transaction."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from reports.models import (
    Claim,
    Court,
    Decision,
    Event,
    Field,
    Origin,
    Recognition,
    Report,
    ReportText,
    Section,
    SectionKind,
    SourceFile,
    SourceState,
    assign_parts,
    resolve,
)
from reports.models.sources import UNFINISHED, place_of
from reports.suspicions import suspect

from . import shapes
from .doubts import with_doubts
from .figures import save_figures
from .stored import articles_of

logger = logging.getLogger(__name__)

# What the uploader says of every report in a file: field -> value, as claims hold it.
Said = Mapping[str, str]
NOTHING_SAID: Said = MappingProxyType({})

NO_ARTICLES = "文件可以打开，但没有读到正文。请确认内容不是空白或图片，另存为带文字的 PDF 或 TXT 后再上传。"


def checksum(file: File) -> str:
    """SHA-256 of the whole file, read in pieces."""
    sha256 = hashlib.sha256()
    for piece in file.chunks():
        sha256.update(piece)
    return sha256.hexdigest()


@dataclass(frozen=True, slots=True)
class Laid:
    """Bytes that rest where they will stay: their checksum and how many they are."""

    sha256: str
    size: int


def lay(file: File) -> Laid:
    """Put the bytes in their place, whole or not at all; whatever stood there under this checksum is replaced."""
    laid = Laid(checksum(file), file.size)
    if not SourceFile.objects.filter(sha256=laid.sha256).exists():
        name = f"{UNFINISHED}/{uuid4().hex}"
        unfinished = Path(default_storage.path(name))
        place = Path(default_storage.path(place_of(laid.sha256)))
        try:
            default_storage.save(name, file)
            place.parent.mkdir(exist_ok=True)
            unfinished.replace(place)
        finally:
            unfinished.unlink(missing_ok=True)
    return laid


def note(laid: Laid, name: str, by: User | None = None) -> tuple[SourceFile, bool]:
    """The bytes as a source file waiting to be read, and True; or the one with the very same bytes, and False."""
    known = SourceFile.objects.filter(sha256=laid.sha256)
    if kept := known.first():
        return kept, False
    source = SourceFile(sha256=laid.sha256, name=printable(name), size=laid.size, uploaded_by=by)
    source.file.name = place_of(laid.sha256)
    try:
        with transaction.atomic():
            source.save(force_insert=True)
            Event.objects.create(verb="上传原件", actor=by, source=source)
    except IntegrityError:
        return known.get(), False
    return source, True


def keep(file: File, name: str, by: User | None = None) -> tuple[SourceFile, bool]:
    """Lay the bytes and note them: see there."""
    return note(lay(file), name, by)


def upload_of(source: SourceFile) -> shapes.Upload:
    """The kept bytes, as they were handed over."""
    with source.file.open("rb") as file:
        return shapes.Upload(source.name, file.read())


def printable(name: str) -> str:
    """A file name as it may be shown: no path, no control characters, at most 255 of them, the ending kept."""
    base = PurePath(name.replace("\\", "/")).name
    return "".join(character for character in base if character.isprintable())[-255:] or "未命名"


@transaction.atomic
def save(source: SourceFile, reading: shapes.Reading, said: Said = NOTHING_SAID) -> list[Report]:
    """What was read, as rows: one draft report per article, or the reason why there is none.

    `said` outweighs what the machine read; a title only where there is one report to bear it.
    A file that has its reports already is left alone: an empty list.
    """
    source = SourceFile.objects.locked().get(pk=source.pk)
    if source.state == SourceState.READ:
        return []
    reason = reading.reason or ("" if reading.drafts else NO_ARTICLES)
    source.state = SourceState.FAILED if reason else SourceState.READ
    source.reason = reason
    source.kind, source.encoding, source.notices = reading.kind, reading.encoding, list(reading.notices)
    source.pages = [page_row(page) for page in reading.pages]
    source.save()
    if reason:
        logger.warning("source %s could not be read: %s", source.pk, reason)
        Event.objects.create(verb="未能识别", source=source, why=reason[:300])
        return []
    said = about_one_of(said, len(reading.drafts))
    reports = [save_draft(source, draft, said) for draft in reading.drafts]
    Event.objects.create(verb="识别", source=source, detail={"报告": [report.pk for report in reports]})
    return reports


def page_row(page: shapes.Page) -> dict[str, Any]:
    """A page as `SourceFile.page` tells it; what says nothing is left out."""
    # PostgreSQL's JSON refuses U+0000, which broken PDFs do contain.
    row: dict[str, Any] = {"number": page.number, "text": page.text.replace("\0", "")}
    if page.sure is not None:
        row["sure"] = page.sure
    if page.turned:
        row["turned"] = page.turned
    if any(page.boxes):
        row["boxes"] = page.boxes
    return row


def save_draft(source: SourceFile, draft: shapes.Draft, said: Said) -> Report:
    article = draft.article
    report = Report.objects.create(
        source=source,
        article_number=article.number,
        scan_sure=source.scan_sure({page for _, page in article.pages}),
        notices=list(article.notices),
    )
    text = ReportText.objects.create(report=report, text=article.text, pages=[list(pair) for pair in article.pages])
    Section.objects.bulk_create(sections_of(article, text))
    Claim.objects.bulk_create(claims_from(draft.found, text, courts_named([draft])))
    Claim.objects.bulk_create(claims_said(said, text))
    save_figures(text, draft.figures, draft.checks)
    resolve(report)
    suspect(report)
    Recognition.objects.create(report=report, version=draft.version)
    return report


def about_one_of(said: Said, reports: int) -> Said:
    """What is said of a file, as each of so many reports in it takes it: a title is none of several reports'."""
    return said if reports == 1 else {field: value for field, value in said.items() if field != Field.TITLE}


def claims_said(said: Said, text: ReportText) -> list[Claim]:
    return [
        Claim(report_id=text.report_id, text=text, field=field, value=value, sure=1, origin=Origin.TABLE)
        for field, value in said.items()
    ]


def sections_of(article: shapes.Article, text: ReportText) -> list[Section]:
    """Every line one row, paragraphs numbered from 1; a heading is a row over its whole section, run in or not."""
    rows = []
    number = 0
    for line in article.lines:
        if line.kind == "heading":
            continue
        number += line.kind == "para"
        rows.append(
            Section(
                text=text,
                kind=line.kind,
                number=number if line.kind == SectionKind.PARAGRAPH else None,
                start=line.start,
                end=line.end,
            )
        )
    for section in article.sections:
        if section.kind == "heading":
            rows.append(
                Section(
                    text=text,
                    kind=SectionKind.HEADING,
                    level=section.level,
                    heading=section.heading[:300],
                    start=section.start,
                    end=section.end,
                )
            )
    assign_parts(article.text, rows)
    return rows


def courts_named(drafts: Iterable[shapes.Draft]) -> dict[str, int]:
    """The courts that are found in the drafts, name -> id, as they are called now."""
    names = {item.value for draft in drafts for item in draft.found if item.field == "court" and item.value}
    return dict(Court.objects.filter(name__in=names).values_list("name", "pk"))


def claims_from(found: Iterable[shapes.Found], text: ReportText, courts: Mapping[str, int]) -> list[Claim]:
    """The recognisers' findings as open claims about the text's report; `courts` as `courts_named` tells them."""
    claims = []
    for item in found:
        value = item.value or ""
        if item.field == "court" and value:
            if value not in courts:
                # Renamed between reading and saving: a name that no court bears any more says nothing.
                logger.warning("report %s: no court is called %r", text.report_id, value)
                continue
            value = str(courts[value])
        claims.append(
            Claim(
                report_id=text.report_id,
                text_id=text.pk,
                field=item.field,
                value=value[:300],
                detail=item.detail or "",
                quote=item.quote or "",
                start=item.start,
                end=item.end,
                places=[list(place) for place in item.places],
                sure=item.sure,
                basis=item.basis,
                suggestion=item.suggestion,
            )
        )
    return claims


@transaction.atomic
def say(report: Report, said: Said, by: User | None) -> None:
    """Put what a table says of a report that is already read in the place of what an earlier table said."""
    report = Report.objects.locked().get(pk=report.pk)
    report.claims.filter(origin=Origin.TABLE, decision=Decision.OPEN, field__in=said).delete()
    Claim.objects.bulk_create(claims_said(said, report.text))
    Event.objects.create(verb="按随件表格填写", actor=by, report=report, detail=resolve(report))
    suspect(report)


def save_doubts(source: SourceFile) -> None:
    """Let every article of the original say what there is to doubt of it now: what one lacks may stand in another."""
    reports = list(source.reports.filter(is_current=True).order_by("article_number"))
    for report, article in zip(reports, with_doubts(articles_of(reports)), strict=True):
        if report.notices != list(article.notices):
            report.notices = list(article.notices)
            report.save(update_fields=["notices"])
