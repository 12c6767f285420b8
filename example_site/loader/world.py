"""What the loader looks up again and again: departments, folders, categories, people, pages by their key."""

from functools import cached_property

from django.contrib.auth import get_user_model

from wagtail_disclosure.catalogue.models import CategoryScheme, DepartmentFolderPage
from wagtail_disclosure.compat import Page
from wagtail_disclosure.interchange.importing.files import Folder
from wagtail_disclosure.interchange.importing.matching import Categories
from wagtail_disclosure.interchange.importing.target import Target
from wagtail_disclosure.interchange.models import ImportedItem

from .content import CONTENT, table

KIND = CategoryScheme.Kind
AXES = {
    "category": KIND.AGENCY,
    "statutory_head": KIND.STATUTORY,
    "topic": KIND.TOPIC,
    "genre": KIND.GENRE,
    "reporting_class": KIND.REPORTING,
}


def key_of(slug, language):
    return f"{slug}-en" if language == "en" else slug


class Files(Folder):
    """The files of the content, and those that are made while loading (``made``: bytes by name)."""

    def __init__(self, path):
        super().__init__(path)
        self.made = {}

    def read(self, name, limit, setting="IMPORT_MAX_FIELD_BYTES"):
        return self.made[name] if name in self.made else super().read(name, limit, setting)


class World:
    """The installed agency. ``page(key)`` finds what has been loaded: the slug, with ``-en`` for the English one."""

    def __init__(self, installation):
        self.installation = installation
        self.agency = installation.agency
        self.home = self.agency.site.root_page.specific
        self.departments = {each.code: each for each in self.agency.departments.all()}
        self.codes = {each.name: each.code for each in self.departments.values()}
        self.users = {user.username: user for user in get_user_model().objects.all()}
        self._categories = Categories(self.agency)
        self.files = Files(CONTENT)
        self._targets, self._pages, self._snippets = {}, {}, {}
        places = Page.objects.filter(depth__gt=2).values_list("slug", "locale__language_code", "pk")
        for slug, language, pk in places:
            self._pages[key_of(slug, language)] = pk
        self.learn_imported()

    def learn_imported(self, keys=None):
        """Imported documents are known by their source key, and their translations by the same."""
        items = ImportedItem.objects.filter(site=self.agency.site)
        if keys is not None:
            items = items.filter(source_key__in=keys)
        for key, translation_key, pk in items.values_list("source_key", "page__translation_key", "page"):
            self._pages[key] = pk
            for copy in Page.objects.filter(translation_key=translation_key).exclude(pk=pk):
                self._pages[key_of(key, "en")] = copy.pk

    def target(self, username):
        """Where an import by this person goes."""
        if username not in self._targets:
            self._targets[username] = Target(self.agency, user=self.users[username])
        return self._targets[username]

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
        return {
            field: self._categories.find(kind, row[field]) for field, kind in AXES.items() if row.get(field)
        }

    def category(self, code):
        return self._categories.find(KIND.AGENCY, code)

    def remember(self, key, item):
        if isinstance(item, Page):
            self._pages[key] = item.pk
        else:
            self._snippets[key] = item

    def has(self, key):
        return key in self._pages or key in self._snippets

    def pk(self, key):
        return self._pages[key]

    def page(self, key):
        """The page, or the snippet, as it stands in the database now, in its own class."""
        if key in self._snippets:
            known = self._snippets[key]
            return type(known).objects.get(pk=known.pk)
        return Page.objects.get(pk=self._pages[key]).specific
