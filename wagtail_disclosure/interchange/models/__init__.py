"""Imports, the places where citizens read and ask, what was delivered to them, what was submitted upwards."""

from .deliveries import Delivery, DeliveryBatch, DeliveryEvent
from .imports import ADD, SILENCE, ImportBatch, ImportedItem, ImportPart  # noqa: F401
from .places import IntakePoint, ReadingPoint
from .upward import UpwardEvent, UpwardPlatform, UpwardRun, UpwardSubmission

__all__ = [
    "Delivery",
    "DeliveryBatch",
    "DeliveryEvent",
    "ImportBatch",
    "ImportPart",
    "ImportedItem",
    "IntakePoint",
    "ReadingPoint",
    "UpwardEvent",
    "UpwardPlatform",
    "UpwardRun",
    "UpwardSubmission",
]
