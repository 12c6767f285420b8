"""An agency with places of the portal, each reviewed to publication like everything else."""

import itertools

from tests import factories
from wagtail_disclosure.portal.models import ColumnCategory, ColumnPage

numbers = itertools.count(1)
OFFICE_FIELDS = {
    "classification": "<p>分为机构、规划、财政等类。</p>",
    "arrangement": "<p>按目录两级编排。</p>",
    "how_to_obtain": "<p>通过本网站或到查阅点获取。</p>",
    "office_name": "办公室",
    "address": "滨江路1号",
    "office_hours": "工作日 9:00—17:00",
    "phone": "0100-5550100",
    "email": "office@agency.example",
    "procedure": "<p>登记、审查、办理、答复。</p>",
    "supervision": "<p>可向主管部门投诉、举报。</p>",
}


def draft(world, page_class, title, *, parent=None, categories=(), **fields):
    """A draft of a place below ``parent`` (the site's home); a column is mapped to ``categories``."""
    if issubclass(page_class, ColumnPage):
        fields.setdefault("column_type", "news")
    parent = parent or world.site.root_page.specific
    parent.refresh_from_db()
    page = page_class(
        title=title,
        slug=f"place-{next(numbers)}",
        live=False,
        owner=world.people.officer,
        locale=parent.locale,
        **fields,
    )
    if categories:
        page.mapped_categories = [
            ColumnCategory(category=category, sort_order=order) for order, category in enumerate(categories)
        ]
    parent.add_child(instance=page)
    page.save_revision(user=world.people.officer)
    return page_class.objects.get(pk=page.pk)


def place(world, page_class, title, **fields):
    """A public place."""
    return factories.publish(world, draft(world, page_class, title, **fields))
