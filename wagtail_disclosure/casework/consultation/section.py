"""Sections of the page of a case: who is consulted and what became of it; and notifications that reached nobody."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...rules.labels import article_label
from .. import identity, mails, sections, timeline
from ..encryption import PersonalField
from ..standing import as_date
from ..written import written_day
from . import links
from .admin import may_send
from .enquiry import Enquiry


@sections.register
class ConsultationSection(sections.Section):
    """Each party with its days, its opinion, its link, and what may be done about it."""

    template_name = "wagtail_disclosure/casework/consultation/section.html"
    order = 30

    def is_shown(self):
        return bool(self.case.consulted())

    def get_context_data(self, parent_context):
        parties = [self._party(party) for party in self.case.consulted()]
        return {**super().get_context_data(parent_context), "parties": parties}

    def _party(self, party):
        party.case = self.case
        enquiry = Enquiry(party, self.standing)
        return {
            "title": enquiry.title,
            "rows": self._who(party, enquiry),
            "enquiry": enquiry,
            "text": enquiry.text,
            "due": enquiry.due,
            "is_over": enquiry.due is not None and enquiry.is_open and timezone.localdate() > enquiry.due,
            "silence": enquiry.kind.text("silence") if enquiry.kind is not None else "",
            "citation": article_label(enquiry.kind.article) if enquiry.kind else "",
            "opinions": [self._opinion(enquiry, event) for event in enquiry.answers],
            "link": self._link(party, enquiry),
            "actions": self._actions(enquiry),
        }

    def _who(self, party, enquiry):
        """Masked; agencies are no persons, so theirs is shown as it is."""
        rows = []
        for field in party._meta.concrete_fields:
            if isinstance(field, PersonalField) and (value := getattr(party, field.name)):
                rows.append((field.verbose_name, str(value)))
        if enquiry.kind is not None and enquiry.kind.fact("agency") and party.name:
            rows[0] = (rows[0][0], identity.own_text(party.name))
        return rows

    def _opinion(self, enquiry, event):
        opinions = self.standing.opinions
        code = event.data.get("opinion")
        return {
            "label": opinions.label_of(code, code or ""),
            "on": as_date(event.data.get("on")),
            "is_late": event.type == enquiry.kind.fact("late"),
            "reasons": event.texts.get("opinion_reasons", ""),
        }

    def _link(self, party, enquiry):
        if not enquiry.may_answer_itself:
            return None
        if not party.email:
            return {"text": _("No email address: send the letter by post, and record when it was received.")}
        current = links.is_valid(party) and (enquiry.awaits or enquiry.told is not None)
        if party.mailed_at is None or not party.token_hash:
            text = _("The link was not sent: nobody has told the party yet.")
        elif current:
            text = _("The link was sent; it works until %(day)s.") % {
                "day": written_day(party.token_valid_until - datetime.timedelta(minutes=1))
            }
        else:
            text = _("The link does not work any more.")
        return {
            "text": text,
            "sent": party.mailed_at,
            "opened": party.opened_at,
            "url": self._link_url(party),
        }

    def _link_url(self, party):
        if not may_send(self.request.user, party):
            return ""
        return reverse(f"{self.case.admin_name}:party_link", args=[self.case.pk, party.pk])

    def _actions(self, enquiry):
        """What may be done about this party now."""
        key, found = enquiry.party.key, []
        about = {
            action.code for name in ("deliver", "answer") if (action := enquiry.action(name)) is not None
        }
        about |= {
            action.code
            for action in self.standing.table.actions.values()
            if enquiry.party.kind in action.closes
        }
        tell = enquiry.action("tell")
        for move, offered in self.page.offers:
            if move.code in about and offered == key:
                found.append({"label": move.label(), "url": self.page.address(move.code, key)})
            elif tell is not None and move.code == tell.code and key in self.standing.refusing():
                found.append({"label": move.label(), "url": self.page.address(move.code)})
        return found


@sections.register
class UnsentSection(sections.Section):
    """Notifications that reached nobody, so that nobody relies on them."""

    template_name = "wagtail_disclosure/casework/unsent_section.html"
    order = 10

    def is_shown(self):
        return bool(self._events())

    def _events(self):
        return mails.unsent(self.standing)

    def get_context_data(self, parent_context):
        rows = [timeline.unsent_row(self.standing, each) for each in self._events()[:10]]
        return {**super().get_context_data(parent_context), "rows": rows}
