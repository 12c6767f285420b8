"""What verification adds to Wagtail's admin, and what visitors get of withheld items."""

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from ...departments.menu import MenuItemFor
from ..guard import is_guarded
from ..models import Seal, VerificationRun, Withholding
from . import runs, withholding
from .views import NAMESPACE, READ_LEDGER


@hooks.register("register_reports_menu_item")
def register_report():
    return MenuItemFor(
        gettext_lazy("Verification"),
        reverse(f"{NAMESPACE}:verifications"),
        name="disclosure-verification",
        icon_name="check",
        order=1110,
        open_to=lambda user: user.has_perm(READ_LEDGER),
    )


class VerificationPanel(Component):
    """A warning on the start page: differences, or no verification for too long."""

    name = "disclosure_verification"
    template_name = "wagtail_disclosure/publishing/verification_panel.html"
    order = 50

    class Media:
        css = {"all": ["wagtail_disclosure/admin.css"]}

    def get_context_data(self, parent_context):
        last = runs.last_run()
        differs = last is not None and last.state == VerificationRun.State.DIFFERS
        overdue = runs.is_overdue(last) and Seal.objects.in_force().exists()
        return {
            "last": last,
            "differs": differs,
            "overdue": overdue,
            "withheld": Withholding.objects.in_force().count(),
            "url": reverse(f"{NAMESPACE}:verification", args=[last.pk]) if last else "",
            "verify_url": reverse(f"{NAMESPACE}:verify"),
        }


@hooks.register("construct_homepage_panels")
def add_panel(request, panels):
    if request.user.has_perm(READ_LEDGER):
        panels.append(VerificationPanel())


@hooks.register("before_edit_page")
def say_that_it_is_withheld(request, page):
    if request.method == "GET" and is_guarded(type(page)) and withholding.is_withheld(page):
        text = _(
            "Visitors are not shown this page at present: the verification found that it is not what was approved. "
            "Publish it anew by review, or have the approved state restored and verified."
        )
        messages.warning(request, text)


# Before every other of these hooks: nothing of the page is looked at.
@hooks.register("before_serve_page", order=-100)
def keep_withheld_page(page, request, serve_args, serve_kwargs):
    if is_guarded(type(page)) and withholding.is_withheld(page):
        return withholding.notice(request)


@hooks.register("before_serve_document", order=-100)
def keep_withheld_file(document, request):
    if withholding.is_withheld_file(document):
        return withholding.notice(request)


def keep_from_api():
    """The public APIs of Wagtail read pages themselves."""
    if apps.is_installed("wagtail.api.v2"):
        from wagtail.api.v2.views import PagesAPIViewSet

        PagesAPIViewSet.get_base_queryset = _visible(PagesAPIViewSet.get_base_queryset)
    if apps.is_installed("wagtail.api.v3"):
        from wagtail.api.v3 import querysets

        querysets.get_public_pages_queryset = _visible(querysets.get_public_pages_queryset)


def _visible(find):
    if getattr(find, "disclosure_withholding", False):
        return find

    def visible_pages(*args, **kwargs):
        return withholding.visible(find(*args, **kwargs))

    visible_pages.disclosure_withholding = True
    return visible_pages


keep_from_api()
