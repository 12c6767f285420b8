"""Standing in for somebody absent: who may enter it, what the deputy may do and see, and what remains as evidence."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.documents import get_document_model
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from tests import factories
from wagtail_disclosure.catalogue.models import Attachment, EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions, delegation
from wagtail_disclosure.publishing.errors import NotYourReview
from wagtail_disclosure.publishing.models import Approval, Delegation, LedgerEntry
from wagtail_disclosure.publishing.queue import waiting_for
from wagtail_disclosure.publishing.review.record import public_record

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def world(world):
    world.people.deputy = factories.user("deputy", name="孙副")
    for person in vars(world.people).values():
        profile = UserProfile.get_for_user(person)
        profile.preferred_language = "en"
        profile.save()
    return world


def today():
    return timezone.localdate()


def delegate(delegator, deputy, *, starts=0, days=5, tasks=(), by=None):
    first = today() + starts * DAY
    row = Delegation(
        delegator=delegator, deputy=deputy, starts_on=first, ends_on=first + days * DAY, reason="出差"
    )
    return delegation.enter(row, [task.task_ptr for task in tasks], by or delegator)


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def in_review(world, *reviewers, by=None, **fields):
    page = factories.draft(world, by=by, **fields)
    actions.submit(page, by or world.people.officer)
    for reviewer in reviewers:
        factories.approve_step(page, reviewer)
    return fresh(page)


def review_url(page):
    return reverse("wagtail_disclosure_review:review", args=[fresh(page).current_workflow_task_state.pk])


def history_url(page):
    from wagtail_disclosure.publishing.review.views import item_url

    return item_url("history", page)


# What the deputy may do


def test_a_deputy_decides_for_the_absent_person_and_both_are_named(client, world):
    people = world.people
    delegate(people.head, people.deputy)
    page = in_review(world)
    client.force_login(people.deputy)
    text = client.get(review_url(page)).content.decode()
    assert "for 王处, who is absent" in text
    factories.approve_step(page, people.deputy)
    approval = Approval.objects.about(page).get()
    assert (approval.user, approval.acted_for, approval.acted_for_name) == (
        people.deputy,
        people.head,
        "王处",
    )
    entry = approval.ledger_entry
    assert entry.actor == people.deputy and entry.data["acted_for"] == str(people.head.pk)
    assert LedgerEntry.objects.get(sequence=entry.data["delegation"]).kind == "delegated"
    client.force_login(people.secrecy)
    assert "孙副 for 王处" in client.get(review_url(page)).content.decode()
    for reviewer in (people.secrecy, people.copy, people.leader):
        factories.approve_step(page, reviewer)
    assert fresh(page).live


def test_without_a_delegation_the_same_person_may_nothing(client, world):
    page = in_review(world)
    client.force_login(world.people.deputy)
    assert client.get(review_url(page)).status_code == 404
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.deputy)


def test_the_absent_person_may_decide_all_the_same(world):
    delegate(world.people.head, world.people.deputy)
    page = in_review(world, world.people.head)
    assert Approval.objects.about(page).get().acted_for is None


def test_a_deputy_may_return_the_item(world):
    delegate(world.people.head, world.people.deputy)
    page = in_review(world)
    actions.reject(page.current_workflow_task_state, world.people.deputy, comment="请改")
    entry = LedgerEntry.objects.about(page).get(kind="rejected")
    assert entry.actor == world.people.deputy and entry.data["acted_for_name"] == "王处"


@pytest.mark.parametrize(("moment", "allowed"), [(-1, False), (0, True), (5, True), (6, False)])
def test_it_holds_from_the_first_day_to_the_last(world, time_machine, moment, allowed):
    time_machine.move_to("2026-03-02 09:00+08:00")
    delegate(world.people.head, world.people.deputy, starts=1)
    page = in_review(world)
    time_machine.move_to(
        datetime.datetime(2026, 3, 3, 23, 50, tzinfo=timezone.get_current_timezone()) + moment * DAY
    )
    assert waiting_for(world.people.deputy).exists() == allowed
    state = page.current_workflow_task_state
    assert bool(state.task.specific.get_actions(page, world.people.deputy)) == allowed


def test_only_the_chosen_steps_are_handed_over(world):
    people = world.people
    people.secrecy.groups.add(world.groups["copy"])
    delegate(people.secrecy, people.deputy, tasks=[world.tasks[2]])
    page = in_review(world, people.head)
    assert not waiting_for(people.deputy).exists()
    with pytest.raises(NotYourReview):
        factories.approve_step(page, people.deputy)
    factories.approve_step(page, people.secrecy)
    factories.approve_step(page, people.copy)
    assert not waiting_for(people.deputy).exists()


def test_a_deputy_who_drafted_reviews_nothing(world):
    delegate(world.people.head, world.people.officer)
    page = in_review(world)
    assert not waiting_for(world.people.officer).exists()
    with pytest.raises(NotYourReview, match="worked on this draft"):
        factories.approve_step(page, world.people.officer)


def test_the_step_of_somebody_who_drafted_cannot_be_handed_over(client, world):
    DepartmentMember.objects.filter(user=world.people.officer).update(role="reviewer")
    delegate(world.people.officer, world.people.deputy)
    page = in_review(world)
    assert not waiting_for(world.people.deputy).exists()
    client.force_login(world.people.deputy)
    assert client.get(review_url(page)).status_code == 404
    # A request leaves its own language active.
    with override("en"), pytest.raises(NotYourReview, match="for whom you stand in, worked on this draft"):
        factories.approve_step(page, world.people.deputy)


def test_nobody_has_two_steps_in_person_or_by_a_deputy(world):
    """The step of the head, taken by a deputy, is the head's: the head takes no other, and neither does the deputy."""
    people = world.people
    people.head.groups.add(world.groups["secrecy"])
    people.deputy.groups.add(world.groups["secrecy"])
    delegate(people.head, people.deputy)
    page = in_review(world, people.deputy)
    assert not waiting_for(people.head).exists() and not waiting_for(people.deputy).exists()
    for person in (people.head, people.deputy):
        with pytest.raises(NotYourReview, match="already passed another step"):
            factories.approve_step(page, person)
    factories.approve_step(page, people.secrecy)


