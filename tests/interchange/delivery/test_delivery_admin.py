"""Deliveries in the admin: for the office of the agency all of it, for a department the rows of its own items."""

import datetime
import io

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from tests.interchange.delivery.places import intake_point, reading_point, receipt_file
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.interchange.delivery import actions, due
from wagtail_disclosure.interchange.models import (
    Delivery,
    DeliveryBatch,
    IntakePoint,
    ReadingPoint,
)

pytestmark = pytest.mark.django_db
State = Delivery.State


def ledger(name="index", *args):
    return reverse(f"disclosure_deliveries:{name}", args=args)


def note(name="index", *args):
    return reverse(f"disclosure_delivery_notes:{name}", args=args)


def place_url(model, name, *args):
    return reverse(f"wagtailsnippets_wagtail_disclosure_{model}:{name}", args=args)


CODENAMES = [
    "manage_deliveries",
    *(
        f"{action}_{model}"
        for model in ("readingpoint", "intakepoint")
        for action in ("add", "change", "delete", "view")
    ),
]


@pytest.fixture
def office(world, client):
    """A person of the disclosure office, logged in."""
    person = factories.user("delivers", name="赵送")
    person.user_permissions.add(*Permission.objects.filter(codename__in=CODENAMES))
    client.force_login(person)
    return person


@pytest.fixture
def point(world):
    return reading_point(world)


@pytest.fixture
def item(world, point):
    page = factories.published(world, "=价格公示的通知", document_number="临发改〔2026〕1号")
    due.catch_up()
    return page


@pytest.fixture
def batch(item, point, office):
    return actions.make_batch(point, [each.pk for each in point.deliveries.due()], office)


def content(response):
    assert response.status_code == 200
    return response.content.decode()


def test_every_number_of_the_list_of_points_leads_to_its_rows(client, office, batch, point):
    today = timezone.localdate()
    actions.mark_delivered(batch, office, on=today, delivered_by="赵送")
    actions.deliver_again(Delivery.objects.get(), office, reason="内容已更新")
    page = BeautifulSoup(client.get(ledger("points")).content, "html.parser")
    ways = {link["href"]: link.get_text(strip=True) for link in page.select("tbody td a:not(.button)")}
    assert sorted(ways.values()) == ["1", "1", "2"]
    for address, number in ways.items():
        assert client.get(address).context["object_list"].count() == int(number)


def test_from_the_list_of_points_to_the_signed_receipt(client, office, point, item):
    points = content(client.get(ledger("points")))
    make = ledger("make", point.pk)
    assert make in points
    row = Delivery.objects.get()
    assert f'value="{row.pk}"' in content(client.get(make))
    answer = client.post(make, {"deliveries": [row.pk]})
    batch = DeliveryBatch.objects.get()
    assert answer.status_code == 302 and answer.url == note("inspect", batch.pk)
    page = content(client.get(answer.url))
    assert note("delivered", batch.pk) in page and note("receipt", batch.pk) not in page
    today = timezone.localdate().isoformat()
    client.post(note("delivered", batch.pk), {"delivered_on": today, "delivered_by": "赵送"})
    assert note("receipt", batch.pk) in content(client.get(answer.url))
    given = {"received_on": today, "received_by": "王芳", "receipt": receipt_file()}
    client.post(note("receipt", batch.pk), given)
    batch.refresh_from_db()
    assert batch.state == DeliveryBatch.State.RECEIVED and batch.made_by_name
    page = content(client.get(answer.url))
    assert "王芳" in page and note("scan", batch.pk) in page
    scan = client.get(note("scan", batch.pk))
    assert scan["Content-Type"] == "application/octet-stream" and "no-store" in scan["Cache-Control"]
    assert b"".join(scan.streaming_content)[:4] == b"\x89PNG"


def test_a_line_is_returned_with_its_reason(client, office, batch):
    today = timezone.localdate().isoformat()
    client.post(note("delivered", batch.pk), {"delivered_on": today, "delivered_by": "赵送"})
    row = batch.deliveries.get()
    given = {"received_on": today, "received_by": "王芳", f"returned-{row.pk}": "缺页"}
    assert client.post(note("receipt", batch.pk), given).status_code == 302
    row.refresh_from_db()
    assert row.state == State.RETURNED
    assert "缺页" in content(client.get(ledger("inspect", row.pk)))
    assert client.post(ledger("again", row.pk), {"reason": "补送"}).status_code == 302
    assert Delivery.objects.due().count() == 1


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"received_on": "昨天", "received_by": "王芳"},
        {"received_on": "2999-01-01", "received_by": "王芳"},
        {"received_by": "x" * 101},
        {"received_by": "王\x00芳"},
        {"received_by": " "},
    ],
    ids=["nothing", "no_day", "ahead", "long", "control", "blank"],
)
def test_a_receipt_that_is_not_complete_is_asked_for_again(client, office, batch, given):
    today = timezone.localdate()
    actions.mark_delivered(batch, office, on=today, delivered_by="赵送")
    sent = {"received_on": today.isoformat(), "note": "保留这句", **given}
    answer = client.post(note("receipt", batch.pk), sent)
    assert "保留这句" in content(answer)
    batch.refresh_from_db()
    assert batch.state == DeliveryBatch.State.DELIVERED


