"""The day by which an item has to be public, as data for screens and mails (Art. 26: 20 working days)."""

import datetime
from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.models import Locale

from ... import conf
from ...compat import PAGE_MODEL
from ...rules.clocks import proactive_deadline
from ...rules.profiles import PROACTIVE, get_profile
from ..evidence import is_translation, last_public_at
from ..models import Seal

# Gives the disclosure attributes that were determined: takes translation keys, returns ``{key: code}``.
HOOK = "disclosure_attributes_of"
# From so many working days before the due date on, it is shown as close.
CLOSE = 5
# Working days are counted one by one: what lies further away than this is not counted.
FAR = datetime.timedelta(days=400)


# Fields from whose day the limit counts, the first that is filled in: the day of formation, else the date signed.
BASES = ("formed_on", "date_signed")
# The levels of a :class:`Due`, the most urgent first.
LATE, SOON, AHEAD, UNSTATED = "late", "soon", "ahead", "unstated"
LABELS = {
    LATE: gettext_lazy("overdue"),
    SOON: gettext_lazy("due soon"),
    AHEAD: gettext_lazy("in time"),
    UNSTATED: gettext_lazy("no day stated"),
}


@dataclass(frozen=True)
class Due:
    """A due date as a reader sees it. ``level`` is one of :data:`LABELS`, never told by colour alone.

    ``basis`` is the field whose day it counts from; where none is filled in, it is empty, and so is ``on``.
    """

    on: datetime.date | None
    days_left: int | None
    level: str
    provisional: bool
    article: str
    basis: str

    def __str__(self):
        return self.sentence

    @property
    def sentence(self):
        """The state of the deadline in words."""
        if self.level == UNSTATED:
            return _("The day of formation is not stated, so the time limit is not known.")
        return " ".join(filter(None, [self._when, self.note]))

    @property
    def _when(self):
        if self.level == LATE:
            return self._late
        if self.days_left == 0:
            return _("Due today")
        return ngettext(
            "%(count)d working day left, due on %(date)s",
            "%(count)d working days left, due on %(date)s",
            self.days_left,
        ) % {"count": self.days_left, "date": self.date}

    @property
    def _late(self):
        # On the rest days after the due date no working day has passed yet; years late are not counted.
        if not self.days_left:
            return _("Overdue since %(date)s") % {"date": self.date}
        return ngettext(
            "Overdue since %(date)s, %(count)d working day late",
            "Overdue since %(date)s, %(count)d working days late",
            -self.days_left,
        ) % {"count": -self.days_left, "date": self.date}

    @property
    def note(self):
        """From which day it counts, where that is not the day of formation."""
        return _("(counted from the date signed)") if self.basis == "date_signed" else ""

    @property
    def in_full(self):
        """The sentence, and a second one where the day may still move."""
        warning = _("Provisional: the holidays of that year have not been announced.")
        return f"{self.sentence} {warning}" if self.provisional else self.sentence

    @property
    def date(self):
        return date_format(self.on, "DATE_FORMAT") if self.on else ""

    @property
    def label(self):
        """One or two words for a status tag."""
        return LABELS[self.level]


def due_from(formed_on, date_signed=None, today=None):
    """The :class:`Due` of something formed or changed on the first day, or signed on the second.

    Both are dates or their ISO texts. None without a limit in law.
    """
    today = today or timezone.localdate()
    day, basis = _start(formed_on, date_signed)
    if day is not None and day - today > FAR:
        # A slip of the pen: the checks of the header ask for another day.
        day, basis = None, ""
    profile = get_profile(conf.get("JURISDICTION"))
    deadline = proactive_deadline(day or today, profile.calendar(), profile.ruleset_on(day or today))
    if deadline is None:
        return None
    article = deadline.term.article
    if day is None:
        return Due(None, None, UNSTATED, False, article, "")
    left = deadline.days_left(today) if today - deadline.due <= FAR else None
    level = LATE if deadline.is_overdue(today) else SOON if left <= CLOSE else AHEAD
    return Due(deadline.due, left, level, deadline.provisional, article, basis)


def _start(*days):
    for basis, day in zip(BASES, days, strict=True):
        if day:
            return datetime.date.fromisoformat(day) if isinstance(day, str) else day, basis
    return None, ""


def due_of(item, today=None):
    """The :class:`Due` of ``item``; None where no time limit runs.

    None runs for what is not to be disclosed proactively, has no such days or is a translation, and for what was
    formed or changed on a day since which the item has been public.
    """
    determination = getattr(item, "determination", None)
    if not hasattr(item, "formed_on") or (determination is not None and determination.attribute != PROACTIVE):
        return None
    days = item.formed_on, getattr(item, "date_signed", None)
    if is_translation(item) or _is_kept(days, last_public_at(item)):
        return None
    return due_from(*days, today)


def _is_kept(days, public_at):
    """Whether the limit that counts from one of ``days`` was kept or ended by the publication at ``public_at``."""
    if public_at is None:
        return False
    day, _basis = _start(*days)
    return day is None or day <= timezone.localdate(public_at)


def due_by_content(contents, today=None):
    """The :class:`Due` of each of several drafts, given and answered by key as serialised content."""
    wanted = {content.get("translation_key") for content in contents.values()} - {None}
    attributes = {}
    for attributes_of in hooks.get_hooks(HOOK):
        attributes |= {str(key): attribute for key, attribute in attributes_of(wanted).items()}
    original, public = Locale.get_default().pk, _public_at(content.get("pk") for content in contents.values())
    found = {}
    for key, content in contents.items():
        if content.get("locale", original) != original or "formed_on" not in content:
            continue
        if attributes.get(content.get("translation_key"), PROACTIVE) != PROACTIVE:
            continue
        days = content["formed_on"], content.get("date_signed")
        if not _is_kept(days, public.get(str(content.get("pk")))):
            found[key] = due_from(*days, today)
    return found


def _public_at(keys):
    """When each of the pages ``keys`` was made public last, of those that were."""
    pages = ContentType.objects.get_for_model(apps.get_model(PAGE_MODEL))
    seals = Seal.objects.filter(
        content_type=pages, object_id__in=[str(key) for key in keys], opened_at__isnull=False
    )
    return dict(seals.order_by().values_list("object_id").annotate(Max("opened_at")))


def starts_of(level, today=None):
    """The days from which a limit counted stands at ``level`` today, as ``(first, last)``; both belong to it.

    For queries: a due date is never stored. None stands for an open end; a level that no day has gives None.
    """
    today = today or timezone.localdate()
    profile = get_profile(conf.get("JURISDICTION"))
    first_law = profile.rulesets[0].valid_from if profile.rulesets else today
    found, day = [], today
    while day >= first_law and today - day <= FAR:
        due = due_from(day, today=today)
        if due is None or due.level == LATE:
            break
        found.append((due.level, day))
        day -= datetime.timedelta(days=1)
    days = [each for name, each in found if name == level]
    if level == LATE:
        return (first_law, day)
    if not days:
        return None
    return (min(days), None if level == AHEAD else max(days))