def test_a_deputy_takes_no_second_step_for_another_person(world):
    people = world.people
    delegate(people.head, people.deputy)
    delegate(people.secrecy, people.deputy)
    page = in_review(world, people.deputy)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, people.deputy)
    assert not waiting_for(people.deputy).exists()


def test_a_deputy_whose_account_is_closed_decides_nothing(world):
    delegate(world.people.head, world.people.deputy)
    page = in_review(world)
    world.people.deputy.is_active = False
    world.people.deputy.save()
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.deputy)
    assert delegation.in_force() == []


def test_a_deputy_for_a_step_that_was_lost_meanwhile_has_lost_it_too(world):
    delegate(world.people.head, world.people.deputy)
    page = in_review(world)
    DepartmentMember.objects.filter(user=world.people.head).delete()
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.deputy)


# What the deputy may see (P7)


def test_a_deputy_sees_items_at_the_step_and_no_others(client, world):
    people = world.people
    delegate(people.head, people.deputy)
    waits, past, elsewhere = (
        in_review(world, title="等待初审"),
        in_review(world, people.head, title="已过初审"),
        factories.draft(world, "还是草稿"),
    )
    client.force_login(people.deputy)
    assert client.get(review_url(waits)).status_code == 200
    assert client.get(review_url(past)).status_code == 404
    assert client.get(history_url(waits)).status_code == 200
    assert client.get(history_url(past)).status_code == 404
    assert client.get(history_url(elsewhere)).status_code == 404
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "等待初审" in home and "已过初审" not in home and "for 王处" in home


