"""What the header of a disclosed item must be: dates, keywords, categories, validity, size, address."""

import re
import uuid

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from .. import conf
from ..publishing.review.findings import HOOK as FINDINGS_HOOK
from ..publishing.review.findings import Finding
from ..rules.characters import check_line
from ..rules.errors import RuleError
from ..rules.secrecy_marks import find_secrecy_mark
from .models.schemes import CategoryScheme

# Between Chinese words a space separates as well; in other scripts it is part of a keyword.
KEYWORD_SEPARATORS = re.compile(r"[;；,，、|\t\n　]+|(?<=[一-鿿])\s+(?=[一-鿿])")
CHINESE = re.compile("[一-鿿]")
# Field of the header -> kind of scheme.
AXES = {
    "category": CategoryScheme.Kind.AGENCY,
    "statutory_head": CategoryScheme.Kind.STATUTORY,
    "topic": CategoryScheme.Kind.TOPIC,
    "genre": CategoryScheme.Kind.GENRE,
    "reporting_class": CategoryScheme.Kind.REPORTING,
}


def split_keywords(text):
    """The keywords in ``text``, whatever separates them, without repetitions."""
    words = (" ".join(word.split()) for word in KEYWORD_SEPARATORS.split(text or ""))
    return list(dict.fromkeys(word for word in words if word))


def normal_keywords(text):
    """``text`` with one separator: the one of Chinese text where a keyword is in Chinese."""
    words = split_keywords(text)
    return ("；" if any(map(CHINESE.search, words)) else "; ").join(words)


def make_slug(day, translation_key):
    """A short address: the day and a piece of the document's own key, so that namesakes need no look-up."""
    return f"{day:%Y%m%d}-{uuid.UUID(str(translation_key)).hex[:8]}"


def problems_of(page):
    """What is wrong with the header of ``page``, as ``{field: message}``."""
    problems = {}
    for check in (_check_summary, _check_dates, _check_axes, _check_validity, _check_texts):
        for field, message in check(page):
            problems.setdefault(field, message)
    return problems


def _check_summary(page):
    limit = conf.get("SUMMARY_MAX_LENGTH")
    if len(page.summary) > limit:
        yield "summary", _("The summary may have %(limit)d characters at most.") % {"limit": limit}


def _check_dates(page):
    today = timezone.localdate()
    if page.date_signed and page.date_signed > today:
        yield "date_signed", _("The document cannot have been signed in the future.")
    if page.formed_on and page.formed_on > today:
        yield "formed_on", _("The information cannot have been formed in the future.")
    if page.date_generated and timezone.localdate(page.date_generated) > today:
        yield "date_generated", _("The entry cannot have been generated in the future.")


@hooks.register(FINDINGS_HOOK)
def ended_department(draft, digest):
    """A review that runs while the department ends: whoever approves is told under which name it would appear."""
    notice = draft.department_notice() if hasattr(draft, "department_notice") else ""
    if notice:
        label = capfirst(draft._meta.get_field("department").verbose_name)
        yield Finding(label, notice, draft.department_name, serious=True)


def _check_axes(page):
    agency_id = page.department.agency_id if page.department_id else None
    for name, kind in AXES.items():
        node = getattr(page, name) if getattr(page, f"{name}_id") else None
        if node is None:
            continue
        if node.scheme.kind != kind:
            yield name, _("“%(category)s” belongs to another scheme.") % {"category": node}
        elif agency_id and node.scheme.agency_id not in (None, agency_id):
            yield name, _("“%(category)s” belongs to the catalogue of another agency.") % {"category": node}


def _check_validity(page):
    states = type(page).Validity
    if page.replaced_by_id:
        if page.validity == states.VALID:
            yield "validity", _("A document that was replaced or repealed is not in force.")
        if page.replaced_by_id == page.pk or _leads_back(page):
            yield "replaced_by", _("A document cannot be replaced by itself, directly or through others.")
    elif page.validity == states.REPLACED and not page.validity_note:
        yield "replaced_by", _("Choose the document that replaced this one, or say in the note what it is.")


def _leads_back(page):
    """Whether following the replacements from ``page`` comes back to it."""
    from .models.entries import DisclosurePage

    seen, at = set(), page.replaced_by_id
    while at is not None and at not in seen:
        seen.add(at)
        at = DisclosurePage.objects.filter(pk=at).values_list("replaced_by_id", flat=True).first()
        if at == page.pk and page.pk is not None:
            return True
    return False


def secrecy_message(mark):
    """What somebody is told who brings a text with a mark of secrecy."""
    return _(
        "“%(mark)s” is the mark of a state secret. State secrets must never be stored in this system."
    ) % {"mark": mark}


def _check_texts(page):
    """Nothing that is no text, nothing marked as a state secret, and nothing too large."""
    for field in page._meta.concrete_fields:
        if not isinstance(field, StreamField | models.TextField | models.CharField):
            continue
        # What nobody types: copies of the title and of the department's name.
        if not field.editable or field.name == "department_name":
            continue
        value = getattr(page, field.attname)
        if not value:
            continue
        text = _as_text(field, value)
        if reason := _why_no_text(text, isinstance(field, StreamField)):
            yield field.name, reason


def _why_no_text(text, is_stream):
    try:
        # Marks of direction and the like are taken out of running text when it is imported, and do no harm there.
        size = len(text.encode())
        if not is_stream:
            check_line(text)
    except UnicodeEncodeError as error:
        half = ord(text[error.start])
        return _("There is a character that is no text: U+%(number)s.") % {"number": f"{half:04X}"}
    except RuleError as error:
        return str(error)
    if mark := find_secrecy_mark(text):
        return secrecy_message(mark)
    limit = conf.get("TEXT_MAX_BYTES")
    if size > limit:
        message = _("The text has %(size)s; %(limit)s is the most. Attach it as a file, or divide it.")
        return message % {"size": filesizeformat(size), "limit": filesizeformat(limit)}
    return ""


def _as_text(field, value):
    if isinstance(field, StreamField):
        return DjangoJSONEncoder(ensure_ascii=False).encode(field.stream_block.get_prep_value(value))
    return str(value)


def missing_parts(page):
    """What an item lacks before it can enter review, as ``{field: message}``."""
    missing = {}
    if not page.category_id:
        missing["category"] = _("Choose a category: the item would stand nowhere in the catalogue.")
    if page.CONTENT and not any(_holds_something(page, name) for name in page.CONTENT):
        missing[page.CONTENT[0]] = _("The item has neither text nor attachment.")
    return missing


def _holds_something(page, name):
    value = getattr(page, name)
    if not isinstance(value, StreamValue):
        return value.exists()
    texts = value.stream_block.get_searchable_content(value)
    return any(text.strip() for text in texts) or any(each.block_type == "image" for each in value)


def raise_problems(page):
    """Raise ``ValidationError`` if anything is wrong with the header of ``page``."""
    if problems := problems_of(page):
        raise ValidationError(problems)
