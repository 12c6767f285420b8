"""Requests that are perhaps the same: of one applicant (Art. 36(6)), of several applicants (Art. 44), and how often
one applicant asks (Art. 35). Everything is looked for among the cases that the reader may see (P7): the disclosure
office compares those of its whole agency.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..publishing.exports import shown_time
from ..rules.replies import replies_to
from ..rules.similarity import ALIKE, similarity
from . import identity
from .listing import state_of

# So many cases of one applicant are compared, the newest first, and so many are shown.
MOST_COMPARED, MOST_SHOWN = 200, 20
# How far back demand of several applicants is looked for, and periods in which requests of one are counted.
DEMAND_DAYS = 365
PERIODS = (30, 365)
REPEAT = "repeat"
EARLIER = "earlier_request"
# What two applicants may have in common. A name alone says little: many people share it.
SAME = {
    "identity_index": _("identity number"),
    "phone_index": _("telephone"),
    "email_index": _("email"),
    "name_index": pgettext_lazy("disclosure", "name"),
}
WEAK = "name_index"


@dataclass(frozen=True)
class Candidate:
    """A case of perhaps the same applicant. ``same`` is what they have in common; ``alike`` from 0.0 to 1.0."""

    case: object
    same: tuple
    alike: float

    @property
    def percent(self):
        return round(self.alike * 100)

    @property
    def is_strong(self):
        """Whether more than the name is the same."""
        return any(name != WEAK for name in self.same)

    @property
    def labels(self):
        return [str(SAME[name]) for name in self.same]


def of_applicant(case, user):
    """``[Candidate]``: the other cases of the applicant that ``user`` may see, the most alike first."""
    person = case.applicant_person
    if person is None:
        return []
    indexes = identity.indexes_of(person)
    wanted = Q()
    for name, values in indexes.items():
        wanted |= Q(**{f"{_relation(case)}__{name}__in": values})
    if not wanted:
        return []
    others = type(case).objects.visible_to(user).filter(wanted).exclude(pk=case.pk)
    others = others.select_related(_relation(case), "department").order_by("-submitted_at", "-pk")
    found = [_candidate(case, other, indexes) for other in others[:MOST_COMPARED]]
    return sorted(found, key=lambda each: (-each.alike, not each.is_strong))


def _candidate(case, other, indexes):
    person = getattr(other, _relation(case))
    same = tuple(name for name, values in indexes.items() if getattr(person, name) in values)
    return Candidate(other, same, alike(case, other))


def alike(case, other):
    """How alike what two cases ask for is: by the numbers of the document, else by the words."""
    for name in case.identifying_fields:
        if getattr(case, name) and str(getattr(case, name)).strip() == str(getattr(other, name)).strip():
            return 1.0
    return similarity(_words(case), _words(other))


def _words(case):
    return " ".join(str(getattr(case, name) or "") for name in case.described_by)


def _relation(case):
    return case.person_relations[0]


def frequency(case, candidates, today=None):
    """``[(days, number)]``: how many requests came from the applicant up to the day of this one, itself included."""
    day = timezone.localdate(case.submitted_at) if today is None else today
    days = [timezone.localdate(each.case.submitted_at) for each in candidates if each.is_strong]
    return [
        (period, 1 + sum(day - datetime.timedelta(days=period) < each <= day for each in days))
        for period in PERIODS
    ]


def by_others(case, user, candidates):
    """Cases of other applicants that ask for the same by number or by title (Art. 44), newest first."""
    same = Q()
    for name in case.identifying_fields:
        if value := getattr(case, name):
            same |= Q(**{name: value})
    title = case.described_by[0]
    if getattr(case, title):
        same |= Q(**{f"{title}__iexact": getattr(case, title)})
    if not same:
        return []
    own = [case.pk, *(each.case.pk for each in candidates if each.is_strong)]
    since = case.submitted_at - datetime.timedelta(days=DEMAND_DAYS)
    found = type(case).objects.visible_to(user).filter(same, submitted_at__gte=since).exclude(pk__in=own)
    return list(found.order_by("-submitted_at", "-pk")[:MOST_SHOWN])


def is_alike(candidate):
    return candidate.alike >= ALIKE


# Marking


def named(case, number, user):
    """The other case with ``number``, however it was typed, that ``user`` may see; None for every other number."""
    cases = type(case).objects.visible_to(user).exclude(pk=case.pk)
    return cases.numbered(number).first()


def marked(standing):
    """The number of the case that this one was marked to repeat; empty where it is not."""
    event = standing.opened_by(REPEAT)
    return event.data.get("of", "") if event is not None else ""


def reply_to_repeats(standing):
    """The kind of reply that says so: the first that names the earlier request, or None."""
    replies = replies_to(standing.profile, standing.kind)
    return next((each for each in replies if EARLIER in each.fact("requires", ())), None)


def in_words(case, number, user):
    """The earlier request for the reply: its number, its day, where it stands. Of one the user may not see, the number."""
    earlier = named(case, number, user)
    if earlier is None:
        return number
    parts = [earlier.number, shown_time(earlier.received_on or timezone.localdate(earlier.submitted_at))]
    if earlier.closed_on:
        parts.append(shown_time(earlier.closed_on))
    return " · ".join([*parts, str(state_of(earlier))])
