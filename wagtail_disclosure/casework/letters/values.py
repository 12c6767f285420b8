"""What the placeholders of a letter stand for: read from the case, the event, the decision and the profile."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import override

from ...rules.errors import RuleError
from ...rules.fees import FeeSchedule
from ...rules.labels import citation, text_in
from ...rules.replies import replies_to
from .. import identity
from ..standing import DECISION, as_date, part_of
from . import remedies, texts

APPLICANT, FILE = "applicant", "file"
# Details of events that hold the name of a recipient.
NAMED_IN = {"third_party": "third_party", "co_maker": "agency", "other_agency": "agency"}
# Texts of events, and of decisions, under the name of their placeholder.
OF_EVENT = ("items", "questions", "reason")
OF_DECISION = (
    *("reasons", "where_published", "search_record", "right_agency", "earlier_request", "special_procedure"),
    *("right_channel", "public_interest", "cost_estimate", "third_party", "reply_text"),
)


@dataclass(frozen=True)
class Value:
    """``text`` within a sentence; ``block`` where the placeholder is a paragraph of its own."""

    text: str = ""
    block: str = ""

    def __bool__(self):
        return bool(self.text.strip())

    def inline(self):
        return lines(self.text)

    def alone(self):
        """As a paragraph of its own, or several."""
        return self.block or _each("<p>{}</p>", [each for each in self.text.splitlines() if each.strip()])


def lines(text):
    """Escaped, with the line breaks that it has."""
    found = [conditional_escape(each) for each in text.strip().splitlines()]
    return mark_safe("<br>".join(found))


def listed(found, separator):
    """Several things: a list, or one after the other."""
    found = [each for each in found if each]
    return Value(separator.join(found), format_html("<ol>{}</ol>", _each("<li>{}</li>", found)))


def _each(markup, found):
    return format_html_join("", markup, ((each,) for each in found))


class Source:
    """A case and the event that the letter belongs to; without an event, the decision as it is drafted.

    ``day`` is that of the letter. ``masked`` shows names as screens do.
    """

    def __init__(self, standing, kind, *, day, event=None, number="", masked=False):
        self.standing, self.case, self.profile = standing, standing.case, standing.profile
        self.kind, self.event, self.day, self.number = texts.kind_of(kind), event, day, number
        self.masked = masked

    @property
    def recipient(self):
        return self.kind.fact("recipient")

    @cached_property
    def chain(self):
        """The event, and those that opened what it ends: an extension that is notified was proposed before."""
        found, event = [], self.event
        while event is not None and event not in found:
            found.append(event)
            action = self.standing.table.actions.get(event.type)
            event = self.standing.opener(action, event.data.get("key", "")) if action is not None else None
        return found

    @property
    def key(self):
        return self.event.data.get("key", "") if self.event is not None else ""

    def detail(self, name):
        for each in self.chain:
            if each.texts.get(name):
                return str(each.texts[name])
        return ""

    def fact(self, name):
        return next((each.data[name] for each in self.chain if each.data.get(name)), None)

    @cached_property
    def reply(self):
        """The reply that the letter gives, or None."""
        replies = replies_to(self.profile, self.standing.kind)
        said = self.event.data.get("reply") if self.event is not None else ""
        found = replies.find(said or self.standing.decision[0])
        return found if found is not None and (said or found.fact("letter") == self.kind.code) else None

    @cached_property
    def given(self):
        """What the decision states, where the letter gives it."""
        given = dict(self.standing.decision[1]) if self.reply is not None else {}
        action = self.standing.table.actions.get(self.event.type) if self.event is not None else None
        if action is not None and DECISION in action.fields:
            given.update(self.event.texts)
        return given

    @property
    def person(self):
        return self.case.applicant_person

    def applicant_name(self):
        if self.person is None:
            return ""
        return str(self.person.name) if self.masked else identity.own_text(self.person.name)

    def recipient_name(self):
        """Whom the letter is for; empty for one that stays in the file."""
        if self.recipient == APPLICANT:
            return self.applicant_name()
        if self.recipient == FILE:
            return ""
        if (party := self._party()) is not None:
            return str(party.name) if self.masked else identity.own_text(party.name)
        return self.detail(NAMED_IN.get(self.recipient, self.recipient))

    def _party(self):
        """The row of whoever is consulted, where the case keeps such rows."""
        parties = getattr(self.case, "parties", None)
        return parties.filter(kind=self.recipient, key=self.key).first() if parties is not None else None

    def to_applicant_or_file(self):
        return self.recipient in (APPLICANT, FILE)


def values_of(source, language):
    """Every placeholder as a :class:`Value` in ``language``; those that do not apply are empty."""
    with override(language):
        made = {
            **_of_case(source, language),
            **_of_event(source, language),
            **_of_decision(source, language),
            "remedies": _remedies(source, language),
        }
    return {name: each if isinstance(each, Value) else Value(str(each or "")) for name, each in made.items()}


def shown_day(day, language):
    with override(language):
        return format_date(day, texts.layout(language)["date"]) if day else ""


def agency_name(case, language):
    return case.agency.local_name(language)


def contact_of(case):
    department = case.department
    pairs = [
        next((text for text in (getattr(each, name, "") for each in (department, case.agency)) if text), "")
        for name in ("address", "phone", "email")
    ]
    return [each for each in pairs if each]


def _of_case(source, language):
    case, look = source.case, texts.layout(language)
    own = source.to_applicant_or_file()
    channels = source.standing.channels
    return {
        "agency": agency_name(case, language),
        "applicant": source.applicant_name() if own else "",
        "channel": channels.get(case.channel).label(language) if case.channel in channels else "",
        "contact": look["item"].join(contact_of(case)),
        "delivery_forms": _labels(source, "provision_forms", "delivery_forms", language),
        "delivery_routes": _labels(source, "provision_routes", "delivery_routes", language),
        "department": case.department.local_name(language) if case.department is not None else "",
        "description": getattr(case, "description", "") if own else "",
        "document_number": getattr(case, "document_number", ""),
        "due": shown_day(case.due_on, language),
        "issued_on": shown_day(source.day, language),
        "law": texts.name_of_law(language),
        "letter_number": source.number,
        "number": case.number,
        "received_on": shown_day(case.received_on, language),
        "recipient": source.recipient_name(),
        "request": source.standing.kind.text("in_letters", language),
        "subject": getattr(case, "subject", ""),
        "submitted_on": shown_day(timezone.localdate(case.submitted_at), language),
        "you": look["you"][_address(source)],
    }


def _address(source):
    person = source.person
    if source.recipient != APPLICANT or person is None or person.kind not in source.profile.applicant_kinds:
        return "unknown"
    return (
        "organisation" if source.profile.applicant_kinds.get(person.kind).fact("organisation") else "person"
    )


def _labels(source, vocabulary, field, language):
    known = getattr(source.profile, vocabulary)
    codes = getattr(source.case, field, None) or ()
    return texts.layout(language)["item"].join(
        known.get(code).label(language) for code in codes if code in known
    )


def _of_event(source, language):
    profile = source.profile
    basis = source.reply if source.reply is not None and source.reply.article else source.kind
    triggers = [profile.supplement_triggers.get(code) for code in source.fact("triggers") or ()]
    results = source.profile.review_results
    result = source.fact("review_result")
    found = {name: source.detail(name) for name in OF_EVENT}
    notes = [each.note(language) or each.label(language) for each in triggers]
    amount = source.fact("amount")
    return {
        **found,
        "amount": texts.layout(language)["amount"].format(amount=amount) if amount else "",
        "article": citation(texts.law_of(basis), basis.article, language) if basis.article else "",
        "days": source.fact("days"),
        "fee": fee_value(source, language),
        "other_agency": source.detail("agency"),
        "reply": source.reply.label(language) if source.reply is not None else "",
        "result": results.get(result).label(language) if result and result in results else "",
        "triggers": listed(notes, texts.layout(language)["item"]),
        "until": shown_day(_until(source), language),
    }


def _until(source):
    """The day that was set, or to which the term of an enquiry runs."""
    if (day := as_date(source.fact("until"))) is not None or source.event is None:
        return day
    deadline = source.standing.deadline()
    limits = deadline.limits if deadline is not None else ()
    open_ones = [
        each for each in limits if each.key == source.key and not each.met_on and "." not in each.code
    ]
    return open_ones[-1].due if open_ones else None


def fee_of(source):
    """``(FeeMethod, Fee)`` of what the event charges, or None."""
    code, units = source.fact("fee_method"), source.fact("units")
    schedule: FeeSchedule | None = source.profile.fee_schedule_on(source.day)
    if not code or not units or schedule is None:
        return None
    try:
        method = schedule.method(code)
        return method, method.fee(units, source.fact("fee_before") or 0)
    except (KeyError, RuleError):
        return None


def fee_value(source, language):
    """The fee with a row for each tier."""
    found = fee_of(source)
    if found is None:
        return Value()
    method, fee = found
    rows, total = fee_rows(method, fee, language)
    block = format_html(
        "<p>{}</p><ol>{}</ol><p>{}</p>", method.label(language), _each("<li>{}</li>", rows), total
    )
    return Value(total, block)


def fee_rows(method, fee, language):
    """A line for each tier of a fee, and its total."""
    look, unit = texts.layout(language), text_in(method.units, language)
    rows = [
        look["fee_line"].format(
            first=each.first,
            last=each.last,
            unit=unit,
            units=each.units,
            price=each.price,
            amount=each.amount,
        )
        for each in fee.lines
    ]
    return rows, look["fee_total"].format(amount=fee.amount)


def _of_decision(source, language):
    given, look = source.given, texts.layout(language)
    found = {name: str(given.get(name) or "") for name in OF_DECISION}
    ground = _ground(source, given.get("ground"))
    names = {str(each.key): each.name for each in source.case.attachments.all()}
    files = [names[key] for key in map(str, given.get("files") or ()) if key in names]
    return {
        **found,
        "files": listed(files, look["item"]),
        "ground": ground.label(language) if ground is not None else "",
        "ground_article": citation(texts.law_of(ground), ground.article, language) if ground else "",
        "grounds": listed(_parts_withheld(source, given, language), look["item"]),
    }


def _parts_withheld(source, given, language):
    """Each ground with its provision, and what is withheld on it where that is said."""
    look, found = texts.layout(language), []
    for code in given.get("grounds_per_part") or ():
        if (ground := _ground(source, code)) is not None:
            cited = citation(texts.law_of(ground), ground.article, language)
            text = look["citation"].format(label=ground.label(language), citation=cited)
            part = str(given.get(part_of(code)) or "").strip()
            found.append(look["part"].format(part=part, ground=text) if part else text)
    return found


def _ground(source, code):
    return next((each for each in source.profile.grounds("withheld") if each.code == code), None)


def _remedies(source, language):
    text = remedies.text_for(source, language)
    return Value(text, _each("<p>{}</p>", text.splitlines())) if text else Value()
