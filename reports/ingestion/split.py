"""Text -> Articles: one file may hold many, and each line of an article is named for what it is.

An article begins at a court's name with a colon, as newspapers print their heads; at the dated name of another report;
or, on a page of such articles, where a paragraph after a caption begins with another court's full name: its head is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from . import looks
from .han import HAN
from .shapes import Article, CleanLine, Line, LineKind, Section, Text

UNTITLED = "（原文无题）"
_LONGEST_TITLE = 30  # of a title made from the first sentence


@dataclass(frozen=True, slots=True)
class Named:
    """A line and what it is; `level` for headings."""

    line: CleanLine
    kind: LineKind
    level: int | None = None

    @property
    def text(self) -> str:
        return self.line.text


def split(text: Text) -> tuple[Article, ...]:
    """The articles of a file in reading order, numbered from 1; none where there is no text."""
    parts = [named(list(lines)) for lines in parted(text.lines)]
    courts = [court_of(lines) for lines in parts]
    years = tuple(years_named(parts)) if len(parts) > 1 else ()
    return tuple(
        article(
            number, lines, tuple(dict.fromkeys(name for name in courts if name and name != courts[number - 1])), years
        )
        for number, lines in enumerate(parts, start=1)
    )


# --- where articles begin ---------------------------------------------------------------------------------------------

_UNITS_ABOVE = re.compile(rf"^(?:[{HAN}]{{2,12}}?(?:省|自治区|市|州|盟|地区)(?=[{HAN}]{{2,}}[市区县旗]))+")
# What stands before the first article's head (a site's bread crumbs, a sentence about the source) belongs to it.
_LONGEST_LEAD = 200


def parted(lines: tuple[CleanLine, ...]) -> Iterator[tuple[CleanLine, ...]]:
    """The lines of each article. No line is lost, none is moved."""
    starts = [number for number, _ in enumerate(lines) if begins_article(lines, number)]
    starts += lost_heads(lines, starts)
    starts = sorted({0, *starts}) if lines else []
    if (
        len(starts) > 1
        and sum(len(line.text) for line in lines[: starts[1]]) <= _LONGEST_LEAD
        and is_lead(lines[: starts[1]])
    ):
        del starts[1]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]


def begins_article(lines: tuple[CleanLine, ...], number: int) -> bool:
    line = lines[number]
    following = lines[number + 1].text if number + 1 < len(lines) else ""
    court = looks.court_line(line.text)
    if court and court[1]:
        return looks.could_be_head(following)
    if number and not is_end(lines[number - 1].text):
        return False
    if court:
        return heads_an_article(lines[number + 1 : number + 5])
    names = (line.text, line.text + following) if looks.could_be_head(following) else (line.text,)
    return line.after_gap and any(looks.is_dated_report_of_a_court(name) for name in names)


def is_end(text: str) -> bool:
    return looks.ends_sentence(text) or looks.is_note(text) or looks.is_caption(text)


def heads_an_article(below: tuple[CleanLine, ...]) -> bool:
    """Whether a headline and, soon, a paragraph stand below: then the court's name above is no signature, no table."""
    if not below or not looks.could_be_head(below[0].text) or looks.numbering(below[0].text):
        return False
    if looks.is_byline(below[0].text) or looks.court_line(below[0].text):
        return False
    return any(len(line.text) > looks.LONGEST_HEAD and looks.numbering(line.text) is None for line in below[1:])


def lost_heads(lines: tuple[CleanLine, ...], starts: list[int]) -> Iterator[int]:
    """On a page of several courts: a caption ends one article, and the next begins with its court's full name."""
    heads = {number: name[0] for number in starts if (name := looks.court_line(lines[number].text))}
    if len(heads) < 2:
        return
    known = list(heads.values())
    for number, (before, line) in enumerate(pairwise(lines), start=1):
        court = looks.leading_court(line.text)
        after_caption = looks.is_caption(before.text) and apart(line) is None and looks.ends_sentence(line.text)
        is_another = court and not any(same_court(court, other) for other in known)
        if court and after_caption and is_another and not court.endswith("高级人民法院"):
            known.append(court)
            yield number


def same_court(one: str, other: str) -> bool:
    """松原市宁江区 and 宁江区, 前郭尔罗斯蒙古族自治县 and 前郭县: a name with what lies above it, or cut short."""
    (above, own), (other_above, other_own) = above_and_own(one), above_and_own(other)
    if above and other_above and not (above.endswith(other_above) or other_above.endswith(above)):
        return False
    short, long = sorted((own, other_own), key=len)
    return long.endswith(short) or (short[-5:] == long[-5:] and long.startswith(short[:-5]))


