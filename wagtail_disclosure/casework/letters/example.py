"""A text of a letter as it looks for an example: nobody's case, with the places of the agency."""

import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html

from ...rules.remedies import remedies_text, remedy_on
from ...rules.transition_data import get_table
from ..standing import profile
from . import numbering, remedies, texts
from .placeholders import KNOWN
from .rendering import TEMPLATE, fill
from .values import Value, lines, shown_day


def example(agency, kind, language, body=None):
    """The letter as HTML. ``body`` is a text that is not saved yet."""
    body = body if body is not None else texts.text_for(agency, kind, language)
    today, look = timezone.localdate(), texts.layout(language)
    values = _values(agency, kind, language, today)
    named = texts.kind_of(kind).fact("numbered")
    part = {
        "language": language,
        "heading": agency.local_name(language),
        "title": texts.title_of(kind, language),
        "number": numbering.number_of(agency, today.year, 12) if named else "",
        "salutation": look["salutation"].format(recipient=values["recipient"].text)
        if texts.has(kind, "salutation")
        else "",
        "body": fill(body, values),
        "signed": texts.has(kind, "signature"),
        "day": shown_day(today, language),
        "contact": "",
    }
    return render_to_string(TEMPLATE, {"parts": [part], "draft": ""})


def _values(agency, kind, language, today):
    """What is known of the agency and the law; for all else, what it would be, in brackets."""
    look = texts.layout(language)
    later = shown_day(today + datetime.timedelta(days=30), language)
    known = {
        "agency": agency.local_name(language),
        "law": texts.name_of_law(language),
        "issued_on": shown_day(today, language),
        "received_on": shown_day(today, language),
        "submitted_on": shown_day(today, language),
        "due": later,
        "until": later,
        "days": "20",
        "you": look["you"]["unknown"],
        "number": "SQ2026-01-00012",
        "request": _kind_of_case(kind).text("in_letters", language),
    }
    found = {name: Value(known.get(name) or f"[{what}]") for name, what in KNOWN.items()}
    found["remedies"] = _remedies(agency, kind, language, today)
    return found


def _kind_of_case(kind):
    """The kind of case whose letters those of ``kind`` are; the first of the jurisdiction where several have them."""
    kinds = list(profile().case_kinds)
    tables = [get_table(profile().code, each.fact("table")) for each in kinds]
    return next(
        (
            each
            for each, table in zip(kinds, tables, strict=True)
            if any(kind in action.letters for action in table.actions.values())
        ),
        kinds[0],
    )


def _remedies(agency, kind, language, today):
    item = texts.kind_of(kind)
    reply = next((each for each in texts.replies() if each.fact("letter") == kind), None)
    code = item.fact("remedy") or (reply.fact("remedies") if reply is not None else "")
    if not item.fact("remedies") or not code:
        return Value()
    places = {name: f"[{label}]" for name, label in remedies.PLACES.items()}
    places.update(agency.remedy_places(language))
    text = remedies_text(remedy_on(profile(), code, today), places, language)
    return Value(text, format_html("<p>{}</p>", lines(text)))
