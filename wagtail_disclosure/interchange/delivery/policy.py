"""Who sees and works with deliveries (P7): the office those of its agency, a department those of its own items."""

from django.db.models import Q

from ...casework.models.case import nothing
from ...casework.scope import overseen_by
from ...departments.models import Agency, Department
from ..models import Delivery, DeliveryBatch, ReadingPoint

MANAGE = "wagtail_disclosure.manage_deliveries"
VIEW = "wagtail_disclosure.view_delivery"


def may_manage(user):
    """Whether ``user`` delivers for some agency."""
    return user.is_active and (user.is_superuser or bool(overseen_by(user, MANAGE)))


def may_read(user):
    """Whether ``user`` finds something in the ledger: the office, and the people of any department."""
    if not user.is_authenticated or not user.is_active:
        return False
    return may_manage(user) or user.has_perm(VIEW) or Department.objects.filter(members__user=user).exists()


def _own(user, field):
    """A ``Q`` on rows whose ``field`` is an agency for which ``user`` delivers."""
    if not user.is_authenticated or not user.is_active:
        return nothing()
    if user.is_superuser:
        return Q()
    agencies = overseen_by(user, MANAGE)
    return Q(**{f"{field}__in": agencies}) if agencies else nothing()


def deliveries_of(user):
    """The deliveries that ``user`` may see."""
    found = _own(user, "point__agency")
    if user.is_authenticated and user.is_active and not user.is_superuser:
        if user.has_perm(VIEW):
            found |= Q(point__agency__in=overseen_by(user, VIEW))
        own = list(Department.objects.looked_after_by(user).values_list("pk", flat=True))
        found |= Q(department__in=own)
    return Delivery.objects.filter(found)


def agencies_for(user, model):
    """A ``Q`` on agencies whose places of ``model`` ``user`` may see or change."""
    if user is None or not user.is_authenticated or not user.is_active:
        return nothing()
    if user.is_superuser:
        return Q()
    actions = ("add", "change", "delete", "view")
    names = [f"wagtail_disclosure.{action}_{model._meta.model_name}" for action in actions]
    return Q(pk__in={key for name in names for key in overseen_by(user, name)})


def places_of(user, model):
    """The places of ``model`` (reading points or intake points) that ``user`` may keep."""
    return model.objects.filter(agency__in=Agency.objects.filter(agencies_for(user, model)))


def points_of(user):
    """The reading points to which ``user`` delivers."""
    return ReadingPoint.objects.filter(_own(user, "agency"))


def batches_of(user):
    """The delivery notes that ``user`` may see and work with."""
    return DeliveryBatch.objects.filter(_own(user, "agency"))
