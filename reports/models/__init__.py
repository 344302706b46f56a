"""The names other code may import."""

from .batches import Batch, BatchFile
from .facts import Check, Indicator, IndicatorKind, Recognition, ReportTheme, Scope, Theme
from .places import Court, CourtKind, CourtLevel, CourtName, Region, RegionChange, RegionLevel
from .reports import Report, ReportText, ReportType, Section, SectionKind, Status, Year, assign_parts
from .resolution import resolve
from .review import Basis, Claim, Decision, Event, Field, Origin
from .sources import FROM_SCAN, SourceFile, SourceState
from .steps import Change, Step
from .suspicion import Fingerprint, Suspicion, SuspicionKind, Verdict

__all__ = [
    "FROM_SCAN",
    "Basis",
    "Batch",
    "BatchFile",
    "Change",
    "Check",
    "Claim",
    "Court",
    "CourtKind",
    "CourtLevel",
    "CourtName",
    "Decision",
    "Event",
    "Field",
    "Fingerprint",
    "Indicator",
    "IndicatorKind",
    "Origin",
    "Recognition",
    "Region",
    "RegionChange",
    "RegionLevel",
    "Report",
    "ReportText",
    "ReportTheme",
    "ReportType",
    "Scope",
    "Section",
    "SectionKind",
    "SourceFile",
    "SourceState",
    "Status",
    "Step",
    "Suspicion",
    "SuspicionKind",
    "Theme",
    "Verdict",
    "Year",
    "assign_parts",
    "resolve",
]
