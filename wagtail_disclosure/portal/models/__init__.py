from .documents import (
    ClarificationPage,
    InstitutionPage,
    Leader,
    LeadersPage,
    PowerItem,
    PowerListPage,
    ProjectPage,
    ProjectStage,
    RulePage,
    ServiceGuidePage,
)
from .structure import ColumnCategory, ColumnPage, GuidePage, PlatformSectionPage, SubsitePage

__all__ = [
    "ClarificationPage",
    "ColumnCategory",
    "ColumnPage",
    "GuidePage",
    "InstitutionPage",
    "Leader",
    "LeadersPage",
    "PlatformSectionPage",
    "PowerItem",
    "PowerListPage",
    "ProjectPage",
    "ProjectStage",
    "RulePage",
    "ServiceGuidePage",
    "SubsitePage",
]
