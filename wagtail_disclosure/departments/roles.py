"""Scope (P7): the officers of a department work on its own places and files, and on no other's.

Each department has one Django group, 信息员 · <department>, that follows its officers. The group may add and
change pages below the department's *places* (its folder in the catalogue, its sub-site) and files in the
department's collection. When a department has ended, the groups of those in charge of it get its places too.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from ..compat import PAGE_MODEL
from .models import Department, DepartmentMember
from .names import own_language

PAGE_RIGHTS = ("add", "change")
FILE_RIGHTS = [
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
]
GROUP_NAME_LENGTH = 150

_places = []


def department_place(model):
    """Class decorator for a page type with a ``department``: its pages are places of their department."""
    _places.append(model)
    return model


def place_models():
    return tuple(_places)


def places_of(department):
    """All pages that are places of ``department``, in every language."""
    return [page for model in _places for page in model.objects.filter(department=department)]


def remove_empty_places(department):
    """Delete the places of ``department`` that are not public and have nothing below them."""
    for page in places_of(department):
        if not page.live and page.numchild == 0:
            page.delete()


def admin_access():
    return Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")


def page_permission(action):
    """The ``Permission`` behind a right on pages: ``add``, ``change``, ``publish``, ``lock`` or ``unlock``."""
    app_label, model_name = PAGE_MODEL.split(".")
    return Permission.objects.get(
        content_type__app_label=app_label,
        content_type__model=model_name.lower(),
        codename=f"{action}_{model_name.lower()}",
    )


def grant_pages(group, page, actions=PAGE_RIGHTS):
    """Let ``group`` work on ``page`` and all below it. Returns how many rights were new."""
    made = [
        GroupPagePermission.objects.get_or_create(
            group=group, page_id=page.pk, permission=page_permission(each)
        )
        for each in actions
    ]
    return sum(created for _row, created in made)


def grant_files(group, collection):
    """Let ``group`` add, change and choose documents and images in ``collection``."""
    for app_label, codename in FILE_RIGHTS:
        permission = Permission.objects.get(content_type__app_label=app_label, codename=codename)
        if not GroupCollectionPermission.objects.filter(
            group=group, collection=collection, permission=permission
        ).exists():
            GroupCollectionPermission.objects.create(
                group=group, collection=collection, permission=permission
            )


def grant_on(page, department):
    """Open the place ``page`` to the officers of ``department``, or of those in charge once it has ended."""
    for holder in department.in_charge():
        grant_pages(officers_group(holder), page)


def officers_group(department):
    """The group of the officers of ``department``; made, with its rights, where there is none yet."""
    department = Department.objects.get(pk=department.pk)
    return department.officers_group or sync(department)


@transaction.atomic
def sync(department):
    """Make the officers' group follow ``department``: it exists, has its name and exactly its officers.

    Safe to repeat. A group that a person renamed keeps its name. Returns the ``Group``.
    """
    department = Department.objects.select_for_update().select_related("agency").get(pk=department.pk)
    group = department.officers_group
    wanted = _group_name(department)
    if group is None:
        group = Group.objects.create(name=_free_name(wanted, department))
        _remember(department, officers_group=group, officers_group_name=group.name)
        group.permissions.add(admin_access())
        _open_places(department, group)
    elif group.name == department.officers_group_name:
        name = _free_name(wanted, department, group)
        if name != group.name:
            group.name = name
            group.save()
            _remember(department, officers_group_name=name)
    group.user_set.set(
        department.members.filter(role=DepartmentMember.Role.OFFICER).values_list("user_id", flat=True)
    )
    return group


def _remember(department, **values):
    # Not a change of the department itself: the version that open forms hold stays as it is.
    Department.objects.filter(pk=department.pk).update(**values)
    for name, value in values.items():
        setattr(department, name, value)


def _open_places(department, group):
    """Rights for a group that is new: on the department's places, and on those it is in charge of."""
    for page in places_of(department):
        grant_pages(group, page)
    for ended in department.forerunners():
        if department in ended.in_charge():
            for page in places_of(ended):
                grant_pages(group, page)
    grant_files(group, collection_of(department))


@transaction.atomic
def settle_places(department):
    """Open the places of ``department`` to those in charge, and close them to the officers of all others.

    Safe to repeat. Rights of groups that are no officers' groups stay as they are.
    """
    department = Department.objects.get(pk=department.pk)
    groups = [officers_group(each) for each in department.in_charge()]
    for page in places_of(department):
        GroupPagePermission.objects.filter(page_id=page.pk, group__department__isnull=False).exclude(
            group__in=groups
        ).delete()
        for group in groups:
            if not GroupPagePermission.objects.filter(group=group, page_id=page.pk).exists():
                grant_pages(group, page)


@transaction.atomic
def collection_of(department):
    """The collection for the files of ``department``; made where there is none."""
    department = Department.objects.select_for_update().select_related("agency").get(pk=department.pk)
    if department.collection is None:
        root = Collection.get_first_root_node()
        name = department.name
        if root.get_children().filter(name=name).exists():
            name = f"{name} · {department.agency.issuing_name}"
        collection = Collection(name=name[:255])
        root.add_child(instance=collection)
        _remember(department, collection=collection)
    return department.collection


def _group_name(department):
    with override(own_language()):
        prefix = _("Information officers")
    return f"{prefix} · {department.name}"[:GROUP_NAME_LENGTH]


def _free_name(wanted, department, group=None):
    """``wanted``, or with what tells two departments of one name apart: the agency, at last the key."""
    taken = Group.objects.exclude(pk=group.pk if group else None)
    for addition in ("", f" · {department.agency.issuing_name}", f" · {department.pk}"):
        name = wanted[: GROUP_NAME_LENGTH - len(addition)] + addition if addition else wanted
        name = name[:GROUP_NAME_LENGTH]
        if not taken.filter(name=name).exists():
            return name
    raise ValueError(f"No free name for the officers' group of {department}")
