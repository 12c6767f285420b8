"""What is told about reviews afterwards: the public record, the internal history, the ledger report."""

import csv
import datetime
import io
import json

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import LedgerEntry, Seal
from wagtail_disclosure.publishing.review.record import public_record
from wagtail_disclosure.publishing.review.views import item_url

pytestmark = pytest.mark.django_db
PEOPLE = ("王处", "李密", "赵核", "周委", "陈信")


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def as_text(record):
    return json.dumps(record, default=str, ensure_ascii=False)


# The public record


def test_the_public_record_tells_steps_roles_times_and_digest(world):
    page = factories.published(world)
    record = public_record(page)
    assert [step["name"] for step in record["steps"]] == [
        "处室负责人初审",
        "保密审查",
        "办公室核稿",
        "委领导审批",
    ]
    assert all(step["decided_at"] and step["outcome"] for step in record["steps"])
    assert record["digest"] == Seal.objects.about(page).in_force().get().digest
    assert record["digest_matches"] is True
    assert [entry["action"] for entry in record["entries"]].count(str(LedgerEntry.Kind.PUBLISHED.label)) == 1
    assert len(record["entries"]) == 5


def test_in_another_language_a_step_is_named_by_its_kind(world):
    page = factories.published(world)
    with translation.override("en"):
        names = [step["name"] for step in public_record(page)["steps"]]
    assert names == ["Department head review", "Secrecy review", "Copy-check", "Leader approval"]


def test_persons_are_named_only_where_the_setting_says_so(world):
    page = factories.published(world)
    assert not any(name in as_text(public_record(page)) for name in PEOPLE)
    with override_settings(WAGTAIL_DISCLOSURE={"RECEIPT_SHOWS": "name"}):
        assert [step["person"] for step in public_record(page)["steps"]] == ["王处", "李密", "赵核", "周委"]


def test_comments_returned_and_void_decisions_stay_internal(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    state = fresh(page).current_workflow_task_state
    actions.reject(state, world.people.head, comment="不宜公开的内部意见")
    text = as_text(public_record(factories.publish(world, fresh(page))))
    assert "不宜公开的内部意见" not in text
    assert len(public_record(fresh(page))["entries"]) == 5


def test_what_was_never_public_has_no_record(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    assert public_record(page) is None


@pytest.mark.raw
def test_a_change_behind_the_gates_back_is_seen(world):
    page = factories.published(world)
    EntryPage.objects.filter(pk=page.pk).update(summary="绕过审批的文字")
    assert public_record(fresh(page))["digest_matches"] is False


def test_a_withdrawn_item_tells_how_it_had_been_approved_and_nothing_else(world):
    page = factories.published(world)
    actions.withdraw(page, world.people.root, reason="secrecy", explanation="依法撤下")
    record = public_record(fresh(page))
    assert record["in_force"] is False and record["title"] == "" and record["document_url"] == ""
    assert len(record["steps"]) == 4 and record["digest_matches"] is None


# The internal history


def test_the_history_shows_every_decision_void_ones_marked(client, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    actions.reject(fresh(page).current_workflow_task_state, world.people.secrecy, comment="附件缺页")
    factories.publish(world, fresh(page))
    client.force_login(world.people.officer)
    text = client.get(item_url("history", page)).content.decode()
    assert "附件缺页" in text and "disclosure-review__event--void" in text
    for name in PEOPLE:
        assert name in text


def test_the_history_says_who_withdrew_and_why(client, world):
    page = factories.published(world)
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="表二数字有误")
    client.force_login(world.people.officer)
    (event,) = [each for each in client.get(item_url("history", page)).context["events"] if each.comment]
    assert (event.who, event.comment) == ("周委", "表二数字有误")


@pytest.mark.raw
def test_a_changed_ledger_entry_is_reported_in_the_history(client, world):
    page = factories.published(world)
    entry = LedgerEntry.objects.about(page).first()
    LedgerEntry.objects.filter(pk=entry.pk).update(actor_name="别人")
    client.force_login(world.people.officer)
    response = client.get(item_url("history", page))
    assert response.context["broken"] == [entry.sequence]


def test_the_history_is_linked_from_the_editor(client, world):
    page = factories.published(world)
    client.force_login(world.people.officer)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert item_url("history", page) in editor.content.decode()


def test_strangers_do_not_see_the_history(client, world):
    page = factories.published(world)
    client.force_login(factories.user("stranger"))
    assert client.get(item_url("history", page)).status_code == 404


def test_an_item_without_events_has_an_empty_history(client, world):
    page = factories.draft(world)
    client.force_login(world.people.officer)
    assert client.get(item_url("history", page)).status_code == 200


# The ledger report


@pytest.fixture
def auditor(world):
    user = factories.user("auditor")
    user.user_permissions.add(Permission.objects.get(codename="view_ledgerentry"))
    return user


LEDGER = "/admin/disclosure/ledger/"


def test_the_ledger_lists_every_entry_newest_first(client, world, auditor):
    page = factories.published(world)
    client.force_login(auditor)
    response = client.get(LEDGER)
    sequences = [entry.sequence for entry in response.context["object_list"]]
    assert sequences == sorted(sequences, reverse=True) and len(sequences) >= 5
    assert page.title in response.content.decode()


@pytest.mark.parametrize("person", ["officer", "head", "leader"])
def test_without_the_permission_there_is_no_ledger(client, world, person):
    client.force_login(getattr(world.people, person))
    assert client.get(LEDGER).status_code == 302
    assert client.get(LEDGER + "?export=csv").status_code == 302
    assert LEDGER not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_ledger_stands_in_the_reports_menu(client, world, auditor):
    client.force_login(auditor)
    assert LEDGER in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"kind": "approved"}, 4),
        # The catalogue itself was published as well.
        ({"kind": ["approved", "published"]}, 6),
        ({"title": "价格公示"}, 5),
        ({"title": "没有这个标题"}, 0),
        ({"at_from": "2099-01-01"}, 0),
    ],
)
def test_the_ledger_is_filtered(client, world, auditor, query, count):
    factories.published(world)
    client.force_login(auditor)
    response = client.get(LEDGER, query)
    assert len(response.context["object_list"]) == count


