"""Requests for disclosure and the forms by which they come."""

from .definitions import DeflectionCount, RequestForm
from .pages import RequestFormPage
from .requests import Applicant, DisclosureRequest, RequestAttachment, RequestEvent, RequestLetter

__all__ = [
    "Applicant",
    "DeflectionCount",
    "DisclosureRequest",
    "RequestAttachment",
    "RequestEvent",
    "RequestForm",
    "RequestFormPage",
    "RequestLetter",
]
