"""How long the whole index takes to build, what the process that builds it needs, and how large it is beside the texts."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Func, IntegerField, Sum

from reports.models import ReportText, Status
from reports.words import segmenter
from search import engine


def measure() -> dict[str, Any]:
    """`manage.py rebuild_index`, as it is run. Sizes in bytes; the newest generation alone, though the last one is kept."""
    started = time.monotonic()
    command = [sys.executable, "manage.py", "rebuild_index"]
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env={**os.environ, "DJANGO_SETTINGS_MODULE": "archive.settings"}
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - started
    if status:
        raise SystemExit("rebuild_index failed")
    texts = bytes_of_texts()
    index = sum(path.stat().st_size for path in newest_generation().rglob("*") if path.is_file())
    return {
        "reports": engine.count(),
        "rebuild_seconds": round(took, 1),
        "milliseconds_a_report": round(took / engine.count() * 1000, 2),
        "largest_process_megabytes": round(usage.ru_maxrss / 1024),
        "text_bytes": texts,
        "index_bytes": index,
        "index_by_text": round(index / texts, 2),
        "segmenter": segmenter().library,
    }


def bytes_of_texts() -> int:
    """UTF-8 bytes of the current texts of all published reports."""
    size = Func(
        F("text"), function="length", template="length(CAST(%(expressions)s AS BLOB))", output_field=IntegerField()
    )
    texts = ReportText.objects.filter(is_current=True, report__status=Status.PUBLISHED, report__is_current=True)
    total: int = texts.aggregate(total=Sum(size))["total"]
    return total


def newest_generation() -> Path:
    """The folder of the index that answers."""
    return max((path for path in settings.INDEX_DIR.iterdir() if path.is_dir()), key=lambda path: path.name)
