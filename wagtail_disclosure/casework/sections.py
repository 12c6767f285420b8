"""The seam by which the page of a case gains a section: letters, related cases and the like, each from its own module."""

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component

from . import moves, scope

_sections = []
_panels = []


class CasePage:
    """The page of one case for one reader: what its sections ask alike is asked once."""

    def __init__(self, case, request, standing):
        self.case, self.request, self.standing = case, request, standing

    @cached_property
    def sees_all(self):
        """Whether the reader may see the whole case, and not only what a task of their department is about."""
        return scope.may_see(self.request.user, self.case)

    @cached_property
    def offers(self):
        """Pairs ``(move, key)`` that the reader may take now; see ``moves.offers``."""
        return moves.offers(self.case, self.request.user, today=timezone.localdate())

    def address(self, action, key=""):
        """Where ``action`` has its form."""
        url = reverse(f"{self.case.admin_name}:action", args=[self.case.pk, action])
        return f"{url}?key={key}" if key else url

    def offered(self, action, key=""):
        """The address of ``action``, or nothing where it is not open to the reader now."""
        is_open = any((move.code, each) == (action, key) for move, each in self.offers)
        return self.address(action, key) if is_open else ""


class Section(Component):
    """One section of the page of a case, between its files and what happened.

    A concrete one sets ``template_name`` and ``order``; ``is_shown`` says whether it has anything for this case and reader.
    """

    order = 100
    # Whether people of another department that takes part in the case are shown it.
    opens_to_involved = False

    def __init__(self, page):
        self.page = page
        self.case, self.request, self.standing = page.case, page.request, page.standing

    def is_shown(self):
        return True

    def get_context_data(self, parent_context):
        return {"case": self.case, "request": self.request, "section": self}


def register(section_class):
    """Class decorator: show ``section_class`` on the page of every case that it has something for."""
    _sections.append(section_class)
    return section_class


def sections_of(page):
    """The sections that ``page`` shows, in order."""
    made = [each(page) for each in sorted(_sections, key=lambda each: each.order)]
    return [each for each in made if (page.sees_all or each.opens_to_involved) and each.is_shown()]


class ActionPanel(Component):
    """What stands above the form of one action: what it is about. Concrete ones are like a :class:`Section`."""

    order = 100

    def __init__(self, case, request, standing, action):
        self.case, self.request, self.standing, self.action = case, request, standing, action

    def is_shown(self):
        return True

    def get_context_data(self, parent_context):
        return {"case": self.case, "request": self.request, "panel": self}


def register_panel(panel_class):
    """Class decorator: show ``panel_class`` above the form of every action that it has something for."""
    _panels.append(panel_class)
    return panel_class


def panels_of(case, request, standing, action):
    """The panels above the form of ``action``, in order."""
    made = [each(case, request, standing, action) for each in sorted(_panels, key=lambda each: each.order)]
    return [each for each in made if each.is_shown()]
