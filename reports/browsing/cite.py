"""How a report is cited: GB/T 7714-2025, what is unknown left out or bracketed, never invented."""

from datetime import date

from django.utils.timezone import localdate

from reports.models import Report, ReportText, ReportType

ARCHIVE = "法治年报库"
# The standard's letters: R report, N newspaper, Z other; OL because it is read online.
MARKS = {ReportType.NEWS: "N/OL", ReportType.OTHER: "Z/OL"}


def citation(report: Report, version: ReportText, address: str, accessed: date) -> str:
    """One line. `address` is the permanent one of this version; the date in round brackets is when the version was made.

    Who wrote a news story is not known: the court that it is about is not put in the author's place. A title that the
    original does not have stands in square brackets.
    """
    author = f"{report.court}. " if report.court and report.type != ReportType.NEWS else ""
    title = report.title or f"[{report}]"
    mark = MARKS.get(ReportType(report.type), "R/OL")
    made = f"{localdate(version.created_at):%Y-%m-%d}"
    return f"{author}{title}[{mark}]. {ARCHIVE}, 第{version.number}版 ({made})[{accessed:%Y-%m-%d}]. {address}"
