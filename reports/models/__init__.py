"""The names other code may import."""

from .batches import Batch, BatchFile
from .facts import ReportTheme, Theme
from .places import Court, CourtKind, CourtLevel, CourtName, Region, RegionChange, RegionLevel
from .reports import Report, ReportText, ReportType, Section, SectionKind, Status, Year
from .resolution import resolve
from .review import Basis, Claim, Decision, Event, Field, Origin
from .sources import SourceFile, SourceState

__all__ = [
    "Basis",
    "Batch",
    "BatchFile",
    "Claim",
    "Court",
    "CourtKind",
    "CourtLevel",
    "CourtName",
    "Decision",
    "Event",
    "Field",
    "Origin",
    "Region",
    "RegionChange",
    "RegionLevel",
    "Report",
    "ReportText",
    "ReportTheme",
    "ReportType",
    "Section",
    "SectionKind",
    "SourceFile",
    "SourceState",
    "Status",
    "Theme",
    "Year",
    "resolve",
]
