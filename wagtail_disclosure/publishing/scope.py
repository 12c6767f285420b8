"""What people without rights on an item may learn of it in the admin: nothing before it is public (P7).

Wagtail asks for rights before it shows a page to edit, but choosers, bulk actions and the confirmation of a move
name pages to everybody who may open the admin. One check stands before all these views.
"""

from functools import wraps

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.permissions import page_permission_policy
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ..compat import Page
from . import guard
from .file_scope import is_kept_back, may_read_file
from .named import in_translation, named_files, named_pages, translated_pages


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


@hooks.register("construct_reports_menu")
def drop_unscoped_reports(request, menu_items):
    refused = set()
    if hidden_from(request.user, _pages()).exists():
        refused.add(reverse("wagtailadmin_reports:page_types_usage"))
    if hidden_from(request.user, in_translation()).exists():
        refused.add(reverse("wagtail_localize:translations_report"))
    menu_items[:] = [item for item in menu_items if item.url not in refused]


def refuse_hidden(view):
    """View decorator: ``PermissionDenied`` when the request names what the person must not learn of."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        if not (request.user.is_superuser or _is_ours(request)):
            _check_pages(request)
            _check_files(request)
        return view(request, *args, **kwargs)

    return checked


def _is_ours(request):
    """Our own views ask for themselves."""
    return any(name.startswith("wagtail_disclosure") for name in request.resolver_match.namespaces)


def _check_pages(request):
    opened, named = translated_pages(request), named_pages(request)
    pages = []
    if named is not None:
        pages += hidden_from(request.user, named)[:50].specific()
    if opened is not None:
        # What is being translated is a draft, even where the page is public.
        pages += [page for page in opened.specific() if guard.is_guarded(type(page))]
    for page in pages:
        # Whoever holds the step that waits may read it.
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied(_("This page is not open to you."))


def _check_files(request):
    for file in named_files(request):
        if is_kept_back(file) and not may_read_file(request.user, file):
            raise PermissionDenied(_("This file is not open to you."))


# Last of these hooks, so that it finds the views of all others.
@hooks.register("register_admin_urls", order=10_000)
def check_admin_urls():
    """Adds no URL; puts the check before every view of the admin."""
    from wagtail.admin import urls

    decorate_urlpatterns(urls.urlpatterns, refuse_hidden)
    return []


@hooks.register("before_serve_document")
def keep_back_files(document, request):
    """A file reaches visitors once something public uses it, and no longer than that.

    Before, it is read by those who may see an item that uses it. Files that ordinary pages of the site use are
    served as ever.
    """
    if is_kept_back(document) and not may_read_file(request.user, document):
        raise Http404
