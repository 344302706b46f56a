"""How well and how fast files are read: character error against known texts, pages, documents and scans per second.

The files of `../shared/files` where they lie beside the project, else only what is made here. White space does not count.
"""

import io
import json
import os
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
from django.conf import settings

from reports.ingestion.child import read_safely
from reports.ingestion.clean import clean
from reports.ingestion.read import ocr, office, read
from reports.ingestion.shapes import Pages, Unreadable, Upload
from reports.ingestion.split import split
from reports.ingestion.vocabulary import current_vocabulary

FILES = Path(os.environ.get("BENCH_FILES", Path(__file__).resolve().parents[2] / "shared" / "files"))
KINDS = ("pdf", "docx", "doc", "html", "ofd", "txt", "img", "scan")
# What each kind of file may have wrong, in per cent; scans of newspapers are measured without the order of characters.
MOST_WRONG = {"columns": 6.0, "scan": 1.0, "newspaper scan": 1.0, "text": 0.5}
SECONDS = 3.0
FILES_THROUGH = 60


def measure() -> dict[str, Any]:
    """Everything that can be measured here: `errors` per file, `speed` per kind; what was left out and why."""
    return {"errors": errors(), "speed": speed(), "left_out": left_out()}


def left_out() -> list[str]:
    missing = []
    if not FILES.is_dir():
        missing.append(f"{FILES} is not there: no character errors")
    if not ocr.is_installed():
        missing.append("requirements-ocr.txt is not installed: no scans")
    if office.program() is None:
        missing.append("LibreOffice is not installed: no DOC, WPS, RTF")
    return missing


def errors() -> list[dict[str, Any]]:
    """For every file whose text is known: per cent of characters wrong, what is allowed, and whether review is asked.

    `unordered`: per cent wrong whatever their order.
    """
    if not FILES.is_dir():
        return []
    truth = truths()
    rows = []
    for kind in KINDS:
        for path in sorted((FILES / kind).iterdir()):
            expected = truth(path.name)
            if expected is None or (kind in ("img", "scan") and not ocr.is_installed()):
                continue
            if kind == "doc" and office.program() is None:
                continue
            rows.append(error_of(path, expected, kind))
    return rows


def error_of(path: Path, expected: str, kind: str) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        pages = read(Upload(path.name, path.read_bytes()))
    except Unreadable as problem:
        return {"file": f"{kind}/{path.name}", "wrong": 100.0, "reason": str(problem)}
    seconds = time.perf_counter() - began
    scan = kind in ("img", "scan")
    found = "".join(page.text for page in pages.pages) if scan else articles(pages)
    limit = "scan" if scan else "columns" if "scrambled" in path.name or "news" in path.name else "text"
    if scan and "news" in path.name:
        limit, wrong = "newspaper scan", bag_error(found, expected)
    else:
        wrong = character_error(found, expected)
    return {
        "file": f"{kind}/{path.name}",
        "wrong": round(100 * wrong, 2),
        "unordered": round(100 * bag_error(found, expected), 2),
        "allowed": MOST_WRONG[limit],
        "flagged": any("分栏" in notice for notice in pages.notices),
        "seconds": round(seconds, 2),
    }


def articles(pages: Pages) -> str:
    return "\n".join(article.text for article in split(clean(pages)))


def truths() -> Callable[[str], str | None]:
    """The known text of a file by its name; None where it is not known."""
    folder = FILES / "truth"
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    scans = json.loads((folder / "scan_truth.json").read_text(encoding="utf-8"))
    encoded = json.loads((folder / "txt_encodings.json").read_text(encoding="utf-8"))

    def truth(name: str) -> str | None:
        if name in scans:
            return "".join(scans[name]["pages"])
        if name in encoded:
            return str(encoded[name]["text"])
        sample = re.search(r"_(00\d)[_.]", name)
        if sample is None:
            return None
        lines = gold[sample[1]]
        flat = [line for article in lines for line in article] if isinstance(lines[0][0], list) else lines
        return "\n".join(text for _, text in flat)

    return truth


def character_error(found: str, expected: str) -> float:
    """Edit distance over the expected length, without white space.

    Tables follow the samples in some files: what stands after the expected text is not counted.
    """
    found_codes, expected_codes = (
        numpy.array([ord(c) for c in "".join(text.split())], dtype=numpy.int32) for text in (found, expected)
    )
    steps = numpy.arange(len(expected_codes) + 1)
    before = steps.copy()
    best = len(expected_codes)
    for number, code in enumerate(found_codes, start=1):
        now = numpy.empty_like(before)
        now[0] = number
        now[1:] = numpy.minimum(before[1:] + 1, before[:-1] + (expected_codes != code))
        before = numpy.minimum.accumulate(now - steps) + steps
        best = min(best, int(before[-1]))
    return best / max(len(expected_codes), 1)


def bag_error(found: str, expected: str) -> float:
    """The share of characters that are too many or too few, whatever their order."""
    has, should = Counter("".join(found.split())), Counter("".join(expected.split()))
    return max((has - should).total(), (should - has).total()) / max(should.total(), 1)


def speed() -> dict[str, float]:
    """Text pages and scanned pages a second of reading alone, in one process; DOCX files a second all the way through the
    children that read them, two at a time."""
    measured = {
        "pdf_pages_per_second": per_second(pdf_of_text(20), "报告.pdf") * 20,
        "docx_files_per_second": through_children(Upload("报告.docx", docx_of_text())),
    }
    if ocr.is_installed():
        picture = scanned_page()
        read(Upload("扫描件.png", picture))  # loading the models is no reading
        began = time.process_time()
        read(Upload("扫描件.png", picture))
        measured["scan_pages_per_second_and_core"] = 1 / (time.process_time() - began)
    return {name: round(value, 2) for name, value in measured.items()}


def per_second(data: bytes, name: str) -> float:
    read(Upload(name, data))
    count, began = 0, time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        read(Upload(name, data))
        count += 1
    return count / spent


def through_children(upload: Upload) -> float:
    """Files a second by the clock, read and recognised as uploads are, on two cores."""
    vocabulary = current_vocabulary()
    read_safely(upload, vocabulary, settings.READING_DIR)
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda _: read_safely(upload, vocabulary, settings.READING_DIR), range(FILES_THROUGH)):
            pass
    return FILES_THROUGH / (time.monotonic() - began)


def sample_text() -> str:
    samples = Path(__file__).resolve().parents[1] / "seeds" / "samples"
    return next(iter(sorted(samples.glob("000_*.txt")))).read_text(encoding="utf-8")


def pdf_of_text(count: int) -> bytes:
    """Pages of the first sample, 30 characters a line and 28 lines a page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    characters = "".join(sample_text().split())
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for number in range(count):
        canvas.setFont("STSong-Light", 16)
        for line in range(28):
            start = (number * 28 + line) * 30 % len(characters)
            canvas.drawString(60, 780 - 26 * line, characters[start : start + 30])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def docx_of_text() -> bytes:
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in sample_text().split("\n"))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {names}><w:body>{paragraphs}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {names}>{'<w:style/>' * 20_000}</w:styles>")
    return file.getvalue()


def scanned_page() -> bytes:
    """A page of 24 lines at 130 dots per inch: the tests' three lines of a scan, eight times below each other."""
    from PIL import Image

    lines = Image.open(Path(__file__).resolve().parents[1] / "tests" / "files" / "scan.png").convert("L")
    page = Image.new("L", (lines.width, 8 * lines.height), 255)
    for number in range(8):
        page.paste(lines, (0, number * lines.height))
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()
