"""Admin of schemes, categories and numbers, and the filing register."""

import datetime

import django_filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, ProtectedError, Q
from django.forms import Select
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views import snippets as views
from wagtail.snippets.views.snippets import SnippetViewSet

from ..departments import menu
from ..departments.models import Department
from ..departments.panels import NamesPanel
from ..publishing.exports import SafeExport, shown_time
from ..rules.index_numbers import get_preset
from . import admin_views
from .forms import CategoryForm, NumberSchemeForm
from .models import (
    AttributeDetermination,
    Category,
    CategoryScheme,
    DisclosurePage,
    FiledItem,
    IndexNumber,
    NumberScheme,
)
from .panels import NumberExamplePanel
from .patterns import from_segments


def first_letters(text, length=60):
    return text if len(text) <= length else text[: length - 1] + "…"


# Schemes and categories


class SchemeIndexView(views.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("agency").annotate(count=Count("categories"))

    def get_list_more_buttons(self, instance):
        found = super().get_list_more_buttons(instance)
        listing = reverse(Category.snippet_viewset.get_url_name("list"))
        found.append(
            Button(_("Categories"), url=f"{listing}?scheme={instance.pk}", icon_name="list-ul", priority=5)
        )
        for name, label, icon in (
            ("scheme_csv", _("Export as CSV"), "download"),
            ("scheme_xlsx", _("Export as XLSX"), "download"),
            ("scheme_import", _("Import"), "upload"),
        ):
            may = self.request.user.has_perms(admin_views.CHANGE_CATEGORIES)
            if may or name != "scheme_import":
                url = admin_views.url(name, instance.pk)
                found.append(Button(label, url=url, icon_name=icon, priority=15))
        return found

    @cached_property
    def list_display(self):
        return [
            "name",
            Column("code", label=pgettext("disclosure", "Code"), sort_key="code"),
            Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
            Column("agency", label=capfirst(_("agency"))),
            Column("count", label=_("Categories")),
        ]


class SchemeViewSet(menu.InDisclosureMenu, SnippetViewSet):
    model = CategoryScheme
    icon = "folder-inverse"
    menu_label = gettext_lazy("Category schemes")
    menu_order = menu.CATALOGUE + 10
    copy_view_enabled = False
    search_fields = ["name", "code"]
    search_backend_name = None
    list_filter = ["kind", "agency"]
    index_view_class = SchemeIndexView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(["name", NamesPanel(), "code"], heading=pgettext_lazy("disclosure", "Name")),
            MultiFieldPanel(["kind", "agency"], heading=gettext_lazy("Use")),
        ]
    )


class CategoryFilterSet(WagtailFilterSet):
    parent = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Below"),
        queryset=lambda request: (
            Category.objects.filter(parent=None, children__isnull=False).distinct().order_by("scheme", "code")
        ),
        method="filter_parent",
    )

    class Meta:
        model = Category
        fields = ["scheme", "parent", "responsible_department", "active"]

    def filter_parent(self, queryset, name, value):
        return queryset.filter(Q(parent=value) | Q(pk=value.pk))


class CategoryIndexView(views.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("scheme", "parent", "responsible_department")

    def order_queryset(self, queryset):
        if "ordering" in self.request.GET:
            return super().order_queryset(queryset)
        return queryset.in_tree_order()

    @cached_property
    def list_display(self):
        def name(node):
            indent = "" if node.parent_id is None or self.is_searching else "— "
            return indent + node.local_name()

        name.short_description = pgettext("disclosure", "Name")
        title = self._get_title_column("__str__")
        title.accessor, title.label, title.sort_key = name, pgettext("disclosure", "Name"), "name"
        return [
            title,
            Column("code", label=pgettext("disclosure", "Code"), sort_key="code"),
            Column("scheme", label=_("Scheme")),
            Column(
                "content", label=_("Main content"), accessor=lambda each: first_letters(each.main_content)
            ),
            Column("responsible_department", label=_("Responsible department")),
            Column("active", label=_("In use"), accessor=lambda each: _("yes") if each.active else _("no")),
        ]


class CategoryCreateView(views.CreateView):
    def get_initial_form_instance(self):
        instance = super().get_initial_form_instance() or Category()
        scheme = self.request.GET.get("scheme", "")
        if scheme.isdecimal():
            instance.scheme = CategoryScheme.objects.filter(pk=scheme).first()
        return instance


class CategoryViewSet(menu.InDisclosureMenu, SnippetViewSet):
    model = Category
    icon = "list-ul"
    menu_order = menu.CATALOGUE + 11
    copy_view_enabled = False
    list_per_page = 50
    # Matched as plain text, so that any part of a Chinese name finds it.
    search_fields = ["name", "code", "main_content"]
    search_backend_name = None
    filterset_class = CategoryFilterSet
    index_view_class = CategoryIndexView
    add_view_class = CategoryCreateView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("scheme", widget=Select),
                    FieldRowPanel(["code", FieldPanel("parent", widget=Select)]),
                    "name",
                    NamesPanel(),
                ],
                heading=gettext_lazy("Category"),
            ),
            MultiFieldPanel(
                ["main_content", "responsible_department"],
                heading=gettext_lazy("What it holds, and who is responsible"),
            ),
            FieldRowPanel(["sort_order", "active"]),
        ],
        base_form_class=CategoryForm,
    )


