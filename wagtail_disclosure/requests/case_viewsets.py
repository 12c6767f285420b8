"""The admin of disclosure requests."""

from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .. import compat
from ..casework import views
from ..casework.listing import CaseIndexView
from ..casework.policy import CasePolicy
from ..casework.viewsets import CaseViewSet
from ..departments import menu
from . import vocabularies
from .models import DisclosureRequest
from .publication import PublicationView
from .registration import RegisterView


class RequestView(views.CaseView):
    def get_facts(self, case):
        names = (
            "description",
            "document_number",
            "index_number",
            "filed_item",
            "delivery_forms",
            "delivery_routes",
        )
        return self._facts(case, *names, "purpose", "help_needed")

    def get_facts_of_task(self, case):
        return self._facts(case, "description", "document_number", "index_number", "filed_item")

    def _facts(self, case, *names):
        def label(name):
            return capfirst(case._meta.get_field(name).verbose_name)

        chosen = {
            name: vocabularies.in_words(name, getattr(case, name))
            for name in ("delivery_forms", "delivery_routes")
        }
        facts = [(label(name), chosen.get(name) or getattr(case, name) or "") for name in names]
        return [(label("case_kind"), vocabularies.kind_of(case.case_kind).label()), *facts]


class RequestListView(CaseIndexView):
    # What is done with a request that came on paper; nobody "adds" one.
    add_item_label = _("Register a request")


@compat.asks(CasePolicy(DisclosureRequest))
class RequestViewSet(CaseViewSet):
    model = DisclosureRequest
    name = DisclosureRequest.admin_name
    menu_label = _("Requests")
    menu_order = menu.REQUESTS - 10
    export_filename = "disclosure-requests"
    index_view_class = RequestListView
    inspect_view_class = RequestView
    add_view_class = RegisterView
    publication_view_class = PublicationView

    @property
    def add_view(self):
        return self._of_case(self.add_view_class)

    def get_urlpatterns(self):
        address = f"<{self.pk_path_converter}:pk>/publish/"
        return [
            *super().get_urlpatterns(),
            path(address, self._of_case(self.publication_view_class), name="publish"),
        ]
