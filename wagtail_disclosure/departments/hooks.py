"""Hooks of the departments domain: the menu and the admin of agencies and departments."""

from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet

from . import menu, uses
from .models import Agency, Department
from .viewsets import AgencyViewSet, DepartmentViewSet

register_snippet(AgencyViewSet)
register_snippet(DepartmentViewSet)

hooks.register("register_admin_menu_item", menu.disclosure_menu_item)


@hooks.register("before_delete_snippet")
def keep_what_is_in_use(request, instances):
    """Answer with what stands in the way, for single and bulk deletion alike."""
    reasons = []
    for instance in instances:
        if isinstance(instance, Department | Agency):
            reasons += uses.why_not_delete(instance)
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    viewset = type(instances[0]).snippet_viewset
    if len(instances) == 1:
        return redirect(viewset.get_url_name("edit"), instances[0].pk)
    return redirect(viewset.get_url_name("list"))
