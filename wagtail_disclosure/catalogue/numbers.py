"""Reserving, issuing and voiding index numbers, atomically and once."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..compat import Page
from ..publishing.errors import GateRefused
from ..publishing.ledger import display_name
from ..rules.errors import RuleError
from ..rules.index_numbers import SerialOverflow, lookup_key
from .models.numbers import IndexNumber, NumberCounter, NumberScheme

State = IndexNumber.State
# Numbers looked at in one query when those next in line were taken by an import.
LOOKAHEAD = 50


class NumberTaken(ValidationError):
    """The number belongs to something else, which the message names. ``holder`` is its :class:`IndexNumber`."""

    def __init__(self, holder):
        self.holder = holder
        message = _("The index number %(number)s is taken: %(holder)s.")
        super().__init__(message, code="taken", params={"number": holder.number, "holder": describe(holder)})


def describe(number):
    """Who holds a number, for people: the document, or what it was reserved or made void for."""
    title = number.title
    if not title and number.translation_key:
        pages = Page.objects.filter(translation_key=number.translation_key)
        title = pages.values_list("draft_title", flat=True).first() or ""
    about = title or number.note or number.void_reason
    state = number.get_state_display()
    return f"“{about}” ({state})" if about else state


def number_of(translation_key):
    """The number of a document, or an empty string."""
    found = held(translation_key)
    return found.values_list("number", flat=True).first() or ""


def held(translation_key):
    """The number of a document that is not void, as a query."""
    return IndexNumber.objects.filter(translation_key=translation_key).exclude(state=State.VOID)


def find(text):
    """The :class:`IndexNumber` that ``text`` means, however it was typed, or None."""
    return IndexNumber.objects.filter(key=lookup_key(text)).first()


# Allotting


def context_for(scheme, day, *, department=None, category=None):
    """What a number of ``scheme`` (a :class:`NumberScheme`) is put together from on ``day``."""
    agency = scheme.agency
    return {
        "agency": agency.pk,
        "organisation_code": agency.organisation_code,
        "region_code": agency.region_code,
        "area_code": scheme.area_code,
        "group_code": scheme.group_code,
        "department_code": department.code if department else "",
        "category_code": category.code if category else "",
        "date": day,
    }


def _context_of(page, day):
    scheme = NumberScheme.for_agency(page.department.agency)
    return scheme, context_for(scheme, day, department=page.department, category=page.category)


def check_can_be_numbered(page, at=None):
    """Raise ``ValidationError`` if publishing ``page`` could not give it a number, saying what is missing."""
    if number_of(page.translation_key):
        return
    scheme, context = _context_of(page, timezone.localdate(at))
    try:
        scheme.rules.format({**context, "serial": 1})
        scheme.rules.scope(context)
    except RuleError as error:
        raise ValidationError(
            _("The item cannot be given an index number. %(reason)s") % {"reason": error}, code="index_number"
        ) from error


def next_number(scheme, day, *, department=None, category=None):
    """What the next number would look like; nothing is allotted. Raises ``RuleError``."""
    context = context_for(scheme, day, department=department, category=category)
    rules = scheme.rules
    counter = NumberCounter.objects.filter(scope=rules.scope(context)).first()
    return _first_free(rules, context, counter.last_serial if counter else 0)[1]


def _first_free(rules, context, last):
    """The first ``(serial, number)`` after ``last`` that nobody holds. Raises ``SerialOverflow`` at the end."""
    while True:
        batch = {}
        for serial in range(last + 1, last + 1 + LOOKAHEAD):
            try:
                number = rules.format({**context, "serial": serial})
            except SerialOverflow:
                if not batch:
                    raise
                break
            batch[lookup_key(number)] = (serial, number)
        taken = set(IndexNumber.objects.filter(key__in=batch).values_list("key", flat=True))
        free = next((found for key, found in batch.items() if key not in taken), None)
        if free:
            return free
        last = max(serial for serial, _number in batch.values())


def _allot(scheme, context, at, **fields):
    """Create the next number. Another process that gives the same document a number first wins."""
    rules = scheme.rules
    scope = rules.scope(context)
    NumberCounter.objects.get_or_create(scope=scope)
    counter = NumberCounter.objects.select_for_update().get(scope=scope)
    while True:
        key = fields.get("translation_key")
        row = held(key).select_for_update().first() if key else None
        if row is not None:
            return row
        counter.last_serial, number = _first_free(rules, context, counter.last_serial)
        try:
            with transaction.atomic():
                allotted = IndexNumber.objects.create(
                    agency=scheme.agency,
                    number=number,
                    scope=scope,
                    serial=counter.last_serial,
                    reserved_at=at,
                    **fields,
                )
        except IntegrityError:
            # Somebody imported this very number, or numbered this very document, in this moment.
            continue
        counter.save()
        return allotted


# What happens to numbers


@transaction.atomic
def reserve(page, *, at=None, note=""):
    """Reserve a number for the document ``page`` and return the :class:`IndexNumber`; one it has is kept.

    Raises ``ValidationError`` when the agency's scheme cannot make a number for it.
    """
    at = at or timezone.now()
    check_can_be_numbered(page, at)
    row = held(page.translation_key).first()
    if row is not None:
        return row
    scheme, context = _context_of(page, timezone.localdate(at))
    return _allot(scheme, context, at, translation_key=page.translation_key, note=note)


@transaction.atomic
def reserve_blank(agency, *, note, department=None, category=None, at=None):
    """Reserve a number for no document yet; ``note`` says what for. Raises ``ValidationError``."""
    if not note.strip():
        raise ValidationError(_("Say what the number is reserved for."))
    at = at or timezone.now()
    scheme = NumberScheme.for_agency(agency)
    context = context_for(scheme, timezone.localdate(at), department=department, category=category)
    try:
        return _allot(scheme, context, at, note=note.strip()[:255])
    except RuleError as error:
        raise ValidationError(str(error)) from error


@transaction.atomic
def reserve_imported(number, page, *, at=None, note=""):
    """Give ``page`` a number from elsewhere, verbatim: an archive's, or one that was reserved blank.

    Doing it again changes nothing. Raises :class:`NumberTaken` if something else holds the number, and
    ``ValidationError`` for a text that cannot be a number or a document that has another one.
    """
    _check_text(number)
    agency = page.department.agency
    row = held(page.translation_key).select_for_update().first()
    if row is not None:
        if row.key == lookup_key(number):
            return row
        raise ValidationError(
            _("The document has the index number %(number)s already, and it never changes.")
            % {"number": row.number}
        )
    holder = IndexNumber.objects.select_for_update().filter(key=lookup_key(number)).first()
    if holder is not None:
        blank = holder.state == State.RESERVED and holder.translation_key is None
        if not blank or holder.agency_id != agency.pk:
            raise NumberTaken(holder)
        holder.translation_key = page.translation_key
        holder.save()
        return holder
    try:
        with transaction.atomic():
            return IndexNumber.objects.create(
                agency=agency,
                number=number,
                imported=True,
                translation_key=page.translation_key,
                note=note,
                reserved_at=at or timezone.now(),
            )
    except IntegrityError as error:
        holder = find(number) or held(page.translation_key).get()
        raise NumberTaken(holder) from error


def _check_text(number):
    longest = IndexNumber._meta.get_field("number").max_length
    longest_key = IndexNumber._meta.get_field("key").max_length
    too_long = len(number) > longest or len(lookup_key(number)) > longest_key
    if not number or too_long or number != number.strip() or not number.isprintable():
        raise ValidationError(
            _("An index number has 1 to %(longest)d visible characters.") % {"longest": longest}
        )
    if not any(character.isalnum() for character in number):
        raise ValidationError(_("An index number has letters or digits."))


@transaction.atomic
def issue_for(page, at=None):
    """Issue the number of ``page`` at its first publication; a number reserved for it is kept verbatim.

    Raises :class:`~wagtail_disclosure.publishing.errors.GateRefused` when no number can be made.
    """
    at = at or timezone.now()
    row = held(page.translation_key).select_for_update().first()
    if row is None:
        scheme, context = _context_of(page, timezone.localdate(at))
        try:
            row = _allot(scheme, context, at, translation_key=page.translation_key)
        except RuleError as error:
            raise GateRefused(
                _("The item cannot be given an index number. %(reason)s") % {"reason": error}
            ) from error
    if row.state != State.ISSUED:
        row.state, row.issued_at, row.title = State.ISSUED, at, page.title
        row.save()
    return row


@transaction.atomic
def void(number, user, *, reason, at=None):
    """Make a number void for ever, with a reason; it is never used again and still resolves.

    Raises ``ValidationError`` without a reason, and while its document is public.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the number is void.")})
    number = IndexNumber.objects.select_for_update().get(pk=number.pk)
    if number.state == State.VOID:
        raise ValidationError(_("The index number is void already."))
    if number.translation_key:
        public = Page.objects.filter(translation_key=number.translation_key, live=True)
        if public.exists():
            raise ValidationError(
                _("“%(title)s” is public under this number. Withdraw it first.")
                % {"title": public.values_list("title", flat=True).first()}
            )
    number.state, number.voided_at = State.VOID, at or timezone.now()
    number.void_reason, number.voided_by_name = reason.strip()[:255], display_name(user)
    number.save()
    return number
