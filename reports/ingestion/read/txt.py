"""Plain text in any encoding that Chinese offices use -> Pages."""

import codecs
import html
import re
from dataclasses import dataclass, replace

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
# Lines of different origins that somebody put into one file.
_LINE_BY_LINE = ("utf-8", "gb18030")
# A file that was to fill its blocks of a disk.
_PADDING = re.compile(rb"\x00{16,}\Z")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENCODINGS = {*_GUESSES, *_IN_ASCII}
_ENOUGH_TO_GUESS = 1 << 16  # bytes
_BROKEN = "\N{REPLACEMENT CHARACTER}"
# More broken characters than this and the file is not text in that encoding, but something else.
_MOST_BROKEN = 0.02
_LEAST_COMMON = 0.25
# Of what is left of a text whose Chinese was thrown away, how much is question marks.
_MOST_ASKING = 0.3
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_LOST = "文件里的文字在转换编码时已变成乱码（“�”），原来的字已经丢失。请找到更早的原件，或从网页上重新复制后再上传。"
_NO_CHINESE = "文件里没有中文，不会是报告。请核对是否选对了文件，找到报告的原件后再上传。"
_MIXED = "文件里有两种编码（{}），已逐行辨认，请对照原件核对。"
_UNESCAPED = "文字是以代码写的（&#…; 或 \\u…），已还原。"
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
    found = decoded(_PADDING.sub(b"", data))
    if not found.text.strip():
        raise Unreadable("文件里没有文字。请检查原件后重新上传。")
    notices = []
    if found.encoding not in _ENCODINGS:
        notices.append(_MIXED.format(found.encoding))
    if (text := _unescaped(found.text)) != found.text:
        found = replace(found, text=text)
        notices.append(_UNESCAPED)
    if found.broken:
        notices.append(f"有 {found.broken} 处字节无法辨认，显示为“{_BROKEN}”，请对照原件核对。")
    if found.cut:
        notices.append("文件末尾缺了半个字，已略去；原件可能不完整，请核对。")
    pages = found.text.rstrip("\f\r\n ").split("\f")
    return Pages("txt", tuple(Page(*page) for page in enumerate(pages, start=1)), found.encoding, tuple(notices))


def why_no_chinese(text: str) -> str:
    """What to tell the uploader of a text without any Chinese."""
    asks = text.count("?") > _MOST_ASKING * len("".join(text.split()))
    return _LOST.replace(_BROKEN, "?") if asks else _NO_CHINESE


def _unescaped(text: str) -> str:
    """Characters that stand for themselves, where nearly all were written as numbers."""
    if not text.isascii():
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), html.unescape(text))
    # Of the upper half of the code, 𠮷 is written as two numbers.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
    whole = decoded_as(data, best.encoding)
    is_odd = whole.broken or best.likelihood < _LEAST_COMMON
    if is_odd and (mixed := _line_by_line(data)) and mixed.likelihood > max(whole.likelihood, _LEAST_COMMON):
        return mixed
    if best.likelihood < _LEAST_COMMON:
        raise Unreadable(_NOT_A_TEXT_FILE)
    return _plausible(whole)


def _line_by_line(data: bytes) -> Decoded | None:
    """A text whose lines are not all in one encoding, where that leaves no broken character."""
    lines = [
        next((line for line in (decoded_as(line, encoding) for encoding in _LINE_BY_LINE) if not line.broken), None)
        for line in data.split(b"\n")
    ]
    told = [line for line in lines if line is not None]
    if len(told) < len(lines) or any(line.cut for line in told):
        return None
    return Decoded("\n".join(line.text for line in told), "、".join(_LINE_BY_LINE), cut=False, lost=0)


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
