"""The admin: each department its own submissions, what is done by hand, counts that lead to their items."""

import datetime
import io
import re

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from wagtail.models import Site

from tests import factories
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.interchange.models import UpwardPlatform, UpwardSubmission
from wagtail_disclosure.interchange.upward import counts, moves, push
from wagtail_disclosure.interchange.upward.planning import plan
from wagtail_disclosure.publishing.models import PublishedItem

from .conftest import SECRET
from .receiver import Receiver, items_of, results

INDEX = "disclosure_upward:index"


def url(name, *args):
    return reverse(f"disclosure_upward:{name}", args=args)


@pytest.fixture
def submitted(platform, rows):
    push.run(platform, send=Receiver())
    return list(UpwardSubmission.objects.order_by("pk"))


def submissions_in(response):
    return {int(pk) for pk in re.findall(r"/submissions/inspect/(\d+)/", response.content.decode())}


# Scope (P7)


def test_a_department_sees_and_handles_its_own_submissions_only(client, world, submitted):
    own = {each.pk for each in submitted if each.department_id == world.office.pk}
    foreign = next(each for each in submitted if each.pk not in own)
    client.force_login(world.people.officer)
    assert submissions_in(client.get(reverse(INDEX))) == own
    exported = b"".join(client.get(reverse(INDEX), {"export": "csv"}).streaming_content).decode()
    assert exported.count("\n") == len(own) + 1
    for name in ("inspect", "mark", "again", "now"):
        assert client.get(url(name, foreign.pk)).status_code == 404
        assert client.post(url(name, foreign.pk), {"status": "adopted", "reason": "x"}).status_code == 404
    assert client.get(url("inspect", min(own))).status_code == 200


def test_others_see_nothing(client, world, submitted, platform):
    client.force_login(factories.user("outsider"))
    for address in (reverse(INDEX), url("counts"), url("hand_over", platform.pk), url("send", platform.pk)):
        assert client.get(address).status_code == 302
    assert client.get(url("inspect", submitted[0].pk)).status_code == 404


def test_the_office_sees_all(client, office, submitted):
    client.force_login(office)
    assert submissions_in(client.get(reverse(INDEX))) == {each.pk for each in submitted}


def test_an_officer_makes_no_key_and_sends_nothing_at_once(client, world, make_platform):
    platform = make_platform(direction="fetch")
    client.force_login(world.people.officer)
    for name in ("key", "send", "runs"):
        assert client.post(url(name, platform.pk)).status_code == 302
    platform.refresh_from_db()
    assert platform.access_key_hash == ""


# Platforms


def form_of(world, **values):
    return {
        "agency": world.agency.pk,
        "name": "平台",
        "code": "p-1",
        "direction": "push",
        "format": "xml",
        "content": "link",
        "endpoint": "https://platform.example/",
        "secret": SECRET,
        "batch_size": "20",
        "schema_version": "1.0",
        "mapping": "{}",
        "active": "on",
        **values,
    }


def test_a_secret_is_stored_encrypted_and_never_shown(client, office, world):
    from django.db import connection

    client.force_login(office)
    assert client.post(reverse("disclosure_platforms:add"), form_of(world)).status_code == 302
    platform = UpwardPlatform.objects.get(code="p-1")
    assert platform.secret == SECRET
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM wagtail_disclosure_upwardplatform")
        assert SECRET not in cursor.fetchone()[0]
    edit = reverse("disclosure_platforms:edit", args=[platform.pk])
    assert SECRET not in client.get(edit).content.decode()
    client.post(edit, form_of(world, secret="", name="改名"))
    platform.refresh_from_db()
    assert (platform.name, platform.secret) == ("改名", SECRET)


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://10.0.0.1/"},
        {"endpoint": "http://platform.example/"},
        {"endpoint": ""},
        {"secret": "short"},
        {"batch_size": "0"},
        {"batch_size": "501"},
        {"code": "Groß"},
        {"mapping": '{"title": {}}'},
        {"mapping": '{"category": {"01": 5}}'},
        {"mapping": "[]"},
    ],
    ids=str,
)
def test_what_a_platform_cannot_be_is_said_in_the_form(client, office, world, wrong):
    client.force_login(office)
    response = client.post(reverse("disclosure_platforms:add"), form_of(world, **wrong))
    assert response.status_code == 200 and not UpwardPlatform.objects.exists()
    (field,) = wrong
    assert field in response.context["form"].errors


