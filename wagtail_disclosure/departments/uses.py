"""What stands in the way of deleting a department or an agency."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import roles
from .models import Agency, Department, DepartmentMember


def why_not_delete(record):
    """Sentences that say why ``record`` cannot be deleted; empty when nothing refers to it."""
    if isinstance(record, Agency):
        return _why_not_agency(record)
    used = list(_uses(record))
    if not used:
        return []
    names = ", ".join(f"{label} ({count})" for label, count in used)
    return [
        _("%(department)s cannot be deleted, it is in use: %(uses)s. Set its status to closed instead.")
        % {"department": record, "uses": names}
    ]


def _why_not_agency(agency):
    count = agency.departments.count()
    if not count:
        return []
    return [
        ngettext(
            "%(agency)s cannot be deleted: it has %(count)d department.",
            "%(agency)s cannot be deleted: it has %(count)d departments.",
            count,
        )
        % {"agency": agency, "count": count}
    ]


def _uses(department):
    for relation in department._meta.get_fields(include_hidden=True):
        model = relation.related_model if relation.auto_created and not relation.concrete else None
        if model in (None, DepartmentMember, Department.successors.through):
            continue
        rows = model._base_manager.filter(**{relation.field.name: department})
        if model in roles.place_models():
            # An empty place goes with its department.
            rows = rows.exclude(numchild=0, live=False)
        count = rows.count()
        if count:
            yield _label(relation, model), count


def _label(relation, model):
    if relation.many_to_many:
        return capfirst(str(Department._meta.get_field("successors").verbose_name))
    return capfirst(str(model._meta.verbose_name_plural))
