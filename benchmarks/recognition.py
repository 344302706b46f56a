"""How well the recognisers read: precision and recall against what careful reading says.

    python -m benchmarks.recognition [GOLD.jsonl] [--json OUT] [--record]

The samples are measured against tests/expected/sample_facts.json and sample_figures.json, the documents that were written
for this measure against tests/expected/written.jsonl. A gold file like that one (one object a line: file, courts,
year_covered, doc_type, themes, themes_by_court, figures, relations; the texts lie beside its folder) is measured too where
one is given or lies in ../shared/gold. Every text takes the whole way: read, clean, split, recognise.

benchmarks/recognition.json keeps what the last recorded run got wrong, report by report; what has been gained and lost
since is printed. --record writes down what this run gets wrong.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RECORD = Path(__file__).with_suffix(".json")
GOLD = ROOT.parent / "shared" / "gold" / "gold.jsonl"
SAMPLES, EXPECTED = ROOT / "seeds" / "samples", ROOT / "tests" / "expected"
WRITTEN = EXPECTED / "written.jsonl"
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django  # noqa: E402

django.setup()

from benchmarks.figures import Counts, Told, compare_figures, told_in_gold, told_in_sample  # noqa: E402
from reports.ingestion.pipeline import reading_of  # noqa: E402
from reports.ingestion.shapes import Draft, Found, Upload, Vocabulary  # noqa: E402
from reports.ingestion.vocabulary import current_vocabulary  # noqa: E402

SURE = 0.9
Rows = dict[str, dict[str, Any]]
Faults = dict[str, list[str]]  # by report
SHOWN = ("topic", "touched")


@dataclass(frozen=True)
class Expected:
    """What a careful reader says of one report. `courts`: any of them is right; none = nothing to name."""

    name: str
    courts: frozenset[str]
    is_stated: bool
    year: str | None
    type: str
    themes: dict[str, str]
    figures: Told


@dataclass
class Tally:
    """What was claimed, what of it was right, and what should have been."""

    claimed: int = 0
    right: int = 0
    wanted: int = 0
    wrong_but_sure: list[str] = field(default_factory=list)

    def add(self, claimed: set[str], wanted: set[str]) -> None:
        self.claimed += len(claimed)
        self.right += len(claimed & wanted)
        self.wanted += len(wanted)

    def row(self) -> dict[str, float | int | list[str]]:
        precision = self.right / self.claimed if self.claimed else 1.0
        recall = self.right / self.wanted if self.wanted else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(f1, 3),
            "wrong_but_sure": self.wrong_but_sure,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="?", type=Path, default=GOLD if GOLD.exists() else None)
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--quiet", action="store_true", help="the tables alone, without what was missed")
    parser.add_argument("--record", action="store_true", help="keep what this run gets wrong, for the next to compare")
    options = parser.parse_args()
    vocabulary = current_vocabulary()
    if not vocabulary.courts:
        raise SystemExit("库里还没有法院与主题：请先运行 python manage.py migrate 和 python manage.py load_seeds。")
    texts = {"samples": list(samples()), "written": list(gold_texts(WRITTEN))}
    if options.gold:
        texts[options.gold.name] = list(gold_texts(options.gold))
    measured, faults = {}, {}
    for name, read in texts.items():
        measured[name], faults[name] = measure(read, vocabulary)
        show(name, measured[name])
        if not options.quiet:
            print("\n".join(f"  {report}: {'; '.join(missed)}" for report, missed in faults[name].items()))
    show_progress(json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}, faults)
    if options.record:
        RECORD.write_text(json.dumps(faults, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")


def samples() -> Iterator[tuple[Path, list[Expected]]]:
    """The samples, each with what its reports say in order."""
    facts = json.loads((EXPECTED / "sample_facts.json").read_text(encoding="utf-8"))
    figures = json.loads((EXPECTED / "sample_figures.json").read_text(encoding="utf-8"))
    told = {(row["sample"], row["article"]): told_in_sample(row) for row in figures}
    for path in sorted({fact["sample"]: SAMPLES / fact["sample"] for fact in facts}.values()):
        yield (
            path,
            [
                Expected(
                    f"{path.stem[:3]}/{fact['article']}",
                    frozenset(filter(None, [fact["court"]])),
                    fact["court"] is not None,
                    fact["year"],
                    fact["type"],
                    fact["themes"],
                    told[fact["sample"], fact["article"]],
                )
                for fact in facts
                if fact["sample"] == path.name
            ],
        )


def gold_texts(gold: Path) -> Iterator[tuple[Path, list[Expected]]]:
    """The texts of a gold file; one that holds several courts' reports has them in the order of its courts."""
    strengths = {2: "topic", 1: "touched"}
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        year = None if row["year_covered"] == "unknown" else row["year_covered"]
        path = gold.parent.parent / row["file"]
        if row.get("themes_by_court"):
            yield (
                path,
                [
                    Expected(
                        f"{row['id']} {court}",
                        frozenset([court]),
                        True,
                        year,
                        row["doc_type"],
                        dict.fromkeys(themes, "touched"),
                        told_in_gold(row, court),
                    )
                    for court, themes in row["themes_by_court"].items()
                ],
            )
            continue
        told = [court for court in row["courts"] if court["name"] != "unknown" and court.get("certain", True)]
        stated = bool(told) and not told[0].get("evidence", "").lower().startswith("not ")
        names = frozenset(court["name"] for court in told)
        themes = {name: strengths.get(strength, strength) for name, strength in row["themes"].items()}
        yield path, [Expected(row["id"], names, stated, year, row["doc_type"], themes, told_in_gold(row))]