def test_a_key_is_shown_once(client, office, make_platform):
    platform = make_platform(direction="fetch")
    client.force_login(office)
    response = client.post(url("key", platform.pk))
    platform.refresh_from_db()
    key = response.context["key"]
    assert platform.opens_with(key) and key in response.content.decode()
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert key not in client.get(url("key", platform.pk)).content.decode()


def test_a_platform_with_submissions_is_not_deleted(client, world, platform, submitted):
    client.force_login(world.people.root)
    answer = client.post(reverse("disclosure_platforms:delete", args=[platform.pk]))
    assert answer.status_code == 302
    assert UpwardPlatform.objects.exists() and UpwardSubmission.objects.count() == 6


def test_send_now_says_what_came_of_it(client, office, platform, rows, monkeypatch):
    monkeypatch.setattr("wagtail_disclosure.interchange.upward.transport.post", Receiver())
    client.force_login(office)
    client.post(url("send", platform.pk))
    assert UpwardSubmission.objects.filter(state="accepted").count() == 6
    assert client.get(url("runs", platform.pk)).status_code == 200
    push.begin(platform, "another")
    assert client.post(url("send", platform.pk)).status_code == 200


# By hand


def test_a_status_set_by_hand_has_its_reason_and_person(client, world, submitted):
    own = next(each for each in submitted if each.department_id == world.office.pk)
    client.force_login(world.people.officer)
    address = url("mark", own.pk)
    assert client.post(address, {"status": "adopted", "reason": ""}).status_code == 200
    assert client.post(address, {"status": "withdrawn", "reason": "x"}).status_code == 200
    bad = {"status": "adopted", "reason": "电话告知", "url": "javascript:alert(1)"}
    assert client.post(address, bad).status_code == 200
    client.post(address, {**bad, "url": "https://p.example/1", "reference": "A-1"})
    own.refresh_from_db()
    assert (own.state, own.reference, own.counts_as_adopted) == ("adopted", "A-1", True)
    event = own.events.last()
    assert (event.by, event.by_name, event.reason) == (world.people.officer, "陈信", "电话告知")
    assert "电话告知" in client.get(url("inspect", own.pk)).content.decode()


def test_what_waits_is_taken_as_a_file_and_marked(client, world, make_platform, rows):
    platform = make_platform(direction="manual", endpoint="", secret="")
    plan(platform)
    own = UpwardSubmission.objects.filter(department_id=world.office.pk)
    client.force_login(world.people.officer)
    page = client.get(url("hand_over", platform.pk))
    up_to = page.context["form"]["up_to"].value()
    # A browser sends only what the page holds.
    assert f'name="up_to" value="{up_to}"' in page.content.decode()
    workbook = load_workbook(io.BytesIO(client.get(url("file", platform.pk, "xlsx")).content))
    keys = [row[0] for row in workbook.active.iter_rows(min_row=2, values_only=True)]
    assert sorted(keys) == sorted(str(each.key) for each in own)
    for kind in ("json", "xml"):
        response = client.get(url("file", platform.pk, kind))
        assert [item["key"] for item in items_of(response.content, kind)] == keys
    assert not own.exclude(state="waiting").exists()
    late = own.order_by("-pk").first()
    client.post(url("hand_over", platform.pk), {"route": "link", "up_to": up_to - 1})
    assert set(own.values_list("state", "route")) == {("sent", "link"), ("waiting", "")} or own.count() == 1
    late.refresh_from_db()
    assert late.state == "waiting"
    assert (
        not UpwardSubmission.objects.exclude(department_id=world.office.pk).exclude(state="waiting").exists()
    )


