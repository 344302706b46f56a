"""From a kept original to its draft reports: what the upload page, the commands and the seeds all do."""

import logging
from collections.abc import Iterator

from django.conf import settings

from reports.models import Report, SourceFile

from .child import read_safely, sheet_safely, unpack_safely
from .metadata import may_be_sheet
from .read.archive import MOST_INFLATED
from .read.kinds import kind_of
from .save import NOTHING_SAID, Said, save, upload_of
from .shapes import Ask, Member, Reading, Sheet, Unreadable, Vocabulary, Watch, allow, unwatched

logger = logging.getLogger(__name__)

NO_ROOM = "服务器的磁盘或内存不足，没有识别；原件已留存，没有丢失。请稍后点“重新识别”，或联系系统维护人员。"
OUR_FAULT = "程序在保存识别结果时出错，原件已留存，没有丢失。请稍后点“重新识别”；仍不成功的，请联系系统维护人员。"

ORIGINAL_IS_GONE = "原件不在存放的地方，可能被移走或删除。请联系系统维护人员，从备份中取回。"


def is_zip(source: SourceFile) -> bool:
    """Whether a kept original is a ZIP of files to be taken apart, and no DOCX, no OFD."""
    if source.size > MOST_INFLATED:
        return False
    try:
        with source.file.open("rb") as file:
            return file.read(2) == b"PK" and kind_of(b"PK" + file.read()) == "zip"
    except OSError:
        return False  # reading says so


def members_of(source: SourceFile, watch: Watch) -> Iterator[Member]:
    """The files in a kept ZIP, taken apart in a child. Raises Unreadable, with a sentence, and what `watch` does."""
    try:
        yield from unpack_safely(upload_of(source), settings.READING_DIR, watch=watch)
    except OSError as problem:
        logger.exception("source %s could not be taken apart", source.pk)
        raise Unreadable(NO_ROOM) from problem


def sheet_in(source: SourceFile, watch: Watch) -> Sheet | None:
    """What a kept table says of the files that it came with; None for every other file.

    It is read in a child. Raises Unreadable, with a sentence, and what `watch` does.
    """
    if source.size > settings.MAX_UPLOAD_BYTES:
        return None
    try:
        upload = upload_of(source)
        return sheet_safely(upload, settings.READING_DIR, watch=watch) if may_be_sheet(upload) else None
    except OSError:
        return None  # reading says so


def read_kept(source: SourceFile, vocabulary: Vocabulary, *, ask: Ask = allow, watch: Watch = unwatched) -> Reading:
    """What can be read from a kept original, or why nothing can. Never raises for a bad file, nor where the original or
    room for reading is lacking; only what `ask` and `watch` do, and NotBegun."""
    limit = settings.MAX_UPLOAD_BYTES
    if source.size > limit:
        return Reading(
            reason=f"文件有 {source.size / 1024 / 1024:.1f} MB，超过每个文件 {limit // 1024 // 1024} MB 的上限，没有识别。"
            "请拆分，或压缩其中的图片后再上传。"
        )
    try:
        upload = upload_of(source)
    except FileNotFoundError:
        logger.exception("the original of source %s is not there", source.pk)
        return Reading(reason=ORIGINAL_IS_GONE)
    try:
        return read_safely(upload, vocabulary, settings.READING_DIR, ask=ask, watch=watch)
    except OSError:
        logger.exception("source %s could not be read", source.pk)
        return Reading(reason=NO_ROOM)


def take_in(source: SourceFile, reading: Reading, said: Said = NOTHING_SAID) -> list[Report]:
    """Save the reading, and what the uploader says of it. A fault of ours is logged and told as the file's state: it stops no other file."""
    try:
        return save(source, reading, said)
    except Exception:
        logger.exception("source %s could not be saved", source.pk)
        return save(source, Reading(reason=OUR_FAULT))
