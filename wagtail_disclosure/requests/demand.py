"""What several applicants ask for, or an officer proposes: suggestions to publish (Art. 44).

Groups are computed from the cases that the reader may see (P7). A label is a number, the title of a public list, or
the number of a case: never the words of an applicant.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..catalogue.models import FiledItem
from ..departments.models import Department
from ..publishing.ledger import display_name
from ..rules.labels import joined
from ..rules.text import bare
from .models import DisclosureRequest, DismissedSuggestion, RequestEvent
from .publication import ACTION, ENTRY

# So far back requests are counted, and so many applicants make a demand.
DAYS = 730
APPLICANTS = 2
PROPOSED = "case"


@dataclass
class Suggestion:
    """One thing that is asked for. ``key`` names it within the department."""

    department_id: int | None
    key: str
    label: str = ""
    cases: set = field(default_factory=set)
    applicants: set = field(default_factory=set)
    proposed: bool = False
    drafted: bool = False
    department: object = None

    @property
    def number(self):
        return len(self.cases)

    @property
    def people(self):
        return len(self.applicants)

    @property
    def identifier(self):
        return f"{self.department_id or 0}/{self.key}"


def suggestions(user, today=None):
    """``[Suggestion]`` for ``user``: what at least two applicants asked for or an officer proposed, and nobody has
    drafted or dismissed since; the most wanted first.
    """
    since = (today or timezone.localdate()) - datetime.timedelta(days=DAYS)
    visible = DisclosureRequest.objects.visible_to(user)
    groups = _demanded(visible.filter(received_on__gte=since))
    _add_proposed(groups, visible)
    found = [
        each for each in groups.values() if not each.drafted and (each.proposed or each.people >= APPLICANTS)
    ]
    found = _without_dismissed(found)
    departments = Department.objects.in_bulk({each.department_id for each in found} - {None})
    for each in found:
        each.department = departments.get(each.department_id)
    return sorted(found, key=lambda each: (-each.people, -each.number, each.key))


def _demanded(cases):
    groups = {}
    fields = ("pk", "department_id", "index_number", "document_number", "filed_item_id")
    person = [f"applicant__{name}" for name in ("identity_index", "phone_index", "email_index", "name_index")]
    rows = list(cases.values_list(*fields, *person))
    titles = dict(
        FiledItem.objects.filter(pk__in={row[4] for row in rows if row[4]}).values_list("pk", "title")
    )
    for pk, department, index_number, document_number, item, *indexes in rows:
        wanted = [(f"item:{item}", titles[item])] if item in titles else []
        wanted += [
            (f"{kind}:{bare(number)}"[:160], number)
            for kind, number in (("index", index_number), ("document", document_number))
            if bare(number)
        ]
        for key, label in wanted:
            group = groups.setdefault((department, key), Suggestion(department, key, label))
            group.cases.add(pk)
            group.applicants.add(next((each for each in indexes if each), f"case {pk}"))
    return groups


def _add_proposed(groups, cases):
    events = RequestEvent.objects.filter(type=ACTION, case__in=cases).select_related("case").order_by("pk")
    by_case = defaultdict(list)
    for group in list(groups.values()):
        for pk in group.cases:
            by_case[pk].append(group)
    for event in events:
        drafted = bool(event.data.get(ENTRY))
        for group in by_case[event.case_id]:
            group.proposed, group.drafted = True, group.drafted or drafted
        if not by_case[event.case_id]:
            case = event.case
            group = groups.setdefault(
                (case.department_id, f"{PROPOSED}:{case.number}"),
                Suggestion(case.department_id, f"{PROPOSED}:{case.number}", case.number, {case.pk}),
            )
            group.proposed, group.drafted = True, group.drafted or drafted


def _without_dismissed(found):
    rows = DismissedSuggestion.objects.filter(key__in={each.key for each in found}).order_by("at", "pk")
    known = {(each.department_id, each.key): each.number for each in rows}
    return [each for each in found if each.number > known.get((each.department_id, each.key), -1)]


@transaction.atomic
def dismiss(suggestion, user, reason):
    """Take ``suggestion`` off the list until somebody else asks for it."""
    return DismissedSuggestion.objects.create(
        department_id=suggestion.department_id,
        key=suggestion.key,
        number=suggestion.number,
        reason=reason,
        user=user,
        user_name=display_name(user),
        at=timezone.now(),
    )


def find(user, identifier):
    """The suggestion of that identifier as ``user`` has it on the list, or None."""
    return next((each for each in suggestions(user) if each.identifier == identifier), None)


def why(suggestion):
    """In words: why it is suggested."""
    parts = []
    if suggestion.people >= APPLICANTS:
        parts.append(_("asked for by several applicants"))
    if suggestion.proposed:
        parts.append(_("proposed by an officer"))
    return joined(parts)
