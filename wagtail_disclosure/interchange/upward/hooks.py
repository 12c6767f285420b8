"""Hooks of the upward feed: its admin, permissions, and where an entry was submitted, in the header of its editor."""

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button

from ...catalogue.models import DisclosurePage
from ..models.upward import UpwardSubmission
from .viewsets import PlatformViewSet, SubmissionViewSet, of_item


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [SubmissionViewSet(), PlatformViewSet()]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure",
        codename__in=[
            *(f"{action}_upwardplatform" for action in ("add", "change", "delete", "view")),
            *(f"{action}_upwardsubmission" for action in ("change", "view")),
        ],
    )


@hooks.register("register_page_header_buttons")
def show_where_it_was_submitted(page, user, view_name, next_url=None):
    """Each platform with the status of the newest version there; all of them lie behind it."""
    model = page.specific_class
    if model is None or not issubclass(model, DisclosurePage):
        return
    newest = {}
    seen = UpwardSubmission.objects.seen_by(user).filter(page_id=page.pk).select_related("platform")
    for row in seen.exclude(state=UpwardSubmission.State.SUPERSEDED).order_by("serial"):
        newest[row.platform_id] = row
    for row in newest.values():
        label = _("%(platform)s: %(status)s") % {
            "platform": row.platform,
            "status": row.get_state_display(),
        }
        yield Button(label, url=of_item(page.pk), icon_name="upload", priority=65)
