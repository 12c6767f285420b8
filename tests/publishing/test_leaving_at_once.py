"""Two people at the same moment: one decision holds, the other person is told, and neither hangs."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests import factories
from tests.catalogue.concurrency import together
from tests.publishing.leaving import fresh, official
from wagtail_disclosure.publishing import actions, takedowns, validity
from wagtail_disclosure.publishing.errors import GateRefused
from wagtail_disclosure.publishing.models import LedgerEntry, Takedown, ValidityChange, Withdrawal

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN = {"reason": "secrecy", "explanation": "请核实。"}
CHANGE = {"kind": "repealed", "basis_title": "废止决定"}


@pytest.fixture
def world():
    return factories.world()


@pytest.fixture
def people(world):
    return [official(f"official{number}") for number in range(3)]


def raced(*works):
    """Run all at once; True for each that was done, False for each that was refused."""

    def work(index):
        try:
            works[index]()
        except (GateRefused, ValidationError):
            return False
        return True

    return sorted(together(work, len(works)))


def test_a_takedown_and_a_withdrawal_of_one_item(world, people):
    page = factories.published(world)
    done = raced(
        lambda: takedowns.take_down(page, people[0], **GIVEN),
        lambda: actions.withdraw(page, people[1], reason="content_error", explanation="有误。"),
    )
    assert done == [False, True] and not fresh(page).live
    assert Takedown.objects.count() + Withdrawal.objects.count() == 1


def test_two_people_take_the_same_item_down(world, people):
    page = factories.published(world)
    done = raced(*(lambda person=person: takedowns.take_down(page, person, **GIVEN) for person in people[:2]))
    assert done == [False, True] and Takedown.objects.count() == 1


def test_one_ratifies_while_another_refuses(world, people):
    takedown = takedowns.take_down(factories.published(world), people[0], **GIVEN)
    done = raced(
        lambda: takedowns.ratify(takedown, people[1], reason="secrecy", explanation="已撤下。"),
        lambda: takedowns.refuse(takedown, people[2], comment="不涉密"),
    )
    assert done == [False, True]
    kinds = (LedgerEntry.Kind.RATIFIED, LedgerEntry.Kind.NOT_RATIFIED)
    assert LedgerEntry.objects.filter(kind__in=kinds).count() == 1


def test_two_clicks_confirm_a_change_once(world, people):
    day = timezone.localdate()
    change = validity.propose(factories.published(world), people[0], effective_on=day, **CHANGE)
    clicks = [lambda: validity.confirm(change, people[1])] * 2
    assert raced(*clicks) == [False, True]
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.VALIDITY).count() == 1


def test_two_proposals_are_one(world, people):
    page, day = factories.published(world), timezone.localdate()
    done = raced(
        *(
            lambda person=person: validity.propose(page, person, effective_on=day, **CHANGE)
            for person in people[:2]
        )
    )
    assert done == [False, True] and ValidityChange.objects.count() == 1
