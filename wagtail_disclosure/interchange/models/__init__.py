"""Imports, the places where citizens read and ask, and the ledger of what was delivered to them."""

from .deliveries import Delivery, DeliveryBatch, DeliveryEvent
from .imports import ADD, SILENCE, ImportBatch, ImportedItem, ImportPart  # noqa: F401
from .places import IntakePoint, ReadingPoint

__all__ = [
    "Delivery",
    "DeliveryBatch",
    "DeliveryEvent",
    "ImportBatch",
    "ImportPart",
    "ImportedItem",
    "IntakePoint",
    "ReadingPoint",
]
