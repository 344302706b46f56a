"""How a report is cited: GB/T 7714-2025, what is unknown left out or bracketed, never invented."""

from datetime import date

from django.utils.timezone import localdate

from reports.models import FROM_SCAN, Report, ReportText, ReportType

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
    if report.scan_mark:
        editions.append(FROM_SCAN)
    edition = f"{', '.join(editions)}. " if editions else ""
    made = localdate(version.created_at)
    online = localdate(report.published_at) if report.published_at else made
    dates = f"{online:%Y}({made:%Y-%m-%d})[{accessed:%Y-%m-%d}]"
    return f"{author}{title}[{mark}]. {edition}{ARCHIVE}, {dates}. {address}"
