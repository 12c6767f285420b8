"""On the start page of the admin, for those who deliver: what is due, what is late, what is to be taken back."""

from django.utils import timezone
from wagtail.admin.ui.components import Component

from ...departments.models import Agency
from ..models import Delivery, DeliveryBatch, ReadingPoint
from . import policy, vocabularies
from .views import ledger_url, note_url


class DeliveryPanel(Component):
    name = "disclosure_deliveries"
    template_name = "wagtail_disclosure/interchange/delivery/panel.html"
    order = 160

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        if not policy.may_manage(self.user):
            return {"rows": []}
        points = policy.points_of(self.user)
        rows, today = Delivery.objects.filter(point__in=points), timezone.localdate()
        numbers = {
            "due": (rows.due().count(), ledger_url("points")),
            "overdue": (rows.overdue(today).count(), f"{ledger_url()}?overdue=on"),
            "recalls": (rows.open().exclude(kind=Delivery.Kind.DELIVER).count(), ledger_url("points")),
            "no_receipt": (
                policy.batches_of(self.user).filter(state=DeliveryBatch.State.DELIVERED).count(),
                f"{note_url()}?state=delivered",
            ),
        }
        return {
            "rows": [
                {"name": name, "count": count, "url": url} for name, (count, url) in numbers.items() if count
            ],
            "missing": self._missing(today),
        }

    def _missing(self, today):
        """Kinds of reading points that the law names and that the agency has none of."""
        if not Agency.objects.exists():
            return []
        there = set(ReadingPoint.objects.in_use(today).values_list("kind", flat=True))
        return [each.label() for each in vocabularies.wanted() if each.code not in there]
