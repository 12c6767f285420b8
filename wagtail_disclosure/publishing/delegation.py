"""Standing in for somebody who is absent: who may, for whom, at which steps and how long.

A deputy decides by virtue of a :class:`Delegation` that is in force at that moment and that the ledger knows. What
was decided then stays decided when the delegation is over. A deputy hands nothing on.
"""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Task

from . import ledger
from .models import Delegation, LedgerEntry, ReviewTask
from .signals import delegation_changed

ACCESS = "wagtailadmin.access_admin"
MANAGE = "wagtail_disclosure.add_delegation"
# No absence that needs a deputy is planned for longer than this at once.
LONGEST_DAYS = 366


def review_task_types():
    return [model for model in apps.get_models() if issubclass(model, ReviewTask)]


def held_by(user):
    """The steps of review that ``user`` holds in person for some items at least, by name."""
    keys = [pk for model in review_task_types() for pk in model.held_by(user).values_list("pk", flat=True)]
    return Task.objects.filter(pk__in=keys, active=True).order_by("name")


def review_steps():
    """Every step of review that is in use, by name."""
    keys = [pk for model in review_task_types() for pk in model.objects.values_list("pk", flat=True)]
    return Task.objects.filter(pk__in=keys, active=True).order_by("name")


def may_enter_for_others(user):
    return user.has_perm(MANAGE)


def may_end(user, delegation):
    """The absent person, the deputy, and those who enter delegations for others."""
    return delegation.is_open and (
        user.pk in (delegation.delegator_id, delegation.deputy_id) or may_enter_for_others(user)
    )


# In force


def in_force(deputy=None, day=None):
    """The delegations in force on ``day`` (today), of one ``deputy`` or of all, that the ledger confirms."""
    rows = Delegation.objects.on(day or timezone.localdate()).filter(
        deputy__is_active=True, delegator__is_active=True
    )
    if deputy is not None:
        rows = rows.filter(deputy=deputy)
    rows = rows.select_related("deputy", "delegator", "ledger_entry__content_type").prefetch_related("tasks")
    return _confirmed([each for each in rows.order_by("pk") if each.deputy.has_perm(ACCESS)])


def _confirmed(rows):
    if not rows:
        return []
    ended = LedgerEntry.objects.filter(
        kind=LedgerEntry.Kind.DELEGATION_ENDED,
        content_type=rows[0].ledger_entry.content_type_id if rows[0].ledger_entry else None,
        object_id__in=[str(each.pk) for each in rows],
    ).values_list("object_id", flat=True)
    ended = set(ended)
    return [each for each in rows if str(each.pk) not in ended and agrees_with_ledger(each)]


def agrees_with_ledger(delegation):
    """Whether the row says what the ledger recorded when it was entered: a row alone gives no right."""
    entry = delegation.ledger_entry
    return (
        entry is not None
        and ledger.is_authentic(entry)
        and entry.kind == LedgerEntry.Kind.DELEGATED
        and entry.content_type.model_class() is Delegation
        and entry.object_id == str(delegation.pk)
        and {name: entry.data.get(name) for name in _facts(delegation)} == _facts(delegation)
    )


def _facts(delegation):
    return {
        "delegator": str(delegation.delegator_id),
        "delegator_name": delegation.delegator_name,
        "deputy": str(delegation.deputy_id),
        "deputy_name": delegation.deputy_name,
        "from": delegation.starts_on.isoformat(),
        "until": delegation.ends_on.isoformat(),
        "tasks": sorted(task.pk for task in delegation.tasks.all()),
    }


def covers(delegation, task):
    """Whether the delegation hands over ``task``."""
    tasks = delegation.tasks.all()
    return not tasks or any(each.pk == task.pk for each in tasks)


def for_step(task, draft, user):
    """The delegations by which ``user`` stands in at ``task`` for somebody who holds it for ``draft`` in person."""
    found = [each for each in in_force(user) if covers(each, task)]
    if not found:
        return []
    holders = set(
        task.reviewers(draft)
        .filter(pk__in=[each.delegator_id for each in found])
        .values_list("pk", flat=True)
    )
    return [each for each in found if each.delegator_id in holders]


# Entering and ending


