"""How a report and a figure are cited: GB/T 7714-2025, what is unknown left out or bracketed, never invented."""

from datetime import date

from django.utils.timezone import localdate

from reports.models import FROM_SCAN, Indicator, Report, ReportText, ReportType, Scope

ARCHIVE = "法治年报库"
# The standard's letters: R report, EB what is only online, Z other; OL because it is read online. A news story is no N:
# the newspaper that printed it is unknown.
MARKS = {ReportType.NEWS: "EB/OL", ReportType.OTHER: "Z/OL"}


def citation(report: Report, version: ReportText, address: str, accessed: date) -> str:
    """One line for an electronic resource. `address` is the permanent one of this version.

    After the archive's name: the year the report was put online, in round brackets the day this version was made, in
    square ones the day of reading. The first version goes unnumbered, as first editions do. Who wrote a news story is not
    known: the court that it is about is not put in the author's place. A title that the original does not have stands in
    square brackets. That the words were recognised from a scan stands where an edition is told: it is one of its own.
    """
    author = f"{report.court}. " if report.court and report.type != ReportType.NEWS else ""
    title = report.title or f"[{report}]"
    mark = MARKS.get(ReportType(report.type), "R/OL")
    editions = [f"{version.number}版"] if version.number > 1 else []
    if version.scan_mark:
        editions.append(FROM_SCAN)
    edition = f"{', '.join(editions)}. " if editions else ""
    made = localdate(version.created_at)
    online = localdate(report.published_at) if report.published_at else made
    dates = f"{online:%Y}({made:%Y-%m-%d})[{accessed:%Y-%m-%d}]"
    return f"{author}{title}[{mark}]. {edition}{ARCHIVE}, {dates}. {address}"


def figure_citation(figure: Indicator, report: Report, version: ReportText, address: str, accessed: date) -> str:
    """Whose figure it is and of which year, the sentence that says so, and the report's line; three lines.

    `address` is that of the paragraph in this version of the text.
    """
    year = f"{report.year_id}年度{'（推断）' if report.year_inferred else ''}" if report.year_id else ""
    whose = f"{report.court or ''}{year}"
    scope = "" if figure.scope == Scope.RESULT else f"（{figure.get_scope_display()}）"
    amount = "".join(figure.printed_in(version.text))
    said = f"{whose}{'，' if whose else ''}{figure.label} {amount}{scope}。"
    sentence = version.text[figure.start : figure.end]
    return f"{said}\n原文：{sentence}\n{citation(report, version, address, accessed)}"
