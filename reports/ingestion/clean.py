"""Pages -> Text: the article's own words, one line of text per heading or paragraph, each character with its page.

Out go page numbers, running heads and second copies; hard line ends are joined; characters are mended. A list of small
steps, first over the printed lines, then over the joined ones.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from . import looks
from .dirt import without_dirt, without_doubled_paragraphs
from .han import HAN
from .shapes import CleanLine, Pages, Text


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line. `width` counts its characters as printed; `sheet` the printed pages, as far as they show.

    `continues`: the file itself says that it goes on from the page before.
    """

    text: str
    page: int
    width: int
    gap: bool
    indented: bool
    sheet: int = 0
    continues: bool = False


def clean(pages: Pages) -> Text:
    pages, told = without_dirt(replace(pages, pages=pages.flow or pages.pages))
    rows = list(printed_rows(pages))
    for step in (without_page_numbers, with_sheets_by_opening_line, without_running_heads, without_interruptions):
        rows = step(rows)
    lines = joined(rows, pages.paragraphs)
    for mend in (captions_apart, without_second_copies):
        lines = mend(lines)
    lines, doubled = without_doubled_paragraphs(lines)
    return Text(tuple(lines), (*told, *doubled))


# --- characters -------------------------------------------------------------------------------------------------------

_CJK = rf"{HAN}\u3000-\u303f\uff00-\uffef“”‘’…—·"
# Radicals that Unicode itself does not map to the character they stand for (U+2E80–2EFF).
_RADICALS = dict(
    zip(
        "⺀⺄⺅⺆⺇⺈⺊⺌⺕⺗⺘⺛⺝⺟⺠⺡⺢⺣⺤⺥⺧⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺶⺷⺸⺹⺺⺼⺽⺾⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "冫乙亻冂几刀卜小彐心扌旡月母民氵水灬爪爪牛王疋目示礻竹糸纟网罒网羊羊羊老聿肉臼艹虎衤西西见角角讠贝足车辶阝钅長镸长门阝雨青韦页风飞食飠饣首马骨鬼鱼鸟卤麦黄黾齊齐齒齿龍龙龜龜龟",
        strict=True,
    )
)
_MENDED_CHARACTERS = str.maketrans(
    {
        **{
            full: chr(full - 0xFEE0)
            for full in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
        },
        **{radical: unicodedata.normalize("NFKC", chr(radical)) for radical in range(0x2F00, 0x2FD6)},
        **{ord(radical): character for radical, character in _RADICALS.items()},
        **dict.fromkeys(
            (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD, 0xFFFE, 0xFFFF)
        ),
        # Which form of a character is meant, tags that nobody sees, and accents that belong to no letter.
        **dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0), *range(0x300, 0x370))),
        **dict.fromkeys(control for control in (*range(0x20), *range(0x7F, 0xA0)) if not chr(control).isspace()),
    }
)
_SPACE_AT_DIGIT = re.compile(rf"(?<=[{HAN}]) (?=\d)|(?<=\d) (?=[{HAN}%％])")
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}\d])|(?<=\d) (?=[{_CJK}])")


# In letter-spaced lines the spaces show between digits alone.
_SPACED_YEAR = re.compile(r"(?<!\d)\d(?: \d){3}(?= ?年)")
_SPACED_DIGITS = re.compile(r"(?<![\d.])\d(?: [\d.%])+(?![\d.])")


def mended(text: str) -> str:
    """Digits and Latin letters half-width, radicals and zero-width characters mended, spaces at digits removed."""
    # The composed form is the usual one, also of Han that stand in Unicode twice.
    text = " ".join(unicodedata.normalize("NFC", text).translate(_MENDED_CHARACTERS).split())
    # A justified line comes out of a PDF with a space after almost every character.
    if len(_SPACE_IN_CHINESE.findall(text)) > 0.35 * len(text.replace(" ", "")) > 1:
        text = _SPACED_DIGITS.sub(lambda digits: digits[0].replace(" ", ""), _SPACE_IN_CHINESE.sub("", text))
    text = _SPACED_YEAR.sub(lambda year: year[0].replace(" ", ""), text)
    return _SPACE_AT_DIGIT.sub("", text)


# --- printed lines ----------------------------------------------------------------------------------------------------


def printed_rows(pages: Pages) -> Iterator[Row]:
    """Every line that is not blank. A blank line before it, or the page's edge, makes a gap."""
    for page in pages.pages:
        gap, continues = True, page.continues
        for printed in page.text.splitlines():
            text = mended(printed)
            if text:
                indent = len(printed) - len(printed.lstrip())
                indented = printed.startswith("\u3000\u3000") or indent >= 2
                width = len(printed.rstrip())
                yield Row(text, page.number, width, gap, indented, sheet=page.number, continues=continues)
                continues = False
            gap = not text


