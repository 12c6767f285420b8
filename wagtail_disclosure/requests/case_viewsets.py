"""The admin of disclosure requests."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import compat
from ..casework import views
from ..casework.policy import CasePolicy
from ..casework.viewsets import CaseViewSet
from ..departments import menu
from . import vocabularies
from .models import DisclosureRequest
from .registration import RegisterView


class RequestView(views.CaseView):
    def get_facts(self, case):
        def label(name):
            return capfirst(case._meta.get_field(name).verbose_name)

        chosen = {
            name: "、".join(str(each) for each in vocabularies.labels(name, getattr(case, name)))
            for name in ("delivery_forms", "delivery_routes")
        }
        names = ("description", "document_number", "index_number", "delivery_forms", "delivery_routes")
        kind = (label("case_kind"), vocabularies.kind_of(case.case_kind).label())
        return [kind] + [
            (label(name), chosen.get(name) or getattr(case, name))
            for name in (*names, "purpose", "help_needed")
        ]


@compat.asks(CasePolicy(DisclosureRequest))
class RequestViewSet(CaseViewSet):
    model = DisclosureRequest
    name = DisclosureRequest.admin_name
    menu_label = _("Requests")
    menu_order = menu.REQUESTS - 10
    export_filename = "disclosure-requests"
    inspect_view_class = RequestView
    add_view_class = RegisterView

    @property
    def add_view(self):
        return self._of_case(self.add_view_class)
