from .bodies import ReportFiling, SubordinateBody
from .pages import AnnualReportPage
from .reports import AnnualReport, ReportCell, ReportText

__all__ = [
    "AnnualReport",
    "AnnualReportPage",
    "ReportCell",
    "ReportFiling",
    "ReportText",
    "SubordinateBody",
]
