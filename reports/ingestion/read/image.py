"""A picture of a page, or several in one TIFF -> Pages, by character recognition where it is installed."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from ..shapes import Ask, Pages, Unreadable
from . import ocr

_BROKEN = "图片已损坏或格式不能识别，打不开。请重新扫描或拍照，存为 JPG、PNG 或 PDF 后再上传。"
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")


def read_image(data: bytes, ask: Ask) -> Pages:
    """A page for each picture, turned as the camera noted. Raises Unreadable, and Heavy where `ask` does."""
    if not ocr.is_installed():
        raise Unreadable(f"这是图片。{ocr.NOT_INSTALLED}")
    with opened(data) as (file, count):
        ask("ocr", count)
        scans = []
        for number in range(1, count + 1):
            scans.append(ocr.recognised(_pixels(frame(file, number)), number))
            ask("ocr", count, done=number)
        cut = _is_cut(data, file.format)
    if not any(scan.page.text.strip() for scan in scans):
        raise Unreadable("图片里没有识别出文字。请确认图片清晰、是文字页面，重新扫描后再上传。")
    told = ["图片不完整，后面的部分缺失，请对照原件核对，最好重新扫描。"] if cut else []
    return Pages("image", tuple(scan.page for scan in scans), notices=(*told, *ocr.notices(scans)))


@contextmanager
def opened(data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """The file, and how many pictures are in it. Raises Unreadable, for whatever goes wrong until it is closed too."""
    # Half a picture is worth reading, and is told; the limits are ours.
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as file:
            warnings.simplefilter("ignore")
            # The frames of other formats are an animation, or a photograph and its previews.
            count = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
            if count > ocr.MOST_PAGES:
                raise Unreadable(f"图片有 {count} 页，超过 {ocr.MOST_PAGES} 页，未予识别。请拆分后再上传。")
            _refuse_bombs(file)
            yield file, count
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as problem:
        raise Unreadable(_BROKEN) from problem


def frame(file: Image.Image, number: int) -> Image.Image:
    """One of the pictures in the file (numbers from 1), upright as the camera noted."""
    file.seek(number - 1)
    _refuse_bombs(file)
    return ImageOps.exif_transpose(file).convert("RGB")


def _pixels(picture: Image.Image) -> Any:
    """The picture as an array, small enough to be recognised in time."""
    import numpy

    scale = ocr.scale_within_limits(*picture.size, 1.0)
    if scale < 1:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    return numpy.asarray(picture)[:, :, ::-1]


def _refuse_bombs(file: Image.Image) -> None:
    width, height = file.size
    if width * height > ocr.MOST_PIXELS:
        raise Unreadable(
            f"图片有 {width}×{height} 像素，超过 {ocr.MOST_PIXELS // 1_000_000} 百万像素，未予识别。"
            "请用较低的分辨率（200 dpi 即可）重新扫描后再上传。"
        )


def _is_cut(data: bytes, format: str | None) -> bool:
    """Whether the file ends before the picture does."""
    tail = data[-4096:]
    return (format == "JPEG" and b"\xff\xd9" not in tail) or (format == "PNG" and b"IEND" not in tail)
