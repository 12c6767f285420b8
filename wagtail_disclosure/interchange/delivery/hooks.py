"""Hooks of deliveries: their admin, the report, the start page, the way from an item to where it was delivered."""

from django.contrib.auth.models import Permission
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet

from ...catalogue.models import DisclosurePage
from ...departments.menu import MenuItemFor
from ..models import IntakePoint, ReadingPoint
from . import policy
from .panel import DeliveryPanel
from .views import ledger_url
from .viewsets import BatchViewSet, DeliveryViewSet, IntakePointViewSet, ReadingPointViewSet

register_snippet(ReadingPointViewSet)
register_snippet(IntakePointViewSet)


@hooks.register("before_delete_snippet")
def keep_places_of_others(request, instances):
    """Wagtail deletes several at once by the permission for the model alone: those of other agencies do not exist."""
    for model in (ReadingPoint, IntakePoint):
        keys = {each.pk for each in instances if isinstance(each, model)}
        if keys - set(policy.places_of(request.user, model).values_list("pk", flat=True)):
            raise Http404


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [DeliveryViewSet(), BatchViewSet()]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure", codename__in=["view_delivery", "manage_deliveries"]
    )


@hooks.register("register_reports_menu_item")
def register_figures():
    return MenuItemFor(
        gettext_lazy("Deliveries to reading points"),
        ledger_url("figures"),
        name="disclosure-deliveries",
        icon_name="redirect",
        order=1140,
        open_to=policy.may_manage,
    )


@hooks.register("construct_homepage_panels")
def add_panel(request, panels):
    panels.append(DeliveryPanel(request.user))


@hooks.register("register_page_header_buttons")
def add_header_buttons(page, user, view_name, next_url=None):
    model = page.specific_class
    if model is None or not issubclass(model, DisclosurePage):
        return
    if policy.deliveries_of(user).filter(page_id=page.pk).exists():
        yield Button(
            _("Reading points"), url=f"{ledger_url()}?page={page.pk}", icon_name="redirect", priority=64
        )


@hooks.register("before_delete_snippet")
def keep_what_is_in_use(request, instances):
    """A point to which something was delivered stays: the answer says how much, and what to do."""
    reasons = []
    for each in instances:
        if isinstance(each, ReadingPoint) and (count := each.deliveries.count()):
            text = ngettext(
                "“%(name)s” cannot be deleted: %(count)d delivery stands in the ledger. Take it out of use instead.",
                "“%(name)s” cannot be deleted: %(count)d deliveries stand in the ledger. Take it out of use instead.",
                count,
            )
            reasons.append(text % {"name": each, "count": count})
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect(type(instances[0]).snippet_viewset.get_url_name("list"))
