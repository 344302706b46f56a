"""DOCX -> Pages: every visible word in order, with the numbers that Word itself writes before paragraphs (一、 …).

Straight from the document's XML, because what is wanted lies in four of its files at once: the text, the numbering, the
styles that carry numbering, the footnotes. Macros, pictures and linked files are never looked at.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..shapes import Page, Pages, Unreadable
from .archive import ZIP_FAULTS, inflated, opened
from .html import read_html
from .kinds import kind_of
from .mail import read_mail
from .numbering import Numbering, attribute, child, local
from .txt import read_txt

_BROKEN = "Word 文档（DOCX）已损坏或不完整，打不开。请用 Word 或 WPS 打开后另存一份，再上传。"
_HOSTILE = "Word 文档（DOCX）里有不正常的 XML 声明，可能有害，未予识别。请用 Word 或 WPS 打开后另存为 PDF，再上传。"
_TOO_DEEP = "Word 文档（DOCX）的内容嵌套过深，未予识别。请用 Word 或 WPS 打开后另存为 PDF，再上传。"
CHANGED = "文档里有修订痕迹，已按接受全部修订后的文字识别，请对照原件核对。"
_NOT_INSERTED = "文档里插入的另一个文件没有收入。请用 Word 打开，另存一份后再上传，或者对照原件补上。"
_NOTHING_BUT_INSERTED = "Word 文档里没有文字，只有插入的另一个文件。请用 Word 打开后另存一份，再上传。"

# A document with a thousand pictures has as many entries.
_MOST_ENTRIES = 5000
# A table's cell with this many characters is running text, and the table is there for its lines.
_LONG_CELL = 60

# Deleted, moved away, instructions of fields, the pinyin above a character, and drawings' own words.
_UNSEEN = {"del", "moveFrom", "instrText", "delText", "rt", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "object"}
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read_docx(data: bytes) -> Pages:
    """The document as Word shows it with all changes accepted; its pages are those that Word last saw.

    Raises Unreadable.
    """
    try:
        archive = opened(data, "Word 文档（DOCX）", _MOST_ENTRIES)
        # Some writers part folders as Windows does.
        parts = {name.lower().replace("\\", "/"): name for name in archive.namelist()}
        reader = _Reader(Numbering(_part(archive, parts, "numbering"), _part(archive, parts, "styles")))
        body = _part(archive, parts, "document")
        if body is None:
            raise Unreadable(_BROKEN)
        reader.inserted = dict(_inserted(archive, parts))
        reader.take(body)
        for kind in ("footnotes", "endnotes"):
            notes = _part(archive, parts, kind)
            if notes is not None:
                reader.take_notes(kind.removesuffix("s"), notes)
    except RecursionError as problem:
        raise Unreadable(_TOO_DEEP) from problem
    except (*ZIP_FAULTS, ElementTree.ParseError, KeyError) as problem:
        raise Unreadable(_BROKEN) from problem
    if not any(page.text.strip() for page in reader.pages):
        if _NOT_INSERTED in reader.notices:
            raise Unreadable(_NOTHING_BUT_INSERTED)
        raise Unreadable("Word 文档里没有文字，可能只有图片。请另存为 PDF 后再上传。")
    return Pages("docx", tuple(reader.pages), notices=tuple(reader.notices), paragraphs=True)


def _part(archive: zipfile.ZipFile, parts: dict[str, str], name: str, ending: str = ".xml") -> Element | None:
    """One of the document's files as a tree. Without document type declarations there are no entities to expand."""
    path = parts.get(f"word/{name}{ending}")
    if path is None and name == "document":  # other writers number it: word/document2.xml
        path = next((parts[part] for part in sorted(parts) if part.startswith("word/document")), None)
    if path is None:
        return None
    xml = inflated(archive, path)
    ascii_of_it = xml.replace(b"\0", b"")  # in UTF-16 too
    if b"<!DOCTYPE" in ascii_of_it or b"<!ENTITY" in ascii_of_it:
        raise Unreadable(_HOSTILE)
    return ElementTree.fromstring(xml)  # noqa: S314 - no entities, and expat refuses external ones


# What an inserted file may be; Word shows its words as if they stood in the document.
_INSERTED = {"html": read_html, "mht": read_mail, "txt": read_txt}


