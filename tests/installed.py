"""Helpers of the tests of setup: running it, and everything it may write."""

from io import StringIO

from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Task,
    Workflow,
    WorkflowPage,
)

from wagtail_disclosure.catalogue.models import (
    Category,
    CategoryScheme,
    DepartmentFolderPage,
    NumberScheme,
)
from wagtail_disclosure.departments.models import Agency, Department
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.publishing.models import (
    LedgerEntry,
    ReviewPolicy,
    ReviewPolicyStep,
    Seal,
)

NAME, CODE = "临江市发展和改革委员会", "620700036"
COUNTED = [
    Agency, Category, CategoryScheme, Collection, Department, DepartmentFolderPage, Group,
    GroupCollectionPermission, GroupPagePermission, InstalledItem, LedgerEntry, Locale, NumberScheme, Page,
    ReviewPolicy, ReviewPolicyStep, Seal, Task, Workflow, WorkflowPage,
]  # fmt: skip


def default_site():
    return Site.objects.get(is_default_site=True)


def run(*arguments):
    out = StringIO()
    call_command("disclosure_setup", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def state():
    """Everything that setup may write, as it stands."""
    rows = {model.__name__: sorted(model.objects.values_list("pk", flat=True)) for model in COUNTED}
    rows["permissions"] = sorted(Group.objects.values_list("name", "permissions"), key=str)
    return rows


def again(**options):
    """Run setup once more and return its report."""
    return setup(default_site(), **options).report
