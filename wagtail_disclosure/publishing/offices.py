"""Which department answers for an item in review, when the item itself may belong to none."""

from ..departments.models import Agency, Department


def reviewing_department(item):
    """The ``Department`` whose reviewers hold the first step for ``item``, or None where no agency is set up.

    It is the item's own department; else that of the nearest page above that has one; else the office of the
    agency whose site the item belongs to.
    """
    return _own(item) or _of_a_page_above(item) or _office(item)


def _own(item):
    for field in item._meta.concrete_fields:
        if field.name == "department" and field.related_model is Department:
            return Department.objects.filter(pk=getattr(item, field.attname)).first()
    return None


def _of_a_page_above(item):
    if not getattr(item, "path", None):
        return None
    above = item.get_ancestors().filter(depth__gt=1).order_by("-depth").specific()
    return next(filter(None, map(_own, above)), None)


def _office(item):
    parts = item.get_url_parts() if hasattr(item, "get_url_parts") and getattr(item, "path", None) else None
    agencies = Agency.objects.order_by("pk")
    agency = (parts and agencies.filter(site_id=parts[0]).first()) or agencies.first()
    return agency.office() if agency else None
