"""一中心两馆: three reading points, twelve intake points, and two years of monthly delivery notes with their receipts.

One item came back, one is replaced, one note is void, one correction; the last weeks are due still.
"""

import datetime

from django.utils import timezone, translation

from example_site import clock
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.interchange.delivery import actions, due
from wagtail_disclosure.interchange.models import Delivery, IntakePoint, ReadingPoint

from .content import at, data, following

MARKER = "example_site/deliveries"
OFFICE_CODE = "01"
MONTHS = 24
LATEST = 3
WAYS = ["counter", "oral", "tracked_mail", "ordinary_mail"]


def is_loaded():
    return InstalledItem.objects.filter(key=MARKER).exists()


def load(world):
    """Enter the places, then play the months. Told again, it does nothing."""
    if is_loaded():
        return
    with translation.override("zh-hans"):
        first = _first_of(timezone.localdate(), MONTHS)
        points = [
            _reading_point(world, place, row, first)
            for place, row in enumerate(data("delivery")["reading_points"])
        ]
        _intake_points(world, first)
        _play(world, points, first)
    marker = InstalledItem(key=MARKER)
    marker.point_to(world.home)
    marker.save()


def _first_of(day, ago):
    """The first day of the month ``ago`` months before that of ``day``."""
    months = day.year * 12 + day.month - 1 - ago
    return datetime.date(months // 12, months % 12 + 1, 1)


def _local(row, **fields):
    """Values of a place from a row: ``address="address"`` takes ``address`` and ``address_en``."""
    found = {"name": row["name"], "names": {"en": row["name_en"]}}
    for field, key in {"address": "address", "office_hours": "hours", "directions": "directions"}.items():
        found |= {field: row[key], f"{field}_names": {"en": row[f"{key}_en"]}}
    return {**found, "phone": row["phone"], "active": True, **fields}


def _reading_point(world, place, row, first):
    values = _local(
        row,
        kind=row["kind"],
        contact_name=row["contact"],
        contact_phone=row["contact_phone"],
        copies=row["copies"],
        form=row.get("form", "paper"),
        delivers_from=first,
        opened_on=first,
        sort_order=place,
    )
    # Setup has prepared one of each kind.
    return ReadingPoint.objects.update_or_create(agency=world.agency, kind=row["kind"], defaults=values)[0]


def _intake_points(world, first):
    facts = data("delivery")["intake"]
    office = world.departments[OFFICE_CODE]
    rows = [(_of_department(office, facts, "counter"), office)]
    rows.append((_local(facts["hall"], accepts=WAYS[:2]), office))
    rows += [
        (_of_department(world.departments[code], facts, "counter"), world.departments[code])
        for code in facts["departments"]
    ]
    prepared = IntakePoint.objects.filter(agency=world.agency).order_by("pk").first()
    for place, (values, department) in enumerate(rows):
        point = prepared if place == 0 and prepared else IntakePoint(agency=world.agency)
        for name, value in {**values, "opened_on": first, "sort_order": place}.items():
            setattr(point, name, value)
        point.department = department
        point.save()


def _of_department(department, facts, *ways):
    """The intake point in the rooms of a department; that of the office takes every way."""
    is_office = department.code == OFFICE_CODE
    row = {
        "name": f"{department.name}{facts['suffix']}",
        "name_en": f"{facts['suffix_en']}, {department.local_name('en')}",
        "address": department.address,
        "address_en": facts["address_en"],
        "hours": department.office_hours,
        "hours_en": facts["hours_en"],
        "phone": department.phone,
        "directions": facts["office_directions"],
        "directions_en": facts["office_directions_en"],
    }
    return _local(row, email=department.email, accepts=[*WAYS, "fax", "email"] if is_office else list(ways))


# What was delivered


def _play(world, points, first):
    """A delivery note for each point in the first days of every month, of what was published until then."""
    officer = world.users["pu.yishan"]
    today, day, number = timezone.localdate(), first, 0
    # The service hall still waits for these, and the library has not signed for them yet.
    latest = set(due.items_for(points[0]).order_by("-position").values_list("pk", flat=True)[:LATEST])
    while (day := _first_of(day, -1)) <= _first_of(today, 0):
        made = at(following(day, 2), 9, 30)
        if made > timezone.now():
            break
        for place, point in enumerate(points):
            with clock.moment(made):
                due.enter_due(point, made)
                rows = list(point.deliveries.due())
                new = [each for each in rows if each.page_id in latest]
                if place == 2:
                    rows = [each for each in rows if each not in new]
                if rows:
                    keys = [each.pk for each in rows]
                    _month(point, keys, officer, made, number, signed=place != 1 or not new)
                    number += 1
    _irregular(points, officer)
    for point in points:
        due.enter_due(point, timezone.now())


def _month(point, keys, officer, made, number, *, signed):
    facts = data("delivery")
    keys = keys[: actions.MOST_LINES]
    batch = actions.make_batch(point, keys, officer, at=made)
    if number == 4:
        actions.void(batch, officer, reason=facts["void"], at=made)
        batch = actions.make_batch(point, keys, officer, at=made)
    brought = made + datetime.timedelta(hours=5)
    actions.mark_delivered(
        batch, officer, on=timezone.localdate(brought), delivered_by=facts["deliverer"], at=brought
    )
    if not signed:
        return
    returned = {}
    if number == 9:
        returned = {batch.deliveries.order_by("pk").first().pk: facts["returned"]}
    actions.record_receipt(
        batch,
        officer,
        on=timezone.localdate(brought),
        received_by=point.contact_name,
        note=facts["notes"][number % len(facts["notes"])],
        returned=returned,
        at=brought + datetime.timedelta(minutes=40),
    )


def _irregular(points, officer):
    """An item whose attachment changed is replaced at the archives; a receipt is corrected."""
    facts = data("delivery")
    received = (
        points[0].deliveries.filter(state=Delivery.State.RECEIVED).order_by("-published_on", "-pk").first()
    )
    if received is not None:
        actions.deliver_again(received, officer, reason=facts["replaced"])
    batch = points[1].batches.filter(state="received").order_by("-made_at").first()
    if batch is not None:
        name = batch.received_by.replace("李敏", "李慜")
        actions.correct(batch, officer, reason=facts["corrected"], received_by=name)