@pytest.mark.parametrize("keys", [[], ["x"], ["-1"], ["9" * 30], ["1.5"], ["٣"]])
def test_a_choice_that_is_none_makes_no_note(client, office, point, item, keys):
    assert client.post(ledger("make", point.pk), {"deliveries": keys}).status_code == 200
    assert not DeliveryBatch.objects.exists()


def test_the_second_of_two_officers_is_told(client, office, point, item, world):
    row = Delivery.objects.get()
    first = actions.make_batch(point, [row.pk], world.people.root)
    answer = client.post(ledger("make", point.pk), {"deliveries": [row.pk]})
    assert first.number in content(answer) and DeliveryBatch.objects.count() == 1


def test_a_step_taken_twice_is_refused(client, office, batch):
    given = {"delivered_on": timezone.localdate().isoformat(), "delivered_by": "赵送"}
    assert client.post(note("delivered", batch.pk), given).status_code == 302
    assert client.post(note("delivered", batch.pk), given).status_code == 200
    assert client.post(note("void", batch.pk), {"reason": "误"}).status_code == 200
    batch.refresh_from_db()
    assert batch.state == DeliveryBatch.State.DELIVERED


def test_void_and_cancel_ask_for_a_reason(client, office, batch):
    assert client.post(note("void", batch.pk), {"reason": ""}).status_code == 200
    assert client.post(note("void", batch.pk), {"reason": "印错"}).status_code == 302
    row = Delivery.objects.get()
    assert client.post(ledger("cancel", row.pk), {"reason": " "}).status_code == 200
    assert client.post(ledger("cancel", row.pk), {"reason": "已有"}).status_code == 302
    assert "印错" in content(client.get(note("inspect", batch.pk)))


def test_a_correction_shows_what_stood_there(client, office, batch):
    today = timezone.localdate()
    actions.mark_delivered(batch, office, on=today, delivered_by="赵送")
    actions.record_receipt(batch, office, on=today, received_by="王芳")
    given = {
        **dict.fromkeys(("delivered_on", "received_on"), today.isoformat()),
        "delivered_by": "赵送",
        "received_by": "李敏",
        "reason": "签收人写错",
    }
    assert client.post(note("correct", batch.pk), {**given, "reason": ""}).status_code == 200
    assert client.post(note("correct", batch.pk), given).status_code == 302
    page = content(client.get(note("inspect", batch.pk)))
    assert "<del>王芳</del>" in page and "李敏" in page and "签收人写错" in page


def test_the_print_is_the_frozen_page_and_holds_no_script(client, office, batch):
    answer = client.get(note("print", batch.pk))
    assert batch.html in content(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert content(client.get(note("print", batch.pk))) == content(answer)


def test_the_workbook_has_the_lines_and_no_formula(client, office, batch, item):
    answer = client.get(note("xlsx", batch.pk))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    row = [cell.value for cell in sheet[2]]
    assert item.index_number in row and "'=价格公示的通知" in row


def test_the_note_as_pdf(client, office, batch):
    answer = client.get(note("pdf", batch.pk))
    assert answer.status_code == 404 or answer.content[:4] == b"%PDF"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_of_the_ledger_the_notes_and_the_figures(client, office, batch, kind):
    for url in (f"{ledger()}?export={kind}", f"{note()}?export={kind}", ledger(f"figures_{kind}")):
        answer = client.get(url)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200 and len(data) > 100
        assert kind == "xlsx" or (b"\n=" not in data and b",=" not in data)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("q=价格公示", True),
        ("q=临发改〔2026〕1号", True),
        ("q=没有", False),
        ("state=batched", True),
        ("state=due", False),
        ("kind=take_back", False),
        ("overdue=on", False),
        ("page=%(page)s", True),
        ("page=0", False),
        ("year=1999", False),
        ("year=99999999999999999999", False),
        ("point=%(point)s", True),
    ],
)
def test_search_and_filters(client, office, batch, item, point, query, found):
    text = content(client.get(f"{ledger()}?{query % {'page': item.pk, 'point': point.pk}}"))
    assert (item.index_number in text) is found