def test_when_it_is_over_the_deputy_sees_nothing_any_more(client, world):
    row = delegate(world.people.head, world.people.deputy)
    page = in_review(world)
    client.force_login(world.people.deputy)
    url = review_url(page)
    assert client.get(url).status_code == 200
    delegation.end(row, world.people.head)
    assert client.get(url).status_code == 404


@pytest.fixture
def _files_on_disk(settings, tmp_path):
    """The storage of the tests has no paths to send files from: everybody would get 404."""
    settings.MEDIA_ROOT = str(tmp_path)
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": disk}


def with_link(file):
    return [("paragraph", f'<p><a linktype="document" id="{file.pk}">附件</a></p>')]


def in_its_text(world, file):
    return in_review(world, body=with_link(file))


def attached(world, file):
    page = factories.draft(world)
    page.attachments.add(Attachment(document=file))
    page.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    return fresh(page)


def in_a_new_edition(world, file):
    page = factories.published(world)
    page.body = with_link(file)
    page.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    return fresh(page)


def status(client, person, file):
    client.force_login(person)
    return client.get(file.url).status_code


@pytest.mark.usefixtures("_files_on_disk")
@pytest.mark.parametrize("used", [in_its_text, attached, in_a_new_edition])
def test_a_deputy_reads_the_files_of_what_waits_and_only_so_long(client, world, used):
    people = world.people
    file = get_document_model().objects.create(title="附件", file=ContentFile(b"one", name="a.txt"))
    row = delegate(people.head, people.deputy)
    factories.draft(world, body=with_link(file))
    assert status(client, people.officer, file) == 200
    assert status(client, people.deputy, file) == 404, "a draft that was not submitted"
    page = used(world, file)
    assert status(client, people.deputy, file) == 200
    assert status(client, factories.user("stranger"), file) == 404
    factories.approve_step(page, people.deputy)
    assert status(client, people.deputy, file) == 404, "it stands at the next step"
    assert status(client, people.secrecy, file) == 200
    delegation.end(row, people.head)
    assert status(client, people.deputy, file) == 404


@pytest.mark.usefixtures("_files_on_disk")
def test_a_deputy_for_one_step_reads_files_at_that_step_alone(client, world):
    people = world.people
    file = get_document_model().objects.create(title="附件", file=ContentFile(b"one", name="a.txt"))
    row = delegate(people.secrecy, people.deputy, tasks=[world.tasks[1]])
    page = in_its_text(world, file)
    assert status(client, people.deputy, file) == 404
    factories.approve_step(page, people.head)
    assert status(client, people.deputy, file) == 200
    delegation.end(row, people.secrecy)
    assert status(client, people.deputy, file) == 404


# Evidence


def test_what_was_approved_stays_approved_when_the_delegation_is_over(world, time_machine):
    people = world.people
    time_machine.move_to("2026-03-02 09:00+08:00")
    row = delegate(people.head, people.deputy)
    page = in_review(world, people.deputy)
    delegation.end(row, people.head)
    time_machine.move_to("2026-06-02 09:00+08:00")
    for reviewer in (people.secrecy, people.copy, people.leader):
        factories.approve_step(page, reviewer)
    assert fresh(page).live


def test_a_row_without_the_ledger_gives_no_right(world):
    people = world.people
    Delegation.objects.create(
        delegator=people.head,
        deputy=people.deputy,
        starts_on=today() - 30 * DAY,
        ends_on=today() + DAY,
        created_at=timezone.now(),
    )
    page = in_review(world)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, people.deputy)
    assert not waiting_for(people.deputy).exists()


@pytest.mark.parametrize("change", ["longer", "another", "reopened", "more"])
def test_a_row_that_was_changed_past_the_ledger_gives_no_right(world, change):
    people = world.people
    row = delegate(people.head, people.deputy, tasks=[world.tasks[0]] if change == "more" else ())
    rows = Delegation.objects.filter(pk=row.pk)
    deputy = people.deputy
    if change == "longer":
        rows.update(ends_on=today() + 90 * DAY)
    elif change == "another":
        deputy = factories.user("friend")
        rows.update(deputy=deputy)
    elif change == "reopened":
        delegation.end(row, people.head)
        rows.update(ended_at=None, ended_by=None)
    else:
        row.tasks.clear()
    page = in_review(world)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, deputy)


