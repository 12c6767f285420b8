"""What the gate refuses is said in its own words wherever in the admin it happens.

Wagtail turns ``PermissionDenied`` into one sentence for every case, which does not say what is in the way.
"""

from functools import wraps

from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.utils.urlpatterns import decorate_urlpatterns

from .errors import GateRefused


def say_refusals(view):
    """View decorator: a refusal becomes a message on the page where the action was confirmed."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except GateRefused as refusal:
            # Scripts of the admin expect the status, not a page.
            if not str(refusal) or request.headers.get("x-requested-with") == "XMLHttpRequest":
                raise
            messages.error(request, str(refusal))
            return redirect("wagtailadmin_home" if request.method == "GET" else request.get_full_path())

    return checked


@hooks.register("register_admin_urls", order=9_999)
def say_refusals_everywhere():
    """Adds no URL; puts the messages before every view of the admin."""
    from wagtail.admin import urls

    decorate_urlpatterns(urls.urlpatterns, say_refusals)
    return []
