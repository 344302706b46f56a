"""The numbers that Word writes before paragraphs by itself: 一、（一）1. ①. They stand in no paragraph's text."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element


def local(element: Element) -> str:
    """The name without its namespace, which differs between the two editions of the standard."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((inner for inner in element if local(inner) == name), None)


def attribute(element: Element | None, name: str) -> str:
    """The value of an attribute in whatever namespace; "" where there is none."""
    found = () if element is None else element.items()
    return next((value for key, value in found if key.rpartition("}")[2] == name), "")


def _value(element: Element | None, name: str) -> str:
    return attribute(child(element, name), "val")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 9 else otherwise


# --- how a number is written ------------------------------------------------------------------------------------------

_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


def chinese(number: int) -> str:
    """1–99 as headings count: 一 … 十, 十一 … 二十, 二十一; beyond that digit by digit."""
    if not 0 < number < 100:
        return _digit_by_digit(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(abs(number)))


def _with_hundreds(number: int) -> str:
    """As `chinese`, and 一百, 一百零一, 一百一十 … 九百九十九, as the articles of a statute are counted."""
    hundreds, rest = divmod(number, 100)
    if not 0 < hundreds < 10:
        return chinese(number)
    between = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""
    return f"{_DIGITS[hundreds]}百{between}{chinese(rest) if rest else ''}"


_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


def _financial(number: int) -> str:
    return chinese(number).translate(str.maketrans("一二三四五六七八九十", "壹贰叁肆伍陆柒捌玖拾"))


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 200 else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        while 0 < value <= number < 400:
            written += sign
            number -= value
    return written or str(number)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "taiwaneseCounting"), chinese),
    **dict.fromkeys(("chineseCountingThousand", "taiwaneseCountingThousand", "japaneseCounting"), _with_hundreds),
    "decimalFullWidth": lambda number: str(number).translate(_WIDE_DIGITS),
    "decimalFullWidth2": lambda number: str(number).translate(_WIDE_DIGITS),
    "ideographEnclosedCircle": lambda number: chr(0x3280 + number - 1) if 1 <= number <= 10 else chinese(number),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital"), _digit_by_digit),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional"), _financial),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalEnclosedParen": lambda number: f"({number})",
}
_SIGNS = ("bullet", "none")


# --- which number a paragraph bears -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: `text` such as （%1）, in which %1 … %9 stand for the counters of the levels.

    `legal`: all counters in Arabic numerals. `style`: the paragraph style that is tied to it.
    """

    form: str
    text: str
    start: int
    legal: bool
    style: str


class Numbering:
    """Counts along while the document is read from its beginning: `label` is to be called once for each paragraph."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = {attribute(style, "styleId"): style for style in _all(styles, "style")}
        abstract = {attribute(item, "abstractNumId"): item for item in _all(numbering, "abstractNum")}
        self._lists: dict[str, dict[int, _Level]] = {}
        self._family: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for num in _all(numbering, "num"):
            key, of = attribute(num, "numId"), _value(num, "abstractNumId")
            self._family[key] = of
            self._lists[key] = _levels(self._with_levels(abstract, of))
            for override in _all(num, "lvlOverride"):
                level = _number(attribute(override, "ilvl"), 0)
                self._lists[key] |= _levels(override)
                if child(override, "startOverride") is not None:
                    self._restarts.setdefault(key, {})[level] = _number(_value(override, "startOverride"), 1)
        self._counters: dict[str, dict[int, int]] = {}

    def _with_levels(self, abstract: dict[str, Element], key: str) -> Element | None:
        """The list itself, or the one that it borrows its levels from by the name of a style."""
        item = abstract.get(key)
        style = _value(item, "numStyleLink")
        if not style:
            return item
        return next((other for other in abstract.values() if _value(other, "styleLink") == style), item)

    def is_contents(self, properties: Element | None) -> bool:
        """Whether a paragraph is a line of the table of contents."""
        name = _value(self._styles.get(_value(properties, "pStyle")), "name").lower()
        return name.startswith(("toc ", "目录")) and name[-1:].isdecimal()

    def label(self, properties: Element | None) -> str:
        """The number of the next paragraph, counted on; "" where it has none."""
        key, level = self._place(properties)
        levels = self._lists.get(key, {})
        if level not in levels:
            return ""
        counters = self._counters.setdefault(self._family[key], {})
        for at, start in self._restarts.pop(key, {}).items():
            counters[at] = start - 1
        counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [at for at in counters if at > level]:
            del counters[deeper]
        return _written(levels, level, counters)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """The list and the level that the paragraph names, or else its style, or one of those that it is based on."""
        own = child(properties, "numPr")
        key, level = _value(own, "numId"), _value(own, "ilvl")
        style = _value(properties, "pStyle")
        for _ in range(20):
            if (key and level) or style not in self._styles:
                break
            element = self._styles[style]
            inherited = child(child(element, "pPr"), "numPr")
            if not key and inherited is not None:
                key = _value(inherited, "numId")
                level = level or _value(inherited, "ilvl") or self._level_of_style(key, style)
            style = _value(element, "basedOn")
        return key, _number(level, 0)

    def _level_of_style(self, key: str, style: str) -> str:
        """The level of a list that is tied to a style by its name."""
        levels = self._lists.get(key, {})
        return next((str(at) for at, level in levels.items() if level.style == style), "")


def _all(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [inner for inner in element if local(inner) == name]


def _levels(parent: Element | None) -> dict[int, _Level]:
    return {
        _number(attribute(level, "ilvl"), 0): _Level(
            _value(level, "numFmt") or "decimal",
            _value(level, "lvlText"),
            _number(_value(level, "start"), 1),
            child(level, "isLgl") is not None,
            _value(level, "pStyle"),
        )
        for level in _all(parent, "lvl")
    }


def _written(levels: dict[int, _Level], level: int, counters: dict[int, int]) -> str:
    wanted = levels[level]
    if wanted.form in _SIGNS:
        return ""
    text = wanted.text
    for at, other in levels.items():
        form = str if wanted.legal else _FORMS.get(other.form, str)
        text = text.replace(f"%{at + 1}", form(counters.get(at, other.start)))
    # Word sets a tab after the number; only where it ends like a word does the text need it.
    return f"{text} " if text[-1:].isascii() and text[-1:].isalnum() else text