@pytest.mark.parametrize("query", [{"at_from": "昨天"}, {"actor": "x"}, {"kind": "nothing"}, {"p": "99"}])
def test_a_malformed_filter_breaks_nothing(client, world, auditor, query):
    client.force_login(auditor)
    assert client.get(LEDGER, query).status_code in (200, 404)


def test_the_ledger_is_exported_without_formulas(client, world, auditor):
    factories.published(world, "=cmd|' /C calc'!A0")
    client.force_login(auditor)
    body = b"".join(client.get(LEDGER, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert any("'=cmd|" in cell for row in rows for cell in row)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    content = b"".join(client.get(LEDGER, {"export": "xlsx"}).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert sheet.max_row == LedgerEntry.objects.count() + 1


def test_the_exported_ledger_has_local_times(client, world, auditor):
    factories.published(world)
    client.force_login(auditor)
    at = timezone.localtime(LedgerEntry.objects.latest("sequence").at)
    body = b"".join(client.get(LEDGER, {"export": "csv"}).streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    shown = date_format(at, "SHORT_DATETIME_FORMAT")
    assert shown in body.decode() and shown in client.get(LEDGER).content.decode()
    content = b"".join(client.get(LEDGER, {"export": "xlsx"}).streaming_content)
    newest = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))[1]
    assert abs(newest[1] - at.replace(tzinfo=None)) < datetime.timedelta(seconds=1)


@pytest.mark.raw
def test_a_changed_entry_is_marked_in_the_report(client, world, auditor):
    factories.published(world)
    entry = LedgerEntry.objects.order_by("-sequence").first()
    LedgerEntry.objects.filter(pk=entry.pk).update(digest="0" * 64)
    client.force_login(auditor)
    shown = client.get(LEDGER).context["object_list"]
    assert [each.authentic for each in shown].count(False) == 1


def test_an_entry_about_something_deleted_stays_in_the_report(client, world, auditor):
    page = factories.published(world)
    actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")
    fresh(page).delete()
    client.force_login(auditor)
    assert len(client.get(LEDGER, {"kind": "approved"}).context["object_list"]) == 4
