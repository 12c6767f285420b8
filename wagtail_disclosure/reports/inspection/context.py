"""What the checks of one inspection share: the site, its places, the newest item of each column. Read once."""

from functools import cached_property

from django.utils import timezone
from wagtail.models import Locale

from ...catalogue.scope import scope_of
from ...compat import Page
from ...mailboxes import monitors
from ...mailboxes.models import Mailbox
from ...portal import listing
from ...portal.contexts import selection_of_place
from ...portal.models import ColumnPage
from ...portal.outline import COLUMN, SUBSITE, outline_of
from ...publishing.models import PublishedItem
from ..profile import profile


class Found:
    """A finding as a check gives it. ``key`` is the same in every run."""

    def __init__(self, key, *, title="", department_id=None, facts=None, url="", admin_url=""):
        self.key, self.title, self.department_id = str(key), title, department_id
        self.facts, self.url, self.admin_url = facts or {}, url, admin_url


class Inspected:
    """The site of ``agency`` on a day."""

    def __init__(self, agency, at=None):
        self.agency, self.at = agency, at or timezone.now()
        self.today = timezone.localdate(self.at)
        self.site = agency.site
        self.root = self.site.root_page
        self.scope = scope_of(self.root)
        self.office_id = getattr(agency.office(), "pk", None)

    @cached_property
    def items(self):
        """The public items of the site, in its own language."""
        return PublishedItem.objects.filter(
            site=self.site, language=Locale.get_default().language_code
        ).order_by("position")

    @cached_property
    def pages(self):
        """All public pages of the site."""
        return Page.objects.live().filter(path__startswith=self.root.path)

    @cached_property
    def outline(self):
        return outline_of(self.scope)

    @cached_property
    def columns(self):
        return self.outline.of_kind(COLUMN)

    @cached_property
    def column_pages(self):
        """The rows of the columns by key."""
        return ColumnPage.objects.in_bulk([place.key for place in self.columns])

    @cached_property
    def newest(self):
        """The newest item of each column, or None, by key."""
        selections = [selection_of_place(self.scope, place) for place in self.columns]
        found = listing.latest_of_each(self.scope, selections, 1)
        return {
            place.key: items[0] if items else None for place, items in zip(self.columns, found, strict=True)
        }

    @cached_property
    def mailbox_findings(self):
        mailboxes = Mailbox.objects.filter(live=True, agency=self.agency)
        return monitors.findings(mailboxes, self.today)

    def last_change(self, place):
        """When something last changed in a column: its newest item, or its own text; None for an empty one."""
        item, page = self.newest[place.key], self.column_pages.get(place.key)
        days = [item.date_published] if item is not None else []
        if page is not None and page.body and page.last_published_at:
            days.append(page.last_published_at)
        return max(days, default=None)

    def department_of(self, place):
        """The key of the department that looks after a place: its own, that of its sub-site, or the office."""
        if place.department_id:
            return place.department_id
        subsite = self.outline.above(place.path, SUBSITE)
        return subsite.department_id if subsite is not None else self.office_id

    def stale_after(self, column_type):
        """After how many days a column of that type is stale, or None."""
        item = profile().column_types.find(column_type)
        return item.fact("stale_after_days") if item is not None else None

    def must_not_be_empty(self, column_type):
        item = profile().column_types.find(column_type)
        return item is not None and bool(item.fact("must_not_be_empty"))
