"""Groups: who reviews, who leads, who runs the catalogue, who translates."""

from dataclasses import dataclass

from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupPagePermission

from ..casework.models import CalendarDay, CalendarYear, IdentityRead
from ..catalogue.models import (
    AttributeDetermination,
    Category,
    CategoryScheme,
    FiledItem,
    IndexNumber,
    NumberScheme,
)
from ..departments import roles
from ..departments.models import Agency, Department, DepartmentMember
from ..mailboxes.models import CitizenLetter, Mailbox
from ..publishing.models import (
    Delegation,
    LedgerEntry,
    ReviewPolicy,
    Takedown,
    ValidityChange,
    Withdrawal,
)
from ..requests.models import DisclosureRequest, RequestForm
from .models import InstalledItem

SECRECY, COPY, LEADER, TRANSLATION, OFFICE = "secrecy", "copy", "leader", "translation", "office"
# Lets the reviewers of departments into the admin; it follows the roles that people have in departments.
REVIEWERS = "reviewers"

ALL = ("add", "change", "delete", "view")
# Of the permissions that Django makes for each model.
ACTIONS = {
    "add": gettext_lazy("adding"),
    "change": gettext_lazy("changing"),
    "delete": gettext_lazy("deleting"),
    "view": gettext_lazy("viewing"),
}


@dataclass(frozen=True)
class GroupRole:
    """A group that setup creates. ``rights`` are (model, actions); ``codenames`` further permissions."""

    key: str
    name: str
    rights: tuple = ()
    codenames: tuple = ()


# Of a later domain: reading points, intake points and what is delivered to them.
DELIVERY = (
    *(f"wagtail_disclosure.{action}_{model}" for model in ("readingpoint", "intakepoint") for action in ALL),
    "wagtail_disclosure.view_delivery",
    "wagtail_disclosure.manage_deliveries",
)
# Leaders and the office act for each other: whoever of them acts first, another one decides.
LEAVING = ("wagtail_disclosure.ratify_takedown", "wagtail_disclosure.confirm_validitychange")

GROUPS = (
    GroupRole(REVIEWERS, gettext_lazy("Department reviewers")),
    GroupRole(SECRECY, gettext_lazy("Secrecy reviewers")),
    GroupRole(COPY, gettext_lazy("Copy-checkers")),
    GroupRole(
        LEADER,
        gettext_lazy("Agency leaders"),
        rights=((Takedown, ("add", "view")), (ValidityChange, ("add", "view"))),
        codenames=("wagtail_disclosure.oversee_cases", "wagtail_disclosure.head_cases", *LEAVING),
    ),
    GroupRole(
        OFFICE,
        gettext_lazy("Information disclosure office"),
        rights=(
            (Agency, ("change", "view")),
            (Department, ALL),
            (CategoryScheme, ALL),
            (Category, ALL),
            (NumberScheme, ("add", "change", "view")),
            (IndexNumber, ("add", "view")),
            (AttributeDetermination, ("add", "view")),
            (FiledItem, ("change", "view")),
            (Withdrawal, ("add", "view")),
            (Takedown, ("add", "view")),
            (ValidityChange, ("add", "view")),
            (LedgerEntry, ("view",)),
            # The office reads the required review; only the webmaster, or a group chosen for it, changes it.
            (ReviewPolicy, ("view",)),
            # The office enters the absence of others, too; holders of a step enter their own.
            (Delegation, ("add", "view")),
            (RequestForm, ("add", "change", "view")),
            (DisclosureRequest, ("add", "change", "view")),
            (Mailbox, ("add", "change", "view")),
            (CitizenLetter, ("add", "change", "view")),
            (IdentityRead, ("view",)),
            (CalendarDay, ALL),
            (CalendarYear, ("add", "delete", "view")),
        ),
        codenames=(
            "wagtail_disclosure.void_indexnumber",
            "wagtail_disclosure.oversee_cases",
            *DELIVERY,
            # Of a domain that stands on this one.
            "wagtail_disclosure.view_upwardplatform",
            "wagtail_disclosure.view_upwardsubmission",
            "wagtail_disclosure.change_upwardsubmission",
            *LEAVING,
        ),
    ),
    GroupRole(TRANSLATION, gettext_lazy("Translators"), codenames=("wagtail_localize.submit_translation",)),
)


