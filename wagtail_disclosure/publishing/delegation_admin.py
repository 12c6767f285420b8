"""Admin of delegations: entering an absence, looking at it, ending it. Nothing of it is edited."""

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.forms import CheckboxSelectMultiple
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import TemplateView
from django.views.generic.detail import SingleObjectMixin
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permission_policies import BasePermissionPolicy

from ..departments import menu
from ..departments.names import person_name
from . import delegation, ledger
from .models import Delegation

NAME = "disclosure_delegations"
ENDED = "wagtail_disclosure.delegation_ended"
SEE_ALL = "wagtail_disclosure.view_delegation"


def visible_to(user):
    """The delegations that ``user`` may read of: their own, and for the office all."""
    if user.has_perm(SEE_ALL) or delegation.may_enter_for_others(user):
        return Delegation.objects.all()
    return Delegation.objects.filter(Q(delegator=user) | Q(deputy=user) | Q(created_by=user))


class DelegationPolicy(BasePermissionPolicy):
    """Holders of a step enter their own absence; nobody edits or deletes one."""

    def user_has_permission(self, user, action):
        if not user.is_active or action in ("change", "delete"):
            return False
        if delegation.may_enter_for_others(user) or delegation.held_by(user).exists():
            return True
        return action == "view" and (user.has_perm(SEE_ALL) or visible_to(user).exists())

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions):
        users = get_user_model().objects.filter(is_active=True)
        keys = [user.pk for user in users if self.user_has_any_permission(user, actions)]
        return users.filter(pk__in=keys)


class PersonField:
    """Names as the package writes them."""

    @staticmethod
    def label(user):
        return f"{person_name(user)} ({user.get_username()})"


def people_with_access():
    """Those who can open the admin in their own right, by user name."""
    named = {"content_type__app_label": "wagtailadmin", "codename": "access_admin"}
    rights = Q(
        **{f"user_permissions__{key}": value for key, value in named.items()},
    ) | Q(**{f"groups__permissions__{key}": value for key, value in named.items()})
    users = get_user_model().objects.filter(rights, is_active=True, is_superuser=False)
    return users.distinct().order_by(get_user_model().USERNAME_FIELD)


class DelegationForm(WagtailAdminModelForm):
    """An absence. Who enters it for others chooses the person; everybody else is that person."""

    class Meta:
        model = Delegation
        fields = ["delegator", "deputy", "starts_on", "ends_on", "tasks", "reason"]
        widgets = {
            "starts_on": AdminDateInput,
            "ends_on": AdminDateInput,
            "tasks": CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = people_with_access()
        for name in ("delegator", "deputy"):
            self.fields[name].queryset = people
            self.fields[name].required = True
            self.fields[name].label_from_instance = PersonField.label
        self.fields["deputy"].queryset = people.exclude(pk=self.for_user.pk)
        if delegation.may_enter_for_others(self.for_user):
            self.fields["tasks"].queryset = delegation.review_steps()
        else:
            del self.fields["delegator"]
            self.instance.delegator = self.for_user
            self.fields["tasks"].queryset = delegation.held_by(self.for_user)

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            return
        tasks = self.cleaned_data.get("tasks") or []
        for field, sentence in delegation.problems(self.instance, list(tasks), self.for_user):
            self.add_error(field if field in self.fields else None, ValidationError(sentence))


def steps_of(each):
    names = [task.name for task in each.tasks.all()]
    return "、".join(names) if names else _("every step")


class DelegationMixin:
    model = Delegation
    permission_policy = DelegationPolicy(Delegation)
    index_url_name = f"{NAME}:index"
    index_results_url_name = f"{NAME}:index_results"
    add_url_name = f"{NAME}:add"
    inspect_url_name = f"{NAME}:inspect"
    header_icon = "calendar-check"

    def get_queryset(self):
        return visible_to(self.request.user)


class DelegationIndexView(DelegationMixin, generic.IndexView):
    page_title = gettext_lazy("Delegations")
    add_item_label = gettext_lazy("Enter an absence")
    is_searchable = False

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "delegator_name",
                label=capfirst(_("person who is absent")),
                get_url=lambda each: reverse(f"{NAME}:inspect", args=[each.pk]),
            ),
            Column("deputy_name", label=capfirst(_("deputy")), classname="w-whitespace-nowrap"),
            Column("period", label=pgettext_lazy("disclosure", "Time")),
            Column("tasks", label=capfirst(_("steps")), accessor=steps_of),
            StatusTagColumn(
                "state",
                label=pgettext_lazy("disclosure", "State"),
                classname="w-whitespace-nowrap",
                primary=lambda each: each.is_open,
            ),
        ]

    def get_base_queryset(self):
        return visible_to(self.request.user).prefetch_related("tasks")

    def get_queryset(self):
        return self.order_queryset(self.get_base_queryset())

    def get_list_buttons(self, instance):
        return []