def above_and_own(court: str) -> tuple[str, str]:
    """吉林省长春市 and 南关区人民法院: the units that another place follows, and the court's own name."""
    own = _UNITS_ABOVE.sub("", court)
    return court.removesuffix(own), own


def is_lead(lines: tuple[CleanLine, ...]) -> bool:
    return not any(looks.court_line(line.text) or looks.is_document_name(line.text) for line in lines)


def court_of(lines: list[Named]) -> str | None:
    """The court that an article's head names, or, where the head is lost, its first paragraph."""
    for line in lines:
        if line.kind in ("court", "title") and (court := looks.court_line(line.text)):
            return court[0]
    return next((looks.leading_court(line.text) for line in lines if line.kind == "para"), None)


def years_named(parts: list[list[Named]]) -> Iterator[int]:
    """The years that the running text of all articles names, in order; those of captions, bylines and notes do not count."""
    for line in (line for lines in parts for line in lines if line.kind in ("title", "subtitle", "heading", "para")):
        yield from map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?=年)", line.text))


# --- what each line is ------------------------------------------------------------------------------------------------


def named(lines: list[CleanLine]) -> list[Named]:
    """Every line of one article with its kind; a title or heading of two lines, a sentence cut in two made one."""
    body = where_the_text_begins(lines)
    parts = [*title_lines_joined(head(lines[:body])), *heading_lines_joined(text_lines(lines[body:]))]
    return mended_sentences(short_sentences_in_a_row(parts))


def named_apart(lines: list[CleanLine]) -> list[Named]:
    """Every line of one article with its kind, as `named` says it; but none is joined with another, none is moved."""
    body = where_the_text_begins(lines)
    return short_sentences_in_a_row([*courts_named(head(lines[:body])), *text_lines(lines[body:])])


def where_the_text_begins(lines: list[CleanLine]) -> int:
    """The number of lines in the head: title, subtitle, byline, and what may stand among them."""
    titled = False
    for number, line in enumerate(lines):
        text = line.text
        if apart(line) or looks.is_byline(text) or is_under_title(text, titled):
            continue
        later = lines[number + 1 : number + 4]
        if looks.could_be_head(text) and looks.numbering(text) is None and (not titled or is_more_of_a_title(line)):
            titled = True
            continue
        if not titled and any(begins_head(*pair) for pair in pairwise(later)):
            continue
        return number
    return len(lines)


def begins_head(line: CleanLine, following: CleanLine) -> bool:
    """Whether a title that cannot be mistaken stands here: what is above it is a word about the source."""
    court = looks.court_line(line.text)
    return bool(court and court[1]) or any(
        looks.is_dated_report_of_a_court(name) for name in (line.text, following.text, line.text + following.text)
    )


def is_under_title(text: str, titled: bool) -> bool:
    """What may stand around a title: a court's name, and below it a subtitle and names."""
    if looks.court_line(text) or looks.is_letterhead(text):
        return True
    return titled and (looks.is_subtitle(text) or looks.is_name(text))


def is_more_of_a_title(line: CleanLine) -> bool:
    """A second line of a title: it stands close to the first, or the name of the document ends with it."""
    return not line.after_gap or looks.is_document_name(line.text)


def head(lines: list[CleanLine]) -> list[Named]:
    found: list[Named] = []
    titled = False
    for line in lines:
        text, court = line.text, looks.court_line(line.text)
        if kind := apart(line):
            found.append(Named(line, kind))
        elif (court and court[1]) or looks.is_letterhead(text):
            found.append(Named(line, "court"))
        elif looks.is_byline(text) or (titled and looks.is_name(text)):
            found.append(Named(line, "byline"))
        elif titled and looks.is_subtitle(text):
            found.append(Named(line, "subtitle"))
        elif not looks.could_be_head(text) or looks.ends_sentence(text):
            found.append(Named(line, "para"))
        else:
            found.append(Named(line, "title"))
            titled = True
    return found


def title_lines_joined(lines: list[Named]) -> list[Named]:
    """The head with a title of several lines made one."""
    found: list[Named] = []
    for line in lines:
        above = found[-1] if found and found[-1].kind == line.kind == "title" else None
        if above and not is_court_above(above.text, line.text):
            found[-1] = replace(above, line=run_on(above.line, line.line, between_title_lines(above.text, line.text)))
        else:
            found.append(line)
    return courts_named(found)


