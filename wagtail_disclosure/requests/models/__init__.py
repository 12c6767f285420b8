"""Requests for disclosure and the forms by which they come."""

from .definitions import DeflectionCount, RequestForm
from .pages import RequestFormPage
from .requests import (
    Applicant,
    DisclosureRequest,
    RequestAttachment,
    RequestEvent,
    RequestLetter,
    RequestParty,
)
from .suggestions import DismissedSuggestion
from .tasks import RequestTask

__all__ = [
    "Applicant",
    "DeflectionCount",
    "DismissedSuggestion",
    "DisclosureRequest",
    "RequestAttachment",
    "RequestEvent",
    "RequestForm",
    "RequestFormPage",
    "RequestLetter",
    "RequestParty",
    "RequestTask",
]
