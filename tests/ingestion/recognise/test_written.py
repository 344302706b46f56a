"""Documents of many courts and offices, written for the measure with invented figures, and what a careful reader says of
them: what is read right in them stays right."""

from pathlib import Path

import pytest

from benchmarks.recognition import Faults, Rows, gold_texts, measure
from reports.ingestion.shapes import Vocabulary

WRITTEN = Path(__file__).parents[2] / "expected" / "written.jsonl"


@pytest.fixture(scope="module")
def measured(vocabulary: Vocabulary) -> tuple[Rows, Faults]:
    return measure(list(gold_texts(WRITTEN)), vocabulary)


@pytest.mark.parametrize("field", ["court", "year", "type"])
def test_court_year_and_type_of_every_document_are_right(measured: tuple[Rows, Faults], field: str):
    rows, faults = measured

    assert [fault for said in faults.values() for fault in said if fault.startswith(f"{field} ")] == []
    assert (rows[field]["precision"], rows[field]["recall"]) == (1.0, 1.0)


def test_figures_labels_and_themes_agree_with_a_careful_reader(measured: tuple[Rows, Faults]):
    rows, _ = measured
    figures = rows["figures"]

    assert float(figures["precision"]) >= 0.99
    assert figures["recall"] == 1.0
    assert float(figures["labels"]) >= 0.95
    assert float(rows["theme"]["f1"]) >= 0.95


def test_sums_and_chapters_are_read_as_a_reader_reads_them(measured: tuple[Rows, Faults]):
    figures = measured[0]["figures"]

    assert float(figures["relations found"]) >= 0.98
    assert (figures["verdicts right"], figures["reports in the right parts"]) == (1.0, 1.0)