_DASH = r"[-—–－―─~～·•]"
_PAGE_NUMBER = re.compile(
    rf"{_DASH}{{1,3}} ?\d{{1,3}} ?{_DASH}{{1,3}}"
    rf"|第 ?[{looks.NUMERAL}]{{1,3}} ?页(?: ?共 ?[{looks.NUMERAL}]{{1,3}} ?页)?"
    r"|[-—]* ?第 ?\d{1,4} ?页(?: ?[/／,，]? ?共 ?\d{1,4} ?页)? ?[-—]*|共 ?\d{1,4} ?页 ?[/／,，]? ?第 ?\d{1,4} ?页"
    r"|[Pp]age \d{1,4}(?: of \d{1,4})?"
)


def without_page_numbers(rows: list[Row]) -> list[Row]:
    """Out: —4—, 第4页 共9页 as a line. In a file of one page each such line begins a new printed sheet."""
    kept, turned = [], 0
    several = len({row.page for row in rows}) > 1
    for row in rows:
        if _PAGE_NUMBER.fullmatch(row.text):
            turned += not several
        else:
            kept.append(replace(row, sheet=row.sheet + turned))
    return kept


def with_sheets_by_opening_line(rows: list[Row]) -> list[Row]:
    """In a file of one page: its first line, where it comes again at even distances, and more often than page numbers
    tell the sheets apart, begins each sheet."""
    if len({row.page for row in rows}) != 1:
        return rows
    places = [place for place, row in enumerate(rows) if row.text == rows[0].text]
    distances = [after - before for before, after in pairwise(places)]
    fewest = max(_FEWEST_SHEETS, len({row.sheet for row in rows}) + 1)
    if len(places) < fewest or min(distances) < 2 or min(distances) * 2 < max(distances):
        return rows
    return [replace(row, sheet=bisect_right(places, place)) for place, row in enumerate(rows)]


# A running head stands among the first or last two lines of most sheets, and of three at least.
_EDGE = 2
_SHARE_OF_SHEETS = 0.6
_FEWEST_SHEETS = 3
_FEWEST_OF_A_SIDE = 2


def without_running_heads(rows: list[Row]) -> list[Row]:
    """Out: what recurs at the top of the sheets, or at their foot. The first sheet never loses its only title."""
    sheets = [list(sheet) for _, sheet in groupby(rows, key=lambda row: row.sheet)]
    heads = _recurring([sheet[:_EDGE] for sheet in sheets])
    feet = _recurring([sheet[-_EDGE:] for sheet in sheets])

    def runs(sheet: list[Row], place: int) -> bool:
        row = sheet[place]
        mask = _sheet_mask(row)
        if not (place < _EDGE and mask in heads) and not (place >= len(sheet) - _EDGE and mask in feet):
            return False
        if sheet is sheets[0] and place < _EDGE and is_only_title(sheet[place : place + 2]):
            return False
        return not looks.ends_sentence(row.text) and not (sheet is sheets[-1] and is_signature(sheet, place))

    return [row for sheet in sheets for place, row in enumerate(sheet) if not runs(sheet, place)]


def _recurring(edges: list[list[Row]]) -> set[str]:
    """What recurs on the sheets, or on the left ones while something else does on the right ones."""
    left, right = (_on_most(edges[side::2], _FEWEST_OF_A_SIDE) for side in (0, 1))
    alternating = left ^ right if left - right and right - left else set()
    return _on_most(edges, _FEWEST_SHEETS) | alternating


def _on_most(edges: list[list[Row]], fewest: int) -> set[str]:
    seen = Counter(mask for edge in edges for mask in {_sheet_mask(row) for row in edge})
    return {mask for mask, count in seen.items() if count >= max(fewest, _SHARE_OF_SHEETS * len(edges))}


_FIGURES = re.compile(r"(?:[\d,.，．]+[年月日件号人次%％]*)+")


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
# 一, 二, 三 and i, ii, iii as page numbers.
_COUNTED_OTHERWISE = {
    **{numeral: str(number) for number, numeral in enumerate(looks.numerals(), start=1)},
    **{numeral: str(number) for number, numeral in enumerate(_ROMAN, start=1)},
}