def _inserted(archive: zipfile.ZipFile, parts: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The lines of the files that are put into the document whole, by the number under which it calls for them."""
    relations = _part(archive, parts, "_rels/document.xml.rels", "")
    for relation in relations if relations is not None else ():
        if attribute(relation, "Type").endswith("/aFChunk"):
            target = attribute(relation, "Target").lower()
            path = parts.get(target.removeprefix("/") if target.startswith("/") else f"word/{target}")
            yield attribute(relation, "Id"), _lines_in(inflated(archive, path)) if path else []


def _lines_in(data: bytes) -> list[str]:
    """None of a document in the document: one may hold itself."""
    if reader := _INSERTED.get(kind_of(data)):
        with suppress(Unreadable):
            return [line for page in reader(data).pages for line in page.text.split("\n") if line.strip()]
    return []


class _Reader:
    """Walks the document once and lays its lines on pages."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.sheets: list[list[str]] = [[]]
        self.continued: set[int] = set()
        self.words: list[str] = []
        self.boxes: list[Element] = []
        self.notes: list[tuple[str, str]] = []
        self.seen: set[str] = set()
        self.merges = False
        self.inserted: dict[str, list[str]] = {}
        self.field: list[str] = []

    @property
    def pages(self) -> list[Page]:
        return [
            Page(number, "\n".join(lines), continues=number in self.continued)
            for number, lines in enumerate(self.sheets, start=1)
        ]

    @property
    def notices(self) -> list[str]:
        told = {
            "changes": CHANGED,
            "hidden": "文档里有隐藏文字，没有收入。",
            "contents": "文档里的目录没有收入正文。",
            "inserted": _NOT_INSERTED,
        }
        return [told[what] for what in told if what in self.seen]

    def take(self, element: Element) -> None:
        """Everything below an element that holds paragraphs and tables."""
        for inner in element:
            match local(inner):
                case "p":
                    self.paragraph(inner)
                case "tbl":
                    self.table(inner)
                case "AlternateContent":
                    self.take(_shown(inner))
                case "altChunk":
                    self.end_line()
                    lines = self.inserted.get(attribute(inner, "id"), [])
                    self.sheets[-1] += lines
                    self.seen.update(() if lines else {"inserted"})
                case "sdt" if _is_contents(inner):
                    self.seen.add("contents")
                case name if name in _UNSEEN:
                    self.seen.update({"changes"} if name in ("del", "moveFrom") else ())
                case _:
                    self.take(inner)

    def paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        if self.numbering.is_contents(properties):
            self.seen.add("contents")
            return
        if properties is not None and _is_on(child(properties, "pageBreakBefore")) and any(self.sheets):
            self.sheets.append([])
        if not self.merges:
            self.end_line()
            self.words = [self.numbering.label(properties)] if _has_words(element) else []
        self.run(element)
        # The mark at this paragraph's end was deleted: the next one goes on in the same line.
        mark = child(properties, "rPr") if properties is not None else None
        self.merges = mark is not None and child(mark, "del") is not None
        if not self.merges:
            self.end_line()
        if properties is not None and child(properties, "sectPr") is not None:
            kind = child(child(properties, "sectPr"), "type")
            if kind is None or attribute(kind, "val") != "continuous":
                self.sheets.append([])

    def end_line(self) -> None:
        """Put the words so far on the page, then what stands in text boxes beside them."""
        text, self.words = "".join(self.words), []
        self.sheets[-1] += [line for line in text.split("\n") if line.strip()]
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.take(box)

    def run(self, element: Element) -> None:
        """The words of a paragraph, wherever in it they stand."""
        for inner in element:
            match local(inner):
                case "t" if not inner.tag.startswith(_DRAWING):
                    self.words.append(inner.text or "")
                case "r" if _is_hidden(inner):
                    self.seen.add("hidden")
                case "tab":
                    self.words.append("\t")
                case "sym":
                    self.words.append(_sign(inner))
                case "fldChar":
                    # A number in a ring is a formula, which shows nothing but itself.
                    if attribute(inner, "fldCharType") == "begin":
                        self.field = []
                    elif ringed := _RINGED.search("".join(self.field)):
                        self.words.append(chr(0x2460 + int(ringed[1]) - 1))
                        self.field = []
                case "instrText":
                    self.field.append(inner.text or "")
                case "noBreakHyphen":
                    self.words.append("-")
                case "cr":
                    self.words.append("\n")
                case "br":
                    self.turn() if attribute(inner, "type") == "page" else self.words.append("\n")
                case "lastRenderedPageBreak":
                    self.turn()
                case "txbxContent":
                    self.boxes.append(inner)
                case "footnoteReference" | "endnoteReference" as kind:
                    self.notes.append((kind.removesuffix("Reference"), attribute(inner, "id")))
                    self.words.append(f"[{len(self.notes)}]")
                case "AlternateContent":
                    self.run(_shown(inner))
                case "pPr":
                    pass
                case name if name in _UNSEEN:
                    self.seen.update({"changes"} if name in ("del", "moveFrom") else ())
                case name:
                    self.seen.update({"changes"} if name in ("ins", "moveTo") else ())
                    self.run(inner)

    def turn(self) -> None:
        """Turn the page, in the middle of a paragraph too."""
        begun = "".join(self.words)
        if begun.strip():
            self.end_line()
            self.sheets.append([])
            self.continued.add(len(self.sheets))
        elif any(line for line in self.sheets[-1]):
            self.sheets.append([])

    def table(self, element: Element) -> None:
        """A line for each row, its cells parted by tabs; cells of running text, or with a table, give lines of their own."""
        self.end_line()
        for row in _rows(element):
            cells = [self.cell(cell) for cell in row]
            laid_out = len(cells) == 1 or any(child(cell, "tbl") is not None for cell in row)
            if laid_out or any(len(line) > _LONG_CELL for cell in cells for line in cell):
                self.sheets[-1] += [line for cell in cells for line in cell]
            elif any(cells):
                self.sheets[-1].append("\t".join(" ".join(cell) for cell in cells))

    def cell(self, element: Element) -> list[str]:
        """The lines of a cell; a page that turns inside turns before the row."""
        before, self.sheets = self.sheets, [[]]
        continued, self.continued = self.continued, set()
        self.take(element)
        self.end_line()
        lines: list[str] = []
        for number, sheet in enumerate(self.sheets, start=1):
            if number in self.continued and lines:
                lines[-1] += "".join(sheet[:1])
                lines += sheet[1:]
            else:
                lines += sheet
        turned, self.sheets, self.continued = len(self.sheets) > 1, before, continued
        if turned:
            self.sheets.append([])
        return lines

    def take_notes(self, kind: str, root: Element) -> None:
        """The notes of a kind in the order of their marks, after the text."""
        bodies = {attribute(note, "id"): note for note in root if local(note) == kind}
        for number, (of_kind, key) in enumerate(self.notes, start=1):
            if of_kind == kind and key in bodies:
                lines = self.cell(bodies[key])
                self.sheets[-1].append(f"[{number}]" + "".join(lines).strip())


# {eq \\o\\ac(○,1)}: what Word makes of 带圈字符.
_RINGED = re.compile(r"(?i)\beq\s*\\o\s*\\ac\s*\(\s*[○〇◯]\s*,\s*([1-9]|1\d|20)\s*\)")
# The signs of Symbol and Wingdings that mean something in a sentence.
_SIGNS = {
    "symbol": {0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xB7: "·", 0xBB: "≈", 0xAE: "→"},
    "wingdings": {0xE0: "→", 0xDF: "←", 0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0x6C: "●", 0xAB: "★"},
}


def _sign(sym: Element) -> str:
    """A character that was put in from a font of signs, or from the table of an ordinary one."""
    code = attribute(sym, "char")
    number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else 0
    if 0xF000 <= number <= 0xF0FF:
        return _SIGNS.get(attribute(sym, "font").lower(), {}).get(number - 0xF000, "")
    return chr(number) if number <= 0x10FFFF and chr(number).isprintable() else ""


def _rows(table: Element) -> Iterator[list[Element]]:
    """The cells of each row, not of the tables in them: those are part of their cells."""
    for row in _own(table, "tr"):
        if child(child(row, "trPr"), "del") is not None:
            continue
        yield [cell for cell in _own(row, "tc") if not _goes_on_above(cell)]


def _own(element: Element, name: str) -> Iterator[Element]:
    """A table's own rows, or a row's own cells, in whatever they are wrapped."""
    for inner in element:
        if local(inner) == name:
            yield inner
        elif local(inner) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _own(inner, name)


def _goes_on_above(cell: Element) -> bool:
    """Whether the cell is merged into the one above it."""
    properties = child(cell, "tcPr")
    merge = child(properties, "vMerge") if properties is not None else None
    return merge is not None and attribute(merge, "val") in ("", "continue")


def _shown(alternatives: Element) -> Element:
    """Of the forms of a drawing that a file offers to newer and older programs, the first."""
    return next((choice for choice in alternatives if local(choice) in ("Choice", "Fallback")), alternatives)


def _is_on(switch: Element | None) -> bool:
    return switch is not None and attribute(switch, "val") not in ("0", "false", "off")


def _is_hidden(run: Element) -> bool:
    properties = child(run, "rPr")
    return properties is not None and _is_on(child(properties, "vanish")) and _has_words(run)


def _has_words(element: Element) -> bool:
    return any(local(inner) == "t" and (inner.text or "").strip() for inner in element.iter())


def _is_contents(sdt: Element) -> bool:
    """Whether a content control holds Word's own table of contents."""
    gallery = next((inner for inner in sdt.iter() if local(inner) == "docPartGallery"), None)
    return gallery is not None and attribute(gallery, "val") == "Table of Contents"