def test_what_is_late_is_found(client, office, point, item):
    Delivery.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    assert item.index_number in content(client.get(f"{ledger()}?overdue=on"))
    home = content(client.get(reverse("wagtailadmin_home")))
    assert f"{ledger()}?overdue=on" in home


def test_figures_count_what_was_delivered_and_the_places(client, office, world, batch):
    intake_point(world)
    intake_point(world, "旧窗口", active=False)
    page = client.get(ledger("figures"))
    [row] = page.context["rows"]
    assert row["delivered"] == 0 and page.context["places"]["intake_points"] == 1
    actions.mark_delivered(batch, office, on=timezone.localdate(), delivered_by="赵送")
    [row] = client.get(ledger("figures")).context["rows"]
    assert row["delivered"] == 1 and row["months"][timezone.localdate().month - 1] == 1
    for number, address in (*row["by_month"], *row["sums"]):
        listed = client.get(address)
        assert listed.context["paginator"].count == number, address
    for year in ("0", "abc", "99999", "1999"):
        assert client.get(f"{ledger('figures')}?year={year}").status_code == 200


def test_from_the_editor_to_where_it_was_delivered_and_back(client, world, item, point):
    client.force_login(world.people.officer)
    edit = reverse("wagtailadmin_pages:edit", args=[item.pk])
    assert f"{ledger()}?page={item.pk}" in content(client.get(edit))
    row = Delivery.objects.get()
    assert edit in content(client.get(ledger("inspect", row.pk)))


# Who sees what


def urls_of(batch, row, point):
    return [
        ledger("points"),
        ledger("make", point.pk),
        ledger("cancel", row.pk),
        ledger("again", row.pk),
        ledger("figures"),
        ledger("figures_csv"),
        ledger("figures_xlsx"),
        note(),
        *(
            note(name, batch.pk)
            for name in ("inspect", "print", "pdf", "xlsx", "delivered", "receipt", "void", "correct", "scan")
        ),
    ]


def test_a_department_reads_the_rows_of_its_own_items_and_does_nothing(client, world, batch, point):
    row = batch.deliveries.get()
    client.force_login(world.people.officer)
    assert row.index_number in content(client.get(ledger()))
    assert client.get(ledger("inspect", row.pk)).status_code == 200
    for url in urls_of(batch, row, point):
        for send in (client.get, client.post):
            assert send(url).status_code in (302, 403, 404), url
    batch.refresh_from_db()
    assert batch.state == DeliveryBatch.State.MADE


def test_another_department_and_an_outsider_see_nothing(client, world, batch, point):
    row = batch.deliveries.get()
    other = factories.user("other-officer")
    DepartmentMember.objects.create(department=world.other, user=other, role="officer")
    for person in (other, factories.user("outsider")):
        client.force_login(person)
        for url in [
            ledger(),
            f"{ledger()}?export=csv",
            ledger("inspect", row.pk),
            *urls_of(batch, row, point),
        ]:
            answer = client.get(url)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert row.index_number not in text.decode(errors="replace"), url
    client.logout()
    assert client.get(ledger()).status_code == 302


def test_the_office_of_another_agency_sees_nothing(client, world, batch, point, office):
    from wagtail.models import Page, Site

    from wagtail_disclosure.departments.models import Agency, Department

    site = Site.objects.create(hostname="other.example", root_page=Page.objects.get(depth=1))
    agency = Agency.objects.create(site=site, name="另一机关")
    department = Department.objects.create(agency=agency, code="01", name="另一办公室")
    DepartmentMember.objects.create(department=department, user=office, role="officer")
    row = batch.deliveries.get()
    for url in (ledger("inspect", row.pk), *urls_of(batch, row, point)):
        answer = client.get(url)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert row.index_number not in text.decode(errors="replace"), url
    for model in ("readingpoint", "intakepoint"):
        assert "市档案馆" not in content(client.get(place_url(model, "list")))
    assert client.get(place_url("readingpoint", "edit", point.pk)).status_code == 404
    assert client.post(place_url("readingpoint", "delete", point.pk)).status_code in (302, 404)
    assert ReadingPoint.objects.filter(pk=point.pk).exists()


# Places


def place_form(world, **changes):
    return {
        "agency": world.agency.pk,
        "name": "市图书馆",
        "names-en": "City Library",
        "kind": "library",
        "address": "书院街20号",
        "address_names-en": "20 Shuyuan Street",
        "office_hours": "9:00—20:00",
        "directions": "",
        "phone": "",
        "opened_on": "",
        "closed_on": "",
        "sort_order": "0",
        "active": "on",
        "contact_name": "",
        "contact_phone": "",
        "contact_email": "",
        "delivers_from": "2026-01-01",
        "form": "paper",
        "copies": "2",
        "term": "",
        **changes,
    }


