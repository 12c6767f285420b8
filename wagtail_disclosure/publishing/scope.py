"""What people without rights on an item may learn of it in the admin: nothing before it is public (P7).

Wagtail asks for rights before it shows a page to edit, but choosers, bulk actions and the confirmation of a move
name pages to everybody who may open the admin. One check stands before all these views.
"""

from functools import wraps

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import Http404
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import ReferenceIndex
from wagtail.permissions import page_permission_policy
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ..compat import PAGE_MODEL, Page
from ..departments.models import Department
from . import guard
from .files import public_uses

# URL arguments that name pages.
PAGE_ARGUMENTS = ("page_id", "page_to_move_id", "parent_page_id", "pk")


def hidden_from(user, pages):
    """The part of the page queryset ``pages`` that ``user`` must not learn of.

    These are guarded pages outside the user's reach that are not public, or whose next title is not.
    """
    if user.is_superuser:
        return pages.none()
    types = [
        ContentType.objects.get_for_model(model).pk
        for model in guard.guarded_models()
        if hasattr(model, "url_path")
    ]
    reach = page_permission_policy.explorable_instances(user).order_by().values("pk")
    return pages.filter(content_type__in=types).exclude(
        Q(live=True, draft_title=F("title")) | Q(pk__in=reach)
    )


@hooks.register("construct_page_chooser_queryset")
def only_visible(pages, request):
    """Leave out of choosers what the person must not learn of."""
    every = _pages()
    hidden = hidden_from(request.user, every)
    return pages.filter(pk__in=every.exclude(pk__in=hidden.values("pk")).values("pk"))


def _pages():
    return Page.objects.all()


def _numbers(values):
    return [int(value) for value in values if str(value).isdecimal()]


def _named_pages(request):
    """The pages that an admin request names, as a queryset; None when it names none."""
    match = request.resolver_match
    ids = _numbers(match.kwargs[name] for name in PAGE_ARGUMENTS if name in match.kwargs)
    if match.url_name in UNSCOPED_REPORTS:
        return _pages()
    if match.url_name == "wagtail_bulk_action":
        if match.kwargs.get("model_name") != PAGE_MODEL.split(".")[1].lower():
            return None
        if "all" not in request.GET.getlist("id"):
            return _pages().filter(pk__in=_numbers(request.GET.getlist("id")))
        parents = _pages().filter(pk__in=_numbers(request.GET.getlist("childOf")))
        return _pages().child_of(parents[0]) if parents else _pages()
    if (match.url_name or "").startswith("wagtailadmin_choose_page"):
        return _pages().filter(pk__in=[*ids, *_numbers(request.GET.getlist("id"))])
    if any(name.startswith("wagtail_disclosure") for name in match.namespaces):
        # Our own views ask for themselves.
        return None
    if "wagtailadmin_pages" in match.namespaces or "page_id" in match.kwargs:
        return _pages().filter(pk__in=ids)
    return None


# Reports that name a page of each kind, whoever may see it.
UNSCOPED_REPORTS = {"page_types_usage", "page_types_usage_results"}


@hooks.register("construct_reports_menu")
def drop_unscoped_reports(request, menu_items):
    if hidden_from(request.user, _pages()).exists():
        menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


def refuse_hidden(view):
    """View decorator: ``PermissionDenied`` when the request names a page that the person must not learn of."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        pages = _named_pages(request)
        if pages is not None:
            for page in hidden_from(request.user, pages)[:50].specific():
                # Whoever holds the step that waits may read it.
                if not page.permissions_for_user(request.user).can_edit():
                    raise PermissionDenied(_("This page is not open to you."))
        return view(request, *args, **kwargs)

    return checked


# Last of these hooks, so that it finds the views of all others.
@hooks.register("register_admin_urls", order=10_000)
def check_admin_urls():
    """Adds no URL; puts the check before every view of the admin."""
    from wagtail.admin import urls

    decorate_urlpatterns(urls.urlpatterns, refuse_hidden)
    return []


@hooks.register("before_serve_document")
def keep_back_files(document, request):
    """A department's file reaches visitors once something public uses it, and no longer than that.

    Those who may open the admin read it before. Files that ordinary pages of the site use are served as ever.
    """
    if not Department.objects.filter(collection=document.collection_id).exists():
        return
    if public_uses(document).exists() or request.user.has_perm("wagtailadmin.access_admin"):
        return
    users = ReferenceIndex.get_references_to(document).values_list("content_type", flat=True).distinct()
    if all(guard.is_guarded(ContentType.objects.get_for_id(pk).model_class()) for pk in users):
        raise Http404