# Numbers


class NumberSchemeIndexView(generic.IndexView):
    @cached_property
    def list_display(self):
        pattern = Column("preset", label=capfirst(_("pattern")), accessor=pattern_cell, sort_key="preset")
        return ["agency", pattern]


def pattern_cell(scheme):
    """The pattern in words and as it stands; one of the agency's own as it was typed."""
    if scheme.segments:
        return from_segments(scheme.segments)
    try:
        return f"{get_preset(scheme.preset).label()} — {get_preset(scheme.preset).outline()}"
    except KeyError:
        return scheme.preset


class NumberSchemeViewSet(menu.InDisclosureMenu, ModelViewSet):
    model = NumberScheme
    name = "disclosure_number_schemes"
    url_prefix = "disclosure/number-schemes"
    icon = "cog"
    menu_label = gettext_lazy("Index number schemes")
    menu_order = menu.CATALOGUE + 21
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = NumberSchemeIndexView
    edit_handler = ObjectList(
        [
            FieldPanel("agency", widget=Select),
            MultiFieldPanel(
                [FieldPanel("preset"), FieldPanel("pattern"), FieldPanel("per"), NumberExamplePanel()],
                heading=gettext_lazy("Pattern"),
                help_text=gettext_lazy(
                    "A change concerns new numbers only. Numbers that exist stay as they are."
                ),
            ),
            MultiFieldPanel(
                ["area_code", "group_code"],
                heading=gettext_lazy("Codes that a pattern may use"),
            ),
        ],
        base_form_class=NumberSchemeForm,
    )


class ReadOnlyIndexView(SafeExport, generic.IndexView):
    """A listing of what people change by named actions only."""

    read_all = None

    def user_has_permission(self, permission):
        return permission == "view" and self.request.user.has_perm(self.read_all)

    def user_has_any_permission(self, permissions):
        return self.user_has_permission("view")

    def get_edit_url(self, instance):
        return None


class ReadOnlyInspectView(generic.InspectView):
    """One record of such a listing: times in local time, and nothing about what it does not have."""

    any_permission_required = None

    def get_field_display_value(self, field_name, field):
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, datetime.date):
            return shown_time(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return value

    def get_fields_context(self):
        return [each for each in super().get_fields_context() if each["value"] not in (None, "", "-")]


class ReadOnlyViewSet(menu.InDisclosureMenu, ModelViewSet):
    """A model that is listed, inspected and exported, and has neither forms nor a delete view."""

    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_admin_menu = True
    add_to_reference_index = False

    @cached_property
    def menu_item_class(self):
        view = self.index_view_class

        class ReadOnlyMenuItem(MenuItem):
            def is_shown(self, request):
                # Whoever may open the listing, for whatever reason, finds it in the menu.
                return view(request=request).user_has_permission("view")

        return ReadOnlyMenuItem

    VIEWS = ("index", "index_results", "inspect")
    # Nothing of this is ever built from a form.
    form_fields = ["id"]

    def get_form_class(self, for_update=False):
        return None

    def get_urlpatterns(self):
        return [each for each in super().get_urlpatterns() if each.name in self.VIEWS]

    def get_common_view_kwargs(self, **kwargs):
        none = dict.fromkeys(
            ("add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name")
        )
        return super().get_common_view_kwargs(**{**none, **kwargs})


class NumberIndexView(ReadOnlyIndexView):
    read_all = "wagtail_disclosure.view_indexnumber"

    @cached_property
    def header_buttons(self):
        if not self.request.user.has_perm(admin_views.RESERVE):
            return []
        label = _("Reserve without a document")
        return [HeaderButton(label, url=admin_views.url("reserve_blank"), icon_name="plus")]

    def get_list_more_buttons(self, instance):
        found = super().get_list_more_buttons(instance)
        if instance.state != IndexNumber.State.VOID and self.request.user.has_perm(admin_views.VOID):
            found.append(
                Button(
                    _("Make void"), url=admin_views.url("void", instance.pk), icon_name="cross", priority=40
                )
            )
        return found

    @cached_property
    def list_display(self):
        return [
            "number",
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor="get_state_display",
                sort_key="state",
                primary=lambda each: each.state == IndexNumber.State.ISSUED,
            ),
            "title",
            "agency",
            Column("note", label=_("Note or reason"), accessor=lambda each: each.void_reason or each.note),
            "reserved_at",
            "issued_at",
        ]


class NumberInspectView(ReadOnlyInspectView):
    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(NumberIndexView.read_all):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_title_display_value(self):
        """The document, with a link to where the person may open it."""
        key = self.object.translation_key
        for page in DisclosurePage.objects.filter(translation_key=key).specific() if key else ():
            if page.permissions_for_user(self.request.user).can_edit():
                url = reverse("wagtailadmin_pages:edit", args=[page.pk])
                return format_html('<a href="{}">{}</a>', url, self.object.title or page.draft_title)
            if page.live:
                return format_html('<a href="{}">{}</a>', page.url, self.object.title or page.title)
        return self.object.title


