"""A page of an original as a picture, for readers and for staff; whether it may be seen is asked where the request comes in."""

import logging

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from reports.models import SourceFile

from .pictures import Busy, picture_of

logger = logging.getLogger(__name__)

# A browser asks again after an hour: by then the report may have been withdrawn. Nobody on the way may keep it.
KEPT = "private, max-age=3600"
BUSY = "正在生成其他原件的页面图像，请过几秒再试。"


def picture(request: HttpRequest, source: SourceFile, number: int) -> HttpResponseBase | None:
    """The picture; None where there is none. 503 while too many are asked for at once."""
    etag = f'"{source.sha256[:16]}-{number}"'
    try:
        file = picture_of(source, number)
        if file is None:
            return None
        answer = get_conditional_response(request, etag=etag) or FileResponse(
            file.open("rb"), content_type="image/webp"
        )
    except Busy:
        return HttpResponse(BUSY, status=503, headers={"Retry-After": "5"}, content_type="text/plain; charset=utf-8")
    except OSError:  # the original is gone, or the disk is full
        logger.exception("page %s of source %s cannot be had", number, source.pk)
        return None
    answer["Cache-Control"], answer["ETag"] = KEPT, etag
    return answer
