"""Places of a site that are public, sealed as what setup installs is: quicker than a review for each."""

import itertools

from wagtail_disclosure.portal.models import ColumnCategory, ColumnPage
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.reports.models import DisclosureFiguresPage

numbers = itertools.count(1)


def public(page, parent):
    parent.refresh_from_db()
    page.slug, page.live, page.locale = f"place-{next(numbers)}", False, parent.locale
    parent.add_child(instance=page)
    gate.seal_installed(page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def column(world, title, column_type="news", *, categories=(), parent=None, **fields):
    page = ColumnPage(title=title, column_type=column_type, **fields)
    page.mapped_categories = [ColumnCategory(category=category) for category in categories]
    return public(page, parent or world.site.root_page)


def figures_page(world):
    return public(DisclosureFiguresPage(title="公开统计"), world.site.root_page)