@transaction.atomic
def enter(delegation, tasks, by):
    """Put the unsaved ``delegation`` in force from its first day on. Raises ``ValidationError`` by field."""
    ledger.hold()
    tasks = list(tasks)
    found = {}
    for field, sentence in problems(delegation, tasks, by):
        found.setdefault(field or "__all__", []).append(sentence)
    if found:
        raise ValidationError(found)
    delegation.delegator_name = ledger.display_name(delegation.delegator)
    delegation.deputy_name = ledger.display_name(delegation.deputy)
    delegation.created_by, delegation.created_at = by, timezone.now()
    delegation.save()
    delegation.tasks.set(tasks)
    delegation.ledger_entry = ledger.append(
        LedgerEntry.Kind.DELEGATED,
        delegation,
        actor=by,
        data=_facts(delegation),
        at=delegation.created_at,
        rows=[delegation],
    )
    delegation.save(update_fields=["ledger_entry"])
    delegation_changed.send(sender=Delegation, delegation=delegation, user=by)
    return delegation


@transaction.atomic
def end(delegation, by):
    """End ``delegation`` now. Raises ``ValidationError`` when it is over, or ``by`` has no say in it."""
    ledger.hold()
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    if not delegation.is_open:
        raise ValidationError(_("This delegation is over already."))
    if not may_end(by, delegation):
        raise ValidationError(_("Only the two people concerned and the office end a delegation."))
    delegation.ended_by, delegation.ended_at = by, timezone.now()
    delegation.save(update_fields=["ended_by", "ended_at"])
    ledger.append(
        LedgerEntry.Kind.DELEGATION_ENDED,
        delegation,
        actor=by,
        data=_facts(delegation),
        at=delegation.ended_at,
        rows=[delegation],
    )
    delegation_changed.send(sender=Delegation, delegation=delegation, user=by)
    return delegation


def problems(delegation, tasks, by):
    """Yield ``(field, sentence)`` for everything that is wrong with a new delegation that ``by`` enters."""
    delegator, deputy = delegation.delegator, delegation.deputy
    yield from _time_problems(delegation)
    if delegator is None or deputy is None:
        return
    if delegator != by and not may_enter_for_others(by):
        yield "delegator", _("You enter your own absence only.")
    elif delegator != by and deputy == by:
        yield "deputy", _("Nobody makes themselves the deputy of somebody else.")
    yield from _deputy_problems(delegator, deputy)
    held = set(held_by(delegator).values_list("pk", flat=True))
    if not held:
        yield "delegator", _("%(name)s holds no step of review.") % {"name": ledger.display_name(delegator)}
    for task in tasks:
        if held and task.pk not in held:
            yield (
                "tasks",
                _("%(name)s does not hold “%(step)s”.")
                % {"name": ledger.display_name(delegator), "step": task.name},
            )
    if delegation.starts_on and delegation.ends_on:
        yield from _clashes(delegation, tasks)


def _time_problems(delegation):
    starts, ends = delegation.starts_on, delegation.ends_on
    if starts and starts < timezone.localdate():
        yield "starts_on", _("A delegation begins today at the earliest.")
    if starts and ends and ends < starts:
        yield "ends_on", _("The last day lies before the first.")
    elif starts and ends and (ends - starts).days > LONGEST_DAYS:
        yield "ends_on", _("A delegation lasts one year at most.")


def _deputy_problems(delegator, deputy):
    if deputy == delegator:
        yield "deputy", _("Nobody stands in for themselves.")
    elif not deputy.is_active or not deputy.has_perm(ACCESS):
        yield "deputy", _("%(name)s cannot open the admin.") % {"name": ledger.display_name(deputy)}
    elif deputy.is_superuser:
        yield "deputy", _("Superusers hold no step of review, and stand in for nobody.")


def _clashes(delegation, tasks):
    """Nobody hands over a step twice, and nobody to whom one was handed over hands on or is away."""
    others = Delegation.objects.to_come(delegation.starts_on).filter(starts_on__lte=delegation.ends_on)
    names = {
        "name": ledger.display_name(delegation.delegator),
        "deputy": ledger.display_name(delegation.deputy),
    }
    wanted = {task.pk for task in tasks}
    for other in others.filter(delegator=delegation.delegator).prefetch_related("tasks"):
        known = {task.pk for task in other.tasks.all()}
        if not wanted or not known or wanted & known:
            yield (
                None,
                _(
                    "%(name)s has a deputy for these days already: %(deputy)s, %(period)s. End that delegation first."
                )
                % {**names, "deputy": other.deputy_name, "period": other.period},
            )
    away = others.filter(delegator=delegation.deputy).first()
    if away is not None:
        yield "deputy", _("%(deputy)s is absent as well: %(period)s.") % {**names, "period": away.period}
    stands_in = others.filter(deputy=delegation.delegator).first()
    if stands_in is not None:
        yield (
            None,
            _(
                "%(name)s stands in for %(other)s in these days, and a deputy hands nothing on. End that "
                "delegation first (%(period)s)."
            )
            % {**names, "other": stands_in.delegator_name, "period": stands_in.period},
        )
