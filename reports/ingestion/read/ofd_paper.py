"""OFD -> PDF, to be drawn: its text, lines and pictures where the file says that they stand.

Its own fonts are not used, as they often lack what a drawing program needs: the system's stand for them, character by
character in the places that the file tells. Seals and notes that lie over the pages are not drawn.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import NamedTuple
from xml.etree.ElementTree import Element

import ofdkit
from ofdkit.package import Package

from ..shapes import Unreadable
from . import image
from .archive import opened
from .numbering import attribute, child, local
from .ofd import BROKEN, FAULTS, MOST_ENTRIES, MOST_PAGES
from .sheet import SANS, SERIF, Paper

_DEEPEST = 32
_A4 = (0.0, 0.0, 210.0, 297.0)
_HAIRLINE = 0.353
# What no page of a report comes near: to draw more would keep a reader waiting.
_MOST_OBJECTS, _MOST_CHARACTERS = 20_000, 50_000
_FARTHEST = 1e5  # mm; a PDF's numbers end somewhere
_LONGEST_SIDE = 2000  # pixels of a picture: more is not seen
_UPSIDE_DOWN = "1 0 0 -1 0 1 cm"
_SANS = re.compile(r"黑|hei|sans|arial|helvetica|雅黑|圆", re.IGNORECASE)
_NUMBERS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}  # that follow each letter of a path


def on_paper(data: bytes) -> bytes:
    """All pages as a PDF. Raises Unreadable."""
    try:
        opened(data, "OFD 文件", MOST_ENTRIES).close()
        with Package(data) as package:
            return _Printer(package).pdf()
    except (ofdkit.OFDError, *FAULTS) as problem:
        raise Unreadable(BROKEN) from problem


class _Font(NamedTuple):
    name: str
    bold: bool


class _Printer:
    """Walks through the document once and lays its pages on paper."""

    def __init__(self, package: Package) -> None:
        self.package, self.paper = package, Paper()
        self.fonts: dict[str, _Font] = {}
        self.files: dict[str, str] = {}
        self.units: dict[str, Element] = {}
        self.pictures: dict[str, str] = {}
        self.left = 0

    def pdf(self) -> bytes:
        root = self.package.read_xml(self.package.find("OFD.xml") or "OFD.xml")
        count = 0
        for body in _all(root, "DocBody"):
            place = self.package.resolve("OFD.xml", _words(child(body, "DocRoot")))
            document = self.package.read_xml(place) if place else None
            if document is None or place is None:
                continue
            common = child(document, "CommonData")
            box = _numbers(_words(child(child(common, "PageArea"), "PhysicalBox")), 4) or _A4
            for kind in ("PublicRes", "DocumentRes"):
                for resource in _all(common, kind):
                    self.take_resources(self.package.resolve(place, _words(resource)))
            templates = {
                attribute(one, "ID"): self.package.resolve(place, attribute(one, "BaseLoc"))
                for one in _all(common, "TemplatePage")
            }
            for page in _all(child(document, "Pages"), "Page"):
                count += 1
                if count > MOST_PAGES:
                    raise Unreadable(f"OFD 文件超过 {MOST_PAGES} 页。")
                self.lay(self.package.resolve(place, attribute(page, "BaseLoc")), box, templates)
        return self.paper.pdf()

    def take_resources(self, place: str | None) -> None:
        """Fonts, pictures and composed units, by their numbers. What cannot be read is not there."""
        if place is None:
            return
        with suppress(ofdkit.OFDError):
            root = self.package.read_xml(place)
            folder = attribute(root, "BaseLoc").strip("/")
            for font in _all(child(root, "Fonts"), "Font"):
                name = attribute(font, "FontName") + attribute(font, "FamilyName")
                bold = attribute(font, "Bold").lower() == "true" or "bold" in name.lower()
                self.fonts[attribute(font, "ID")] = _Font(SANS if _SANS.search(name) else SERIF, bold)
            for media in _all(child(root, "MultiMedias"), "MultiMedia"):
                file = _words(child(media, "MediaFile"))
                found = self.package.resolve(place, f"{folder}/{file}") or self.package.resolve(place, file)
                if found:
                    self.files[attribute(media, "ID")] = found
            for unit in _all(child(root, "CompositeGraphicUnits"), "CompositeGraphicUnit"):
                self.units[attribute(unit, "ID")] = unit

    def lay(self, place: str | None, box: tuple[float, ...], templates: Mapping[str, str | None]) -> None:
        """One page, with what its templates say before it and after it."""
        self.left = _MOST_OBJECTS
        drawn: dict[str, list[str]] = {"Background": [], "Foreground": []}
        content: list[str] = []
        with suppress(ofdkit.OFDError):
            root = self.package.read_xml(place) if place else None
            for resource in _all(root, "PageRes"):
                self.take_resources(self.package.resolve(place, _words(resource)))
            box = _numbers(_words(child(child(root, "Area"), "PhysicalBox")), 4) or box
            for used in _all(root, "Template"):
                template = templates.get(attribute(used, "TemplateID"))
                order = "Foreground" if attribute(used, "ZOrder") == "Foreground" else "Background"
                if template:
                    drawn[order] += self.layers(self.package.read_xml(template))
            content = self.layers(root)
        left, top, width, height = box
        if not (0 < width < 5000 and 0 < height < 5000 and abs(left) < _FARTHEST and abs(top) < _FARTHEST):
            left, top, width, height = _A4
        self.paper.page(left, top, width, height, [*drawn["Background"], *content, *drawn["Foreground"]])

    def layers(self, root: Element | None) -> list[str]:
        return [line for layer in _all(child(root, "Content"), "Layer") for line in self.objects(layer, 0)]

    def objects(self, block: Element, depth: int) -> Iterator[str]:
        for one in block:
            self.left -= 1
            if self.left < 0 or depth > _DEEPEST:
                return
            if attribute(one, "Visible").lower() == "false" or attribute(one, "Alpha") == "0":
                continue
            match local(one):
                case "PageBlock":
                    yield from self.objects(one, depth + 1)
                case "TextObject":
                    yield from _framed(one, self.text(one))
                case "PathObject":
                    yield from _framed(one, _path(one))
                case "ImageObject" if drawn := self.picture(attribute(one, "ResourceID")):
                    yield from _framed(one, [_UPSIDE_DOWN, drawn])
                case "CompositeObject":
                    unit = child(self.units.get(attribute(one, "ResourceID")), "Content")
                    if unit is not None:
                        yield from _framed(one, self.objects(unit, depth + 1))

    def text(self, one: Element) -> Iterator[str]:
        """Each character by itself, in its place."""
        font = self.fonts.get(attribute(one, "Font"), _Font(SERIF, False))
        size = _number(attribute(one, "Size") or attribute(one, "size"), 0)
        wide = _number(attribute(one, "HScale"), 1)
        bold = font.bold or _number(attribute(one, "Weight"), 400) >= 600
        colour = _colour(one, "FillColor")
        yield f"BT /{font.name} {size:.4f} Tf {colour} rg"
        yield f"{colour} RG {size / 40:.4f} w 2 Tr" if bold else "0 Tr"
        x = y = 0.0
        for code in _all(one, "TextCode"):
            x, y = _number(attribute(code, "X"), x), _number(attribute(code, "Y"), y)
            words = (code.text or "")[:_MOST_CHARACTERS]
            across, down = _steps(attribute(code, "DeltaX"), len(words)), _steps(attribute(code, "DeltaY"), len(words))
            at_x, at_y = x, y
            for number, character in enumerate(words):
                if character.isprintable() and not character.isspace():
                    code_units = character.encode("utf-16-be", "replace").hex()
                    yield f"{wide:.4f} 0 0 -1 {at_x:.4f} {at_y:.4f} Tm <{code_units}> Tj"
                if number < len(across):
                    at_x += across[number]
                elif number >= len(down):
                    at_x += wide * size * (1 if ord(character) > 0x2E7F or character in "“”‘’—…" else 0.5)
                at_y += down[number] if number < len(down) else 0
        yield "ET"

    def picture(self, number: str) -> str:
        """The instruction that draws it; "" where it cannot be read."""
        if number not in self.pictures:
            self.pictures[number] = ""
            with (
                suppress(Unreadable, ofdkit.OFDError, KeyError),
                image.opened(self.package.read(self.files[number])) as (file, _),
            ):
                picture = file.convert("RGBA" if file.has_transparency_data else "RGB")
                picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                self.pictures[number] = self.paper.picture(picture)
        return self.pictures[number]


def _framed(one: Element, drawn: Iterator[str] | list[str]) -> Iterator[str]:
    """What an object draws, in the place and the size that it says."""
    left, top, *_ = _numbers(attribute(one, "Boundary"), 4) or (0.0, 0.0)
    matrix = _numbers(attribute(one, "CTM"), 6)
    yield f"q 1 0 0 1 {left:.4f} {top:.4f} cm"
    if matrix:
        yield " ".join(f"{number:.6f}" for number in matrix) + " cm"
    yield from drawn
    yield "Q"


def _path(one: Element) -> Iterator[str]:
    is_drawn = attribute(one, "Stroke").lower() != "false"
    is_filled = attribute(one, "Fill").lower() == "true"
    yield f"{_colour(one, 'StrokeColor')} RG {_colour(one, 'FillColor')} rg"
    yield f"{_number(attribute(one, 'LineWidth'), _HAIRLINE):.4f} w"
    yield from _shape(iter(_words(child(one, "AbbreviatedData")).split()))
    even = "*" if attribute(one, "Rule") == "Even-Odd" else ""
    yield (f"B{even}" if is_drawn else f"f{even}") if is_filled else "S" if is_drawn else "n"


def _shape(told: Iterator[str]) -> Iterator[str]:
    """The line that the letters and numbers tell, as far as they can be followed; an arc as its chord."""
    here = (0.0, 0.0)
    for letter in told:
        count = _NUMBERS.get(letter, 0)
        numbers = [_number(number, 0) for number in islice(told, count)]
        if len(numbers) < count:
            return
        match letter, numbers:
            case "M" | "S", [x, y]:
                yield f"{x:.4f} {y:.4f} m"
            case ("L", [x, y]) | ("A", [_, _, _, _, _, x, y]):
                yield f"{x:.4f} {y:.4f} l"
            case "Q", [over_x, over_y, x, y]:
                first = f"{(here[0] + 2 * over_x) / 3:.4f} {(here[1] + 2 * over_y) / 3:.4f}"
                yield f"{first} {(x + 2 * over_x) / 3:.4f} {(y + 2 * over_y) / 3:.4f} {x:.4f} {y:.4f} c"
            case "B", _:
                yield " ".join(f"{number:.4f}" for number in numbers) + " c"
            case "C", _:
                yield "h"
        here = (numbers[-2], numbers[-1]) if numbers else here


def _colour(one: Element, name: str) -> str:
    """Red, green and blue from 0 to 1; black where it is not told in one of the ways that are known."""
    told = child(one, name)
    value = attribute(told, "Value") or _words(child(told, "Value"))
    numbers = [_number(number, 0) for number in value.split()]
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) == 4:
        black = 1 - numbers[3] / 255
        numbers = [255 * (1 - number / 255) * black for number in numbers[:3]]
    return " ".join(f"{min(max(number / 255, 0), 1):.3f}" for number in (numbers if len(numbers) == 3 else [0, 0, 0]))


def _steps(told: str, most: int) -> list[float]:
    """From each character to the next; `g 3 2.5` is three times 2.5."""
    words, steps = iter(told.split()), list[float]()
    for word in words:
        if len(steps) >= most:
            break
        if word == "g":
            times, step = _number(next(words, ""), 0), _number(next(words, ""), 0)
            steps += [step] * int(min(max(times, 0), most))
        else:
            steps.append(_number(word, 0))
    return steps


def _all(element: Element | None, name: str) -> Iterator[Element]:
    return (inner for inner in (() if element is None else element) if local(inner) == name)


def _words(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _number(told: str, otherwise: float) -> float:
    try:
        number = float(told)
    except ValueError:
        return otherwise
    return min(max(number, -_FARTHEST), _FARTHEST) if math.isfinite(number) else otherwise


def _numbers(told: str, count: int) -> tuple[float, ...] | None:
    numbers = tuple(_number(number, 0) for number in told.replace(",", " ").split())
    return numbers[:count] if len(numbers) >= count else None
