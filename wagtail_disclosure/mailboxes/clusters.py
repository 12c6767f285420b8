"""Letters that belong together: the same text from many senders, or many letters of one sender.

A cluster hides nothing and loses nothing: every letter keeps its number, its clock and its reply. It shows officers that
what looks like many is one, and lets them choose all of it in the list.
"""

import datetime
from dataclasses import dataclass

from django.db.models import CharField, Count, Max, Min, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from ..casework.models import Submission
from .models import CitizenLetter

# So many letters are a cluster, and within so many days before the last.
FEWEST, DAYS = 5, 90
MOST_SHOWN = 100
TEXT, SENDER, EMAIL, PHONE = "text", "sender", "email", "phone"
LABELS = {
    TEXT: pgettext_lazy("mailbox", "the same text"),
    SENDER: pgettext_lazy("mailbox", "from one connection"),
    EMAIL: pgettext_lazy("mailbox", "from one email address"),
    PHONE: pgettext_lazy("mailbox", "from one telephone"),
}
INDEXES = {TEXT: "text_index", EMAIL: "correspondent__email_index", PHONE: "correspondent__phone_index"}


@dataclass(frozen=True)
class Cluster:
    """Letters with something in common. ``name`` is how the list of letters is asked for them."""

    kind: str
    key: str
    number: int
    open: int
    first: datetime.datetime
    last: datetime.datetime
    subject: str = ""

    @property
    def label(self):
        return LABELS[self.kind]

    @property
    def name(self):
        return f"{self.kind}:{self.key}"


def members(letters, name):
    """Those of ``letters`` that belong to the cluster with that name; none for a name that is none."""
    kind, _colon, key = str(name).partition(":")
    if not key:
        return letters.none()
    if kind == SENDER:
        return letters.filter(pk__in=_sent_by(key))
    return letters.filter(**{INDEXES[kind]: key}) if kind in INDEXES else letters.none()


def _sent_by(sender):
    """Keys of the letters from one connection, as long as that is known at all."""
    rows = Submission.objects.filter(sender=sender, case_model=CitizenLetter._meta.label_lower)
    return [int(key) for key in rows.values_list("case_key", flat=True) if key.isdigit()]


def of_all(user, now=None):
    """The clusters among the letters that ``user`` may see, the largest first."""
    since = (now or timezone.now()) - datetime.timedelta(days=DAYS)
    letters = CitizenLetter.objects.visible_to(user).filter(submitted_at__gte=since)
    found = [each for kind in INDEXES for each in _by_index(letters, kind)]
    found += _by_sender(letters)
    return sorted(found, key=lambda each: (-each.number, each.name))[:MOST_SHOWN]


def of_letter(letter, user):
    """The clusters that ``letter`` belongs to, among those that ``user`` may see."""
    days = datetime.timedelta(days=DAYS)
    around = (letter.submitted_at - days, letter.submitted_at + days)
    letters = CitizenLetter.objects.visible_to(user).filter(submitted_at__range=around)
    person = letter.applicant_person
    keys = {
        TEXT: letter.text_index,
        EMAIL: person.email_index if person is not None else "",
        PHONE: person.phone_index if person is not None else "",
        SENDER: _sender_of(letter),
    }
    made = (_cluster(members(letters, f"{kind}:{key}"), kind, key) for kind, key in keys.items() if key)
    return [each for each in made if each is not None]


def _sender_of(letter):
    rows = Submission.objects.filter(case_model=letter._meta.label_lower, case_key=str(letter.pk))
    return rows.values_list("sender", flat=True).first() or ""


def _measured():
    return {
        "number": Count("pk"),
        "open": Count("pk", filter=Q(closed_on=None)),
        "first": Min("submitted_at"),
        "last": Max("submitted_at"),
    }


def _by_index(letters, kind):
    index = INDEXES[kind]
    rows = letters.exclude(**{index: ""}).order_by().values(index).annotate(**_measured())
    for row in rows.filter(number__gte=FEWEST).order_by("-number")[:MOST_SHOWN]:
        key = row.pop(index)
        newest = letters.filter(**{index: key}).order_by("-pk").values_list("subject", flat=True).first()
        yield Cluster(kind=kind, key=key, subject=newest or "", **row)


def _by_sender(letters):
    # Of what came from one connection the user may see but a part: that part alone says who sent most.
    seen = letters.order_by().annotate(key=Cast("pk", CharField())).values("key")
    rows = Submission.objects.filter(case_model=CitizenLetter._meta.label_lower, case_key__in=seen)
    rows = (
        rows.exclude(sender="")
        .order_by()
        .values("sender")
        .annotate(number=Count("pk"))
        .filter(number__gte=FEWEST)
    )
    made = (
        _cluster(members(letters, f"{SENDER}:{row['sender']}"), SENDER, row["sender"])
        for row in rows.order_by("-number")[:MOST_SHOWN]
    )
    return [each for each in made if each is not None]


def _cluster(letters, kind, key):
    values = letters.order_by().aggregate(**_measured())
    if values["number"] < FEWEST:
        return None
    newest = letters.order_by("-pk").values_list("subject", flat=True).first()
    return Cluster(kind=kind, key=key, subject=newest or "", **values)
