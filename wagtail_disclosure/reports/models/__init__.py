from .bodies import ReportFiling, SubordinateBody
from .pages import AnnualReportPage
from .reports import AnnualReport, ReportCell, ReportText
from .timeliness import LateReason, ProactiveRecord

__all__ = [
    "AnnualReport",
    "AnnualReportPage",
    "LateReason",
    "ProactiveRecord",
    "ReportCell",
    "ReportFiling",
    "ReportText",
    "SubordinateBody",
]
