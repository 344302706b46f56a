"""Small DOCX files made at test time, from the XML of their paragraphs."""

import io
import zipfile

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def docx_of(*body: str, numbering: str = "", styles: str = "", footnotes: str = "", **others: str | bytes) -> bytes:
    """A DOCX with these paragraphs and tables (XML); the other parts likewise. `others`: whole files by their name."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": _part("document", f"<w:body>{''.join(body)}</w:body>"),
        "word/numbering.xml": _part("numbering", numbering),
        "word/styles.xml": _part("styles", styles),
        "word/footnotes.xml": _part("footnotes", footnotes),
        **others,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    return file.getvalue()


def _part(name: str, inside: str) -> str:
    return f"{_HEAD}<w:{name} {_NAMES}>{inside}</w:{name}>"


def p(*runs: str, style: str = "", number: tuple[int, int] | None = None, properties: str = "") -> str:
    """A paragraph of runs; plain text becomes a run. `number`: (list, level)."""
    if style:
        properties = f'<w:pStyle w:val="{style}"/>{properties}'
    if number:
        listed, level = number
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listed}"/></w:numPr>'
    inside = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def listed(number: int, *levels: tuple[str, str]) -> str:
    """A list with these (format, text) levels, as numbering.xml has it."""
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    return f'<w:abstractNum w:abstractNumId="{number}">{inside}</w:abstractNum>'


def used(number: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def table(*rows: list[str]) -> str:
    cells = ["".join(f"<w:tc>{cell if cell.startswith('<') else p(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
