"""The plain frozen values that travel from file to facts. They know neither Django nor our tables.

Every (start, end) counts Unicode code points in the `text` of the same Article or Draft.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

from reports.parts import PartName

LineKind = Literal["court", "title", "subtitle", "byline", "heading", "para", "caption", "note"]
Strength = Literal["topic", "touched", "plan", "mention"]
FieldName = Literal["title", "court", "year", "type", "theme"]
BasisName = Literal["stated", "inferred"]
ScopeName = Literal["result", "period", "target", "plan", "previous", "other"]
CheckKind = Literal["ratio", "sum", "change", "repeat", "impossible"]
Verdict = Literal["holds", "rounding", "fails", "unknown"]


@dataclass(frozen=True, slots=True)
class Upload:
    """The bytes a person handed over, under the name they gave them (never a path)."""

    name: str
    data: bytes


# Where something stands on a page that is seen upright: left, top, right, bottom, in ten-thousandths of the page's width
# and height, so that it fits a picture of any size.
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """One page as read, before any cleaning. Numbers count from 1.

    `sure` (0…1): how certain character recognition is of the page's text; 0 where another program recognised it and does not
    say, None where nothing had to be recognised.
    `continues`: its first line is known to go on from the page before.
    `boxes`: for each line of the text (parted at \\n) where it stands, None where that is unknown; () where all is.
    `turned`: how far (degrees, clockwise) the page had to be turned, beyond what the file itself says, to stand upright.
    """

    number: int
    text: str
    sure: float | None = None
    continues: bool = False
    boxes: tuple[Box | None, ...] = ()
    turned: int = 0


@dataclass(frozen=True, slots=True)
class Pages:
    """What a reader made of a file: `kind` is what it really is (txt, pdf, docx …), whatever its name says.

    `paragraphs`: the file itself says where paragraphs end, so that a line is one, unless it was wrapped by hand.
    `flow`: the same text in parts of pages, in the order of reading, where that is not page by page; else empty.
    """

    kind: str
    pages: tuple[Page, ...]
    encoding: str = ""
    notices: tuple[str, ...] = ()
    paragraphs: bool = False
    flow: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanLine:
    """One line of clean text. `pages` are (offset in this line, page) pairs, the first at offset 0.

    `after_gap`: blank lines (or a page's edge) stood before it in the original, which is how newspapers part things.
    `caption`: it was printed twice, or in a row with its like, as only captions are.
    """

    text: str
    pages: tuple[tuple[int, int], ...]
    after_gap: bool = False
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Clean text of a whole file, line by line in reading order. Never a page number, never a running head."""

    lines: tuple[CleanLine, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an article: what it is, and where it stands (without its line end)."""

    kind: LineKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    Level 1 = 一、 or a newspaper head on its own line, 2 = （一）, 3 = 一是 / 第一 / 1. at a paragraph's start.
    A run-in heading ends at its first 。; a section ends where the next of the same or a higher level starts.
    Bylines, captions and notes are sections too: kind says so, level is None. So is a paragraph ("para") that belongs to
    another part than the section around it. `part` is None until `recognise.with_parts` has said it.
    """

    kind: Literal["heading", "byline", "caption", "note", "para"]
    level: int | None
    heading: str
    start: int
    end: int
    part: PartName | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One report as it stands in the file: text has one line per title, heading, paragraph, caption … joined by \\n.

    `pages` are (start, page) pairs in rising order: from `start` on, the characters stand on that page of the original.
    `neighbours`: what the whole file says that this article may lean on, e.g. the courts named on the same newspaper page.
    `page_years`: the years printed in the running text of the whole file, in order, each as often as it stands there;
    only where one file holds several articles. An article that names no date leans on them.
    """

    number: int
    title: str
    text: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    pages: tuple[tuple[int, int], ...]
    neighbours: tuple[str, ...] = ()
    page_years: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()

    def words(self, line: Line) -> str:
        return self.text[line.start : line.end]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing read from an article: what, the exact words, where they stand, how sure (0…1).

    `value`: a court's canonical name, a year ("2023") or a span ("2017-2021"), a type, a theme's name; None = 未写明.
    `detail`: a theme's strength. `places`: all evidence of a theme. `suggestion`: for reviewers only, never public.
    """

    field: FieldName
    value: str | None
    sure: float
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    basis: BasisName = "stated"
    detail: Strength | None = None
    places: tuple[tuple[int, int], ...] = ()
    suggestion: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it counts in the reader's words, how much of what, how exactly, and the sentence that says so.

    `value` has 万 and 亿 multiplied out; `step` is the place value of its last printed digit (25.4万件: 1000).
    `exactness` is printed words (余, 近…余, 约, 以上). Of a change, `change` is its word (上升, 缩短) and `reference` what
    it is measured against (同比, 较上年同期); both are empty for a level. `indicator`: the name of its kind, or None.
    (start, end) is the sentence, (at, until) the figure's own words in it.
    """

    indicator: str | None
    label: str
    value: Decimal
    unit: str
    step: Decimal
    exactness: str
    change: str
    reference: str
    scope: ScopeName
    start: int
    end: int
    at: int
    until: int
    sure: float


@dataclass(frozen=True, slots=True)
class Check:
    """Figures that should agree, and whether they do. `figures` are positions in the draft's figures, what is stated first.

    `stated` is the figure's value, `computed` what the others give (None where nothing can). (start, end) spans all
    sentences concerned. A verdict asks a person to look: nothing is ever corrected.
    """

    kind: CheckKind
    verdict: Verdict
    stated: Decimal
    computed: Decimal | None
    arithmetic: str
    figures: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An article and everything found in it: ready to be saved, or printed as JSON. `version`: the vocabulary's."""

    article: Article
    found: tuple[Found, ...]
    figures: tuple[Figure, ...] = ()
    checks: tuple[Check, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The end of the journey for one file: drafts, or the reason (in Chinese, with what to do) why there are none."""

    kind: str = ""
    encoding: str = ""
    pages: tuple[Page, ...] = ()
    drafts: tuple[Draft, ...] = ()
    notices: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One file out of an archive under the name it had there: its bytes, or `reason`, in Chinese, why it has none."""

    name: str
    data: bytes = b""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What a table that comes with files says of `file`, in the table's own words; "" says nothing.

    `number` is the row's as the person sees it, from 1.
    """

    number: int
    file: str
    court: str = ""
    year: str = ""
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that comes with files and says what they are."""

    rows: tuple[SheetRow, ...] = ()


Program = Literal["ocr", "office"]


class Heavy(Exception):
    """Reading goes on only with more memory and time: `program` is what needs them, for so many `pages`."""

    def __init__(self, program: Program, pages: int) -> None:
        super().__init__(program, pages)
        self.program, self.pages = program, pages


class Ask(Protocol):
    """What a reader calls before it starts a program that needs more than reading does, for so many `pages`, and again
    after each of them that is `done`. May raise Heavy."""

    def __call__(self, program: Program, pages: int, done: int = 0) -> None: ...


def allow(program: Program, pages: int, done: int = 0) -> None:
    """Go ahead: this process has room."""


# What a reading that takes its time tells, about twice a second: pages done and pages due, 0 and 0 where nobody counts
# them. Whatever it raises ends the reading at once.
Watch = Callable[[int, int], None]


def unwatched(done: int, due: int) -> None:
    """Nobody waits to see how far it is."""


class Unreadable(Exception):
    """A file cannot be read; the message is for the person who uploaded it: what is wrong and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class KnownRegion:
    """A region as the recognisers need it. `parent` is a code; `names` are short name and aliases, without `name`."""

    code: str
    name: str
    level: str  # province, prefecture or county
    parent: str | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownCourt:
    """A court as the recognisers need it. `names` are short and former names, without `name`; many belong to several courts."""

    name: str
    level: str
    kind: str
    region: str | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownTheme:
    """A theme as the recognisers need it. `expressions` is a regular expression."""

    name: str
    definition: str
    expressions: str


@dataclass(frozen=True, slots=True)
class KnownIndicator:
    """A kind of figure as the recognisers need it. `expressions` is a regular expression over a figure's label.

    `context` is one over its sentence, which must say this too (调解成功 is 诉前调解成功 where 诉前 stands before it).
    `units`: those that count the same of it, the usual one first. A rate names the kinds it may be worked out from.
    """

    name: str
    expressions: str
    units: tuple[str, ...]
    context: str = ""
    better: Literal["higher", "lower", ""] = ""
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Everything the recognisers know of the world, as one plain value handed in.

    Compared and hashed by identity: what is derived from it is kept by that, and thousands of names need no comparing.
    `version` is a digest of all of it and of the recognisers' code: what was read under the same would be read again alike.
    """

    regions: tuple[KnownRegion, ...] = field(default=(), repr=False)
    courts: tuple[KnownCourt, ...] = field(default=(), repr=False)
    themes: tuple[KnownTheme, ...] = field(default=(), repr=False)
    indicators: tuple[KnownIndicator, ...] = field(default=(), repr=False)
    version: str = ""
