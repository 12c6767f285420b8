"""Index numbers and determinations of several people at the same time."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests import factories
from tests.catalogue.concurrency import together
from wagtail_disclosure.catalogue import attribute, numbers
from wagtail_disclosure.catalogue.models import EntryPage, IndexNumber
from wagtail_disclosure.catalogue.numbers import NumberTaken
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.errors import GateRefused

JANUARY = datetime.datetime(2026, 1, 5, 2, 0, tzinfo=datetime.UTC)


@pytest.mark.django_db(transaction=True)
def test_numbers_allotted_at_once_are_distinct():
    world = factories.world()
    pages = [factories.draft(world) for _each in range(8)]
    found = together(lambda index: numbers.issue_for(pages[index], at=JANUARY).serial, len(pages))
    assert sorted(found) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_one_document_numbered_at_once_gets_one_number():
    world = factories.world()
    page = factories.draft(world)
    found = together(lambda index: numbers.issue_for(page, at=JANUARY).number, 6)
    assert len(set(found)) == 1
    assert IndexNumber.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_import_beside_an_allotment_collides_with_nobody():
    world = factories.world()
    pages = [factories.draft(world) for _each in range(8)]

    def work(index):
        if index % 2:
            return numbers.reserve(pages[index], at=JANUARY).number
        try:
            return numbers.reserve_imported(f"620700036/2026-{index // 2 + 1:05d}", pages[index]).number
        except NumberTaken:
            return None

    found = [number for number in together(work, len(pages)) if number]
    assert len(set(found)) == len(found) == IndexNumber.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_determination_beside_the_last_approval_never_leaves_a_withheld_page_public():
    world = factories.world()
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy):
        factories.approve_step(page, reviewer)

    def work(index):
        try:
            if index:
                factories.approve_step(page, world.people.leader)
            else:
                review_by = timezone.localdate() + datetime.timedelta(days=30)
                attribute.determine(
                    page, world.people.officer, attribute="withheld", ground="internal", review_by=review_by
                )
        except (GateRefused, ValidationError):
            return False
        return True

    determined, approved = together(work, 2)
    assert determined != approved
    page = EntryPage.objects.get(pk=page.pk)
    assert page.live == approved
    assert (page.determination.attribute == "proactive") == approved
