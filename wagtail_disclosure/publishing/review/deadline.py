"""The day by which an item has to be public, as data for screens and mails (Art. 26: 20 working days)."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from ... import conf
from ...rules.clocks import proactive_deadline
from ...rules.profiles import PROACTIVE, get_profile

# Gives the disclosure attributes that were determined: takes translation keys, returns ``{key: code}``.
HOOK = "disclosure_attributes_of"
# From so many working days before the due date on, it is shown as close.
CLOSE = 5


@dataclass(frozen=True)
class Due:
    """A due date as a reader sees it: ``level`` is ``late``, ``soon`` or ``ahead``, never told by colour alone."""

    on: datetime.date
    days_left: int
    level: str
    provisional: bool
    article: str

    def __str__(self):
        return self.sentence

    @property
    def sentence(self):
        """The state of the deadline in words."""
        if self.level == "late":
            return _("Overdue since %(date)s") % {"date": date_format(self.on, "DATE_FORMAT")}
        if self.days_left == 0:
            return _("Due today")
        return ngettext(
            "%(count)d working day left, due on %(date)s",
            "%(count)d working days left, due on %(date)s",
            self.days_left,
        ) % {"count": self.days_left, "date": date_format(self.on, "DATE_FORMAT")}

    @property
    def label(self):
        """One or two words for a status tag."""
        return {"late": _("overdue"), "soon": _("due soon"), "ahead": _("in time")}[self.level]


def due_from(formed_on, today=None):
    """The :class:`Due` of something formed or changed on that day; None without a day or a limit in law."""
    if formed_on is None:
        return None
    if isinstance(formed_on, str):
        formed_on = datetime.date.fromisoformat(formed_on)
    today = today or timezone.localdate()
    profile = get_profile(conf.get("JURISDICTION"))
    deadline = proactive_deadline(formed_on, profile.calendar(), profile.ruleset_on(formed_on))
    if deadline is None:
        return None
    left = deadline.days_left(today)
    level = "late" if deadline.is_overdue(today) else "soon" if left <= CLOSE else "ahead"
    return Due(deadline.due, left, level, deadline.provisional, deadline.term.article)


def due_of(item, today=None):
    """The :class:`Due` of ``item``; None when it is not to be disclosed proactively or has no such day."""
    determination = getattr(item, "determination", None)
    if determination is not None and determination.attribute != PROACTIVE:
        return None
    return due_from(getattr(item, "formed_on", None), today)


def due_by_content(contents, today=None):
    """The :class:`Due` of each of several drafts, given and answered by key as serialised content."""
    wanted = {content.get("translation_key") for content in contents.values()} - {None}
    attributes = {}
    for attributes_of in hooks.get_hooks(HOOK):
        attributes |= {str(key): attribute for key, attribute in attributes_of(wanted).items()}
    return {
        key: due_from(content.get("formed_on"), today)
        for key, content in contents.items()
        if attributes.get(content.get("translation_key"), PROACTIVE) == PROACTIVE
    }