@pytest.mark.raw
def test_an_approval_that_claims_another_person_is_no_evidence(world):
    people = world.people
    delegate(people.head, people.deputy)
    page = in_review(world, people.deputy)
    Approval.objects.about(page).update(acted_for_key="", acted_for=None)
    for reviewer in (people.secrecy, people.copy):
        factories.approve_step(page, reviewer)
    from wagtail_disclosure.publishing.errors import ReviewRequired

    with pytest.raises(ReviewRequired, match="处室负责人初审"):
        factories.approve_step(page, people.leader)


@pytest.mark.parametrize(("shows", "named"), [("role", False), ("name", True)])
def test_the_public_record_names_deputies_where_it_names_people(world, settings, shows, named):
    settings.WAGTAIL_DISCLOSURE = {**getattr(settings, "WAGTAIL_DISCLOSURE", {}), "RECEIPT_SHOWS": shows}
    people = world.people
    delegate(people.head, people.deputy)
    page = in_review(world, people.deputy, people.secrecy, people.copy, people.leader)
    assert ("孙副" in str(public_record(page)["steps"])) == named


# Entering one


def enter(client, person, **data):
    client.force_login(person)
    base = {
        "starts_on": today().isoformat(),
        "ends_on": (today() + 3 * DAY).isoformat(),
        "reason": "出差",
    }
    return client.post(reverse("disclosure_delegations:add"), {**base, **data})


def test_a_holder_enters_their_own_absence(client, world):
    people = world.people
    client.force_login(people.head)
    text = client.get(reverse("disclosure_delegations:add")).content.decode()
    assert 'name="delegator"' not in text and "处室负责人初审" in text and "委领导审批" not in text
    response = enter(client, people.head, deputy=people.deputy.pk)
    assert response.status_code == 302, response.context["form"].errors
    row = Delegation.objects.get()
    assert (row.delegator, row.deputy, row.created_by) == (people.head, people.deputy, people.head)
    assert row.ledger_entry.kind == "delegated" and row.ledger_entry.actor == people.head
    assert ModelLogEntry.objects.filter(action="wagtail.create", object_id=str(row.pk)).exists()
    assert delegation.in_force(people.deputy) == [row]


def test_nobody_enters_the_absence_of_another_without_the_permission(client, world):
    people = world.people
    enter(client, people.head, deputy=people.deputy.pk, delegator=people.leader.pk)
    assert Delegation.objects.get().delegator == people.head