def measure(texts: list[tuple[Path, list[Expected]]], vocabulary: Vocabulary) -> tuple[Rows, Faults]:
    """One row for each kind of claim and one for figures, over all texts; and what was missed, report by report."""
    tallies = {name: Tally() for name in ("court", "year", "type", "theme")}
    counts = Counts()
    known = {court.name for court in vocabulary.courts}
    faults: Faults = {}
    spent = reports = 0.0
    for path, expected in texts:
        started = time.perf_counter()
        drafts = reading_of(Upload(path.name, path.read_bytes()), vocabulary).drafts
        spent += time.perf_counter() - started
        reports += len(drafts)
        if len(drafts) != len(expected):
            faults[path.name] = [f"{len(drafts)} reports instead of {len(expected)}"]
        for draft, right in zip(drafts, expected, strict=False):
            missed = [*compare(draft, right, known, tallies), *compare_figures(draft, right.figures, counts)]
            if missed:
                faults[right.name] = missed
    print(f"\n{reports:.0f} reports, {spent / max(reports, 1) * 1000:.0f} ms each")
    return {**{name: tally.row() for name, tally in tallies.items()}, "figures": counts.row()}, faults


def compare(draft: Draft, right: Expected, known: set[str], tallies: dict[str, Tally]) -> list[str]:
    """Count one report; returns what differs, in words. A court that the archive does not list cannot be claimed."""
    single = {found.field: found for found in draft.found if not found.suggestion}
    court, year, kind = single["court"], single["year"], single["type"]
    nameable = right.courts & known
    told = {court.value} & nameable if court.value in nameable else set(sorted(nameable)[:1])
    tallies["court"].add(
        set(filter(None, [court.value])), told if right.is_stated or court.value in nameable else set()
    )
    tallies["year"].add(set(filter(None, [year.value])), set(filter(None, [right.year])))
    tallies["type"].add(set(filter(None, [kind.value])), {right.type})
    neutral = {name for name, strength in right.themes.items() if strength not in SHOWN}
    themes = {found.value for found in draft.found if found.field == "theme" and found.detail in SHOWN and found.value}
    wanted = set(right.themes) - neutral
    tallies["theme"].add(themes - neutral, wanted)
    missed = [
        *differs("court", court, right.courts, tallies),
        *differs("year", year, {right.year} - {None}, tallies),
        *differs("type", kind, {right.type}, tallies),
    ]
    missed += [f"theme too many: {name}" for name in sorted(themes - neutral - wanted)]
    missed += [f"theme lacking: {name}" for name in sorted(wanted - themes)]
    return missed


def differs(name: str, found: Found, right: frozenset[str] | set[str], tallies: dict[str, Tally]) -> Iterator[str]:
    if found.value in right or (found.value is None and not right):
        return
    yield f"{name} {found.value} ({found.sure}) for {' or '.join(sorted(right)) or 'unknown'}"
    if found.value is not None and found.sure >= SURE:
        tallies[name].wrong_but_sure.append(f"{found.value} for {' or '.join(sorted(right)) or 'unknown'}")


def show(name: str, rows: Rows) -> None:
    print(f"{name:<16}{'precision':>10}{'recall':>10}{'F1':>10}{'wrong ≥ 0.9':>14}")
    figures = rows["figures"]
    for kind, row in rows.items():
        if row is not figures:
            wrong = len(row["wrong_but_sure"])
            print(f"{kind:<16}{row['precision']:>10}{row['recall']:>10}{row['f1']:>10}{wrong:>14}")
    print(f"{'figures':<16}{figures['precision']:>10}{figures['recall']:>10}")
    print("  " + ", ".join(f"{what} {value}" for what, value in list(figures.items())[2:]))


def show_progress(recorded: dict[str, Faults], now: dict[str, Faults]) -> None:
    """What the last recorded run got wrong and this one does not, and the other way round."""
    for name, faults in now.items():
        before = {(report, fault) for report, said in recorded.get(name, {}).items() for fault in said}
        after = {(report, fault) for report, said in faults.items() for fault in said}
        print(f"\n{name} since the last recorded run: {len(before - after)} gained, {len(after - before)} lost")
        print("".join(f"  + {report}: {fault}\n" for report, fault in sorted(before - after)), end="")
        print("".join(f"  − {report}: {fault}\n" for report, fault in sorted(after - before)), end="")


if __name__ == "__main__":
    main()
