"""What Wagtail's admin shows and does about guarded items beyond what the gate enforces."""

from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.template.defaultfilters import linebreaksbr
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter

from ..departments.menu import MenuItemFor
from . import actions
from .delegation_admin import ENDED, DelegationViewSet
from .errors import GateRefused
from .guard import is_guarded
from .models import ReviewTask
from .review import menu, urls
from .review.access import may_see
from .review.bodies import check_blocks
from .review.panels import replace_panels
from .review.returned import returned
from .review.views import READ_LEDGER, item_url, review_url
from .viewsets import CHANGED, ReviewPolicyViewSet

SUBMIT_ACTIONS = (menu.SUBMIT, menu.RESTART)


@hooks.register("register_admin_urls")
def register_review_urls():
    return [path("disclosure/", include(urls, namespace="wagtail_disclosure_review"))]


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [ReviewPolicyViewSet(), DelegationViewSet()]


@hooks.register("register_log_actions")
def register_log_actions(actions):
    @actions.register_action(CHANGED)
    class PolicyFormatter(LogFormatter):
        label = gettext_lazy("Change the required review")

        def format_message(self, log_entry):
            before, after = log_entry.data.get("before"), log_entry.data.get("after", "")
            if not before:
                return _("Required review: %(after)s") % {"after": after}
            return _("Required review: %(after)s. Before: %(before)s") % {"after": after, "before": before}

    @actions.register_action(ENDED)
    class EndedFormatter(LogFormatter):
        label = gettext_lazy("End a delegation")
        message = gettext_lazy("Delegation ended")


@hooks.register("register_permissions")
def register_evidence_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure",
        codename__in=["view_ledgerentry", "add_delegation", "view_delegation"],
    )


@hooks.register("construct_homepage_panels")
def add_reviews_panel(request, panels):
    replace_panels(request, panels)


@hooks.register("register_reports_menu_item")
def register_ledger_report():
    return MenuItemFor(
        gettext_lazy("Disclosure ledger"),
        reverse("wagtail_disclosure_review:ledger"),
        name="disclosure-ledger",
        icon_name="list-ul",
        order=1100,
        open_to=lambda user: user.has_perm(READ_LEDGER),
    )


# Links in the editor and the explorer


@hooks.register("construct_page_action_menu")
def arrange_actions(menu_items, request, context):
    page = context.get("page")
    if page is not None and page.pk and is_guarded(type(page)):
        menu.arrange(menu_items, page, under_review=_open_review(page) is not None)
    elif context.get("view") == "create" and _creates_guarded(request):
        menu.arrange_new(menu_items)


def _creates_guarded(request):
    """The menu of a new page is not told its type; the address is."""
    names = request.resolver_match.kwargs
    try:
        model = apps.get_model(names["content_type_app_name"], names["content_type_model_name"])
    except (KeyError, LookupError):
        return False
    return is_guarded(model)


@hooks.register("before_edit_page")
def say_why_it_was_returned(request, page):
    """Above the editor of a returned draft: who returned it, at which step, and what has to be changed."""
    if request.method != "GET" or not is_guarded(type(page)) or (found := returned(page)) is None:
        return
    text = format_html(
        "<strong>{}</strong> {}<br>{}",
        found.sentence,
        linebreaksbr(found.comment, autoescape=True),
        _("Change the draft, then choose “Submit again (from the first step)” below."),
    )
    messages.warning(request, text)


def _open_review(item):
    state = getattr(item, "current_workflow_task_state", None)
    return state if state is not None and isinstance(state.task.specific, ReviewTask) else None


@hooks.register("register_page_header_buttons")
def add_header_buttons(page, user, view_name, next_url=None):
    model = page.specific_class
    if model is None or not is_guarded(model):
        return
    sees = may_see(user, page.specific)
    state = _open_review(page)
    if state is not None and sees:
        yield Button(_("Review page"), url=review_url(state), icon_name="clipboard-list", priority=62)
    if sees or user.has_perm(READ_LEDGER):
        yield Button(_("Review history"), url=item_url("history", page), icon_name="list-ul", priority=64)


# Submitting in the editor


@hooks.register("before_edit_page")
def keep_draft(request, page):
    """A draft is saved and then submitted, so that one that may not enter review is kept and the editor says why.

    What it lacks, or which of its files is not accepted, is known only when it is saved. And Wagtail would resume one
    that was returned at the step that returned it.
    """
    if request.method == "POST" and is_guarded(type(page)):
        _save_instead(request)


@hooks.register("before_create_page")
def keep_new_draft(request, parent_page, page_class):
    """A new item has no disclosure attribute yet: it is saved, and submitted afterwards if it is ready then."""
    determined = hasattr(page_class, "check_ready_for_review")
    if request.method == "POST" and is_guarded(page_class) and determined:
        _save_instead(request)


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def submit_after_saving(request, page):
    if not getattr(request, "disclosure_submit_after_saving", False):
        return
    try:
        item = type(page).objects.get(pk=page.pk)
        check_blocks(item.get_latest_revision_as_object())
        actions.submit(item, request.user)
    except GateRefused as error:
        reasons = [str(error)]
    except ValidationError as error:
        reasons = _in_words(error, page)
    else:
        messages.success(request, _("“%(title)s” was submitted for review.") % {"title": page})
        return
    text = _("The draft is saved but was not submitted: %(reasons)s") % {"reasons": " ".join(reasons)}
    address = getattr(page, "determine_url", "") if getattr(page, "determination", True) is None else ""
    buttons = [messages.button(address, _("Determine the disclosure attribute"))] if address else []
    messages.error(request, text, buttons=buttons)


def _save_instead(request):
    wanted = [name for name in SUBMIT_ACTIONS if name in request.POST]
    if not wanted:
        return
    data = request.POST.copy()
    for name in wanted:
        del data[name]
    request.POST = data
    request.disclosure_submit_after_saving = True


def _in_words(error, page):
    if not hasattr(error, "error_dict"):
        return error.messages
    labels = {field.name: getattr(field, "verbose_name", field.name) for field in page._meta.get_fields()}
    return [
        f"{labels[name]}: {message}" if name in labels else message
        for name, found in error.message_dict.items()
        for message in found
    ]