class NumberViewSet(ReadOnlyViewSet):
    model = IndexNumber
    name = "disclosure_index_numbers"
    url_prefix = "disclosure/index-numbers"
    icon = "tag"
    menu_label = gettext_lazy("Index numbers")
    menu_order = menu.CATALOGUE + 20
    search_fields = ["number", "title", "note", "void_reason"]
    search_backend_name = None
    list_filter = {
        "state": ["exact"],
        "agency": ["exact"],
        "imported": ["exact"],
        "issued_at": ["gte", "lte"],
    }
    list_export = [
        "number",
        "get_state_display",
        "title",
        "agency",
        "imported",
        "reserved_at",
        "issued_at",
        "voided_at",
        "void_reason",
        "voided_by_name",
        "note",
    ]
    export_headings = {"get_state_display": gettext_lazy("State")}
    export_filename = "index-numbers"
    index_view_class = NumberIndexView
    inspect_view_class = NumberInspectView
    inspect_view_fields_exclude = ["id", "key", "scope", "serial", "translation_key"]


# The filing register


def filed_for(user):
    """Entries of the filing register that ``user`` may read: all for the office, else those of their departments."""
    if user.has_perm(FiledIndexView.read_all):
        return FiledItem.objects.all()
    departments = Department.objects.filter(members__user=user)
    return FiledItem.objects.filter(department_id__in=departments.values("pk"))


class FiledIndexView(ReadOnlyIndexView):
    read_all = "wagtail_disclosure.view_fileditem"

    def user_has_permission(self, permission):
        user = self.request.user
        return permission == "view" and (
            user.has_perm(self.read_all) or Department.objects.filter(members__user=user).exists()
        )

    def get_base_queryset(self):
        return filed_for(self.request.user)

    def get_list_more_buttons(self, instance):
        found = super().get_list_more_buttons(instance)
        if instance.closed_at is None and self.request.user.has_perm(admin_views.CLOSE):
            url = admin_views.url("close", instance.pk)
            found.append(Button(_("Close the entry"), url=url, icon_name="cross", priority=40))
        return found

    @cached_property
    def list_display(self):
        attributes = AttributeDetermination.Attribute
        return [
            "title",
            "document_number",
            StatusTagColumn(
                "attribute",
                label=_("Disclosure attribute"),
                accessor="get_attribute_display",
                sort_key="attribute",
                primary=lambda each: each.attribute == attributes.WITHHELD,
            ),
            Column("ground", label=_("Ground"), accessor="ground_text"),
            "department_name",
            "filed_at",
            "review_by",
            "closed_at",
        ]


class FiledInspectView(ReadOnlyInspectView):
    def get_object(self, queryset=None):
        return get_object_or_404(filed_for(self.request.user), pk=self.pk)

    def get_ground_display_value(self):
        return self.object.ground_text


class FiledFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[
            ("open", gettext_lazy("open entries")),
            ("due", gettext_lazy("to be re-assessed")),
            ("closed", gettext_lazy("closed entries")),
        ],
        method="filter_status",
    )
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Responsible department"),
        queryset=Department.objects.all(),
        method="filter_department",
    )

    class Meta:
        model = FiledItem
        fields = ["attribute", "language"]

    def filter_department(self, queryset, name, value):
        return queryset.filter(department_id=value.pk)

    def filter_status(self, queryset, name, value):
        if value == "due":
            return queryset.to_reassess()
        return queryset.open() if value == "open" else queryset.exclude(closed_at=None)


class FiledViewSet(ReadOnlyViewSet):
    model = FiledItem
    name = "disclosure_filing"
    url_prefix = "disclosure/filing"
    icon = "folder-open-1"
    menu_label = gettext_lazy("Filing register")
    menu_order = menu.CATALOGUE + 30
    search_fields = ["title", "document_number", "index_number"]
    search_backend_name = None
    filterset_class = FiledFilterSet
    # 标题、文号、成文日期、发文机关、公文种类、公开属性、免予公开理由
    list_export = [
        "title",
        "document_number",
        "date_signed",
        "issuing_body",
        "genre",
        "get_attribute_display",
        "ground_text",
        "department_name",
        "index_number",
        "filed_at",
        "review_by",
        "closed_at",
        "close_reason",
    ]
    export_headings = {
        "get_attribute_display": gettext_lazy("Disclosure attribute"),
        "ground_text": gettext_lazy("Ground"),
    }
    export_filename = "filing-register"
    index_view_class = FiledIndexView
    inspect_view_class = FiledInspectView
    inspect_view_fields_exclude = ["id", "translation_key", "page_id", "site_id", "department_id"]


class KeptWhileUsed:
    """A delete view: what other rows hold on to stays, and the person is told so."""

    def post(self, request, *args, **kwargs):
        try:
            with transaction.atomic():
                return super().post(request, *args, **kwargs)
        except ProtectedError:
            words = _("“%(object)s” has records and cannot be deleted. Take it out of use instead.")
            messages.error(request, words % {"object": self.object})
            return redirect(self.index_url_name)
