"""What stands in the way of deleting a department or an agency."""

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import roles
from .models import Agency, Department, DepartmentMember, names_of


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
        if model in (None, DepartmentMember) or model._meta.auto_created:
            # The table between two that refer to each other is counted by its other side.
            continue
        rows = model._base_manager.filter(**{relation.field.name: department})
        if model in roles.place_models():
            # An empty place goes with its department.
            rows = rows.exclude(numchild=0, live=False)
        count = rows.count()
        if count:
            yield _label(relation, model), count


def _label(relation, model):
    if relation.many_to_many and model is Department:
        return capfirst(str(Department._meta.get_field("successors").verbose_name))
    return capfirst(str(model._meta.verbose_name_plural))


def open_drafts(department):
    """Pages of ``department`` with a draft that is not public, the oldest first. Its places are none of them."""
    found = {}
    for relation in department._meta.get_fields(include_hidden=True):
        model = relation.related_model if relation.auto_created and not relation.concrete else None
        if model is None or model in roles.place_models() or not hasattr(model, "draft_title"):
            continue
        name = relation.field.name
        # The draft says which department it belongs to; the row may not have been written since.
        mine = Q(**{f"latest_revision__content__{name}": department.pk})
        mine |= Q(latest_revision=None, **{name: department})
        rows = model._base_manager.filter(Q(has_unpublished_changes=True) | Q(first_published_at=None), mine)
        found.update((row.pk, row) for row in rows.order_by("pk"))
    return list(found.values())


SHOWN = 10


def titles_of(drafts):
    """The titles of ``drafts`` in one line, the first of them only where they are many."""
    titles = "".join(
        _("“%(title)s”") % {"title": draft.draft_title or draft.title} for draft in drafts[:SHOWN]
    )
    left = len(drafts) - SHOWN
    if left <= 0:
        return titles
    more = ngettext("and %(count)d more", "and %(count)d more", left) % {"count": left}
    return f"{titles} {more}"


def why_not_end(department, successors):
    """Why ``department`` cannot end now: it has drafts that nobody would finish. Empty when it can."""
    drafts = open_drafts(department)
    heirs = {
        heir.pk: heir
        for each in successors
        for heir in ([each] if each.status == Department.Status.ACTIVE else each.heirs())
    }
    officers = DepartmentMember.objects.filter(
        department__in=heirs, role=DepartmentMember.Role.OFFICER, user__is_active=True
    )
    if not drafts or officers.exists():
        return ""
    if heirs:
        text = ngettext(
            "Nobody would finish %(count)d draft: the successor has no information officer. Name one first, or "
            "give the draft to another department: %(titles)s.",
            "Nobody would finish %(count)d drafts: the successor has no information officer. Name one first, or "
            "give the drafts to another department: %(titles)s.",
            len(drafts),
        )
    else:
        text = ngettext(
            "Nobody would finish %(count)d draft. Give it to another department first: %(titles)s.",
            "Nobody would finish %(count)d drafts. Give them to another department first: %(titles)s.",
            len(drafts),
        )
    return text % {"count": len(drafts), "titles": titles_of(drafts)}


def who_takes_over(department):
    """After ``department`` has ended: how many drafts it leaves, which, and to whom. Empty when it leaves none."""
    drafts = open_drafts(department)
    if not drafts:
        return ""
    text = ngettext(
        "%(heirs)s takes over %(count)d draft: %(titles)s. It stands on the start page of its people and needs the "
        "new department before it can be submitted.",
        "%(heirs)s takes over %(count)d drafts: %(titles)s. They stand on the start page of its people and need "
        "the new department before they can be submitted.",
        len(drafts),
    )
    return text % {
        "heirs": names_of(department.heirs()),
        "count": len(drafts),
        "titles": titles_of(drafts),
    }
