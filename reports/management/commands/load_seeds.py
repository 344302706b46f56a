"""Reference data and the samples: safe to run twice, and again when the lists have grown.

Only what is missing is added: a row that is there, by its key, keeps what people made of it, and a court's other names
come when the court does. So a name that a person took away stays away, while a region, court, theme or kind of figure
that was deleted returns. A new court whose name is borne in the archive already, because a person added or renamed a
court, is not added; the court of that name gets its other names, unless it has some.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reports import publishing
from reports.ingestion.child import read_safely
from reports.ingestion.save import checksum, keep, save
from reports.ingestion.shapes import Upload, Vocabulary
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import (
    Court,
    CourtLevel,
    CourtName,
    IndicatorKind,
    Region,
    RegionChange,
    RegionLevel,
    Report,
    SourceFile,
    Theme,
)

LEVELS = {"最高人民法院": "最高", "高级人民法院": "高级", "中级人民法院": "中级", "基层人民法院": "基层"}
# Columns of regions_history.csv -> fields of RegionChange.
HISTORY = {
    "year": "year",
    "type": "change",
    "old_code": "old_code",
    "old_name": "old_name",
    "old_path": "old_path",
    "new_code": "new_code",
    "new_name": "new_name",
    "new_path": "new_path",
    "doc_no": "document",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one CSV file in seeds/."""
    with (Path(settings.SEEDS_DIR) / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def several(words: str) -> list[str]:
    return [word for word in words.split(";") if word]


class Command(BaseCommand):
    help = "装入行政区划、法院、主题、指标和样本；可重复运行"

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for label, load in (
                ("行政区划", self.load_regions),
                ("区划沿革", self.load_region_changes),
                ("法院和它们的别名、曾用名", self.load_courts),
                ("主题", self.load_themes),
                ("指标", self.load_indicator_kinds),
            ):
                self.stdout.write(f"{label} … ", ending="")
                self.stdout.flush()
                self.stdout.write(f"{load():,}")
        self.load_samples()

    def load_regions(self) -> int:
        known = set(Region.objects.values_list("pk", flat=True))
        regions = [
            Region(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                parent_id=row["parent_code"] or None,
                short_name=row["short_name"],
                aliases=several(row["aliases"]),
            )
            for row in rows("regions.csv")
            if row["code"] not in known
        ]
        # Parents first: the file is in code order, which a directly governed county does not always follow.
        for level in RegionLevel.values:
            Region.objects.bulk_create([region for region in regions if region.level == level])
        return Region.objects.count()

    def load_region_changes(self) -> int:
        known = {tuple(map(str, row)) for row in RegionChange.objects.values_list(*HISTORY.values())}
        RegionChange.objects.bulk_create(
            RegionChange(**{field: row[column] for column, field in HISTORY.items()})
            for row in rows("regions_history.csv")
            if tuple(row[column] for column in HISTORY) not in known
        )
        return RegionChange.objects.count()

    def load_courts(self) -> int:
        seeds = list(rows("courts.csv"))
        known = set(Court.objects.values_list("pk", flat=True))
        taken = dict(Court.objects.values_list("name", "pk"))
        # Id in the list -> id in the archive: another one where a person added the court, or gave one this name.
        ids = {}
        for row in seeds:
            own = int(row["id"])
            ids[own] = own if own in known else taken.get(row["name"], own)
            if ids[own] != own:
                self.stdout.write(f"{row['name']}已在库中，编号 {ids[own]}，不再增加；", ending="")
        superiors = superior_courts(seeds)
        courts = [
            Court(
                id=int(row["id"]),
                name=row["name"],
                level=LEVELS[row["level"]],
                kind=row["kind"],
                region_id=row["region_code"] or None,
                superior_id=ids[superiors[row["id"]]] if row["id"] in superiors else None,
                verified=row["certainty"] == "high",
            )
            for row in seeds
            if ids[int(row["id"])] not in known
        ]
        for level in CourtLevel.values:
            Court.objects.bulk_create([court for court in courts if court.level == level])
        nameless = Court.objects.filter(pk__in=set(ids.values()) - set(ids), names=None).values_list("pk", flat=True)
        load_court_names(seeds, ids, {court.pk for court in courts} | set(nameless))
        return Court.objects.count()

    def load_themes(self) -> int:
        """An expression that an editor has changed stays changed."""
        Theme.objects.bulk_create(
            (
                Theme(
                    name=row["name"], definition=row["definition"], expressions=row["signals"], core=row["core"] == "1"
                )
                for row in rows("themes.csv")
            ),
            ignore_conflicts=True,
        )
        return Theme.objects.count()

    def load_indicator_kinds(self) -> int:
        """What an editor has changed stays changed. A new rate names the kinds it is worked out from, old ones too."""
        known = set(IndicatorKind.objects.values_list("name", flat=True))
        new = [row for row in rows("indicators.csv") if row["name"] not in known]
        columns = ("name", "definition", "expressions", "context", "units", "better")
        IndicatorKind.objects.bulk_create(IndicatorKind(**{column: row[column] for column in columns}) for row in new)
        ids = dict(IndicatorKind.objects.values_list("name", "pk"))
        for role in ("numerator", "denominator"):
            link = getattr(IndicatorKind, role).through
            link.objects.bulk_create(
                link(from_indicatorkind_id=ids[row["name"]], to_indicatorkind_id=ids[name])
                for row in new
                for name in several(row[role])
                if name in ids
            )
        return len(ids)

    def load_samples(self) -> None:
        """The samples take the way of every other file. One that the archive has, whatever became of it, is left alone."""
        paths = sorted((Path(settings.SEEDS_DIR) / "samples").iterdir())
        vocabulary = current_vocabulary()
        for number, path in enumerate(paths, start=1):
            self.stdout.write(f"样本 {number}/{len(paths)} {path.name} … ", ending="")
            self.stdout.flush()
            reports = publish_sample(path, vocabulary)
            self.stdout.write("、".join(str(report.court or "法院不明") for report in reports) or "已在库中")


def load_court_names(seeds: list[dict[str, str]], ids: dict[int, int], courts: set[int]) -> None:
    """Short and former names of these courts alone; `ids`: a court's id in the list -> its id in the archive."""
    short = [(ids[int(row["id"])], alias) for row in seeds for alias in several(row["aliases"])]
    called = defaultdict(set)
    for court, name in [*short, *((ids[int(row["id"])], row["name"]) for row in seeds)]:
        called[name].add(court)
    former = []
    for row in rows("courts_former.csv"):
        # The list names some present courts without their prefecture; a name that is still ambiguous is left out.
        if len(called[row["present_court"]]) == 1:
            (court,) = called[row["present_court"]]
            former.append((court, row["former_court"], int(row["year"])))
    # Former names first: where a name is both, its year is worth keeping.
    CourtName.objects.bulk_create(
        [
            *(
                CourtName(court_id=court, name=name, kind=CourtName.Kind.FORMER, until=year)
                for court, name, year in former
                if court in courts
            ),
            *(CourtName(court_id=court, name=name) for court, name in short if court in courts),
        ],
        ignore_conflicts=True,
    )


def publish_sample(path: Path, vocabulary: Vocabulary) -> list[Report]:
    """One sample, read, saved with the pipeline's own claims and published, unless the archive seems to have the report."""
    upload = Upload(path.name, path.read_bytes())
    if SourceFile.objects.filter(sha256=checksum(ContentFile(upload.data))).exists():
        return []
    # Reading may take a minute, in which nobody else could write if the transaction had begun.
    reading = read_safely(upload, vocabulary, settings.READING_DIR)
    if reading.reason:
        raise CommandError(f"样本 {path.name} 未能识别：{reading.reason}")
    with transaction.atomic():
        source, _ = keep(ContentFile(upload.data), upload.name)
        reports = save(source, reading)
        for report in reports:
            # The archive may have it already, from another file: a person decides which one stays.
            if not report.suspicions.open().exists():
                publishing.publish(report, None, confirmed=True, verb="装入样本")
    return reports


def superior_courts(seeds: list[dict[str, str]]) -> dict[str, int]:
    """Court id -> id of the court above it, where the list itself leaves one answer.

    A basic court stands under the only ordinary intermediate court of its prefecture, an intermediate court under the
    only ordinary high court of its province, a high court under the Supreme People's Court. Where a prefecture or a
    municipality has several (北京 has four), the list does not say which: unknown.
    """
    ordinary: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in seeds:
        if row["kind"] == "普通":
            place = row["province"] + ("/" + row["city"] if row["level"] == "中级人民法院" else "")
            ordinary[LEVELS[row["level"]], place].append(int(row["id"]))
    above = {}
    for row in seeds:
        candidates = {
            "基层": ordinary["中级", f"{row['province']}/{row['city']}"] if row["city"] else [],
            "中级": ordinary["高级", row["province"]],
            "高级": ordinary["最高", ""],
        }.get(LEVELS[row["level"]], [])
        if len(candidates) == 1 and candidates[0] != int(row["id"]):
            above[row["id"]] = candidates[0]
    return above
