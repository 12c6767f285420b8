"""The lists in which a public item stands, for a cache in front of the site: purged whenever the item changes or leaves."""

from ..compat import Page
from ..publishing import front_cache
from ..publishing.models import PublishedItem
from ..publishing.signals import register_entered, register_left
from . import addresses
from .scope import scope_of


def install():
    uid = "wagtail_disclosure.front_cache"
    register_entered.connect(_entered, dispatch_uid=uid)
    register_left.connect(_left, dispatch_uid=uid)


def _entered(sender, published, item, **kwargs):
    if front_cache.is_used():
        front_cache.purge(urls_with(published, item))


def _left(sender, page_id, **kwargs):
    if not front_cache.is_used():
        return
    published = PublishedItem.objects.filter(pk=page_id).first()
    item = Page.objects.filter(pk=page_id).first()
    if published and item:
        front_cache.purge(urls_with(published, item))


def urls_with(published, item):
    """Full addresses of the item and of the first page and the feeds of every list that shows it."""
    scope = scope_of(item)
    if scope is None or not scope.directory.base_path:
        return set()
    directory = scope.directory
    lists = [directory.base_path, addresses.year(scope, published.year), addresses.search(scope)]
    lists += [addresses.not_in_force(scope), f"{directory.base_path}sitemap/"]
    department = directory.department_by_id.get(published.department_id)
    if department is not None:
        lists.append(addresses.department(scope, department))
    for key in published.categories.values_list("category_id", flat=True):
        node = directory.category_by_id.get(key)
        if node is not None:
            lists.append(addresses.category(scope, node))
    found = {published.path, addresses.review_record(scope, published.pk)}
    if published.index_number:
        found.add(addresses.number(scope, published.index_number))
    for each in lists:
        found |= {each, *addresses.feeds(each).values()}
    return {scope.root_url + path for path in found}