def _sheet_mask(row: Row) -> str:
    """What is the same on every sheet. Figures alone are the same only where they count up with the sheets."""
    text = _COUNTED_OTHERWISE.get(row.text.lower(), row.text.replace(" ", ""))
    if not _FIGURES.fullmatch(text):
        return _mask(row)
    counts = text.isdecimal() and len(text) <= 3
    return f"#{int(text) - row.sheet}" if counts else f"{row.sheet}:{text}"


def is_signature(sheet: list[Row], place: int) -> bool:
    """Whether the last sheet ends here with the name of a court, and perhaps a date."""
    below = sheet[place + 1 :]
    signs = place > 0 or bool(below)
    return signs and bool(looks.court_line(sheet[place].text)) and all(looks.is_byline(row.text) for row in below)


def is_only_title(rows: list[Row]) -> bool:
    """Whether the first row could be a title and the one below it could not."""
    return _could_be_title(rows[0].text) and not any(_could_be_title(row.text) for row in rows[1:])


_FEWEST_INTERRUPTIONS = 3
_SHORTEST_RUNNING_LINE = 15


def without_interruptions(rows: list[Row]) -> list[Row]:
    """Out, in a file of one page that shows no sheets: a running head that keeps breaking into sentences."""
    if len({row.page for row in rows}) != 1:
        return rows

    def interrupts(before: Row, row: Row, after: Row) -> bool:
        runs = before.width >= _SHORTEST_RUNNING_LINE and not looks.ends_sentence(before.text)
        goes_on = not after.gap and not after.indented and looks.numbering(after.text) is None
        return runs and goes_on and not _could_be_title(before.text) and len(row.text) > 3 and _could_be_title(row.text)

    seen = Counter(_mask(row) for row in rows)
    broken = Counter(
        _mask(row)
        for before, row, after in zip(rows, rows[1:], rows[2:], strict=False)
        if interrupts(before, row, after)
    )
    heads = {mask for mask, count in broken.items() if count >= max(_FEWEST_INTERRUPTIONS, seen[mask] / 2)}
    return [row for row in rows if _mask(row) not in heads or (row is rows[0] and is_only_title(rows[:2]))]


def _mask(row: Row) -> str:
    return re.sub(r"\d+", "#", row.text.replace(" ", ""))


def _could_be_title(text: str) -> bool:
    if looks.court_line(text):
        return True
    return looks.could_be_head(text) and looks.numbering(text) is None and not re.search(r"[，,]", text)