def permissions_of(role):
    """The permissions of a group, as far as they exist in this project."""
    yield roles.admin_access()
    wanted = [
        (model._meta.app_label, get_permission_codename(action, model._meta))
        for model, actions in role.rights
        for action in actions
    ]
    wanted += [tuple(each.split(".")) for each in role.codenames]
    for app_label, codename in wanted:
        found = Permission.objects.filter(content_type__app_label=app_label, codename=codename).first()
        if found is not None:
            yield found


def install_groups(keeper, agency):
    """Create the groups with their permissions. Returns them by key."""
    groups = {}
    for role in GROUPS:
        groups[role.key] = _install_group(keeper, agency, role)
    return groups


def _install_group(keeper, agency, role):
    group = keeper.keep(
        f"group/{role.key}",
        make=lambda: Group.objects.create(name=_free_name(str(role.name), agency)),
        needed=True,
        label=lambda each: _("group “%(name)s”") % {"name": each.name},
    )
    for permission in permissions_of(role):
        app_label, codename = permission.content_type.app_label, permission.codename
        keeper.keep_part(
            f"group/{role.key}/{app_label}.{codename}",
            group,
            has=lambda permission=permission: permission in group.permissions.all(),
            add=lambda permission=permission: group.permissions.add(permission),
            label=_("permission “%(permission)s” of %(group)s")
            % {"permission": _name_of(permission), "group": group.name},
            of=f"group/{role.key}",
        )
    if role.key == REVIEWERS:
        group.user_set.add(*reviewers_of(agency))
    return group


def _name_of(permission):
    """The name of a permission in the language of the report; Django stores it in English."""
    model = permission.content_type.model_class()
    action = permission.codename.partition("_")[0]
    if model is None or permission.codename != get_permission_codename(action, model._meta):
        return gettext(permission.name)
    return f"{ACTIONS[action]}: {model._meta.verbose_name}" if action in ACTIONS else gettext(permission.name)


def reviewers_of(agency):
    """The users who review for a department of ``agency``."""
    return get_user_model().objects.filter(
        disclosure_roles__department__agency=agency, disclosure_roles__role=DepartmentMember.Role.REVIEWER
    )


def settle_reviewer(agency, user_id):
    """Put a person into the reviewers' group of ``agency`` while they review for one of its departments."""
    record = InstalledItem.objects.filter(key=f"site:{agency.site_id}/group/{REVIEWERS}").first()
    group = record and record.item
    if group is None:
        return
    if reviewers_of(agency).filter(pk=user_id).exists():
        group.user_set.add(user_id)
    else:
        group.user_set.remove(user_id)


def _free_name(name, agency):
    """With several agencies in one installation each has its own groups."""
    for addition in ("", f" · {agency.issuing_name}", f" · {agency.pk}"):
        free = name[: roles.GROUP_NAME_LENGTH - len(addition)] + addition
        if not Group.objects.filter(name=free).exists():
            return free
    return f"{name} · {agency.issuing_name} · {agency.pk}"[-roles.GROUP_NAME_LENGTH :]


def open_pages(keeper, key, group, page):
    """Let ``group`` add and change pages below ``page``."""
    labels = {
        "add": _("right of %(group)s to add pages below “%(page)s”"),
        "change": _("right of %(group)s to change pages below “%(page)s”"),
    }
    for action in roles.PAGE_RIGHTS:
        held = GroupPagePermission.objects.filter(
            group=group, page_id=page.pk, permission=roles.page_permission(action)
        )
        keeper.keep_part(
            f"pages/{key}/{group.pk}/{action}",
            page,
            has=held.exists,
            add=lambda action=action: roles.grant_pages(group, page, [action]),
            label=labels[action] % {"group": group.name, "page": page.title},
        )


def open_files(keeper, group):
    """Let ``group`` work with all documents and images."""
    keeper.keep_part(
        f"files/{group.pk}",
        group,
        has=lambda: group.collection_permissions.exists(),
        add=lambda: roles.grant_files(group, Collection.get_first_root_node()),
        label=_("documents and images for %(group)s") % {"group": group.name},
    )


def groups_above(page):
    """Names of groups with members that may change ``page`` through a right on it or above it.

    Their members see the drafts of all departments. Groups that setup made for that are not named.
    """
    above = list(page.get_ancestors(inclusive=True).values_list("pk", flat=True))
    office = InstalledItem.objects.filter(key__endswith=f"group/{OFFICE}").values_list("object_id", flat=True)
    found = Group.objects.filter(page_permissions__page__in=above, user__isnull=False)
    return sorted(set(found.exclude(pk__in=list(office)).values_list("name", flat=True)))
