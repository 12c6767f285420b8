"""What Wagtail's APIs tell of drafts and of their files: no more than the admin tells the same person (P7)."""

from functools import wraps

from django.apps import apps
from django.http import Http404
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from . import guard
from .file_scope import kept_back
from .review.access import may_see

READING_RIGHTS = ["change", "delete", "choose"]


def install():
    """Connect to the APIs that the project has installed. Called once when the apps are ready."""
    _scope_v2()
    if apps.is_installed("wagtail.api.v3"):
        from wagtail.api.v3.api import api

        if not getattr(api, "disclosure_scope", False):
            api.disclosure_scope = True
            api.add_decorator(_keep_drafts)


def _scope_v2():
    """The second version reads for everybody; the API of the admin is built from it."""
    from wagtail.documents.api.v2.views import DocumentsAPIViewSet
    from wagtail.images.api.v2.views import ImagesAPIViewSet

    for viewset in (DocumentsAPIViewSet, ImagesAPIViewSet):
        if not getattr(viewset.get_queryset, "disclosure_scope", False):
            viewset.get_queryset = _readable_rows(viewset.get_queryset, lambda view: view.request)


def _scope_v3():
    """The third version, where it is mounted: its parts can be loaded only when all apps are ready."""
    from wagtail.documents.api.v3 import router as documents
    from wagtail.images.api.v3 import router as images

    for module, name in ((documents, "get_documents_queryset"), (images, "get_images_queryset")):
        if not getattr(getattr(module, name), "disclosure_scope", False):
            setattr(module, name, _readable_rows(getattr(module, name), lambda request: request))


def _readable_rows(get_queryset, request_of):
    """Leave out what belongs to drafts only, except for those who work with it."""

    @wraps(get_queryset)
    def readable(source):
        rows = get_queryset(source)
        request = request_of(source)
        hidden = kept_back(rows.model._base_manager.all())
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            policy = CollectionOwnershipPermissionPolicy(rows.model, owner_field_name="uploaded_by_user")
            own = policy.instances_user_has_any_permission_for(user, READING_RIGHTS)
            hidden = hidden.exclude(pk__in=own.values("pk"))
        return rows.exclude(pk__in=hidden.values("pk"))

    readable.disclosure_scope = True
    return readable


def _keep_drafts(view):
    """The write API gives the draft of whatever is public to everybody who has a token."""
    _scope_v3()

    @wraps(view)
    def checked(request, *args, **kwargs):
        if kwargs.get("version") == "draft" and request.user.is_authenticated:
            item = _named_item(kwargs)
            if item is not None and not may_see(request.user, item):
                raise Http404
        return view(request, *args, **kwargs)

    return checked


def _named_item(kwargs):
    from ..compat import Page

    if "page_id" in kwargs:
        page = Page.objects.filter(pk=kwargs["page_id"]).first()
        item = page and page.specific
    elif "type" in kwargs and "pk" in kwargs:
        item = apps.get_model(kwargs["type"])._base_manager.filter(pk=kwargs["pk"]).first()
    else:
        item = None
    return item if item is not None and guard.is_guarded(type(item)) else None