def test_a_reading_point_is_entered_and_changed(client, office, world):
    assert client.post(place_url("readingpoint", "add"), place_form(world)).status_code == 302
    point = ReadingPoint.objects.get()
    assert point.local("address", "en") == "20 Shuyuan Street" and point.copies == 2
    changed = place_form(world, name="市新图书馆", opened_version=point.version)
    assert client.post(place_url("readingpoint", "edit", point.pk), changed).status_code == 302
    late = place_form(world, name="市旧图书馆", opened_version=point.version)
    assert client.post(place_url("readingpoint", "edit", point.pk), late).status_code == 200
    point.refresh_from_db()
    assert point.name == "市新图书馆"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"kind": "moon"},
        {"copies": "0"},
        {"copies": "1000"},
        {"term": "0"},
        {"address": ""},
        {"opened_on": "2026-02-01", "closed_on": "2026-01-01"},
        {"name": "x" * 256},
        {"contact_email": "no"},
        {"agency": "999999"},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_reading_point_that_cannot_be_is_refused(client, office, world, changes):
    assert client.post(place_url("readingpoint", "add"), place_form(world, **changes)).status_code == 200
    assert not ReadingPoint.objects.exists()


def test_an_intake_point_is_entered(client, office, world):
    given = place_form(world, department=world.office.pk, accepts=["counter", "oral"], fax="", email="")
    assert client.post(place_url("intakepoint", "add"), given).status_code == 302
    assert IntakePoint.objects.get().accepts == ["counter", "oral"]
    bad = place_form(world, accepts=["pigeon"])
    assert client.post(place_url("intakepoint", "add"), bad).status_code == 200
    assert IntakePoint.objects.count() == 1


def test_a_point_with_deliveries_is_not_deleted(client, office, point, item):
    assert client.post(place_url("readingpoint", "delete", point.pk)).status_code == 302
    assert ReadingPoint.objects.filter(pk=point.pk).exists()
    empty = ReadingPoint.objects.create(agency=point.agency, name="空", kind="other", active=False)
    client.post(place_url("readingpoint", "delete", empty.pk))
    assert not ReadingPoint.objects.filter(pk=empty.pk).exists()


# Other agencies


@pytest.fixture
def theirs(world, office):
    """A reading point and an intake point of another agency; the office belongs to the first."""
    from wagtail.models import Page, Site

    from wagtail_disclosure.departments.models import Agency

    DepartmentMember.objects.create(department=world.office, user=office, role="officer")
    site = Site.objects.create(hostname="other.example", root_page=Page.objects.get(depth=1))
    agency = Agency.objects.create(site=site, name="另一机关")
    return reading_point(world, "乙档案馆", agency=agency), intake_point(world, "乙窗口", agency=agency)


def test_places_of_another_agency_are_neither_deleted_in_bulk_nor_have_a_history(client, theirs):
    for place in theirs:
        model = place._meta.model_name
        bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", model, "delete"])
        for ids in (f"id={place.pk}", "id=all"):
            assert client.get(f"{bulk}?{ids}").status_code == 404
            assert client.post(f"{bulk}?{ids}").status_code == 404
        for name in ("edit", "delete", "history", "history_results", "usage"):
            assert client.get(place_url(model, name, place.pk)).status_code == 404, name
        assert type(place).objects.filter(pk=place.pk).exists()


def test_own_places_without_deliveries_are_deleted_in_bulk(client, world, theirs):
    own = reading_point(world, "市图书馆")
    for name in ("edit", "delete", "history", "history_results", "usage"):
        assert client.get(place_url("readingpoint", name, own.pk)).status_code == 200, name
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "readingpoint", "delete"])
    assert client.post(f"{bulk}?id={own.pk}").status_code == 302
    assert not ReadingPoint.objects.filter(pk=own.pk).exists()


def test_a_point_takes_from_departments_of_its_own_agency_only(client, world, theirs):
    from wagtail_disclosure.departments.models import Department

    other = Department.objects.create(agency=theirs[0].agency, code="91", name="别的处")
    client.post(place_url("readingpoint", "add"), place_form(world, departments=[other.pk]))
    assert not ReadingPoint.objects.filter(name="市图书馆").exists()


def test_a_department_that_was_merged_stays_chosen_when_the_point_is_saved(client, office, world, point):
    """Without it the point would take the items of all."""
    point.departments.set([world.other])
    world.other.status = world.other.Status.MERGED
    world.other.save()
    form = client.get(place_url("readingpoint", "edit", point.pk)).context["form"]
    assert form.fields["departments"].queryset.filter(pk=world.other.pk).exists()
    given = place_form(world, departments=[world.other.pk], opened_version=point.version)
    assert client.post(place_url("readingpoint", "edit", point.pk), given).status_code == 302
    assert list(point.departments.all()) == [world.other]
