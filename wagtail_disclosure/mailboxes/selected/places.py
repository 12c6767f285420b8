"""Where selected letters stand beside their own pages: the sitemap, and lists in a cache in front of the site."""

from django.dispatch import receiver
from wagtail import hooks
from wagtail.signals import page_published, page_unpublished

from ...catalogue import addresses
from ...publishing import front_cache
from ...publishing.verification.withholding import visible
from ..models import MailboxPage, SelectedLetterPage
from ..models.selected import QUESTIONS, SELECTED, STATISTICS
from .listing import letters_of

# Of one mailbox in a sitemap, the newest.
MOST = 10_000


@hooks.register("disclosure_sitemap_places")
def places(scope):
    """The pages of mailboxes of a site and language, with what stands below them."""
    found = []
    pages = MailboxPage.objects.filter(live=True, locale__language_code=scope.language)
    for page in visible(pages).select_related("locale").order_by("path"):
        parts = page.get_url_parts()
        if parts is None or parts[0] != scope.site_id or parts[2] is None:
            continue
        base = parts[2]
        found += [base, f"{base}{SELECTED}/", f"{base}{QUESTIONS}/", f"{base}{STATISTICS}/"]
        found += [f"{base}{slug}/" for slug in letters_of(page).values_list("slug", flat=True)[:MOST]]
    return found


@receiver([page_published, page_unpublished], sender=SelectedLetterPage, dispatch_uid="disclosure.selected")
def _purge(sender, instance, **kwargs):
    if not front_cache.is_used():
        return
    base = instance.get_parent().get_full_url()
    if not base:
        return
    lists = [f"{base}{name}/" for name in (SELECTED, QUESTIONS)]
    front_cache.purge({base, *lists, *addresses.feeds(lists[0]).values()})
