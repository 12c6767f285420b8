"""Which records a person sees, and stating why something was late."""

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from ...publishing.ledger import display_name
from .. import scope
from ..models import LateReason, ProactiveRecord
from ..profile import profile


def records_for(user):
    """The records that ``user`` sees, each with ``is_explained``."""
    reasons = LateReason.objects.filter(record=OuterRef("pk"))
    return (
        ProactiveRecord.objects.filter(department__in=scope.departments_seen(user).values("pk"))
        | ProactiveRecord.objects.filter(agency__in=scope.read_by(user).values("pk"))
    ).annotate(is_explained=Exists(reasons))


def unexplained(records):
    """Those that were late and of which nobody has said why."""
    return records.filter(is_late=True, is_explained=False)


def state(record, *, kind, note, by):
    """Say why ``record`` was late. Raises ``ValidationError`` where it was not, or where words are needed."""
    if not record.is_late:
        raise ValidationError(_("This was public in time."))
    item = profile().late_reasons.find(kind)
    if item is None:
        raise ValidationError({"kind": _("Choose a reason.")})
    if item.fact("explain") and not note.strip():
        raise ValidationError({"note": _("Explain this reason in a sentence.")})
    return LateReason.objects.create(
        record=record, kind=kind, note=note.strip(), by=by, by_name=display_name(by), at=timezone.now()
    )