class BelowIndexMixin(DelegationMixin):
    """A screen that is reached from the list."""

    def get_breadcrumbs_items(self):
        index = {"url": reverse(self.index_url_name), "label": _("Delegations")}
        return [
            *self.breadcrumbs_items,
            index,
            {"url": "", "label": self.get_page_title(), "sublabel": self._which()},
        ]

    def _which(self):
        made = getattr(self, "object", None)
        return str(made) if made is not None and made.pk else ""


class DelegationCreateView(BelowIndexMixin, generic.CreateView):
    form_class = DelegationForm
    permission_required = "add"
    page_title = gettext_lazy("Enter an absence")
    # In place of the name of the model, above the form and on its button.
    page_subtitle = submit_button_label = page_title
    success_message = gettext_lazy("The delegation is entered: %(object)s.")

    def post(self, request, *args, **kwargs):
        with transaction.atomic():
            # First of all locks, and before the form looks at other delegations.
            ledger.hold()
            return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "for_user": self.request.user}

    def save_instance(self):
        form = self.form
        made = delegation.enter(form.instance, form.cleaned_data["tasks"], self.request.user)
        log(made, "wagtail.create", user=self.request.user)
        return made

    def get_success_url(self):
        return reverse(self.index_url_name)

    def get_success_message(self, instance):
        return self.success_message % {"object": instance}

    def get_success_buttons(self):
        return []


class DelegationInspectView(BelowIndexMixin, generic.InspectView):
    any_permission_required = ["view"]
    fields = ["delegator", "deputy", "period", "tasks", "reason", "state", "created_by", "ended_by"]
    page_title = gettext_lazy("Delegation")

    def get_object(self, queryset=None):
        return get_object_or_404(self.get_queryset(), pk=self.pk)

    header_more_buttons = ()

    @cached_property
    def header_buttons(self):
        if not delegation.may_end(self.request.user, self.object):
            return []
        url = reverse(f"{NAME}:end", args=[self.object.pk])
        return [HeaderButton(_("End it now"), url=url, icon_name="cross")]

    def get_fields_context(self):
        each = self.object
        rows = [
            (_("person who is absent"), each.delegator_name),
            (_("deputy"), each.deputy_name),
            (_("time"), each.period),
            (_("steps"), steps_of(each)),
            (pgettext("disclosure", "reason"), each.reason),
            (_("state"), each.state),
            (_("entered by"), _who(each.created_by, each.created_at)),
        ]
        if each.ended_at:
            rows.append((_("ended by"), _who(each.ended_by, each.ended_at)))
        return [
            {"type": "text", "label": capfirst(label), "value": value, "component": None}
            for label, value in rows
        ]


def _who(user, at):
    return (
        f"{person_name(user) if user else ''} {date_format(localtime(at), 'SHORT_DATETIME_FORMAT')}".strip()
    )


class DelegationEndView(
    BelowIndexMixin, SingleObjectMixin, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView
):
    """Asks once more, and ends the delegation at this moment."""

    any_permission_required = ["view"]
    template_name = "wagtail_disclosure/publishing/end_delegation.html"
    page_title = gettext_lazy("End the delegation")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = self.get_object()

    def get_page_subtitle(self):
        return str(self.object)

    def dispatch(self, request, *args, **kwargs):
        if not delegation.may_end(request.user, self.object):
            messages.error(request, _("This delegation is over, or it is not yours to end."))
            return redirect(self.index_url_name)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            ended = delegation.end(self.object, request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            log(ended, ENDED, user=request.user)
            messages.success(request, _("The delegation is ended: %(object)s.") % {"object": ended})
        return redirect(self.index_url_name)


class DelegationViewSet(ViewSet):
    """The screens of delegations. There is none to change one: it is ended, and another entered."""

    name = NAME
    url_prefix = "disclosure/delegations"

    def get_urlpatterns(self):
        return [
            path("", DelegationIndexView.as_view(), name="index"),
            path("results/", DelegationIndexView.as_view(results_only=True), name="index_results"),
            path("new/", DelegationCreateView.as_view(), name="add"),
            path("<int:pk>/", DelegationInspectView.as_view(), name="inspect"),
            path("<int:pk>/end/", DelegationEndView.as_view(), name="end"),
        ]


menu.register(
    lambda: menu.MenuItemFor(
        gettext_lazy("Delegations"),
        reverse(f"{NAME}:index"),
        name="disclosure-delegations",
        icon_name="calendar-check",
        order=menu.REVIEW + 5,
        open_to=lambda user: DelegationMixin.permission_policy.user_has_permission(user, "view"),
    )
)
