"""Plain text in any encoding that Chinese offices use -> Pages."""

import codecs
import re
from dataclasses import dataclass

from ..han import common_share
from ..shapes import Page, Pages, Unreadable

# The longer marks first: one of UTF-16 begins one of UTF-32.
_BOMS = (
    *((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
    *((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
)
# gb18030 reads whatever calls itself GB2312 or GBK. In order of likelihood: the first of equals is taken.
_GUESSES = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# Chinese written in ASCII, as it once travelled in mail.
_IN_ASCII = ("utf-7", "hz")
_ENOUGH_TO_GUESS = 1 << 16  # bytes
_BROKEN = "\N{REPLACEMENT CHARACTER}"
# More broken characters than this and the file is not text in that encoding, but something else.
_MOST_BROKEN = 0.02
_LEAST_COMMON = 0.25
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_LOST = "文件里的文字在转换编码时已变成乱码（“�”），原来的字已经丢失。请找到更早的原件，或从网页上重新复制后再上传。"
_NOT_A_TEXT_FILE = "这不是文字文件，也不是能识别的其他格式。请核对原件，另存为 PDF 或 TXT 后再上传。"


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    cut: bool
    lost: int

    @property
    def broken(self) -> int:
        return self.text.count(_BROKEN)

    @property
    def has_lost(self) -> bool:
        """Whether most of what is broken was broken before: its bytes are those of the sign for a lost character."""
        return self.lost > self.broken / 2

    @property
    def likelihood(self) -> float:
        """0…1: the share of common Han, less what is broken or no text at all. Text without any Han scores 0."""
        wrong = self.broken + len(_NOT_TEXT.findall(self.text))
        return common_share(self.text) - 20 * wrong / max(len(self.text), 1)


def read_txt(data: bytes) -> Pages:
    """Pages part at form feeds. Raises Unreadable for what is no text.

    A few broken bytes, or half a character at the end, do not lose the file: a notice says so.
    """
    found = decoded(data)
    if not found.text.strip():
        raise Unreadable("文件里没有文字。请检查原件后重新上传。")
    notices = []
    if found.broken:
        notices.append(f"有 {found.broken} 处字节无法辨认，显示为“{_BROKEN}”，请对照原件核对。")
    if found.cut:
        notices.append("文件末尾缺了半个字，已略去；原件可能不完整，请核对。")
    pages = found.text.rstrip("\f\r\n ").split("\f")
    return Pages("txt", tuple(Page(*page) for page in enumerate(pages, start=1)), found.encoding, tuple(notices))


def decoded(data: bytes) -> Decoded:
    """By BOM, else strict UTF-8, else the encoding that makes the most ordinary Chinese of the bytes."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _plausible(decoded_as(data[len(bom) :], encoding))
    if b"\x00" not in data:
        if data.isascii() and (mailed := _written_in_ascii(data)):
            return _plausible(mailed)
        strict = decoded_as(data, "utf-8")
        if not strict.broken or strict.has_lost:
            return _plausible(strict)
    guesses = [decoded_as(data[:_ENOUGH_TO_GUESS], encoding) for encoding in _GUESSES]
    best = max(guesses, key=lambda guess: guess.likelihood)
    if best.likelihood < _LEAST_COMMON:
        raise Unreadable(_NOT_A_TEXT_FILE)
    return _plausible(decoded_as(data, best.encoding))


def _written_in_ascii(data: bytes) -> Decoded | None:
    """Text in letters that stand for Chinese, where they make ordinary Chinese without a flaw."""
    for encoding in _IN_ASCII:
        found = decoded_as(data, encoding)
        if not found.broken and found.likelihood >= _LEAST_COMMON:
            return found
    return None


def decoded_as(data: bytes, encoding: str) -> Decoded:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(data)
    lost = data.count(_BROKEN.encode(encoding)) if encoding.startswith("utf") else 0
    return Decoded(text, encoding, cut=bool(decoder.getstate()[0]), lost=lost)


def _plausible(found: Decoded) -> Decoded:
    wrong = found.broken + len(_NOT_TEXT.findall(found.text))
    if wrong > _MOST_BROKEN * len(found.text):
        raise Unreadable(_LOST if found.has_lost else _NOT_A_TEXT_FILE)
    return found
