"""What became of each file of a batch, article by article, and whether an article may be published without a closer look."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.contrib.auth.models import User
from django.db.models import OuterRef, Prefetch, Q, Subquery

from reports.confirming import FACTS, MAY_BE_TAKEN_BACK
from reports.models import (
    Batch,
    BatchFile,
    Claim,
    Decision,
    Event,
    Field,
    Origin,
    Report,
    SourceState,
    Status,
    Suspicion,
)

from .glance import CERTAIN, heaviest_claims
from .progress import UNREAD, progress_in_words


class Standing(IntEnum):
    """What is to be done with a file; in this order they are listed."""

    ASKS = 0  # a person
    WAITS = 1  # to be read
    SURE = 2  # enough to be published with the others
    DONE = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact as the table shows it: its value in the input, who says so, how surely, and whether that is too little."""

    field: str
    label: str
    value: str
    source: str
    sure: float
    doubtful: bool


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One report of a file. It is published together with others only where there are neither doubts nor notices.

    `doubts` are about court and year, and a person who confirms the row settles them; `notices` are about the text and
    take a closer look. Both in Chinese.
    `seen` is the last event of its history: who changes it says by that what they have seen. `problem`: what was wrong
    with the last change, whose words the cells then hold.
    """

    report: Report
    cells: tuple[Cell, ...]
    doubts: tuple[str, ...]
    notices: tuple[str, ...]
    seen: int
    may_be_taken_back: bool
    problem: str = ""

    @property
    def sureness(self) -> list[Cell]:
        """Who says what of court, year and type: whatever is doubtful, else the least sure of them."""
        said = [cell for cell in self.cells if cell.source and cell.field != Field.TITLE]
        return [cell for cell in said if cell.doubtful] or sorted(said, key=lambda cell: cell.sure)[:1]

    @property
    def standing(self) -> Standing:
        if self.report.status != Status.DRAFT:
            return Standing.DONE
        return Standing.ASKS if self.obstacles else Standing.SURE

    @property
    def obstacles(self) -> tuple[str, ...]:
        return self.doubts + self.notices


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. Without articles `told` says why, in Chinese."""

    file: BatchFile
    articles: tuple[ArticleRow, ...]
    told: str

    @property
    def standing(self) -> Standing:
        if self.articles:
            return min(article.standing for article in self.articles)
        if self.may_be_cancelled:
            return Standing.WAITS
        # Of a table's notices the first says what went well.
        return Standing.ASKS if self.may_be_read_again or self.file.reason or self.file.notices[1:] else Standing.DONE

    @property
    def may_be_cancelled(self) -> bool:
        return self.file.source is not None and self.file.source.state in UNREAD

    @property
    def may_be_read_again(self) -> bool:
        return self.file.source is not None and self.file.source.state in (SourceState.FAILED, SourceState.CANCELLED)

    @property
    def state(self) -> str:
        return reading_state(self.file)

    @property
    def order(self) -> tuple[int, int, int]:
        return self.standing.value, self.file.position, self.file.member


WORDS = {
    SourceState.TABLE: "随件表格，法院、年度等已按它填写。",
    SourceState.CANCELLED: "已取消识别。要识别的话，请点“重新识别”。",
    SourceState.UNPACKED: "压缩包已拆开，里面的文件各列一行。",
    SourceState.READ: "读出的报告都不再列出了：舍弃、替换，或并入了别的报告。点文件名可以查看。",
}


def reading_state(file: BatchFile) -> str:
    """How far the reading of a file is, in a word that differs whenever its rows have to be drawn anew."""
    source = file.source
    return f"{source.state}:{source.pages_done or 0}:{source.pages_due or 0}" if source else ""


def outcomes(batch: Batch, by: User, files: Iterable[int] | None = None) -> list[Outcome]:
    """Of all files of the batch, or of those with these ids: what asks for a person first, then as they were handed over.

    Five queries, however many files.
    """
    chosen = batch.files.all() if files is None else batch.files.filter(pk__in=files)
    rows = list(chosen.select_related("source").defer("source__pages"))
    articles = articles_of({row.source_id for row in rows if row.source_id}, by)
    seen_before: set[int] = set()
    found = []
    for row in rows:
        if row.source_id in seen_before:
            found.append(Outcome(row, (), "和这一批里的另一个文件一字节不差，只列一次。"))
            continue
        found.append(Outcome(row, tuple(articles.get(row.source_id or 0, ())), told(row)))
        if row.source_id:
            seen_before.add(row.source_id)
    return sorted(found, key=lambda outcome: outcome.order)


