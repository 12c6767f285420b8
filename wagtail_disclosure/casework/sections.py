"""The seam by which the page of a case gains a section: letters, related cases and the like, each from its own module."""

from wagtail.admin.ui.components import Component

from . import scope

_sections = []
_panels = []


class Section(Component):
    """One section of the page of a case, between its files and what happened.

    A concrete one sets ``template_name`` and ``order``; ``is_shown`` says whether it has anything for this case and reader.
    """

    order = 100
    # Whether people of another department that takes part in the case are shown it.
    opens_to_involved = False

    def __init__(self, case, request, standing):
        self.case, self.request, self.standing = case, request, standing
        # Whether the reader may see the whole case, and not only what a task of their department is about.
        self.sees_all = scope.may_see(request.user, case)

    def is_shown(self):
        return True

    def get_context_data(self, parent_context):
        return {"case": self.case, "request": self.request, "section": self}


def register(section_class):
    """Class decorator: show ``section_class`` on the page of every case that it has something for."""
    _sections.append(section_class)
    return section_class


def sections_of(case, request, standing):
    """The sections that the page of ``case`` shows, in order."""
    made = [each(case, request, standing) for each in sorted(_sections, key=lambda each: each.order)]
    return [each for each in made if (each.sees_all or each.opens_to_involved) and each.is_shown()]


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
