"""An index of ten times as many reports, made of the archive's own: every segment ten times, under ten names.

The copies are links, so that nothing is written but names, checksums' lists and a table of contents. A report is then
found ten times, in as many places: what an engine does with 350,000 reports, without an archive of 350,000.
"""

import copy
import json
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from haystack import connections
from whoosh.index import TOC

from search.backends.whoosh.store import MADE_WITH, Store, open_index, write_toc

TIMES = 10


def measure() -> dict[str, int]:
    source = Store(Path(connections["default"].get_backend().path)).current()
    assert source, "the index is measured before it is repeated"  # noqa: S101
    shutil.rmtree(folder(), ignore_errors=True)
    folder().mkdir()
    store = Store(folder())
    target = store.begin()
    index = open_index(source)
    segments = [repeated(source, segment, target) for segment in index._segments() for _ in range(TIMES)]
    shutil.copy(source / MADE_WITH, target / MADE_WITH)
    write_toc(target, TOC(index.schema, segments, 1))
    store.switch_to(target)
    return {"segments": len(segments), "reports": sum(segment.doc_count() for segment in segments)}


def folder() -> Path:
    """Stands in the place of the archive's own index where MEASURED_INDEX says so (settings.py)."""
    return settings.DATA_DIR / "tenfold"


def repeated(source: Path, segment: Any, target: Path) -> Any:
    """The segment under a name of its own."""
    twin = copy.copy(segment)
    twin.segid = segment._random_id()
    before, after = segment.segment_id(), twin.segment_id()
    for path in source.glob(f"{before}.*"):
        if path.suffix != ".sums":
            os.link(path, target / path.name.replace(before, after))
    sums = json.loads((source / f"{before}.sums").read_text("ascii"))
    renamed = {name.replace(before, after): sum_ for name, sum_ in sums.items()}
    (target / f"{after}.sums").write_text(json.dumps(renamed), "ascii")
    return twin
