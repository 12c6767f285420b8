"""Texts of the profile, days, lists, public forms and addresses in templates of casework."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from wagtail_disclosure.casework import words
from wagtail_disclosure.casework.following import addresses

from ..casework.written import written_day, written_time
from ..rules.labels import article_label, joined

register = template.Library()
# Where an index number or a document number may go on in the next line.
PARTS_OF_NUMBERS = re.compile(r"[^/〔[]*/|[〔[]?[^/〔[]+")
# What is longer would widen its column beyond the paper.
LONGEST_PART = 14


@register.simple_tag
def item_text(item, name):
    """The text ``name`` of an item of a vocabulary in the language of the page; empty when it has none."""
    return item.text(name) if item is not None else ""


@register.simple_tag
def case_text(case, name):
    """The sentence ``name`` about ``case`` in the words of its kind."""
    return words.of(case, name)


@register.simple_tag
def from_whom(case, row):
    """Who acted in an event of ``case``, or whose a file of it is: people of the office by name, others by their part."""
    return words.from_whom(case, row)


@register.filter
def in_parts(number):
    """An index number or document number for a narrow column: broken after its slash or before its year, nowhere else."""
    parts = PARTS_OF_NUMBERS.findall(number)
    if "".join(parts) != number or any(len(part) > LONGEST_PART for part in parts):
        return number
    spans = [format_html('<span class="disclosure-letter__part">{}</span>', part) for part in parts]
    return format_html_join(mark_safe("<wbr>"), "{}", ((span,) for span in spans))


register.filter("written_day", written_day)
register.filter("written_time", written_time)
register.filter("joined", joined)
register.filter("cited", article_label)


@register.simple_tag
def follow_address():
    """Where a case is followed with number and code; empty on a site that does not include our addresses."""
    return addresses.address() or ""


@register.simple_tag
def step_url(visit, name):
    """The address of the page ``name`` of the form that is being filled in."""
    return visit.url(name)


@register.filter
def template(kind, name):
    """``{% include kind|template:"includes/notes" %}``: a template of a kind of form, or the one of all forms."""
    return kind.template(name)
