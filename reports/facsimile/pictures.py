"""Pictures of an original's pages: drawn in a child when somebody first asks, kept under DATA_DIR, dropped when there are too many.

They are a shadow, as the index is: whatever is missing is drawn anew.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore

from django.conf import settings

from reports.ingestion.child import heavy_limits, pictures_safely
from reports.ingestion.confined import Limits
from reports.ingestion.nursery import NotBegun
from reports.ingestion.read import office
from reports.ingestion.save import upload_of
from reports.models import SourceFile

logger = logging.getLogger(__name__)

# Whoever looks at a page will turn it: to start a child takes as long as to draw several. LibreOffice prints the whole
# document first, so that all of it is drawn at once.
TOGETHER, TOGETHER_OFFICE = 8, 100
LIMITS = Limits(cpu=40, clock=60, memory=2 << 30)  # a photograph of a hundred megapixels is held three times
LIMITS_OFFICE = heavy_limits({"office": 1})
# In one web process: one child at a time, and so many requests that wait for their turn, so that however many ask, most
# of the process's threads are free for everybody else.
DRAWING = BoundedSemaphore(1)
ASKING = BoundedSemaphore(3)
PATIENCE = 20.0
# All pictures together; some 15,000 pages. When it is passed the oldest tenth goes, looked at with every so many children.
MOST_BYTES = 2 << 30
LOOK_EVERY = 32
children = count()


class Busy(Exception):
    """Too many pages are being drawn already; a little later there will be room."""


def can_be_drawn(source: SourceFile) -> bool:
    """Whether pages can be shown as they are printed. Of a document that LibreOffice prints only those it counted itself."""
    if source.kind in office.KINDS:
        return any("boxes" in page for page in source.pages) and office.program() is not None
    return source.kind in ("pdf", "image", "ofd")


def picture_of(source: SourceFile, number: int) -> Path | None:
    """The picture of a page, WebP, drawn now where it is not kept. None: there is no such page, or it cannot be drawn.

    Raises Busy, and OSError where the original is gone or the disk is full.
    """
    if not can_be_drawn(source) or source.page(number) is None:
        return None
    if (kept := kept_at(source, number)).exists():
        return kept if kept.stat().st_size else None
    with turn():
        if not kept.exists():
            draw_from(source, number)
    return kept if kept.stat().st_size else None


def kept_at(source: SourceFile, number: int) -> Path:
    """An empty file there says that the page cannot be drawn: what took a minute in vain is not tried again and again."""
    return Path(settings.PICTURES_DIR, source.sha256[:2], source.sha256, f"{number}.webp")


@contextmanager
def turn() -> Iterator[None]:
    """This request's turn to draw. Raises Busy."""
    if not ASKING.acquire(blocking=False):
        raise Busy
    try:
        if not DRAWING.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            DRAWING.release()
    finally:
        ASKING.release()


def draw_from(source: SourceFile, number: int) -> None:
    """Draw this page and those after it that are not kept yet. Raises Busy where the machine is."""
    is_office = source.kind in office.KINDS
    last = number + (TOGETHER_OFFICE if is_office else TOGETHER)
    turns = {
        page["number"]: page.get("turned", 0)
        for page in source.pages
        if number <= page["number"] < last and not kept_at(source, page["number"]).exists()
    }
    limits = LIMITS_OFFICE if is_office else LIMITS
    try:
        pictures = pictures_safely(upload_of(source), turns, settings.READING_DIR, limits, office=is_office)
    except NotBegun as problem:
        raise Busy from problem
    if number not in pictures:
        logger.warning("page %s of source %s cannot be drawn", number, source.pk)
    for drawn in {number, *pictures}:
        keep(kept_at(source, drawn), pictures.get(drawn, b""))
    if next(children) % LOOK_EVERY == 0:
        drop_the_oldest(Path(settings.PICTURES_DIR), MOST_BYTES)


def keep(file: Path, picture: bytes) -> None:
    """Whole or not at all: others read while it is written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, delete=False) as unfinished:
        unfinished.write(picture)
    Path(unfinished.name).replace(file)


def drop_the_oldest(folder: Path, most: int) -> None:
    """Where the pictures take more than `most` bytes, take the oldest away until a tenth is free."""
    files = sorted((status.st_mtime, status.st_size, file) for file, status in files_in(folder))
    excess = sum(size for _, size, _ in files) - most
    if excess <= 0:
        return
    excess += most // 10
    for _, size, file in files:
        if excess <= 0:
            break
        with suppress(FileNotFoundError):
            file.unlink()
        excess -= size


def files_in(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for file in folder.glob("*/*/*"):
        with suppress(FileNotFoundError):
            yield file, file.stat()
