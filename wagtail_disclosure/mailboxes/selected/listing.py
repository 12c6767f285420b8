"""What the list of selected letters of a mailbox shows: words, type, department and year, a page at a time."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.functions import ExtractYear

from ... import conf
from ...departments.models import Department
from ...rules.text import fold, search_terms
from .. import vocabularies
from ..models import SelectedLetterPage
from . import consent

LONGEST_QUERY = 100
NAMES = ("q", "type", "department", "year")
SEARCHED = ("title", "letter", "reply", "question", "answer")


@dataclass(frozen=True)
class Choice:
    """A value that the list can be limited to."""

    value: str
    label: str
    selected: bool


def letters_of(page):
    """The selected letters below the page of a mailbox, as far as the public may read them, the newest reply first."""
    below = SelectedLetterPage.objects.child_of(page)
    return consent.shown(below).order_by("-answered_on", "-pk")


class SelectedList:
    """The list as its address asks for it. What does not exist is no limit."""

    def __init__(self, page, given):
        self.page, self.every = page, letters_of(page)
        plain = "".join(char if char.isprintable() else " " for char in given.get("q", ""))
        self.query = plain.strip()[:LONGEST_QUERY]
        self.types = self._values("letter_type")
        self.departments = list(
            Department.objects.filter(pk__in=self.every.order_by().values("department")).order_by("code")
        )
        years = self.every.order_by().annotate(year=ExtractYear("answered_on")).values_list("year", flat=True)
        self.years = sorted(years.distinct(), reverse=True)
        self.type = self._one_of(given.get("type"), self.types)
        self.department = self._one_of(given.get("department"), [each.code for each in self.departments])
        self.year = self._one_of(given.get("year"), map(str, self.years))
        self.number = given.get("page", "1")

    def _values(self, name):
        return list(self.every.order_by(name).values_list(name, flat=True).distinct())

    @staticmethod
    def _one_of(value, known):
        return value if value in set(known) else ""

    @property
    def params(self):
        values = (self.query, self.type, self.department, self.year)
        return {name: value for name, value in zip(NAMES, values, strict=True) if value}

    def found(self):
        """The letters within the limits, as a queryset."""
        found = self.every
        for term in search_terms(self.query):
            found = found.filter(_anywhere(term))
        if self.type:
            found = found.filter(letter_type=self.type)
        if self.department:
            chosen = next(each for each in self.departments if each.code == self.department)
            found = found.filter(department=chosen.pk)
        return found.filter(answered_on__year=int(self.year)) if self.year else found

    def paginated(self):
        return Paginator(self.found(), conf.get("PAGE_SIZE")).get_page(self.number)

    def address(self, base, **more):
        query = urlencode({**self.params, **more})
        return f"{base}?{query}" if query else base

    def choices(self):
        """The choices of each limit, for the form."""
        return {
            "type": [Choice(code, vocabularies.label_of(code), code == self.type) for code in self.types],
            "department": [
                Choice(each.code, each.local_name(), each.code == self.department)
                for each in self.departments
            ],
            "year": [Choice(str(year), str(year), str(year) == self.year) for year in self.years],
        }


def _anywhere(term):
    """A condition: ``term`` stands in one of the texts, as it was typed or as search compares it."""
    found = Q()
    for way in {term, fold(term)}:
        for name in SEARCHED:
            found |= Q(**{f"{name}__icontains": way})
    return found
