"""What the admin offers and shows of items that leave, or that are marked."""

from django.contrib.auth.models import Permission
from django.template.defaultfilters import linebreaksbr
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button

from ...departments.menu import MenuItemFor
from .. import departures, takedowns, validity
from ..exports import shown_time
from ..guard import is_guarded
from ..review.views import WITHDRAW, item_url
from . import urls
from .panels import SecondPersonPanel
from .views import NAMESPACE, decision_url, leaving_url

CODENAMES = (
    "add_withdrawal",
    "add_takedown",
    "ratify_takedown",
    "view_takedown",
    "add_validitychange",
    "confirm_validitychange",
    "view_validitychange",
)


@hooks.register("register_admin_urls")
def register_urls():
    return [path("disclosure/leaving/", include(urls, namespace=NAMESPACE))]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(content_type__app_label="wagtail_disclosure", codename__in=CODENAMES)


@hooks.register("construct_homepage_panels")
def add_panel(request, panels):
    panels.append(SecondPersonPanel(request.user))


@hooks.register("register_reports_menu_item")
def register_takedown_report():
    return MenuItemFor(
        gettext_lazy("Takedowns"),
        reverse(f"{NAMESPACE}:takedowns"),
        name="disclosure-takedowns",
        icon_name="warning",
        order=1120,
        open_to=takedowns.may_read,
    )


@hooks.register("register_reports_menu_item")
def register_validity_report():
    return MenuItemFor(
        gettext_lazy("Changes of validity"),
        reverse(f"{NAMESPACE}:validity_changes"),
        name="disclosure-validity",
        icon_name="calendar-alt",
        order=1130,
        open_to=validity.may_read,
    )


@hooks.register("register_page_header_buttons")
def add_header_buttons(page, user, view_name, next_url=None):
    model = page.specific_class
    if model is None or not is_guarded(model):
        return
    if page.live:
        yield from _buttons_of_public(page, user)
    elif takedowns.may_read(user) and (pending := departures.pending_takedown(page)) is not None:
        yield Button(_("Takedown"), url=decision_url(pending), icon_name="warning", priority=66)


def _buttons_of_public(page, user):
    if user.has_perm(validity.PROPOSE) and hasattr(page.specific_class, "validity"):
        url = leaving_url("validity", page)
        yield Button(_("Mark the validity"), url=url, icon_name="calendar-alt", priority=65)
    if user.has_perm(WITHDRAW):
        yield Button(_("Withdraw"), url=item_url("withdraw", page), icon_name="no-view", priority=66)
    if user.has_perm(takedowns.TAKE_DOWN):
        url = leaving_url("take_down", page)
        yield Button(_("Take down at once"), url=url, icon_name="warning", priority=67)


@hooks.register("before_edit_page")
def say_how_it_left(request, page):
    """Above the editor of an item that has left: how, why, and what it takes to bring it back."""
    if request.method != "GET" or not is_guarded(type(page)) or page.live:
        return
    left = departures.departure_of([page])
    if left is None:
        return
    decision = left.decision
    if left.status == departures.EXPIRED:
        messages.info(
            request,
            _("Its approved time on the public pages ended at %(time)s.") % {"time": shown_time(left.at)},
        )
        return
    names = {
        "name": decision.decided_by_name,
        "time": shown_time(left.at),
        "reason": decision.get_reason_display(),
    }
    if left.status == departures.WITHDRAWN:
        sentence = _("Withdrawn by %(name)s at %(time)s: %(reason)s.") % names
        advice = _("To publish it again, change the draft and submit it: it passes the whole review.")
    elif decision.is_pending:
        sentence = _("Taken down by %(name)s at %(time)s: %(reason)s.") % names
        advice = _("A second person has to ratify or refuse this before it can be published again.")
    else:
        sentence = _("Taken down by %(name)s at %(time)s; a second person refused the takedown.") % names
        advice = _("It is public again when it has passed its review.")
    text = format_html(
        "<strong>{}</strong><br>{}<br>{}",
        sentence,
        linebreaksbr(decision.explanation, autoescape=True),
        advice,
    )
    buttons = []
    if left.status == departures.SUSPENDED and takedowns.may_read(request.user):
        buttons = [messages.button(decision_url(decision), _("Open the takedown"))]
    messages.warning(request, text, buttons=buttons)