def courts_named(lines: list[Named]) -> list[Named]:
    """The head with courts' names that a title stands below, or anything else, no longer taken for titles."""
    return [as_court_line(line) if len(lines) > 1 else line for line in lines]


def as_court_line(line: Named) -> Named:
    """A court's name without anything after it is no title."""
    return replace(line, kind="court") if line.kind == "title" and looks.court_line(line.text) else line


def is_court_above(first: str, second: str) -> bool:
    """A court's name above a headline is a line of its own; above the rest of a document's name it is part of it."""
    return bool(looks.court_line(first)) and not looks.is_document_name(first + second)


def between_title_lines(first: str, second: str) -> str:
    """Documents break their names anywhere; newspapers set two phrases one above the other."""
    return "" if looks.is_document_name(first + second) or len(second) <= 2 else " "


def text_lines(lines: list[CleanLine]) -> list[Named]:
    """The body, and what stands at its end."""
    found: list[Named] = []
    cells = cells_in(lines)
    for number, line in enumerate(lines):
        kind = apart(line)
        level = looks.numbering(line.text)
        last = number == len(lines) - 1
        if kind:
            found.append(Named(line, kind))
        elif is_numbered_heading(line.text, level):
            found.append(Named(line, "heading", level))
        elif level or not looks.could_be_head(line.text):
            found.append(Named(line, "para"))
        elif looks.court_line(line.text) and (last or looks.is_byline(lines[number + 1].text)):
            found.append(Named(line, "court"))
        elif looks.is_byline(line.text):
            found.append(Named(line, "byline"))
        elif number in cells:
            found.append(Named(line, "para"))
        elif not last or begun_headings(found) % 2:
            found.append(Named(line, "heading", 1))
        else:
            found.append(Named(line, "para"))
    return found


def begun_headings(lines: list[Named]) -> int:
    """How many lines at the end may be halves of headings: an odd number leaves one half to be completed."""
    return sum(1 for _ in takewhile(is_half_a_heading, reversed(lines)))


def heading_lines_joined(lines: list[Named]) -> list[Named]:
    """The body with headings of two lines made one."""
    found: list[Named] = []
    for number, line in enumerate(lines):
        first = found[-1] if found and found[-1] is lines[number - 1] else None
        if first and is_half_a_heading(first) and is_half_a_heading(line):
            between = "" if len(line.text) <= 2 else " "
            found[-1] = Named(run_on(first.line, line.line, between), "heading", 1)
        else:
            found.append(line)
    return found


def apart(line: CleanLine) -> LineKind | None:
    """Captions and notes are what they are wherever they stand."""
    if line.caption or looks.is_caption(line.text):
        return "caption"
    return "note" if looks.is_note(line.text) else None


def is_numbered_heading(text: str, level: int | None) -> bool:
    """Numbered and without a stop before its end. Level 3 mostly begins a paragraph: 一是 … is never a heading alone."""
    if level is None or len(text) > 60 or re.search(r"[。！？；;]", text[:-1]) or text[-1] in "；;，,：:":
        return False
    return not looks.ends_sentence(text) if level == 3 else True


# Newspapers set a heading in two lines, rarely more; more short lines in a row are a table's cells.
_MOST_HEADING_LINES = 2


def is_half_a_heading(line: Named) -> bool:
    """Whether a line may be the first of a heading set in two."""
    return line.kind == "heading" and line.level == 1 and looks.numbering(line.text) is None


def cells_in(lines: list[CleanLine]) -> set[int]:
    """The places of lines in runs of short lines that are too long for a heading."""
    cells: set[int] = set()
    start = 0
    for number, line in enumerate(lines):
        if not is_short(line):
            start = number + 1
        elif number - start == _MOST_HEADING_LINES:
            cells.update(range(start, number + 1))
        elif number - start > _MOST_HEADING_LINES:
            cells.add(number)
    return cells


def is_short(line: CleanLine) -> bool:
    text = line.text
    return not looks.ends_sentence(text) and len(text) <= 30 and looks.numbering(text) is None and not apart(line)


def short_sentences_in_a_row(lines: list[Named]) -> list[Named]:
    """Several short sentences, a line each, before or after everything else are captions where pictures may stand.

    They may in an article that somebody signed, or that has a caption which cannot be mistaken.
    """
    if not any(line.kind == "caption" or (line.kind == "byline" and not looks.is_date(line.text)) for line in lines):
        return lines
    body = next((number for number, line in enumerate(lines) if line.kind in ("para", "heading")), 0)
    like = [is_captionlike(line) for line in lines]
    if all(like[body:]):
        return lines
    first, last = body + like[body:].index(False), len(lines) - like[::-1].index(False)
    for part in (slice(body, first), slice(last, len(lines))):
        if sum(line.kind == "para" for line in lines[part]) > 1:
            lines[part] = [replace(line, kind="caption") for line in lines[part]]
    return lines