# --- hard line ends ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is set: how wide a full line is (None: a paragraph a line), and which signs part its paragraphs.

    `set_in`: how much shorter the first line of a paragraph is, its indentation being lost.
    """

    width: int | None
    slack: int
    set_in: int
    gaps_tell: bool
    indents_tell: bool

    def fills(self, row: Row, *, first: bool) -> bool:
        """Whether a line runs to the edge, so that it may go on in the next."""
        return self.width is not None and row.width >= self.width - max(self.slack, self.set_in if first else 0)

    def is_set_in(self, row: Row) -> bool:
        """Whether a line is as much shorter as the first line of a paragraph is."""
        return bool(self.width and self.set_in and self.width - 3 <= row.width <= self.width - 2)


def layout_of(rows: list[Row]) -> Layout:
    """Most lines that stop in mid-sentence stop at the edge: they tell the width."""
    cut = [(row, following) for row, following in pairwise(rows) if not looks.ends_sentence(row.text)]
    widths = Counter(row.width for row, _ in cut)
    indents_tell = 3 <= sum(row.indented for row in rows) <= 0.7 * len(rows)
    width = max(widths, key=lambda w: (widths[w - 1] + 2 * widths[w] + widths[w + 1], w), default=0)
    near = sum(count for w, count in widths.items() if abs(w - width) <= max(3, width * 0.2))
    much_wider = sum(row.width > 1.4 * width + 3 for row in rows)
    if width < 10 or len(cut) < 4 or near < 0.5 * len(cut) or much_wider > 0.08 * len(rows):
        return Layout(None, slack=0, set_in=0, gaps_tell=True, indents_tell=indents_tell)
    full = [(row, following) for row, following in cut if row.width >= width - 3]
    set_in = lost_indent(rows, width)
    others = [row for row, _ in full if not (set_in and row.width == width - set_in)]
    exact = sum(row.width == width for row in others) > 0.9 * len(others)
    return Layout(
        width,
        slack=0 if exact else max(2, round(width * 0.15)),
        set_in=set_in,
        gaps_tell=sum(following.gap for _, following in full) <= 0.2 * len(full),
        indents_tell=indents_tell,
    )


def lost_indent(rows: list[Row], width: int) -> int:
    """2 where lines after a short one, and hardly any others, stop two characters before the edge; else 0."""

    def share_set_in(some: list[Row]) -> float:
        return sum(width - 3 <= row.width <= width - 2 for row in some) / len(some) if some else 0.0

    cut = [
        (before, row) for before, row in pairwise(rows) if not looks.ends_sentence(row.text) and row.width >= width - 3
    ]
    after_short = [row for before, row in cut if before.width < 0.8 * width]
    after_full = [row for before, row in cut if before.width >= width - 1 and not looks.ends_sentence(before.text)]
    return 2 if share_set_in(after_short) > 0.6 and share_set_in(after_full) < 0.05 else 0


# How far to look for the end of what a line begins: no heading and no caption is longer.
_LOOK_AHEAD = 6


def joined(rows: list[Row], paragraphs: bool = False) -> list[CleanLine]:
    """One line per heading and paragraph. Where nothing tells, a full line that ends a sentence goes on.

    `paragraphs`: lines are whole, unless somebody wrapped them by hand.
    """
    layout = layout_of(rows)
    whole = paragraphs and layout.width is None
    lines: list[list[Row]] = []
    for number, row in enumerate(rows):
        ahead = rows[number : number + _LOOK_AHEAD]
        if lines and (row.continues or (not whole and goes_on(lines[-1], ahead, layout))):
            lines[-1].append(row)
        else:
            lines.append([row])
    return [one_line(line) for line in lines]


def one_line(rows: list[Row]) -> CleanLine:
    pages: list[tuple[int, int]] = []
    length = 0
    for row in rows:
        if not pages or pages[-1][1] != row.page:
            pages.append((length, row.page))
        length += len(row.text)
    return CleanLine("".join(row.text for row in rows), tuple(pages), after_gap=rows[0].gap)


def goes_on(line: list[Row], coming: list[Row], layout: Layout) -> bool:
    """Whether the first of the coming rows continues the line that was begun with these rows."""
    text, row = "".join(begun.text for begun in line), coming[0]
    if looks.is_credit(row.text):
        return looks.sentences(text) <= 1 and looks.is_caption(text + row.text)
    if (layout.indents_tell and row.indented) or stands_alone(text, row.text):
        return False
    fills = layout.fills(line[-1], first=len(line) == 1)
    level = looks.numbering(row.text)
    may_begin = not fills or may_end(text) or (row.gap and layout.gaps_tell)
    if level in (1, 2) and may_begin and text[-1] not in "，、,":
        return False
    if level == 3 and (looks.ends_sentence(text) or looks.ends_clause(text) or is_numbered_head(text)):
        return fills and looks.run_on_items(text)
    if looks.ends_sentence(text):
        return fills and not starts_paragraph(coming, layout)
    if looks.ends_clause(text):
        return fills
    if not fills and is_stray_head(row, layout):
        return False
    if not fills:
        return (
            not is_whole_head(line, text)
            or is_rest_of_phrase(text, row.text)
            or is_begun_paragraph(line, text, row, layout)
        )
    return not (len(line) == 1 and is_headline_above(text, coming, layout))


def stands_alone(text: str, following: str) -> bool:
    """Captions, notes, bylines and court lines are lines of their own, whatever their width."""
    court, court_follows = looks.court_line(text), looks.court_line(following)
    title = looks.could_be_head(text) and looks.numbering(text) is None
    return (
        looks.is_caption(text)
        or once(text) != text
        or once(following) != following
        or looks.is_note(text)
        or looks.is_note(following)
        or bool(court and court[1])
        or bool(court_follows and court_follows[1])
        or (looks.is_byline(text) and len(text) <= 30)
        or (title and (looks.is_byline(following) or looks.is_name(following) or following.startswith("——")))
        or (looks.is_document_name(text) and not continues(text, following))
    )


def continues(name: str, following: str) -> bool:
    """Whether a document's name goes on, as a name or as the sentence that only mentions it."""
    return following[0] in "，、。；：》”" or looks.is_document_name(name + following)


def may_end(text: str) -> bool:
    """Whether a numbered heading may come next: what stands here is a sentence, or itself a heading."""
    return looks.ends_sentence(text) or looks.ends_clause(text) or is_numbered_head(text) or _could_be_title(text)


def is_numbered_head(text: str) -> bool:
    return looks.numbering(text) in (1, 2) and looks.could_be_head(text)


def starts_paragraph(coming: list[Row], layout: Layout) -> bool:
    """Signs that a line begins a paragraph although the line before it is full."""
    row = coming[0]
    if (row.gap and layout.gaps_tell) or is_stray_head(row, layout) or begins_caption(coming):
        return True
    if looks.is_two_part(row.text) and looks.could_be_head(row.text):
        return True
    return layout.is_set_in(row) and not looks.ends_sentence(row.text)


