"""Choosing a category or a disclosed item.

Each axis offers the categories in use of its kind, the agency's own and the shared ones. Of the items those are
offered that are public or within the person's reach, the newest first.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, Subquery
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from ..compat import Page
from ..departments.models import Department
from ..publishing.scope import hidden_from

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


# Disclosed items


def choosable_items(user):
    """The disclosed items that ``user`` may name in an item of their own."""
    from .models import DisclosurePage

    hidden = hidden_from(user, Page.objects.all())
    return DisclosurePage.objects.exclude(pk__in=hidden.values("pk"))


class ItemFilterForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Title or number"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Title or number")}),
    )

    def filter(self, objects):
        from .admin_search import titled

        query = (self.cleaned_data.get("q") or "").strip()
        self.is_searching, self.search_query = bool(query), query
        return super().filter(objects.filter(titled(query)))


def _numbers(item):
    given = [(number,) for number in (item.index_number_shown, item.document_number) if number]
    return format_html_join(mark_safe("<br>"), "{}", given)


class ItemChooseMixin:
    filter_form_class = ItemFilterForm
    ordering = ["-latest_revision_created_at", "-pk"]

    def get_object_list(self):
        from .models import IndexNumber

        number = IndexNumber.objects.filter(translation_key=OuterRef("translation_key")).exclude(state="void")
        items = choosable_items(self.request.user).select_related("department", "locale")
        return items.annotate(index_number_shown=Subquery(number.values("number")[:1]))

    def can_create(self):
        return False

    @property
    def title_column(self):
        column = super().title_column
        column.accessor, column.classname = "draft_title", "title disclosure-item-title"
        return column

    @property
    def columns(self):
        return [
            *super().columns,
            Column("numbers", label=_("Index number, document number"), accessor=_numbers),
            Column("department", label=_("Responsible department")),
            Column("status_string", label=_("State")),
        ]


class ItemChooseView(ItemChooseMixin, views.ChooseView):
    pass


class ItemChooseResultsView(ItemChooseMixin, views.ChooseResultsView):
    pass


class ItemChosenView(views.ChosenView):
    def get_object(self, pk):
        item = super().get_object(pk)
        if not choosable_items(self.request.user).filter(pk=item.pk).exists():
            raise PermissionDenied
        return item

    def get_display_title(self, instance):
        return instance.draft_title


class ItemChosenMultipleView(views.ChosenMultipleView):
    def get_objects(self, pks):
        return choosable_items(self.request.user).filter(pk__in=[pk for pk in pks if pk.isdecimal()])

    def get_display_title(self, instance):
        return instance.draft_title


class ItemChooserWidget(BaseChooser):
    @property
    def media(self):
        return super().media + forms.Media(css={"all": ["wagtail_disclosure/admin.css"]})

    def get_display_title(self, instance):
        return instance.draft_title


class ItemChooserViewSet(ChooserViewSet):
    model = "wagtail_disclosure.DisclosurePage"
    icon = "doc-full-inverse"
    choose_one_text = pgettext_lazy("disclosure", "Choose an item")
    choose_another_text = pgettext_lazy("disclosure", "Choose another item")
    edit_item_text = pgettext_lazy("disclosure", "Edit this item")
    per_page = 20
    register_widget = False
    choose_view_class = ItemChooseView
    choose_results_view_class = ItemChooseResultsView
    chosen_view_class = ItemChosenView
    chosen_multiple_view_class = ItemChosenMultipleView
    base_widget_class = ItemChooserWidget


item_chooser = ItemChooserViewSet("disclosure_item", url_prefix="disclosure/choose-item")
