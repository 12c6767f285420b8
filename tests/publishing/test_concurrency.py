"""Decisions about one item at the same moment: one of them holds, the other is told, and neither hangs."""

import pytest
from django.core.exceptions import ValidationError

from tests import factories
from tests.catalogue.concurrency import together
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import GateRefused
from wagtail_disclosure.publishing.models import Approval, LedgerEntry, PublishedItem, Withdrawal

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (GateRefused, ValidationError)


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def before_the_last_step(world, page=None):
    """A draft, or a changed public page, that only the leader has not passed."""
    people = world.people
    page = page or factories.draft(world)
    actions.submit(page, people.officer)
    for reviewer in (people.head, people.secrecy, people.copy):
        factories.approve_step(page, reviewer)
    return page


def changed(world, page, title="关于价格公示的补充通知"):
    page = fresh(page)
    page.title = title
    page.save_revision(user=world.people.officer)
    return page


def raced(*works):
    """Run all at once; True for each that was done, False for each that was refused."""

    def work(index):
        try:
            works[index]()
        except REFUSED:
            return False
        return True

    return together(work, len(works))


def last_approval(world, page):
    """The leader's decision about the page as it is now, from a screen that is open already."""
    page = fresh(page)
    state, digest = page.current_workflow_task_state, digest_of(page.get_latest_revision_as_object()).value
    return lambda: actions.approve(state, world.people.leader, digest=digest)


def approve(world, page, title):
    """The leader approves what she has read: the page with this title."""
    draft = fresh(page).get_latest_revision_as_object()
    if draft.title != title:
        raise GateRefused("the draft has changed")
    factories.approve_step(page, world.people.leader)


def test_two_clicks_on_the_last_approval_publish_once():
    world = factories.world()
    page = before_the_last_step(world)
    click = last_approval(world, page)
    assert sorted(raced(click, click)) == [False, True]
    assert Approval.objects.about(page).count() == 4
    assert LedgerEntry.objects.filter(kind="published", object_id=str(page.pk)).count() == 1


def test_an_edit_beside_the_last_approval_is_not_published_unseen():
    world = factories.world()
    page = before_the_last_step(world)
    title = page.title
    edited, _approved = raced(lambda: changed(world, page), lambda: approve(world, page, title))
    assert edited
    for item in PublishedItem.objects.filter(page_id=page.pk):
        assert item.title == title == fresh(page).title


def test_a_withdrawal_beside_the_approval_of_a_new_edition():
    world = factories.world()
    page = factories.published(world)
    before_the_last_step(world, changed(world, page))

    def withdraw():
        actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")

    withdrawn, _approved = raced(withdraw, last_approval(world, page))
    assert withdrawn
    assert not fresh(page).live
    assert not PublishedItem.objects.filter(page_id=page.pk).exists()


def test_two_withdrawals_at_once_are_one_decision():
    world = factories.world()
    page = factories.published(world)

    def withdraw():
        actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")

    assert sorted(raced(withdraw, withdraw)) == [False, True]
    assert Withdrawal.objects.about(page).count() == 1
    assert not fresh(page).live


def test_a_rejection_beside_the_approval_of_the_same_step():
    world = factories.world()
    page = before_the_last_step(world)
    state = fresh(page).current_workflow_task_state

    def reject():
        actions.reject(state, world.people.leader, comment="请补充依据")

    outcome = raced(reject, last_approval(world, page))
    assert sorted(outcome) == [False, True]
    assert fresh(page).live == outcome[1]


def test_documents_published_at_once_each_get_their_place_in_the_ledger():
    world, count = factories.world(), 4
    pages = [before_the_last_step(world, factories.draft(world, f"通知 {index}")) for index in range(count)]
    works = [lambda page=page: factories.approve_step(page, world.people.leader) for page in pages]
    assert raced(*works) == [True] * count
    numbers = {item.index_number for item in PublishedItem.objects.filter(page_id__in=[p.pk for p in pages])}
    assert len(numbers) == count
    sequences = list(LedgerEntry.objects.values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1))