def articles_of(sources: set[int], by: User) -> dict[int, list[ArticleRow]]:
    """Source file -> its current reports in their order."""
    last = Event.objects.filter(report=OuterRef("pk")).order_by("-at", "-id")
    reports = (
        Report.objects.filter(source__in=sources, is_current=True)
        .with_places()
        .order_by("article_number")
        .annotate(
            seen=Subquery(last.values("pk")[:1]),
            last_verb=Subquery(last.values("verb")[:1]),
            last_actor=Subquery(last.values("actor")[:1]),
        )
        .prefetch_related(
            Prefetch("claims", Claim.objects.filter(field__in=FACTS)),
            Prefetch("suspicions", Suspicion.objects.open().select_related("other__court")),
        )
    )
    found: dict[int, list[ArticleRow]] = {}
    for report in reports:
        found.setdefault(report.source_id, []).append(article_row(report, by))
    return found


def article_row(report: Report, by: User) -> ArticleRow:
    """From a report as `articles_of` asks for it."""
    claims = list(report.claims.all())
    heaviest = heaviest_claims(claims)
    cells = tuple(
        cell(report, field, heaviest.get(field)) for field in (Field.TITLE, Field.COURT, Field.YEAR, Field.TYPE)
    )
    return ArticleRow(
        report,
        cells,
        tuple(doubts(cells, claims)),
        tuple(notices(report)),
        report.seen or 0,  # type: ignore[attr-defined]  # annotated
        report.last_actor == by.pk and report.last_verb in MAY_BE_TAKEN_BACK,  # type: ignore[attr-defined]
    )


def cell(report: Report, field: Field, claim: Claim | None) -> Cell:
    value = {
        Field.TITLE: report.title,
        Field.COURT: str(report.court or ""),
        Field.YEAR: str(report.year_id or ""),
        Field.TYPE: report.type,
    }[field]
    label = str(field.label)
    if claim is None or not claim.value:
        return Cell(field.value, label, value, "", 0, doubtful=not value)
    if claim.decision == Decision.ACCEPTED:
        return Cell(field.value, label, value, "人工", 1, doubtful=False)
    if claim.origin == Origin.TABLE:
        return Cell(field.value, label, value, "表格", 1, doubtful=False)
    inferred = "推断 " if field == Field.YEAR and report.year_inferred else ""
    return Cell(field.value, label, value, f"{inferred}{round(claim.sure * 100)}%", claim.sure, claim.sure < CERTAIN)


def doubts(cells: Sequence[Cell], claims: Sequence[Claim]) -> Iterator[str]:
    """What of court and year a person has to fill in or confirm."""
    for one in cells:
        if one.field in (Field.COURT, Field.YEAR):
            if not one.value:
                yield f"{one.label}不明"
            elif one.doubtful:
                yield f"{one.label}的把握只有 {one.source}"
    for field, words in contradicted(claims):
        yield f"表格写的{field.label}与原文不同，原文是“{words}”"


def notices(report: Report) -> Iterator[str]:
    """What was noticed when the text was read and compared with others."""
    for suspicion in report.suspicions.all():
        yield f"疑似重复：与《{suspicion.other}》{suspicion.get_kind_display()}（相同 {suspicion.percent}%）"
    yield from report.source.notices
    yield from report.notices


def contradicted(claims: Sequence[Claim]) -> Iterator[tuple[Field, str]]:
    """Court and year as the text says them for certain, where a table that nobody has confirmed says another."""
    heaviest = heaviest_claims(claims)
    for field in (Field.COURT, Field.YEAR):
        said = heaviest.get(field)
        if said is None or said.origin != Origin.TABLE or said.decision != Decision.OPEN:
            continue
        for claim in claims:
            certain = claim.origin == Origin.MACHINE and claim.sure >= CERTAIN and not claim.suggestion
            if claim.field == field and certain and claim.value not in ("", said.value):
                yield field, claim.quote or claim.value
                break


def told(row: BatchFile) -> str:
    """What there is to say of a file that has no reports to show."""
    source = row.source
    if source is None or source.reason:
        return source.reason if source else row.reason
    return WORDS.get(SourceState(source.state)) or progress_in_words(source, {})


@dataclass(frozen=True, slots=True)
class PlaceInBatch:
    """Where a report stands in its batch: the drafts before and after it, in the order of the files; None at an end."""

    batch: Batch
    before: int | None
    after: int | None


def place_in_batch(report: Report) -> PlaceInBatch | None:
    """In the batch that handed its original over last; None where none did. Two queries."""
    file = BatchFile.objects.filter(source=report.source_id).select_related("batch").order_by("-batch").first()
    if file is None:
        return None
    drafts = Report.objects.filter(Q(status=Status.DRAFT) | Q(pk=report.pk), is_current=True)
    in_order = drafts.filter(source__handed_over__batch=file.batch).order_by(
        "source__handed_over__position", "source__handed_over__member", "article_number"
    )
    ids = [None, *dict.fromkeys(in_order.values_list("pk", flat=True)), None]
    if report.pk not in ids:
        return PlaceInBatch(file.batch, None, None)
    place = ids.index(report.pk)
    return PlaceInBatch(file.batch, ids[place - 1], ids[place + 1])
