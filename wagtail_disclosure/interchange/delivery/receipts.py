"""Scanned receipts: in the storage of case files, handed out by one view to those who deliver."""

from ..models import DeliveryBatch


def belongs(name):
    """Whether the file ``name`` of the private storage is a receipt."""
    return DeliveryBatch.objects.filter(receipt=name).exists()