def sheet(*rows):
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    found = io.BytesIO()
    workbook.save(found)
    found.seek(0)
    found.name = "statuses.xlsx"
    return found


def test_a_sheet_with_statuses_is_read(client, office, make_platform, rows):
    platform = make_platform(direction="manual", endpoint="")
    plan(platform)
    first, second, third, *_rest = UpwardSubmission.objects.order_by("pk")
    client.force_login(office)
    given = sheet(
        ["报送编号", "索引号", "状态", "时间", "原因", "备注"],
        [str(first.key), "", "已采用", "2026-05-04", "", "x"],
        ["", second.index_number, "退回", "", "内容重复", ""],
        [str(third.key), "", "accepted", "2026-05-04 10:00", "", ""],
    )
    assert client.post(url("statuses", platform.pk), {"file": given}).status_code == 302
    states = [(each.state, each.reason) for each in UpwardSubmission.objects.order_by("pk")[:3]]
    assert states == [("adopted", ""), ("refused", "内容重复"), ("accepted", "")]
    events = first.events.count()
    given.seek(0)
    client.post(url("statuses", platform.pk), {"file": given})
    assert first.events.count() == events


def test_what_a_platform_said_before_the_hand_over_was_entered_counts(client, office, make_platform, rows):
    platform = make_platform(direction="manual", endpoint="", secret="")
    plan(platform)
    client.force_login(office)
    up_to = client.get(url("hand_over", platform.pk)).context["form"]["up_to"].value()
    client.post(url("hand_over", platform.pk), {"route": "entry", "up_to": up_to})
    first, second, *_rest = UpwardSubmission.objects.order_by("pk")
    assert first.state == "sent"
    given = sheet(["报送编号", "状态", "时间"], [str(first.key), "已采用", "2026-01-04 10:00"])
    assert client.post(url("statuses", platform.pk), {"file": given}).status_code == 302
    first.refresh_from_db()
    assert first.state == "adopted" and first.adopted_at.isoformat().startswith("2026-01-04")
    # What it said itself is ordered by its own time.
    given = sheet(["报送编号", "状态", "时间"], [str(first.key), "退回", "2026-01-03 10:00"])
    client.post(url("statuses", platform.pk), {"file": given})
    first.refresh_from_db()
    assert first.state == "adopted"


def test_the_sheet_for_a_platform_has_the_day_here(client, world, office, make_platform, rows):
    evening = datetime.datetime(2026, 1, 7, 17, 30, tzinfo=datetime.UTC)
    PublishedItem.objects.filter(pk=rows[0]).update(date_published=evening)
    plan(make_platform(direction="manual", endpoint="", secret=""))
    client.force_login(office)
    answer = client.get(url("file", UpwardPlatform.objects.get().pk, "xlsx"))
    heading, *lines = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    title, day = (heading.index(name) for name in ("名称", "发布日期"))
    assert {row[title]: row[day] for row in lines}[
        PublishedItem.objects.get(pk=rows[0]).title
    ] == "2026-01-08"


@pytest.mark.parametrize(
    "row",
    [
        ["{key}", "great", ""],
        ["nonsense", "adopted", ""],
        ["", "adopted", ""],
        ["{key}", "adopted", "2999-01-01"],
        ["{key}", "adopted", "昨天"],
        ["{key}", "refused", "", "x" * 1001],
    ],
    ids=str,
)
def test_nothing_of_a_sheet_is_taken_over_while_a_row_is_wrong(client, office, platform, submitted, row):
    heading = ["key", "status", "at", "reason"]
    good = [str(submitted[1].key), "adopted"]
    bad = [cell.format(key=submitted[0].key) for cell in row]
    client.force_login(office)
    response = client.post(url("statuses", platform.pk), {"file": sheet(heading, good, bad)})
    assert response.status_code == 200 and response.context["problems"][0].line == 3
    assert not UpwardSubmission.objects.exclude(state="accepted").exists()


