"""Looks at everything that is kept: are the originals there and unchanged, do the texts hold together, are the files of the
index as they were written, and does it hold the reports that are public? What it says of each is not compared: its checksums
and the queue answer for it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from django.db.models.functions import Length

from archive.startup import problems_of_the_database
from reports.ingestion.save import checksum
from reports.models import Claim, Report, ReportText, Section, SourceFile
from search import engine
from search.models import IndexTask
from search.query import SearchQuery


class Command(BaseCommand):
    help = "核对原件和索引文件的校验和、报告的文本、索引收有哪些报告；有不符之处时退出状态为 1"

    def handle(self, *args: Any, **options: Any) -> None:
        faults = problems_of_the_database()
        if not faults:
            self.stdout.write(
                f"原件 {SourceFile.objects.count():,} 份，报告 {Report.objects.count():,} 篇"
                f"（已公开 {Report.objects.published().count():,} 篇），文本 {ReportText.objects.count():,} 份，"
                f"章节和段落 {Section.objects.count():,} 处，识别结果 {Claim.objects.count():,} 条，"
                f"等待写入索引的改动 {IndexTask.objects.count():,} 处。"
            )
            faults = [*faults_of_originals(), *faults_of_texts(), *faults_of_the_index()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"共有 {len(faults):,} 处不符。")
        self.stdout.write("未发现不符：原件与校验和一致，文本完整，索引收有全部已公开的报告。")


def faults_of_originals() -> Iterator[str]:
    for source in SourceFile.objects.only("sha256", "name", "file").order_by("pk").iterator():
        try:
            with source.file.open() as file:
                unchanged = checksum(file) == source.sha256
        except OSError as error:
            yield f"原件 {source.pk}《{source.name}》打不开（{error}）。请从备份中取回这个文件。"
        else:
            if not unchanged:
                yield f"原件 {source.pk}《{source.name}》的内容已被改动（{source.file.path}）。请从备份中取回这个文件。"


def faults_of_texts() -> Iterator[str]:
    for pk in Report.objects.exclude(texts__is_current=True).order_by("pk").values_list("pk", flat=True):
        yield f"报告 {pk} 没有现行文本。请从备份恢复。"
    outside = [
        (name, pk)
        for name, rows in (("章节", Section.objects), ("识别结果", Claim.objects))
        for pk in rows.annotate(length=Length("text__text"))
        .filter(end__gt=F("length"))
        .order_by("text__report")
        .values_list("text__report", flat=True)
        .distinct()
    ]
    for name, pk in outside:
        yield f"报告 {pk} 有{name}超出了文本的末尾。请运行 manage.py recognise --report {pk}，或从备份恢复。"


def faults_of_the_index() -> Iterator[str]:
    try:
        missing, extra = differences()
        if missing or extra:
            # A report may have been published, and drained, while the index was being read: what differs twice differs.
            missing, extra = (now & before for now, before in zip(differences(), (missing, extra), strict=True))
    except engine.IndexAway as away:
        yield str(away)
        return
    yield from engine.faults()
    yield from engine.examine()
    if missing:
        yield f"索引中缺少 {len(missing):,} 篇已公开的报告（{some(missing)}）。请运行 manage.py rebuild_index。"
    if extra:
        yield f"索引中有 {len(extra):,} 篇未公开的报告（{some(extra)}）。请运行 manage.py rebuild_index。"


def differences() -> tuple[set[int], set[int]]:
    """Reports that the index lacks, and that it should not have. What still waits in the queue may differ."""
    indexed = indexed_reports()
    published = set(Report.objects.published().values_list("pk", flat=True))
    waiting = set(IndexTask.objects.values_list("report_id", flat=True))
    return published - indexed - waiting, indexed - published - waiting


def indexed_reports() -> set[int]:
    """The ids of all reports that a search without words finds."""
    query = SearchQuery(sort="oldest")
    found: set[int] = set()
    for number in range(1, engine.find(query).pages + 1):
        found |= {hit.report_id for hit in engine.find(replace(query, page=number)).hits}
    return found


def some(ids: set[int]) -> str:
    shown = "、".join(map(str, sorted(ids)[:10]))
    return f"编号 {shown}{' 等' if len(ids) > 10 else ''}"
