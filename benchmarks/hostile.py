"""What hostile and damaged files cost: CPU, memory and time of the children that read them, and the sentence each gets.

The files of `../shared/files/broken` where they lie beside the project (BENCH_FILES), else those that are made here. They
are read as the worker reads them, while the archive serves, and is asked for a page after each.
"""

import io
import logging
import time
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from benchmarks.reading import FILES
from benchmarks.serving import Asker, served
from reports.ingestion.child import LIMITS, heavy_limits, read_safely
from reports.ingestion.nursery import nursery
from reports.ingestion.shapes import Upload, Vocabulary
from reports.ingestion.vocabulary import current_vocabulary


def measure() -> dict[str, Any]:
    costs, vocabulary = Costs(), current_vocabulary()
    logger = logging.getLogger("reports.ingestion.child")
    logger.addHandler(costs)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    with served() as (_, port):
        files = [cost_of(upload, vocabulary, port, costs) for upload in hostile()]
    return {"files": files, "left_behind": [path.name for path in nursery(settings.READING_DIR).folder.iterdir()]}


class Costs(logging.Handler):
    """What the children of one file have cost: seconds of CPU in all, megabytes of the largest, and how many they were."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.begin()

    def begin(self) -> None:
        self.cpu, self.memory, self.children = 0.0, 0, 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            _, cpu, memory = record.args
            self.cpu += float(str(cpu))
            self.memory = max(self.memory, int(str(memory)))
            self.children += 1


def cost_of(upload: Upload, vocabulary: Vocabulary, port: int, costs: Costs) -> dict[str, Any]:
    costs.begin()
    began = time.monotonic()
    reading = read_safely(upload, vocabulary, settings.READING_DIR)
    seconds = time.monotonic() - began
    # A second child was given the room that LibreOffice and recognition need.
    limits = LIMITS if costs.children < 2 else heavy_limits({"office": 1, "ocr": 1})
    return {
        "file": upload.name,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(costs.cpu, 2),
        "megabytes": costs.memory,
        "within_limits": seconds <= limits.clock and costs.cpu <= limits.cpu and costs.memory <= limits.memory >> 20,
        "articles": len(reading.drafts),
        "sentence": reading.reason or "；".join(reading.notices),
        "web_alive": b"</html>" in Asker(port).get("/"),
    }


def hostile() -> Iterator[Upload]:
    folder = FILES / "broken"
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            yield Upload(path.name, path.read_bytes())
    else:
        yield from made_here()


def made_here() -> Iterator[Upload]:
    """A few of each sort, for where the files are not at hand."""
    yield Upload("空.pdf", b"")
    yield Upload("半个.pdf", b"%PDF-1.7\n1 0 obj <<")
    yield Upload("程序.pdf", b"MZ\x90\x00" + bytes(1000))
    yield Upload("炸弹.docx", packed("word/document.xml", bytes(300 << 20)))
    yield Upload(
        "实体.docx", packed("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><w:document>&b;</w:document>')
    )
    yield Upload("炸弹.pdf", pdf_that_inflates(1 << 30))
    yield Upload("嵌套.html", b"<div>" * 200_000 + "正文".encode())


def packed(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def pdf_that_inflates(size: int) -> bytes:
    """One page whose content is small in the file and of this size in memory. The reader finds the objects itself."""
    squeeze, chunk = zlib.compressobj(9), b"q Q " * (1 << 18)
    content = b"".join(squeeze.compress(chunk) for _ in range(size // len(chunk))) + squeeze.flush()
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>" % (len(content), content)
    )
