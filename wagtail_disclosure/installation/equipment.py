"""What a department needs to work: its officers' group, its folders in the catalogue, its collection."""

from django.utils.translation import gettext as _

from ..catalogue.folders import ensure_folder
from ..catalogue.models import DepartmentFolderPage
from ..departments import roles
from ..departments.models import Department, DepartmentMember
from ..rules.labels import joined
from .pages import catalogues_of


def equip(department):
    """Give ``department`` its folders in all languages of the catalogue. Safe to repeat."""
    for root in catalogues_of(department.agency.site):
        ensure_folder(root, department)


def install_departments(keeper, agency, roots):
    """An office where there is no department yet, and for each department what it needs. Returns them."""
    keeper.keep(
        "department",
        find=lambda: agency.departments.first(),
        make=lambda: Department.objects.create(agency=agency, code="01", name=_("General Office")),
        label=lambda each: _("department “%(name)s”") % {"name": each.name},
        called=_("the first department"),
    )
    departments = list(agency.departments.all())
    for department in departments:
        _install_group(keeper, department)
        for root in roots:
            _install_folder(keeper, department, root)
        _install_collection(keeper, department)
    _note_people(keeper.report, departments)
    return departments


def _install_group(keeper, department):
    group = department.officers_group
    before = set(group.user_set.values_list("pk", flat=True)) if group else set()
    group = keeper.keep(
        f"department/{department.pk}/group",
        find=lambda: department.officers_group,
        make=lambda: roles.sync(department),
        needed=True,
        label=lambda each: _("group “%(name)s”") % {"name": each.name},
    )
    roles.sync(department)
    if before and before != set(group.user_set.values_list("pk", flat=True)):
        keeper.report.repaired(_("members of “%(name)s”") % {"name": group.name})


def _install_folder(keeper, department, root):
    group = roles.officers_group(department)
    folder = keeper.keep(
        f"department/{department.pk}/folder/{root.pk}",
        find=lambda: DepartmentFolderPage.objects.child_of(root).filter(department=department).first(),
        make=lambda: ensure_folder(root, department)[0],
        needed=True,
        label=lambda each: (
            _("folder of “%(name)s” in “%(page)s”") % {"name": department.name, "page": root.title}
        ),
    )
    keeper.keep_part(
        f"department/{department.pk}/rights/{folder.pk}",
        group,
        has=group.page_permissions.filter(page_id=folder.pk).exists,
        add=lambda: roles.grant_on(folder, department),
        label=_("rights of %(group)s on the folder") % {"group": group.name},
    )


def _install_collection(keeper, department):
    department.refresh_from_db()
    collection = keeper.keep(
        f"department/{department.pk}/collection",
        find=lambda: department.collection,
        make=lambda: roles.collection_of(department),
        label=lambda each: _("collection “%(name)s”") % {"name": each.name},
        called=_("collection “%(name)s”") % {"name": department.name},
    )
    if collection is None:
        return
    group = roles.officers_group(department)
    keeper.keep_part(
        f"department/{department.pk}/files/{collection.pk}",
        group,
        has=group.collection_permissions.filter(collection=collection).exists,
        add=lambda: roles.grant_files(group, collection),
        label=_("documents and images for %(group)s") % {"group": group.name},
    )


def _note_people(report, departments):
    for department in departments:
        if department.status != Department.Status.ACTIVE:
            continue
        lacking = [str(role.label) for role in DepartmentMember.Role if not department.people(role).exists()]
        if lacking:
            report.note(
                _("%(department)s has no %(roles)s yet.")
                % {"department": department.name, "roles": joined(lacking)}
            )