def test_the_office_enters_it_for_others_and_not_for_itself(client, world):
    from django.contrib.auth.models import Group, Permission

    office = Group.objects.create(name="office")
    office.permissions.add(Permission.objects.get(codename="add_delegation"))
    clerk = factories.user("clerk", groups=[office], name="吴办")
    people = world.people
    response = enter(client, clerk, delegator=people.leader.pk, deputy=people.deputy.pk)
    assert response.status_code == 302
    assert Delegation.objects.get().created_by == clerk
    client.force_login(clerk)
    row = Delegation(delegator=people.head, deputy=clerk, starts_on=today(), ends_on=today(), reason="出差")
    with override("en"), pytest.raises(ValidationError, match="makes themselves"):
        delegation.enter(row, [], clerk)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"starts_on": (datetime.date(2020, 1, 1)).isoformat()}, "begins today at the earliest"),
        ({"ends_on": (datetime.date(2020, 1, 1)).isoformat()}, "lies before the first"),
        ({"ends_on": (datetime.date(2099, 1, 1)).isoformat()}, "one year at most"),
        ({"reason": ""}, "required"),
        ({"deputy": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, world, data, words):
    response = enter(
        client, world.people.head, **{"deputy": world.people.deputy.pk, "reason": "去南宁", **data}
    )
    assert response.status_code == 200 and not Delegation.objects.exists()
    assert words in response.content.decode()
    assert "reason" in data or "去南宁" in response.content.decode()


def refused(delegator, deputy, by=None, tasks=(), **times):
    with pytest.raises(ValidationError) as caught:
        delegate(delegator, deputy, by=by, tasks=tasks, **times)
    return " ".join(caught.value.messages)


def test_who_cannot_be_deputy(world):
    people = world.people
    assert "stands in for themselves" in refused(people.head, people.head)
    assert "Superusers" in refused(people.head, people.root)
    from django.contrib.auth import get_user_model

    outsider = get_user_model().objects.create_user("outsider")
    assert "cannot open the admin" in refused(people.head, outsider)
    assert "holds no step" in refused(people.officer, people.deputy)
    assert "does not hold" in refused(people.head, people.deputy, tasks=[world.tasks[3]])


def test_no_overlap_and_no_chain(world):
    people, third = world.people, factories.user("third", name="第三")
    delegate(people.head, people.deputy, days=5)
    assert "has a deputy for these days already" in refused(people.head, third, starts=5)
    delegate(people.head, third, starts=6, days=1)
    assert "is absent as well" in refused(people.secrecy, people.head)
    people.deputy.groups.add(world.groups["copy"])
    assert "a deputy hands nothing on" in refused(people.deputy, third)
    delegate(people.deputy, third, starts=6)


def test_different_steps_may_go_to_different_deputies(world):
    people = world.people
    people.secrecy.groups.add(world.groups["copy"])
    delegate(people.secrecy, people.deputy, tasks=[world.tasks[1]])
    delegate(people.secrecy, people.head, tasks=[world.tasks[2]])
    assert "already" in refused(people.secrecy, factories.user("x"), tasks=[world.tasks[1]])


# The screens


@pytest.mark.parametrize(
    ("name", "index", "add", "inspect"),
    [
        ("head", True, True, True),
        ("deputy", True, False, True),
        ("leader", True, True, False),
        ("officer", False, False, False),
        ("root", True, True, True),
    ],
)
def test_who_may_open_what(client, world, name, index, add, inspect):
    row = delegate(world.people.head, world.people.deputy)
    client.force_login(getattr(world.people, name))
    urls = {
        reverse("disclosure_delegations:index"): index,
        reverse("disclosure_delegations:add"): add,
        reverse("disclosure_delegations:inspect", args=[row.pk]): inspect,
    }
    for url, allowed in urls.items():
        assert (client.get(url).status_code == 200) == allowed, url
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert (reverse("disclosure_delegations:index") in menu) == index
    listed = client.get(reverse("disclosure_delegations:index")).content.decode()
    assert ("孙副" in listed) == (inspect and index)


@pytest.mark.parametrize(
    ("name", "may"), [("head", True), ("deputy", True), ("root", True), ("leader", False)]
)
def test_who_may_end_it(client, world, name, may):
    row = delegate(world.people.head, world.people.deputy)
    client.force_login(getattr(world.people, name))
    url = reverse("disclosure_delegations:end", args=[row.pk])
    client.get(url)
    client.post(url)
    row.refresh_from_db()
    assert (row.ended_at is not None) == may
    assert LedgerEntry.objects.filter(kind="delegation_ended").exists() == may
    if may:
        client.post(url)
        assert LedgerEntry.objects.filter(kind="delegation_ended").count() == 1


def test_the_ledger_and_the_site_history_show_it(client, world):
    row = delegate(world.people.head, world.people.deputy)
    client.force_login(world.people.root)
    client.post(reverse("disclosure_delegations:end", args=[row.pk]))
    report = client.get(reverse("wagtail_disclosure_review:ledger"))
    assert report.status_code == 200
    assert reverse("disclosure_delegations:inspect", args=[row.pk]) in report.content.decode()
    history = client.get(reverse("wagtailadmin_reports:site_history"))
    assert history.status_code == 200 and "End a delegation" in history.content.decode()