def is_captionlike(line: Named) -> bool:
    return line.kind == "caption" or (line.kind == "para" and looks.is_short_sentence(line.text))


def mended_sentences(lines: list[Named]) -> list[Named]:
    """A paragraph that breaks off before a caption goes on after it; the caption then stands below."""
    found: list[Named] = []
    before: int | None = None  # the place of the last line that is neither caption nor note
    for line in lines:
        may_go_on = line.kind == "para" and looks.numbering(line.text) is None
        if may_go_on and before is not None and before < len(found) - 1 and breaks_off(found[before]):
            found[before] = replace(found[before], line=run_on(found[before].line, line.line, ""))
            continue
        if line.kind not in ("caption", "note"):
            before = len(found)
        found.append(line)
    return found


def breaks_off(line: Named) -> bool:
    return line.kind == "para" and not looks.ends_sentence(line.text) and not looks.ends_clause(line.text)


def run_on(first: CleanLine, second: CleanLine, between: str) -> CleanLine:
    offset = len(first.text) + len(between)
    later = tuple((offset + start, page) for start, page in second.pages if page != first.pages[-1][1])
    return replace(first, text=first.text + between + second.text, pages=first.pages + later)


# --- articles ---------------------------------------------------------------------------------------------------------


def article(number: int, named_lines: list[Named], neighbours: tuple[str, ...], page_years: tuple[int, ...]) -> Article:
    lines: list[Line] = []
    pages: list[tuple[int, int]] = []
    start = 0
    for line in named_lines:
        lines.append(Line(line.kind, start, start + len(line.text)))
        pages.extend((start + offset, page) for offset, page in line.line.pages)
        start += len(line.text) + 1
    return Article(
        number=number,
        title=title_of(named_lines),
        text="\n".join(line.text for line in named_lines),
        lines=tuple(lines),
        sections=tuple(sections(named_lines, lines)),
        pages=tuple(turns(pages)),
        neighbours=neighbours,
        page_years=page_years,
    )


def turns(pages: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Only where the page changes."""
    current = None
    for start, page in pages:
        if page != current:
            current = page
            yield start, page


def title_of(lines: list[Named]) -> str:
    for line in lines:
        if line.kind == "title":
            return line.text
    if court := court_of(lines):
        return court + UNTITLED
    first = next((line.text for line in lines if line.kind in ("para", "heading")), lines[0].text)
    sentence = re.split(r"[。！？!?]", first, maxsplit=1)[0] or first
    return (sentence if len(sentence) <= _LONGEST_TITLE else sentence[:_LONGEST_TITLE] + "…") + UNTITLED


def sections(named_lines: list[Named], lines: list[Line]) -> Iterator[Section]:
    """Headings with what stands under them, and bylines, captions and notes, in reading order."""
    headings = [
        (number, level, heading)
        for number, line in enumerate(named_lines)
        for level, heading in [heading_of(line)]
        if level is not None
    ]
    ends = {}
    for place, (number, level, _) in enumerate(headings):
        later = (other for other, other_level, _ in headings[place + 1 :] if other_level <= level)
        ends[number] = lines[next(later, len(lines)) - 1].end
    levels = {number: (level, heading) for number, level, heading in headings}
    for number, (named_line, line) in enumerate(zip(named_lines, lines, strict=True)):
        if number in levels:
            level, heading = levels[number]
            yield Section("heading", level, heading, line.start, ends[number])
        elif named_line.kind in ("byline", "caption", "note"):
            yield Section(named_line.kind, None, named_line.text, line.start, line.end)


def heading_of(line: Named) -> tuple[int | None, str]:
    """A heading's level and words; of a numbered paragraph, the level and its first sentence."""
    if line.kind == "heading":
        return line.level, line.text
    return run_in_heading(line.text) if line.kind == "para" else (None, "")


def run_in_heading(text: str) -> tuple[int | None, str]:
    """The level and the words of the heading that a paragraph begins with; no level where it is not numbered."""
    return looks.numbering(text), text.split("。", 1)[0]


def could_be_head(text: str) -> bool:
    """Whether a line may stand as a title or heading: short, of one piece and without a stop."""
    return looks.could_be_head(text)
