"""Hooks of the catalogue: its admin, choosers, and the links in the editor of items."""

from django.contrib.auth.models import Permission
from django.shortcuts import redirect
from django.urls import include, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.snippets.models import register_snippet

from ..departments.models import names_of
from ..publishing.review.findings import Finding
from ..publishing.review.menu import PUBLISH
from . import admin_search, admin_views, header_checks, verification  # noqa: F401  (the first and the last have hooks)
from .attribute import may_determine
from .choosers import choosers, item_chooser
from .models import Category, CategoryScheme, DepartmentFolderPage, DisclosurePage
from .uses import uses_of
from .viewsets import CategoryViewSet, FiledViewSet, NumberSchemeViewSet, NumberViewSet, SchemeViewSet

register_snippet(SchemeViewSet)
register_snippet(CategoryViewSet)


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [*choosers.values(), item_chooser, NumberViewSet(), NumberSchemeViewSet(), FiledViewSet()]


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path(
            "disclosure/catalogue/",
            include((admin_views.urlpatterns, admin_views.NAMESPACE), namespace=admin_views.NAMESPACE),
        )
    ]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure",
        codename__in=["add_attributedetermination", "void_indexnumber"],
    )


@hooks.register("construct_page_action_menu")
def offer_no_publication_of_folders(menu_items, request, context):
    """A folder is never public itself, and refuses it."""
    if isinstance(context.get("page"), DepartmentFolderPage):
        menu_items[:] = [item for item in menu_items if item.name != PUBLISH]


@hooks.register("before_create_page")
def keep_ended_departments_closed(request, parent_page, page_class):
    """Nothing new is entered under a department that has ended, whoever looks after what it left."""
    department = getattr(parent_page.specific, "department", None)
    if not issubclass(page_class, DisclosurePage) or department is None or department.status == "active":
        return None
    names = {"department": department, "heirs": names_of(department.heirs())}
    if names["heirs"]:
        text = _("“%(department)s” has ended. Enter new items in the folder of %(heirs)s.")
    else:
        text = _("“%(department)s” has ended and has no successor. Nothing new is entered here.")
    messages.error(request, text % names)
    return redirect("wagtailadmin_explore", parent_page.pk)


@hooks.register("register_page_header_buttons")
def add_header_buttons(page, user, view_name, next_url=None):
    model = page.specific_class
    if model is None or not issubclass(model, DisclosurePage):
        return
    item = page.specific
    if may_determine(user, item) or item.permissions_for_user(user).can_edit():
        yield Button(
            _("Disclosure attribute"), url=item.determine_url, icon_name="clipboard-list", priority=61
        )


@hooks.register("register_disclosure_check")
def missing_parts_of(draft, digest):
    """What came into review before it was refused there, by an import of old for example."""
    missing = header_checks.missing_parts(draft) if isinstance(draft, DisclosurePage) else {}
    for field, message in missing.items():
        yield Finding(capfirst(draft._meta.get_field(field).verbose_name), message, serious=True)


@hooks.register("before_delete_snippet")
def keep_what_is_in_use(request, instances):
    """Categories and schemes that items stand in are not deleted: the answer says how many, and what to do."""
    reasons = []
    for instance in instances:
        if isinstance(instance, Category | CategoryScheme):
            reasons += why_not_delete(instance)
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect(type(instances[0]).snippet_viewset.get_url_name("list"))


def why_not_delete(record):
    items, children = uses_of(record)
    names = {"name": record}
    if items:
        text = ngettext(
            "“%(name)s” cannot be deleted: %(count)d item stands in it. Take it out of use instead.",
            "“%(name)s” cannot be deleted: %(count)d items stand in it. Take it out of use instead.",
            items,
        )
        yield text % {**names, "count": items}
    if children:
        text = ngettext(
            "“%(name)s” cannot be deleted: %(count)d category stands below it.",
            "“%(name)s” cannot be deleted: %(count)d categories stand below it.",
            children,
        )
        yield text % {**names, "count": children}
