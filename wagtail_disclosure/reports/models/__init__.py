from .bodies import ReportFiling, SubordinateBody
from .duties import DutyDone, PublicationDuty
from .inspection import CorrectionStep, CorrectionTask, InspectionFinding, InspectionRun, WeeklyDigest
from .pages import AnnualReportPage, DisclosureFiguresPage
from .reports import AnnualReport, ReportCell, ReportText
from .statistics import StatisticsCorrection, StatisticsPeriod
from .timeliness import LateReason, ProactiveRecord

__all__ = [
    "AnnualReport",
    "AnnualReportPage",
    "CorrectionStep",
    "CorrectionTask",
    "DisclosureFiguresPage",
    "DutyDone",
    "InspectionFinding",
    "InspectionRun",
    "LateReason",
    "ProactiveRecord",
    "PublicationDuty",
    "ReportCell",
    "ReportFiling",
    "ReportText",
    "StatisticsCorrection",
    "StatisticsPeriod",
    "SubordinateBody",
    "WeeklyDigest",
]
