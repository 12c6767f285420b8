from .decisions import Withdrawal
from .evidence import Approval, Contribution, FileUse, LedgerEntry, LedgerHead, Seal
from .policy import ReviewPolicy, ReviewPolicyStep
from .register import PublishedItem, PublishedItemCategory, RegisterCounter
from .tasks import (
    CopyCheck,
    DepartmentHeadReview,
    LeaderApproval,
    ReviewTask,
    SecrecyReview,
    TranslationCheck,
)

__all__ = [
    "Approval",
    "Contribution",
    "CopyCheck",
    "DepartmentHeadReview",
    "FileUse",
    "LeaderApproval",
    "LedgerEntry",
    "LedgerHead",
    "PublishedItem",
    "PublishedItemCategory",
    "RegisterCounter",
    "ReviewPolicy",
    "ReviewPolicyStep",
    "ReviewTask",
    "Seal",
    "SecrecyReview",
    "TranslationCheck",
    "Withdrawal",
]