def test_a_sheet_names_no_submission_of_another_department(client, world, platform, submitted):
    foreign = next(each for each in submitted if each.department_id != world.office.pk)
    client.force_login(world.people.officer)
    given = sheet(["key", "status"], [str(foreign.key), "adopted"])
    response = client.post(url("statuses", platform.pk), {"file": given})
    assert response.context["problems"] and foreign.title not in response.content.decode()


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"PK\x03\x04broken", b"key\n1\n"])
def test_what_is_no_sheet_is_refused(client, office, platform, content):
    given = io.BytesIO(content)
    given.name = "statuses.csv"
    client.force_login(office)
    response = client.post(url("statuses", platform.pk), {"file": given})
    assert response.status_code == 200 and response.context["form"].errors


# Counts (P6)


def test_every_number_leads_to_as_many_items(client, office, platform, rows):
    def send(platform, body, key):
        keys = [item["key"] for item in items_of(body)]
        return results(keys[:4], "adopted")

    push.run(platform, send=send)
    client.force_login(office)
    page = client.get(url("counts"))
    checked = 0
    for _name, cells in [*page.context["departments"], *page.context["months"], ("", page.context["total"])]:
        for cell in cells:
            assert client.get(cell["url"]).context["paginator"].count == cell["number"], cell
            checked += 1
    assert checked > 60
    total = {cell["name"]: cell["number"] for cell in page.context["total"]}
    assert total == {"submitted": 4, "adopted": 4, "refused": 0, "waiting": 2, "failed": 0}
    exported = b"".join(client.get(url("counts"), {"export": "csv"}).streaming_content).decode()
    assert "办公室" in exported


def test_an_adoption_counts_once_and_not_when_it_is_taken_back(world, platform, office):
    page = factories.published(world)
    adopting = Receiver("adopted")
    push.run(platform, send=adopting)
    draft = page.get_latest_revision_as_object()
    draft.title = "改后的通知"
    draft.save_revision(user=world.people.officer)
    factories.publish(world, draft)
    push.run(platform, send=adopting)
    everything = UpwardSubmission.objects.all()
    assert [counts.COUNTED[name].of(everything).count() for name in ("submitted", "adopted")] == [1, 1]
    first = everything.order_by("pk").first()
    moves.mark(first, office, "refused", reason="撤销采用")
    assert counts.COUNTED["adopted"].of(everything).count() == 0


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000", "99999", "2026-0x", "²⁰²⁶"])
def test_a_period_that_is_none_is_this_year(client, office, month):
    client.force_login(office)
    assert client.get(url("counts"), {"month": month, "platform": "x"}).status_code == 200
    assert client.get(reverse(INDEX), {"month": month, "item": "x", "counted": "x"}).status_code == 200


def test_the_editor_of_an_entry_shows_where_it_was_submitted(client, world, platform):
    page = factories.published(world)
    push.run(platform, send=Receiver("adopted"))
    client.force_login(world.people.officer)
    text = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert f"item={page.pk}" in text and platform.name in text
    listed = client.get(reverse(INDEX), {"item": page.pk})
    assert submissions_in(listed) == {UpwardSubmission.objects.get().pk}


def test_the_office_of_another_agency_sees_no_platform_and_no_submission(
    client, world, office, platform, submitted
):
    site = Site.objects.create(hostname="other.example", root_page=world.agency.site.root_page)
    other = Department.objects.create(
        agency=Agency.objects.create(site=site, name="别的机关"), code="90", name="办公室"
    )
    client.force_login(office)
    assert len(submissions_in(client.get(reverse(INDEX)))) == 0, "which agency's office is it?"
    DepartmentMember.objects.create(department=other, user=office, role="officer")
    assert len(submissions_in(client.get(reverse(INDEX)))) == 0
    assert platform.name not in client.get(reverse("disclosure_platforms:index")).content.decode()
    for address in (reverse("disclosure_platforms:edit", args=[platform.pk]), url("hand_over", platform.pk)):
        assert client.get(address).status_code == 404


