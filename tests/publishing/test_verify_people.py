"""disclosure_verify finds what lets people review their own work, and what hides an item, past the ledger."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing.models import Contribution, Seal, Withholding
from wagtail_disclosure.publishing.verification import withholding
from wagtail_disclosure.publishing.verification.verify import Verification

pytestmark = [pytest.mark.django_db, pytest.mark.raw]


@pytest.fixture
def world():
    return factories.world()


def codes():
    return {finding.code for finding in Verification(read_files=False).findings()}


def test_an_author_taken_out_of_the_record_is_found_among_those_who_approved(world):
    draft = factories.draft(world, by=world.people.secrecy)
    Page.objects.filter(pk=draft.pk).update(owner=world.people.officer)
    Contribution.objects.about(draft)._raw_delete("default")
    page = factories.publish(world, EntryPage.objects.get(pk=draft.pk))
    assert page.live and codes() == {"own_work"}
    call_command("purge_revisions", verbosity=0)
    assert codes() == {"own_work"}, "the history of the page remembers it as well"


def test_an_approval_of_the_next_edition_is_no_work_on_this_one(world):
    page = factories.published(world)
    page.title = "第二版"
    page.save_revision(user=world.people.head)
    assert codes() == set()


def test_a_contribution_given_to_another_account_is_found(world):
    factories.published(world)
    Contribution.objects.update(user=world.people.leader)
    assert codes() == {"contributions"}


def test_an_item_withheld_by_a_row_alone_is_found(world):
    page = factories.published(world)
    row = Withholding(title="x", since=timezone.now())
    row.set_item(page)
    row.save()
    assert "evidence_unknown" in codes()


def test_an_item_withheld_by_a_verification_is_no_difference(world):
    withholding.withhold(factories.published(world))
    assert codes() == set()


def test_a_seal_of_what_is_no_item_ends_nothing(world):
    page = factories.published(world)
    document = get_document_model().objects.create(pk=page.pk, title="x", file="x.txt")
    kind = ContentType.objects.get_for_model(document)
    Seal.objects.about(page).update(content_type=kind)
    assert {"no_seal", "evidence_unknown"} <= codes()
