"""Sites: their roots and hostnames are the beginning of every public address, which must not change."""

from collections import namedtuple
from functools import wraps

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models.signals import pre_save
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..compat import Page
from .errors import WithdrawalRequired
from .places import guarded_page_types

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
Root = namedtuple("Root", "path is_default hostname address")


def install():
    pre_save.connect(_before_save, sender=Site, dispatch_uid="wagtail_disclosure.sites")
    # Before the database is asked, which protects the agency of the site with an error nobody handles.
    if not getattr(Site.delete, "disclosure_gate", False):
        Site.delete = _refusing_delete(Site.delete)
        Site.clean = _refusing_clean(Site.clean)


def moved_addresses(site, *, deleted=False):
    """Whether saving or deleting ``site`` would give something public and guarded another address.

    A further site at the same root, or above, leaves the addresses as they are: it serves the same pages, whose
    canonical address stays the first one. One that is rooted inside another site would take its pages over.
    """
    stored = list(Site.objects.select_related("root_page"))
    others = [each for each in stored if each.pk != site.pk]
    before, after = _roots(stored), _roots(others if deleted else [*others, site])
    paths = {each.path for each in (*before, *after)}
    return any(
        _is_moved(_winner(before, path), _winner(after, path)) and _holds_public(path, paths - {path})
        for path in paths
    )


def _is_moved(before, after):
    """Whether an address changes. One of this machine alone was never anybody's: it gets its hostname once."""
    if before is None or after is None:
        return before != after
    return before.path != after.path or (before.address != after.address and before.hostname not in LOCAL)


def _roots(sites):
    """What Wagtail makes addresses of: each site's root and its translations, the deciding one first."""
    translated = getattr(settings, "WAGTAIL_I18N_ENABLED", False)
    found = []
    for site in sites:
        root = site.root_page
        pages = root.get_translations(inclusive=True) if translated else [root]
        host, address = site.hostname.lower(), site.root_url.lower()
        found += [Root(page.url_path, site.is_default_site, host, address) for page in pages]
    # As Wagtail sorts them: the longest path, then the default site, then by hostname.
    found.sort(key=lambda each: each.hostname)
    found.sort(key=lambda each: (each.path, each.is_default), reverse=True)
    return found


def _winner(roots, path):
    """The root that decides about the address of pages right below ``path``."""
    return next((each for each in roots if path.startswith(each.path)), None)


def _holds_public(path, others):
    """Whether anything public and guarded stands at or below ``path`` and under no deeper root."""
    pages = Page.objects.filter(
        url_path__startswith=path, live=True, content_type_id__in=guarded_page_types()
    )
    for deeper in others:
        if deeper.startswith(path):
            pages = pages.exclude(url_path__startswith=deeper)
    return pages.exists()


def _refusal(site):
    return _(
        "Public items stand in “%(site)s” or would get another address by it. Addresses of what is public must not "
        "change: keep root page, hostname and port."
    ) % {"site": site}


def _before_save(sender, instance, raw=False, **kwargs):
    # A fixture may bring a site before its root page; then nothing stands below it yet.
    if raw and not Page.objects.filter(pk=instance.root_page_id).exists():
        return
    if moved_addresses(instance):
        raise WithdrawalRequired(_refusal(instance))


def _refusing_delete(delete):
    @wraps(delete)
    def checked(self, *args, **kwargs):
        if moved_addresses(self, deleted=True):
            raise WithdrawalRequired(_refusal(self))
        return delete(self, *args, **kwargs)

    checked.alters_data = checked.disclosure_gate = True
    return checked


def _refusing_clean(clean):
    @wraps(clean)
    def checked(self):
        clean(self)
        if self.root_page_id is not None and moved_addresses(self):
            raise ValidationError(_refusal(self))

    checked.disclosure_gate = True
    return checked