def is_stray_head(row: Row, layout: Layout) -> bool:
    """A short line that neither fills the width nor ends a sentence: in running text only a heading does that."""
    return not layout.fills(row, first=True) and looks.could_be_head(row.text) and row.width <= 30


def begins_caption(coming: list[Row]) -> bool:
    """Whether one sentence and a photographer's name follow, or two short sentences a line each."""
    if len(coming) > 1 and all(looks.is_short_sentence(row.text) for row in coming[:2]):
        return True
    text = ""
    for row in coming:
        text += row.text
        if looks.sentences(text) > 1:
            return False
        if looks.is_caption(text):
            return True
    return False


def is_whole_head(line: list[Row], text: str) -> bool:
    """Whether what stops without a stop is a heading; one that takes several lines must look like one."""
    if not looks.could_be_head(text):
        return False
    return len(line) == 1 or is_numbered_head(text) or looks.is_two_part(text) or not re.search(r"[，,]", text)


def is_begun_paragraph(line: list[Row], text: str, row: Row, layout: Layout) -> bool:
    """Signs that a short text without a stop is no heading: it ends its page, or alone is set in."""
    if is_numbered_head(text):
        return False
    turned = row.sheet != line[-1].sheet and bool(re.search(r"[，,]", text))
    return turned or (layout.indents_tell and line[0].indented and not row.indented)


def is_rest_of_phrase(text: str, following: str) -> bool:
    """源头预防、前端化 / 解、判前和解: a stop after the first character shows that a word was cut."""
    return (
        not looks.is_two_part(text) and bool(re.search(r"[、，,]", text)) and following[1:2] in ("、", "，", ",", "。")
    )


# A run-in heading has its stop after at most so many characters; a heading above a paragraph has none before that.
_LONGEST_RUN_IN = 35


def is_headline_above(text: str, coming: list[Row], layout: Layout) -> bool:
    """Whether a line that fills the width is a heading all the same, and the next begins its paragraph."""
    numbered = is_numbered_head(text)
    if not numbered and not (looks.is_two_part(text) and looks.could_be_head(text)):
        return False
    if coming[0].gap and layout.gaps_tell:
        return True
    for row in coming:
        text += row.text
        stop = re.search(r"[。：:]", text)
        if stop:
            return not (numbered and stop.start() <= _LONGEST_RUN_IN)
        if not layout.fills(row, first=True):
            return False  # it ends without a stop: all of it is the heading
    return True


# --- second copies ----------------------------------------------------------------------------------------------------

_TWICE = re.compile(r"(.{4,60}?)([。！？]{0,3})\1([。！？]{0,3})")
_LONGEST_TWICE = 2 * (60 + 3)
_SENTENCES = re.compile(r"(?:[^。 ]{2,60}。{1,2} ?)+")


def captions_apart(lines: list[CleanLine]) -> list[CleanLine]:
    """Captions that a page's layout put on one line become lines: 启动仪式。 专题会议。"""
    return [part for line in lines for part in _captions_in(line)]


def _captions_in(line: CleanLine) -> Iterable[CleanLine]:
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", line.text)]
    several = len(words) > 1 and _SENTENCES.fullmatch(line.text)
    if several and all(
        end - start <= 62 and looks.is_short_sentence(once(line.text[start:end])) for start, end in words
    ):
        return [replace(part(line, start, end), caption=True) for start, end in words]
    return [line]


def without_second_copies(lines: list[CleanLine]) -> list[CleanLine]:
    """Out: the second copy of a caption inside its line (仪式仪式。。), and of a title on the line after it."""
    kept: list[CleanLine] = []
    for line in lines:
        if once(line.text) != line.text:
            line = replace(line, text=once(line.text), pages=line.pages[:1], caption=looks.ends_sentence(line.text))
        if not kept or kept[-1].text != line.text or not looks.could_be_head(line.text):
            kept.append(line)
    return kept


def once(text: str) -> str:
    """启动仪式启动仪式。。 -> 启动仪式。"""
    match = _TWICE.fullmatch(text) if len(text) <= _LONGEST_TWICE else None
    if not match:
        return text
    return match[1] + (match[2] or match[3])[:1]


def part(line: CleanLine, start: int, end: int) -> CleanLine:
    """A stretch of a line, with its pages."""
    pages = {max(offset - start, 0): page for offset, page in line.pages if offset < end}
    return CleanLine(line.text[start:end], tuple(pages.items()), line.after_gap)