def test_a_member_of_both_departments_sees_both(client, world, submitted):
    DepartmentMember.objects.create(department=world.other, user=world.people.officer, role="officer")
    client.force_login(world.people.officer)
    assert len(submissions_in(client.get(reverse(INDEX)))) == 6


def test_the_only_agency_is_chosen_for_a_new_platform(client, world):
    client.force_login(world.people.root)
    page = client.get(reverse("disclosure_platforms:add"))
    assert page.context["form"].initial["agency"] == world.agency.pk


def test_where_nothing_waits_nothing_is_to_be_handed_over(client, office, platform):
    client.force_login(office)
    page = client.get(url("hand_over", platform.pk)).content.decode()
    assert url("file", platform.pk, "xlsx") not in page and url("statuses", platform.pk) in page


# Other agencies


@pytest.fixture
def other_agency(world):
    site = Site.objects.create(hostname="other.example", root_page=world.agency.site.root_page)
    return Agency.objects.create(site=site, name="别的机关")


@pytest.fixture
def own_office(client, world, office):
    """The office, in an installation with several agencies; logged in."""
    DepartmentMember.objects.create(department=world.office, user=office, role="officer")
    client.force_login(office)
    return office


def test_nobody_enters_a_platform_for_another_agency_or_with_its_departments(
    client, world, own_office, platform, other_agency
):
    theirs = Department.objects.create(agency=other_agency, code="91", name="别的处")
    add, edit = (
        reverse("disclosure_platforms:add"),
        reverse("disclosure_platforms:edit", args=[platform.pk]),
    )
    assert "别的处" not in client.get(add).content.decode()
    client.post(add, form_of(world, agency=other_agency.pk))
    client.post(add, form_of(world, departments=[theirs.pk]))
    client.post(edit, form_of(world, agency=other_agency.pk, code=platform.code))
    assert [each.agency for each in UpwardPlatform.objects.all()] == [world.agency]
    client.post(add, form_of(world, departments=[world.other.pk]))
    (made,) = UpwardPlatform.objects.exclude(pk=platform.pk)
    assert made.departments.get() == world.other


def test_a_platform_of_another_agency_has_no_history_for_the_person(
    client, own_office, platform, other_agency
):
    theirs = UpwardPlatform.objects.create(
        agency=other_agency, name="别的平台", code="theirs", endpoint="https://platform.example/y"
    )
    for name in ("edit", "delete", "history", "history_results", "usage"):
        assert client.get(reverse(f"disclosure_platforms:{name}", args=[theirs.pk])).status_code == 404, name
        if name != "delete":
            own = reverse(f"disclosure_platforms:{name}", args=[platform.pk])
            assert client.get(own).status_code == 200, name


# Bad input


@pytest.mark.parametrize("month", ["0001", "0001-01", "9999", "9999-12", "2026-13", "²", "\0", "9" * 5000])
def test_a_month_that_is_none_breaks_nothing(client, office, submitted, month):
    client.force_login(office)
    for address, more in ((url("counts"), {}), (reverse(INDEX), {"counted": "submitted"})):
        assert client.get(address, {"month": month, **more}).status_code == 200


def test_an_address_that_runs_a_script_is_not_read_from_a_sheet(client, world, platform, rows):
    plan(platform)
    client.force_login(world.people.officer)
    own = UpwardSubmission.objects.filter(department_id=world.office.pk).first()
    data = sheet(["key", "status", "url"], [str(own.key), "accepted", "javascript:alert(1)"])
    page = client.post(url("statuses", platform.pk), {"file": data})
    own.refresh_from_db()
    assert page.status_code == 200 and (own.state, own.reference_url) == ("waiting", "")


def test_a_platform_takes_nothing_from_before_the_calendar_of_databases(client, world, office):
    client.force_login(office)
    assert (
        "since"
        in client.post(reverse("disclosure_platforms:add"), form_of(world, since="0001-01-01"))
        .context["form"]
        .errors
    )
