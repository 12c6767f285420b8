"""P7, P8: a department that takes part in a case reads what its task needs, answers, and reaches nothing else."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests import factories, factories_cases
from tests.case_admin import browser, send, soup, url
from wagtail_disclosure.casework import identity, moves, tasks
from wagtail_disclosure.casework.models import IdentityRead
from wagtail_disclosure.departments.models import Department, DepartmentMember
from wagtail_disclosure.departments.roles import admin_access, sync
from wagtail_disclosure.requests.models import DisclosureRequest, RequestTask
from wagtail_disclosure.rules.transitions import MoveRefused

LIST = reverse("wagtail_disclosure_case_tasks")


@pytest.fixture
def place(db):
    found = factories_cases.agency()
    found.head = factories_cases.head()
    found.law = Department.objects.create(agency=found.agency, code="03", name="法规科")
    found.lawyer = factories.user("lawyer", name="周法")
    DepartmentMember.objects.create(department=found.law, user=found.lawyer, role="officer")
    for department in (found.prices, found.projects, found.law):
        sync(department)
    found.head.user_permissions.add(admin_access())
    return found


@pytest.fixture
def case(place):
    found = factories_cases.request(
        place,
        department=place.prices,
        purpose="诉讼用途",
        help_needed="听力障碍",
        description="请公开2025年审批文件。",
    )
    moves.act(found, "confirm_receipt", by=place.officer)
    moves.act(found, "accept", by=place.officer)
    moves.act(found, "note", by=place.officer, note="申请人电话询问进度")
    found.identity_copy = factories_cases.attachment(found, name="id-card.txt")
    found.map = factories_cases.attachment(found, name="map.txt", origin="officer")
    return found


def ask(case, place, department=None, **options):
    return moves.act(
        case,
        "involve",
        by=place.officer,
        data={"department": (department or place.projects).pk, "task_days": 5},
        details={"question": "请提供审批文件"},
        documents=[str(case.map.key)],
        **options,
    )


def file_url(attachment):
    return reverse("wagtail_disclosure_admin_case_file", args=[attachment.key])


def test_before_it_is_asked_and_after_it_was_taken_back_a_department_sees_nothing(place, case):
    client = browser(place.other_officer)
    assert client.get(url("inspect", case.pk)).status_code == 404
    ask(case, place)
    assert client.get(url("inspect", case.pk)).status_code == 200
    moves.act(case, "withdraw_task", by=place.officer, details={"reason": "问错了科室"})
    assert client.get(url("inspect", case.pk)).status_code == 404
    assert case.number not in client.get(url("index")).content.decode()
    assert case.number not in client.get(LIST).content.decode()


def test_on_every_address_it_reaches_what_its_task_needs_and_no_more(place, case):
    ask(case, place)
    involved, third = browser(place.other_officer), browser(place.lawyer)
    text = soup(involved.get(url("inspect", case.pk))).get_text(" ", strip=True)
    for shown in ("请公开2025年审批文件。", "请提供审批文件", "王**", "map.txt"):
        assert shown in text
    hidden = ("王小明", factories_cases.IDENTITY, factories_cases.PHONE, "诉讼用途", "听力障碍", "电话询问")
    for each in (*hidden, "id-card.txt"):
        assert each not in text
    assert case.number in involved.get(url("index")).content.decode()
    assert case.number in involved.get(url("index"), {"queue": "tasks"}).content.decode()
    for method in ("get", "post"):
        assert getattr(involved, method)(url("people", case.pk), {"reason": "查询"}).status_code == 404
    assert not IdentityRead.objects.exists()
    assert involved.get(file_url(case.identity_copy)).status_code == 404
    assert involved.get(file_url(case.map)).status_code == 200
    with pytest.raises(PermissionDenied):
        identity.read(case, ["name"], place.other_officer, reason="查询")
    export = b"".join(involved.get(url("index"), {"export": "csv"})).decode()
    assert "王" not in export and "审批" not in export
    for address in (url("inspect", case.pk), url("action", case.pk, "answer_task"), file_url(case.map)):
        response = third.get(address)
        assert response.status_code == 404 and case.number not in response.content.decode()
    assert case.number not in third.get(url("index")).content.decode() + third.get(LIST).content.decode()


def test_it_moves_the_case_by_no_action(place, case):
    ask(case, place)
    assert moves.roles_of(place.other_officer, case) == {"involved"}
    offered = {each.code for each in moves.allowed(case, place.other_officer, today=timezone.localdate())}
    assert offered == {"answer_task"}
    client, number = browser(place.other_officer), case.events.count()
    for action in moves.Standing(case).table.actions:
        if action != "answer_task":
            assert client.get(url("action", case.pk, action)).status_code == 302, action
            client.post(url("action", case.pk, action), {"note": "x", "reason": "x"})
            with pytest.raises(MoveRefused):
                moves.act(case, action, by=place.other_officer)
    assert case.events.count() == number


def test_the_task_is_asked_and_answered_by_its_forms(place, case):
    client, today = browser(place.officer), timezone.localdate()
    given = {"department": place.projects.pk, "question": "请提供审批文件", "task_days": "3"}
    response = send(client, url("action", case.pk, "involve"), {**given, "documents": [str(case.map.key)]})
    task = RequestTask.objects.get()
    assert (task.department, task.state, task.key) == (place.projects, "open", "1"), (
        response.content.decode()[-3000:]
    )
    assert today < task.due_on <= today + datetime.timedelta(14)
    involved = browser(place.other_officer)
    page = soup(involved.get(LIST))
    assert url("inspect", case.pk) in [each["href"] for each in page.select("a[href]")]
    address = f"{url('action', case.pk, 'answer_task')}?key=1"
    response = send(involved, address, {"answer": ""})
    assert RequestTask.objects.get().is_open
    uploads = [factories_cases.upload(b"first", "one.txt"), factories_cases.upload(b"second", "two.txt")]
    send(involved, address, {"answer": "审批文件见附件", "upload": uploads})
    task.refresh_from_db()
    assert (task.state, task.answered_by, len(task.answer.documents)) == ("answered", place.other_officer, 2)
    text = client.get(url("inspect", case.pk)).content.decode()
    assert "审批文件见附件" in text and "one.txt" in text and "two.txt" in text
    assert involved.get(url("inspect", case.pk)).status_code == 200, "past involvement still reads"
    assert DisclosureRequest.objects.get().state == "handling"
    assert "审批文件见附件" not in str(list(case.events.values_list("data", flat=True)))


@pytest.mark.parametrize("values", [{}, {"task_days": "0"}, {"task_days": "99"}, {"question": "x" * 100_000}])
def test_what_cannot_be_asked_is_refused_with_the_answers_kept(place, case, values):
    given = {"department": place.projects.pk, "question": "", "task_days": "3", **values}
    response = send(browser(place.officer), url("action", case.pk, "involve"), given)
    assert not RequestTask.objects.exists()
    assert soup(response).select_one(f'option[value="{place.projects.pk}"][selected]')


def test_each_of_several_departments_answers_its_own_task(place, case):
    ask(case, place)
    ask(case, place, place.law)
    with pytest.raises(MoveRefused):
        moves.act(case, "answer_task", by=place.lawyer, key="1", details={"answer": "不属本科"})
    moves.act(case, "answer_task", by=place.lawyer, key="2", details={"answer": "同意"})
    assert list(RequestTask.objects.order_by("key").values_list("state", flat=True)) == ["open", "answered"]
    text = browser(place.lawyer).get(url("inspect", case.pk)).content.decode()
    assert "同意" in text and str(place.projects) not in text
    assert moves.roles_of(place.lawyer, case) == frozenset()


def test_a_decision_with_open_tasks_warns_and_is_not_stopped(place, case):
    ask(case, place)
    client = browser(place.officer)
    assert str(place.projects) in soup(client.get(url("action", case.pk, "draft_decision"))).get_text()
    key = factories_cases.attachment(case, origin="officer").key
    moves.act(case, "draft_decision", by=place.officer, reply="provided", documents=[str(key)])
    assert DisclosureRequest.objects.get().state == "drafted"


def test_what_nobody_answered_lapses_with_the_case_and_the_rows_can_be_written_anew(place, case):
    ask(case, place)
    moves.act(case, "withdraw", role="applicant")
    task = RequestTask.objects.get()
    assert task.state == "lapsed"
    assert not moves.allowed(case, place.other_officer, today=timezone.localdate())
    RequestTask.objects.all().delete()
    tasks.sync(case)
    again = RequestTask.objects.get()
    assert (again.state, again.key, again.due_on) == (task.state, task.key, task.due_on)


def test_the_department_is_told_without_a_word_of_what_it_is_about(
    place, case, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ask(case, place)
    assert [mail.to for mail in mailoutbox] == [[place.other_officer.email]]
    text = f"{mailoutbox[0].subject} {mailoutbox[0].body}"
    assert case.number in text and "审批" not in text and "王" not in text
