"""What the loader looks up again and again: departments, folders, categories, people, pages by their key."""

from functools import cached_property

from django.contrib.auth import get_user_model

from wagtail_disclosure.catalogue.models import Category, CategoryScheme, DepartmentFolderPage
from wagtail_disclosure.compat import Page

from .content import table

KIND = CategoryScheme.Kind
AXES = {
    "category": KIND.AGENCY,
    "statutory_head": KIND.STATUTORY,
    "topic": KIND.TOPIC,
    "genre": KIND.GENRE,
    "reporting_class": KIND.REPORTING,
}


class World:
    """The installed agency. ``page(key)`` finds what has been loaded: the slug, with ``-en`` for the English one."""

    def __init__(self, installation):
        self.installation = installation
        self.agency = installation.agency
        self.home = self.agency.site.root_page.specific
        self.departments = {each.code: each for each in self.agency.departments.all()}
        self.codes = {each.name: each.code for each in self.departments.values()}
        self.users = {user.username: user for user in get_user_model().objects.all()}
        self._categories = {}
        for kind in AXES.values():
            for node in Category.objects.of_kind(kind, self.agency.pk):
                self._categories[kind, node.code] = self._categories[kind, node.name] = node
        self._pages = {}
        for slug, language, pk in Page.objects.filter(depth__gt=2).values_list(
            "slug", "locale__language_code", "pk"
        ):
            self._pages[slug if language != "en" else f"{slug}-en"] = pk

    @cached_property
    def folders(self):
        rows = DepartmentFolderPage.objects.select_related("department", "locale")
        return {(each.department.code, each.locale.language_code): each for each in rows}

    @cached_property
    def drafters(self):
        """The information officers of each department, by its code."""
        found = {}
        for row in table("people"):
            if row["role"] == "officer":
                found.setdefault(row["department_code"], []).append(row["username"])
        return found

    def categories(self, row):
        """The categories that the cells of a row name, by field."""
        return {field: self._categories[kind, row[field]] for field, kind in AXES.items() if row.get(field)}

    def category(self, code):
        return self._categories[KIND.AGENCY, code]

    def remember(self, key, page):
        self._pages[key] = page.pk

    def has(self, key):
        return key in self._pages

    def pk(self, key):
        return self._pages[key]

    def page(self, key):
        """The page as it stands in the database now, in its own class."""
        return Page.objects.get(pk=self._pages[key]).specific
