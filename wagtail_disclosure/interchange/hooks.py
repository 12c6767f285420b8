"""Hooks of the interchange: importing in the admin, and what reviewers are told about imported drafts."""

from django.contrib.auth.models import Permission
from wagtail import hooks

from ..catalogue.models import DisclosurePage
from ..publishing.review.findings import HOOK, Finding, texts_of
from .importing import findings, report
from .models import ImportedItem
from .upward import hooks as upward_hooks  # noqa: F401  (register themselves)
from .viewsets import ImportViewSet


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [ImportViewSet()]


@hooks.register("register_permissions")
def register_permissions():
    return Permission.objects.filter(
        content_type__app_label="wagtail_disclosure", codename__in=["add_importbatch", "view_importbatch"]
    )


@hooks.register(HOOK)
def notes_of_import(draft, digest):
    """What the import noticed and the draft still holds. Damage is looked for anew in every draft."""
    if not isinstance(draft, DisclosurePage):
        return
    record = ImportedItem.objects.filter(page=draft.pk).first()
    if record is None:
        return
    text = "\n".join(text for _label, text in texts_of(draft))
    for found in record.findings:
        if found["kind"] not in findings.NOTES or found["severity"] == findings.INFO:
            continue
        excerpt = found.get("excerpt", "")
        if found["kind"] in findings.IN_TEXT and excerpt not in text:
            continue
        yield Finding(report.field_label(found.get("field", "")), findings.message(found), excerpt)
