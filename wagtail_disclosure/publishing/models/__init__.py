from .decisions import Withdrawal
from .delegation import Delegation, ReviewReminder
from .evidence import Approval, Contribution, FileUse, LedgerEntry, LedgerHead, Seal, SeenContent
from .findings import Acknowledgement, FileCheck, ReviewCheck, ReviewFinding
from .policy import ReviewPolicy, ReviewPolicyStep
from .register import PublishedItem, PublishedItemCategory, RegisterCounter
from .takedowns import Takedown
from .tasks import (
    CopyCheck,
    DepartmentHeadReview,
    LeaderApproval,
    ReviewTask,
    SecrecyReview,
    TranslationCheck,
)
from .validity import ValidityChange
from .verification import VerificationFinding, VerificationRun, Withholding

__all__ = [
    "Acknowledgement",
    "Approval",
    "Contribution",
    "CopyCheck",
    "Delegation",
    "DepartmentHeadReview",
    "FileCheck",
    "FileUse",
    "LeaderApproval",
    "LedgerEntry",
    "LedgerHead",
    "PublishedItem",
    "PublishedItemCategory",
    "RegisterCounter",
    "ReviewCheck",
    "ReviewFinding",
    "ReviewPolicy",
    "ReviewPolicyStep",
    "ReviewReminder",
    "ReviewTask",
    "Seal",
    "SecrecyReview",
    "SeenContent",
    "Takedown",
    "TranslationCheck",
    "ValidityChange",
    "VerificationFinding",
    "VerificationRun",
    "Withdrawal",
    "Withholding",
]
