"""Admin of agencies and departments."""

import django_filters
from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.forms import CheckboxSelectMultiple
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.models import Site
from wagtail.snippets.views import snippets as views
from wagtail.snippets.views.snippets import SnippetViewSet

from . import menu, uses
from .codes import warnings_about
from .forms import AgencyForm, DepartmentForm
from .models import Agency, Department, DepartmentMember, names_of
from .names import person_name
from .panels import MembersPanel, NamesPanel


class OneAtATime:
    """Two people who save at once are served one after the other, so that each form is checked against the last."""

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            list(Agency.objects.select_for_update().order_by("pk").values_list("pk"))
            return super().post(request, *args, **kwargs)


class SaysWarnings:
    """Codes that look wrong are saved, and the person is told."""

    def form_valid(self, form):
        response = super().form_valid(form)
        for warning in warnings_about(form.instance):
            messages.warning(self.request, warning)
        return response


def site_without_agency():
    return Site.objects.filter(disclosure_agency=None).first()


class AgencyIndexView(views.IndexView):
    def get_add_url(self):
        return super().get_add_url() if site_without_agency() else None


class AgencyCreateView(OneAtATime, SaysWarnings, views.CreateView):
    def dispatch(self, request, *args, **kwargs):
        if site_without_agency() is None:
            messages.error(request, _("Every site has its agency already. Change that one."))
            return redirect(reverse(self.index_url_name))
        return super().dispatch(request, *args, **kwargs)


class AgencyEditView(OneAtATime, SaysWarnings, views.EditView):
    pass


class AgencyViewSet(menu.InDisclosureMenu, SnippetViewSet):
    model = Agency
    icon = "home"
    menu_label = gettext_lazy("Agency")
    menu_order = menu.DEPARTMENTS
    copy_view_enabled = False
    list_display = ["name", "site", "organisation_code"]
    index_view_class = AgencyIndexView
    add_view_class = AgencyCreateView
    edit_view_class = AgencyEditView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    "name",
                    NamesPanel(),
                    FieldPanel(
                        "short_name",
                        help_text=gettext_lazy(
                            "The issuing body in item headers, where an item says nothing else. "
                            "Leave it empty to have the full name there."
                        ),
                    ),
                    "site",
                ],
                heading=pgettext_lazy("disclosure", "Name"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "organisation_code",
                        help_text=gettext_lazy(
                            "9 characters, or the unified social credit code of 18. Index numbers begin with it."
                        ),
                    ),
                    FieldPanel("region_code", help_text=gettext_lazy("The six digits of GB/T 2260.")),
                    FieldPanel(
                        "site_id_code",
                        help_text=gettext_lazy("Ten characters, for example bm01000001 or 1304000009."),
                    ),
                ],
                heading=gettext_lazy("Codes"),
            ),
            MultiFieldPanel(
                ["sponsor", "address", "office_hours", "phone", "fax", "email"],
                heading=gettext_lazy("Contact"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "reconsideration_body",
                        help_text=gettext_lazy(
                            "As replies name it, for example the people’s government of the city."
                        ),
                    ),
                    NamesPanel("reconsideration_body_names"),
                    "reconsideration_link",
                    FieldPanel(
                        "court",
                        help_text=gettext_lazy("The people’s court before which an action is brought."),
                    ),
                    NamesPanel("court_names"),
                ],
                heading=gettext_lazy("Against a reply"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "letter_mark",
                        help_text=gettext_lazy(
                            "What numbers of letters begin with, as in 〔2026〕12号 after it. "
                            "Empty, it is made of the name."
                        ),
                    )
                ],
                heading=pgettext_lazy("disclosure", "Letters"),
            ),
            MultiFieldPanel(
                ["icp_number", "police_number", "ipv6_notice"], heading=gettext_lazy("Foot of every page")
            ),
        ],
        base_form_class=AgencyForm,
    )


class DepartmentFilterSet(WagtailFilterSet):
    lacking = django_filters.ChoiceFilter(
        label=gettext_lazy("Lacking"),
        choices=DepartmentMember.Role.choices,
        method="filter_lacking",
    )

    class Meta:
        model = Department
        fields = ["status", "agency", "parent"]

    def filter_lacking(self, queryset, name, value):
        return queryset.active().exclude(members__role=value)


