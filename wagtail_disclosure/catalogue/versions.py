"""The version of a site's public lists: a value that changes in the transaction that changes what they show.

It keys what is kept in memory and makes the entity tags of conditional requests.
"""

import secrets

from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from ..departments.models import Agency, Department
from ..publishing.models import PublishedItem
from ..publishing.signals import register_entered, register_left, withholding_changed
from .models import CatalogueVersion, Category, CategoryScheme, FiledItem

# What lists show besides the register.
SHOWN = [Agency, Department, Category, CategoryScheme, FiledItem, PageViewRestriction, Site, Locale]


def current(site_id):
    """The version of the lists of a site, or an empty string before anything was published."""
    return CatalogueVersion.objects.filter(pk=site_id).values_list("version", flat=True).first() or ""


def bump(site_id):
    """Give the site's lists a new version. Random, so that a rolled-back one never comes back."""
    version = secrets.token_hex(8)
    if not CatalogueVersion.objects.filter(pk=site_id).update(version=version):
        CatalogueVersion.objects.update_or_create(site_id=site_id, defaults={"version": version})


def bump_all():
    """Give every site's lists a new version."""
    for site_id in CatalogueVersion.objects.order_by("pk").values_list("pk", flat=True):
        bump(site_id)


def install():
    uid = "wagtail_disclosure.versions"
    register_entered.connect(_entered, dispatch_uid=uid)
    register_left.connect(_left, dispatch_uid=uid)
    for model in SHOWN:
        post_save.connect(_changed, sender=model, dispatch_uid=uid)
        post_delete.connect(_changed, sender=model, dispatch_uid=uid)
    m2m_changed.connect(_changed, sender=Department.successors.through, dispatch_uid=uid)
    # A new release may show the same things differently.
    post_migrate.connect(_migrated, dispatch_uid=uid)
    # Menus and introductions around the lists are ordinary pages.
    for signal in (page_published, page_unpublished, post_page_move, withholding_changed):
        signal.connect(_changed, dispatch_uid=uid)


def _entered(sender, published, **kwargs):
    bump(published.site_id)


def _left(sender, page_id, **kwargs):
    site_id = PublishedItem.objects.filter(pk=page_id).values_list("site_id", flat=True).first()
    if site_id is not None:
        bump(site_id)


def _changed(sender, raw=False, **kwargs):
    if not raw:
        bump_all()


def _migrated(sender, apps=None, **kwargs):
    # After migrating back to nothing there is no table left; a flush says nothing of the state and keeps it.
    gone = apps is not None and "catalogueversion" not in apps.all_models[sender.label]
    if sender.label == "wagtail_disclosure" and not gone:
        bump_all()
