"""Pictures of text -> Pages, where character recognition is installed (requirements-ocr.txt). Offline: the models lie in the package.

Used in the child alone: recognition takes a gigabyte and seconds for a page.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import Any

from ..han import HAN
from ..shapes import Page
from . import columns

NOT_INSTALLED = "识别扫描件和图片要先安装文字识别组件：请系统维护人员运行 .venv/bin/pip install -r requirements-ocr.txt，装好后点“重新识别”。"
MOST_PAGES = 200
MOST_PIXELS = 100_000_000
# A page of a report at 200 dpi has 4 megapixels, of a newspaper 30; beyond that recognition only gets slower.
_ENOUGH_PIXELS = 40_000_000
# Below this the picture may stand on its head, or lie on its side.
_DOUBTFUL = 0.85
# Of what was read on its side, how much has to be read upright.
_AS_MUCH = 0.9
# Below this a person has to look at every word.
_POOR = 0.9


@dataclass(frozen=True, slots=True)
class Scan:
    """One recognised page, and whether it is set in columns."""

    page: Page
    columned: bool


def is_installed() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


# Lines are looked for on a smaller picture, 100 dots per inch of an A4 page: twice as fast and no worse. In pixels.
_LONG_SIDE = 2600
_LINES_SEEN_AT, _LINES_SEEN_AT_LARGE = 1216, 2048
_LONGEST_SIDE = 4096


@cache
def _engine(is_large: bool) -> Any:
    """One thread: a page beside the site's own work takes longer, but takes no page from readers.

    The angle classifier stays off: with it whole lines vanish without a word.
    """
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "error",
            "Global.max_side_len": _LONGEST_SIDE,
            "Det.limit_type": "max",
            "Det.limit_side_len": _LINES_SEEN_AT_LARGE if is_large else _LINES_SEEN_AT,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def scale_within_limits(width: float, height: float, scale: float) -> float:
    """The scale, or as much less as keeps a page of this size (in points) within the pixels that can be afforded."""
    most = (_ENOUGH_PIXELS / max(width * height, 1)) ** 0.5
    return min(scale, most)


def recognised(picture: Any, number: int) -> Scan:
    """The text on a picture (an array of height × width [× 3]); turned where it stands on its head or lies on its side."""
    best, turned = _upright(picture)
    lines = columns.printed_lines(best.pieces)
    height, width = picture.shape[:2] if turned % 180 == 0 else picture.shape[1::-1]
    page = Page(
        number,
        _with_wide_signs("\n".join(text for text, _ in lines)),
        round(best.sure, 3),
        boxes=tuple(columns.box_in(width, height, frame) for _, frame in lines),
        turned=turned,
    )
    return Scan(page, _is_columned(best.pieces))


def _upright(picture: Any) -> tuple["_Look", int]:
    """What is seen on the picture the right way up, and how far it was turned for that.

    A line that lies on its side may be read well, but then lines come in the wrong order.
    """
    import numpy

    first = _look(picture)
    if first.sure >= _DOUBTFUL and not first.lies:
        return first, 0
    looks = [
        (_look(numpy.ascontiguousarray(numpy.rot90(picture, quarters))), 360 - 90 * quarters)
        for quarters in ((1, 3) if first.lies else (2,))
    ]
    best, turned = max(looks, key=lambda look: look[0].score)
    enough = _AS_MUCH if first.lies else 1.0
    return (best, turned) if best.score > enough * first.score else (first, 0)


# Boxes are drawn generously: of their height, how much is the character, and how much is white at either end.
_CHARACTER, _EDGE = 0.57, 0.15


@dataclass(frozen=True, slots=True)
class _Look:
    pieces: list[columns.Piece]
    sure: float
    lies: bool

    @property
    def score(self) -> float:
        """How much was read, and how surely."""
        return self.sure * sum(len(piece.text) for piece in self.pieces)


def _look(picture: Any) -> _Look:
    found = _engine(max(picture.shape[:2]) > _LONG_SIDE)(picture)
    if found.boxes is None:
        return _Look([], 0.0, False)
    pieces, slopes, upright, weight, total = [], [], 0, 0.0, 0
    for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = box.tolist()
        width, height = abs(x1 - x0), abs(y3 - y0)
        upright += width < height
        if width > 8 * height:
            slopes.append((y1 - y0) / (x1 - x0))
        middle = (y0 + y1 + y2 + y3) / 4
        box = (abs(y3 - y0) + abs(y2 - y1)) / 2
        half, edge = _CHARACTER * box / 2, _EDGE * box
        left, right = min(x0, x3) + edge, max(x1, x2) - edge
        seen = (min(x0, x3), min(y0, y1), max(x1, x2), max(y2, y3))
        pieces.append(columns.Piece(left, middle - half, right, middle + half, _without_spaces(text), seen))
        weight += sure * len(text)
        total += len(text)
    straight = columns.level(pieces, median(slopes)) if slopes else pieces
    return _Look(straight, weight / max(total, 1), upright > len(pieces) / 2)


def _is_columned(pieces: list[columns.Piece]) -> bool:
    blocks = columns.blocks_of(pieces)
    return any(a.left >= b.right or b.left >= a.right for a in blocks for b in blocks)


def _without_spaces(text: str) -> str:
    """Between Chinese characters recognition sees spaces that are none; between Latin words they are."""
    kept = []
    for index, character in enumerate(text):
        around = text[max(index - 1, 0) : index + 2]
        if not character.isspace() or around.isascii():
            kept.append(character)
    return "".join(kept)


_WIDE = str.maketrans("(),;:", "（），；：")
_NARROW_SIGNS = re.compile(
    rf"\((?=[{HAN}“《])|(?<=[{HAN}”》])[()]|\((?=[^()\n]*[{HAN}])|\)(?=[，。、；：{HAN}])"
    rf"|(?<=[{HAN}”》）])[,;:](?!\d)"
)


def _with_wide_signs(text: str) -> str:
    """Brackets and stops beside Chinese as wide as most commas are; recognition takes many for narrow ones."""
    if text.count(",") > text.count("，"):
        return text
    return _NARROW_SIGNS.sub(lambda match: match[0].translate(_WIDE), text)


def notices(scans: list[Scan]) -> list[str]:
    """What a person who looks at the text must know: that it was recognised, how surely, and what was turned."""
    numbers = "、".join(str(scan.page.number) for scan in scans[:20]) + (" 等" if len(scans) > 20 else "")
    sures = [scan.page.sure or 0.0 for scan in scans]
    told = [f"识别自扫描件：第 {numbers} 页，平均把握 {_percent(sum(sures) / len(sures))}，请对照原件核对。"]
    for scan in scans:
        number = scan.page.number
        if not scan.page.text.strip():
            told.append(f"第 {number} 页是图片，没有识别出文字，请对照原件核对。")
        elif (scan.page.sure or 0.0) < _POOR:
            told.append(f"第 {number} 页的识别把握只有 {_percent(scan.page.sure or 0.0)}，请逐字对照原件。")
        if scan.page.turned:
            told.append(f"第 {number} 页原来放反或放倒了，已转正后识别。")
        if scan.columned:
            told.append(f"第 {number} 页分栏排版，各栏次序由程序推定，请对照原件核对。")
    return told


def _percent(sure: float) -> str:
    """Rounded down: 100 % would promise that nothing is wrong."""
    return f"{int(100 * sure)}%"
