"""The admin of a kind of case: list, page, actions. There is nothing to edit and nothing to delete (P4)."""

from django.urls import path
from wagtail.admin.viewsets.model import ModelViewSet

from ..departments import menu
from . import listing, new_code, views
from .consultation.admin import PartyLinkView
from .desk import filters, month, people
from .letters.views import DraftView


class CaseViewSet(menu.InDisclosureMenu, ModelViewSet):
    """A concrete viewset says ``model``, ``name`` and its views. Its policy is a ``CasePolicy``."""

    icon = "clipboard-list"
    add_to_admin_menu = True
    add_to_reference_index = False
    inspect_view_enabled = True
    copy_view_enabled = False
    # The form class is never shown: cases are registered by a view of their own.
    form_fields = ["subject"]
    search_fields = ["number", "subject"]
    index_view_class = listing.CaseIndexView
    inspect_view_class = views.CaseView
    action_view_class = views.ActionView
    people_view_class = views.PeopleView
    code_view_class = new_code.CodeView
    month_view_class = month.MonthView
    find_view_class = people.FindView
    list_export = listing.CaseIndexView.list_export
    export_headings = listing.CaseIndexView.export_headings

    @property
    def filterset_class(self):
        return filters.filter_set(self.model)

    def get_common_view_kwargs(self, **kwargs):
        found = super().get_common_view_kwargs(**kwargs)
        # These views do not exist.
        for name in ("edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"):
            found[name] = None
        return found

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(
            calendar_url_name=self.get_url_name("calendar"), find_url_name=self.get_url_name("find"), **kwargs
        )

    def get_inspect_view_kwargs(self, **kwargs):
        return super().get_inspect_view_kwargs(people_url_name=self.get_url_name("people"), **kwargs)

    def _of_case(self, view_class):
        return self.construct_view(
            view_class,
            model=self.model,
            index_url_name=self.get_url_name("index"),
            inspect_url_name=self.get_url_name("inspect"),
        )

    def get_urlpatterns(self):
        pk = f"<{self.pk_path_converter}:pk>"
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path("calendar/", self._of_case(self.month_view_class), name="calendar"),
            path("find/", self._of_case(self.find_view_class), name="find"),
            path(f"{pk}/", self.inspect_view, name="inspect"),
            path(f"{pk}/code/", self._of_case(self.code_view_class), name="code"),
            path(f"{pk}/people/", self._of_case(self.people_view_class), name="people"),
            path(f"{pk}/party/<int:party>/link/", self._of_case(PartyLinkView), name="party_link"),
            path(f"{pk}/letter/", self._of_case(DraftView), name="letter_draft"),
            path(f"{pk}/do/<slug:action>/", self._of_case(self.action_view_class), name="action"),
        ]

    def register_admin_url_finder(self):
        """No link leads to an editor: there is none."""
