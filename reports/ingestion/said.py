"""What a table says of the files it came with: its rows matched to files, its words to what claims hold."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.db import transaction

from reports.models import BatchFile, Court, Field, Report, ReportType, SourceFile, SourceState, Status
from reports.models.resolution import year_as_claimed

from .save import about_one_of, say
from .shapes import Sheet, SheetRow

LONGEST_TITLE = 300
MOST_NAMED = 4  # courts or files that a sentence lists


@dataclass(slots=True)
class Matched:
    """`said`: place of a file in the list -> field -> value, as claims hold it. `problems`: Chinese sentences.

    What a problem is about is not in `said`; the rest of its row is.
    """

    said: dict[int, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@transaction.atomic
def describe(table: BatchFile, sheet: Sheet) -> None:
    """Let a table say what the files of its batch are: those that wait are told when they are read, the others now.

    What it said, and in Chinese what could not be taken, is noted in its own row. A published report is not changed by
    a table.
    """
    batch = table.batch
    # A ZIP that was taken apart is no file of a report: those in it are.
    described = batch.files.filter(source__isnull=False).exclude(pk=table.pk)
    files = list(described.exclude(source__state=SourceState.UNPACKED))
    # Whoever saves a reading holds its source: so nobody reads what was said between our two looks.
    sources = SourceFile.objects.locked().defer("pages").in_bulk({file.source_id for file in files})
    Report.objects.filter(source__in=sources).hold()
    matched = match(sheet, [file.name for file in files])
    for place, said in matched.said.items():
        file = files[place]
        file.said = said
        file.save(update_fields=["said"])
        reports = list(sources[file.source_id].reports.filter(is_current=True))
        for report in reports:
            if report.status == Status.PUBLISHED:
                matched.problems.append(f"“{file.name}”的《{report}》已经公开，没有改动。要改请到审核页上更正。")
            else:
                say(report, about_one_of(said, len(reports)), batch.uploaded_by)
    table.notices = [f"说明了这一批里的 {len(matched.said)} 个文件。", *matched.problems]
    table.save(update_fields=["notices"])


def match(sheet: Sheet, names: Sequence[str]) -> Matched:
    """What the table says of the files of these names. A ZIP's member may be named by its path or its last part."""
    matched = Matched()
    places = places_by_name(names)
    rows: defaultdict[int, list[SheetRow]] = defaultdict(list)
    for row in sheet.rows:
        found = places.get(key(row.file), [])
        if len(found) == 1:
            rows[found[0]].append(row)
        elif found:
            matched.problems.append(
                f"第{row.number}行：“{row.file}”对得上 {len(found)} 个文件"
                f"（{listed(names[place] for place in found)}），这一行没有采用。请写完整的文件名，带扩展名。"
            )
        else:
            matched.problems.append(f"第{row.number}行：这一批里没有“{row.file}”，这一行没有采用。请核对文件名。")
    for place, about in rows.items():
        if len({(row.court, row.year, row.type, row.title) for row in about}) > 1:
            numbers = "、".join(str(row.number) for row in about)
            matched.problems.append(f"第{numbers}行说的都是“{names[place]}”而不一致，都没有采用。请只留一行。")
            continue
        said = dict(claims_of(about[0], matched.problems))
        if said:
            matched.said[place] = said
    return matched


def places_by_name(names: Sequence[str]) -> dict[str, list[int]]:
    """Every way to call a file -> where it stands in the list: its whole path; the last parts of it; its name without
    the ending. What is one file's longer name is nobody else's shorter one.
    """
    known: dict[str, list[int]] = {}
    for called in (lambda path: {path}, last_parts, lambda path: {PurePosixPath(path).stem}):
        new: defaultdict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(names):
            for one in called(key(name)):
                new[one].append(place)
        known = new | known
    return known


def last_parts(path: str) -> set[str]:
    """a/b/c.txt -> b/c.txt and c.txt, and itself."""
    parts = path.split("/")
    return {"/".join(parts[start:]) for start in range(len(parts))}


def key(name: str) -> str:
    """A file's name, however it was typed: width and case do not matter, nor which way the slashes lean."""
    return "".join(unicodedata.normalize("NFKC", name).replace("\\", "/").casefold().split()).removeprefix("./")


def claims_of(row: SheetRow, problems: list[str]) -> Iterator[tuple[str, str]]:
    """(field, value) of what the row says; what cannot be understood goes to `problems`."""
    if row.court:
        courts = list(Court.objects.called("".join(row.court.split())))
        if len(courts) == 1:
            yield Field.COURT.value, str(courts[0].pk)
        elif courts:
            problems.append(
                f"第{row.number}行：有 {len(courts)} 个法院叫“{row.court}”（{listed(map(str, courts))}），"
                "法院没有采用。请填全称。"
            )
        else:
            problems.append(f"第{row.number}行：名录里没有“{row.court}”，法院没有采用。请填全称，或在审核时增加。")
    if row.year:
        if year := year_as_claimed(row.year):
            yield Field.YEAR.value, year
        else:
            problems.append(
                f"第{row.number}行：年度“{row.year[:20]}”不能识别，没有采用。请填四位年份，如 2023；跨年的填 2017-2021。"
            )
    if row.type:
        if row.type in ReportType.values:
            yield Field.TYPE.value, row.type
        else:
            problems.append(
                f"第{row.number}行：没有“{row.type[:20]}”这种类型，没有采用。请填：{'、'.join(ReportType.values)}。"
            )
    if row.title:
        if len(row.title) <= LONGEST_TITLE:
            yield Field.TITLE.value, row.title
        else:
            problems.append(f"第{row.number}行：标题超过 {LONGEST_TITLE} 字，没有采用。请缩短。")


def listed(names: Iterable[str]) -> str:
    """甲、乙、丙、丁 等, at most MOST_NAMED of them."""
    names = list(names)
    return "、".join(names[:MOST_NAMED]) + (" 等" if len(names) > MOST_NAMED else "")
