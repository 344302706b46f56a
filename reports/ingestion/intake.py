"""From a kept original to its draft reports: what the upload page, the commands and the seeds all do."""

import logging

from django.conf import settings

from reports.models import Court, Report, SourceFile

from .child import read_safely
from .save import save, upload_of
from .shapes import Reading, Vocabulary

logger = logging.getLogger(__name__)

OUR_FAULT = "程序在保存识别结果时出错，原件已留存，没有丢失。请稍后点“重新识别”；仍不成功的，请联系系统维护人员。"


def read_kept(source: SourceFile, vocabulary: Vocabulary) -> Reading:
    """What can be read from a kept original, or why nothing can. Never raises for a bad file."""
    limit = settings.MAX_UPLOAD_BYTES
    if source.size > limit:
        return Reading(
            reason=f"文件有 {source.size / 1024 / 1024:.1f} MB，超过每个文件 {limit // 1024 // 1024} MB 的上限，没有识别。"
            "请拆分，或压缩其中的图片后再上传。"
        )
    return read_safely(upload_of(source), vocabulary)


def take_in(
    source: SourceFile, reading: Reading, *, court: Court | None = None, year: int | None = None
) -> list[Report]:
    """Save the reading. A fault of ours is logged and told as the file's state: it stops no other file."""
    try:
        return save(source, reading, court=court, year=year)
    except Exception:
        logger.exception("source %s could not be saved", source.pk)
        return save(source, Reading(reason=OUR_FAULT))