def people_cell(department, role, missing):
    names = [
        (person_name(member.user),)
        for member in department.members.all()
        if member.role == role and member.user.is_active
    ]
    if names or department.status != Department.Status.ACTIVE:
        return format_html_join(", ", "{}", names)
    return format_html('<span class="w-status w-status--primary">{}</span>', missing)


def status_cell(department):
    if department.status == Department.Status.ACTIVE:
        return department.get_status_display()
    text = f"{department.get_status_display()} {department.status_date or ''}".strip()
    after = names_of(department.successors.all())
    return f"{text} → {after}" if after else text


class DepartmentIndexView(views.IndexView):
    def get_base_queryset(self):
        return (
            super()
            .get_base_queryset()
            .select_related("agency", "parent__parent__parent")
            .prefetch_related("members__user", "successors")
        )

    def order_queryset(self, queryset):
        if "ordering" in self.request.GET or self.is_searching:
            return super().order_queryset(queryset)
        places = {pk: place for place, (pk, _depth) in enumerate(Department.objects.tree())}
        whens = [When(pk=pk, then=Value(place)) for pk, place in places.items()]
        return queryset.order_by(
            Case(*whens, default=Value(len(whens)), output_field=IntegerField()), "sort_order", "code"
        )

    @cached_property
    def _depths(self):
        return dict(Department.objects.tree())

    @cached_property
    def list_display(self):
        def name(department):
            indent = 0 if self.is_searching else self._depths.get(department.pk, 0)
            return "— " * indent + department.local_name()

        officer, reviewer = DepartmentMember.Role.OFFICER, DepartmentMember.Role.REVIEWER
        return [
            self._get_title_column_class(TitleColumn)(
                "name",
                label=pgettext("disclosure", "Name"),
                accessor=name,
                get_url=self.get_edit_url,
                sort_key="name",
            ),
            Column("code", label=_("Category code"), sort_key="code"),
            Column("status", label=_("Status"), accessor=status_cell, sort_key="status"),
            Column(
                "officers",
                label=_("Information officer"),
                accessor=lambda each: people_cell(each, officer, _("no officer")),
            ),
            Column(
                "reviewers",
                label=_("Reviewer"),
                accessor=lambda each: people_cell(each, reviewer, _("no reviewer")),
            ),
            Column("phone", label=_("Telephone")),
        ]


class DepartmentCreateView(OneAtATime, views.CreateView):
    pass


class DepartmentEditView(OneAtATime, views.EditView):
    def form_valid(self, form):
        response = super().form_valid(form)
        department = Department.objects.get(pk=form.instance.pk)
        if "status" in form.changed_data and department.status != Department.Status.ACTIVE:
            if told := uses.who_takes_over(department):
                messages.warning(self.request, told)
        return response


class DepartmentDeleteView(views.DeleteView):
    def get_usage_url(self):
        # An empty folder goes with its department; whatever else refers to it has been answered by then.
        return None


class DepartmentViewSet(menu.InDisclosureMenu, SnippetViewSet):
    model = Department
    icon = "group"
    menu_order = menu.DEPARTMENTS + 1
    copy_view_enabled = False
    list_per_page = 100
    # Matched as plain text, so that any part of a Chinese name finds it.
    search_fields = ["name", "code"]
    search_backend_name = None
    filterset_class = DepartmentFilterSet
    index_view_class = DepartmentIndexView
    add_view_class = DepartmentCreateView
    edit_view_class = DepartmentEditView
    delete_view_class = DepartmentDeleteView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    "agency",
                    FieldPanel(
                        "code",
                        help_text=gettext_lazy(
                            "May be given anew. Index numbers issued under the old code stay as they are."
                        ),
                    ),
                    "name",
                    NamesPanel(),
                    "parent",
                    "sort_order",
                ],
                heading=gettext_lazy("Department"),
            ),
            MembersPanel(
                "members",
                heading=gettext_lazy("People"),
                label=gettext_lazy("person"),
                help_text=gettext_lazy("One information officer and one reviewer at least."),
                panels=["user", "role"],
            ),
            MultiFieldPanel(
                ["functions", "address", "office_hours", "phone", "email"],
                heading=gettext_lazy("Functions and contact"),
            ),
            MultiFieldPanel(
                [
                    "status",
                    "status_date",
                    FieldPanel("successors", widget=CheckboxSelectMultiple),
                ],
                heading=gettext_lazy("Status"),
                help_text=gettext_lazy(
                    "Items of a merged, split or closed department keep its name; its successors look after them."
                ),
            ),
        ],
        base_form_class=DepartmentForm,
    )
