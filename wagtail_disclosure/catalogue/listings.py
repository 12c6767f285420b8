"""The lists of a catalogue: what each is limited to, and what its page says besides the items."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404
from django.utils import formats
from django.utils.translation import gettext as _

from ..departments.models import Department
from . import addresses, filters, lists


@dataclass(frozen=True)
class Listing:
    """One list: its heading, its limits, its address, and what its page says besides.

    ``period`` is set where the address limits the list to a year or month as well, ``unknown`` where it asks for
    what does not exist.
    """

    heading: str
    limits: filters.Filters
    address: str
    crumbs: tuple = ()
    description: str = ""
    facts: tuple = ()
    notice: dict | None = None
    period: str = ""
    unknown: tuple = ()

    @property
    def title(self):
        """The heading with the period."""
        if not self.period:
            return self.heading
        return _("%(name)s, %(period)s") % {"name": self.heading, "period": self.period}


def home_listing(scope, page):
    return Listing(heading=page.title, limits=filters.Filters(), address=scope.directory.base_path)


def category_listing(scope, code, scheme=None):
    """The list of a category. Raises ``Http404`` for an unknown code."""
    directory = scope.directory
    node = directory.category(code, scheme)
    if node is None:
        raise Http404
    facts = ()
    department = directory.department_by_id.get(node.responsible_department_id)
    if department:
        facts = (
            {
                "label": _("Responsible department"),
                "value": department.local_name(),
                "url": addresses.department(scope, department),
            },
        )
    return Listing(
        heading=node.local_name(),
        limits=filters.Filters(category=node),
        address=addresses.category(scope, node),
        crumbs=tuple(
            (each.local_name(), addresses.category(scope, each)) for each in directory.path_to(node)
        ),
        description=node.main_content,
        facts=facts,
    )


def department_listing(scope, code):
    """The list of a department. Raises ``Http404`` for an unknown code."""
    department = scope.directory.department_by_code.get(code)
    if department is None:
        raise Http404
    address = addresses.department(scope, department)
    return Listing(
        heading=department.local_name(),
        limits=filters.Filters(department=department),
        address=address,
        crumbs=((department.local_name(), address),),
        description=department.functions,
        notice=department_notice(scope, department),
    )


def department_notice(scope, department):
    """What is said of a department that was merged, split or closed, with links to its successors; else None."""
    if department.status == Department.Status.ACTIVE:
        return None
    titles = {
        Department.Status.MERGED: _("This department was merged"),
        Department.Status.SPLIT: _("This department was split"),
        Department.Status.CLOSED: _("This department was closed"),
    }
    since = department.status_date
    return {
        "title": titles[department.status],
        "text": _("Since %(date)s.") % {"date": formats.date_format(since)} if since else "",
        "links": [
            {"title": each.local_name(), "url": addresses.department(scope, each)}
            for each in department.successors.all()
        ],
    }


def year_listing(scope, year, month=None):
    """The list of a year or month. Raises ``Http404`` where there is none."""
    try:
        lists.period(year, month)
    except lists.InvalidPlace as error:
        raise Http404 from error
    crumbs = [(lists.period_name(year), addresses.year(scope, year))]
    if month:
        crumbs.append((lists.period_name(year, month), addresses.year(scope, year, month)))
    return Listing(
        heading=_("Published in %(period)s") % {"period": crumbs[-1][0]},
        limits=filters.Filters(year=year, month=month),
        address=crumbs[-1][1],
        crumbs=tuple(crumbs),
    )


def not_in_force_listing(scope):
    """Documents that were repealed or replaced or have expired, for those who ask what no longer holds."""
    title, address = _("No longer in force"), addresses.not_in_force(scope)
    return Listing(
        heading=title,
        limits=filters.Filters(validity=filters.ENDED),
        address=address,
        crumbs=((title, address),),
        description=_(
            "Documents that were repealed or replaced, or have expired. Each says by what and since when."
        ),
    )


def limited(scope, listing, request):
    """``listing`` limited to the year and month that the address asks for as well."""
    if listing.limits.year:
        return listing
    asked = filters.read(scope, request.GET, filters.PERIOD)
    year, month = asked.limits.year, asked.limits.month
    if not year:
        return replace(listing, unknown=asked.unknown)
    crumbs = [(lists.period_name(year), period_address(listing, year))]
    if month:
        crumbs.append((lists.period_name(year, month), None))
    return replace(
        listing,
        limits=replace(listing.limits, year=year, month=month),
        crumbs=(*listing.crumbs, *crumbs),
        period=crumbs[-1][0],
        unknown=asked.unknown,
    )


def period_address(listing, year=None, month=None):
    """The address of ``listing`` limited to a year or month, or to none."""
    given = {name: value for name, value in (("year", year), ("month", month)) if value}
    return f"{listing.address}?{urlencode(given)}" if given else listing.address
