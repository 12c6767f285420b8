"""Choosing a category: each axis offers the categories in use of its kind, the agency's own and the shared ones."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from ..departments.models import Department

KINDS = ("agency", "statutory", "topic", "genre", "reporting")


class CategoryFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Name or code"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name or code")}),
    )

    def filter(self, objects):
        words = (self.cleaned_data.get("q") or "").split()
        for word in words:
            # Substrings, because Wagtail's search does not find words inside Chinese text.
            objects = objects.filter(
                Q(name__icontains=word)
                | Q(code__istartswith=word)
                | Q(names__icontains=word)
                | Q(parent__name__icontains=word)
            )
        self.is_searching = bool(words)
        self.search_query = " ".join(words)
        return super().filter(objects)


class CategoryChooseMixin:
    kind = None
    filter_form_class = CategoryFilterForm

    def get_object_list(self):
        nodes = self.model_class.objects.of_kind(self.kind, self._agency_id())
        return nodes.select_related("parent", "responsible_department").in_tree_order()

    def _agency_id(self):
        """The agency of the department that is chosen in the form beneath, or the only one there is."""
        chosen = self.request.GET.get("department", "")
        departments = Department.objects.filter(pk=chosen) if chosen.isdecimal() else Department.objects.all()
        found = list(departments.order_by().values_list("agency_id", flat=True).distinct()[:2])
        return found[0] if len(found) == 1 else None

    @property
    def columns(self):
        def path_of(node):
            return str(node.parent) if node.parent_id else ""

        return [
            self.title_column,
            Column("code", label=pgettext_lazy("disclosure", "Code")),
            Column("parent", label=pgettext_lazy("disclosure", "Parent"), accessor=path_of),
            Column("main_content", label=_("Main content")),
            Column("responsible_department", label=_("Responsible department")),
        ]


class CategoryChooseView(CategoryChooseMixin, views.ChooseView):
    pass


class CategoryChooseResultsView(CategoryChooseMixin, views.ChooseResultsView):
    pass


class CategoryChooserWidget(BaseChooser):
    def __init__(self, **kwargs):
        super().__init__(**{"linked_fields": {"department": "#id_department"}, **kwargs})


class CategoryChooserViewSet(ChooserViewSet):
    model = "wagtail_disclosure.Category"
    icon = "list-ul"
    choose_one_text = _("Choose a category")
    choose_another_text = _("Choose another category")
    edit_item_text = _("Edit this category")
    per_page = 30
    register_widget = False
    preserve_url_parameters = ["multiple", "department"]
    choose_view_class = CategoryChooseView
    choose_results_view_class = CategoryChooseResultsView
    base_widget_class = CategoryChooserWidget

    def __init__(self, kind):
        self.kind = kind
        super().__init__(f"disclosure_category_{kind}", url_prefix=f"disclosure/choose-category/{kind}")

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(**{"kind": self.kind, **kwargs})


choosers = {kind: CategoryChooserViewSet(kind) for kind in KINDS}


def widget_for(kind):
    """The widget class that chooses a category of a kind of scheme."""
    return choosers[kind].widget_class
