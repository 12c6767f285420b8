"""Evidence and the published register are written by the package alone; code that saves or deletes them is refused."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from tests import factories
from wagtail_disclosure.publishing.errors import GateRefused
from wagtail_disclosure.publishing.models import (
    Approval,
    Contribution,
    FileUse,
    LedgerEntry,
    PublishedItem,
    Seal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    world.page = factories.published(world)
    return world


@pytest.fixture
def listed(world, client):
    def look():
        response = client.get(world.catalogue.url)
        assert response.status_code == 200
        return world.page.title in response.content.decode(), "未经审查" in response.content.decode()

    assert look() == (True, False)
    yield
    assert look() == (True, False)


def test_the_register_is_not_edited(world, listed):
    row = PublishedItem.objects.get(pk=world.page.pk)
    row.title = "未经审查"
    for save in (row.save, lambda: row.save(update_fields=["title"])):
        with pytest.raises(GateRefused), transaction.atomic():
            save()


def test_nothing_is_entered_in_the_register_by_hand(world, listed):
    draft = factories.draft(world, "未经审查")
    row = PublishedItem.objects.get(pk=world.page.pk)
    row.pk, row.title, row._state.adding = draft.pk, draft.title, True
    with pytest.raises(GateRefused), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("model", [PublishedItem, Seal, Approval, LedgerEntry, Contribution])
def test_evidence_and_register_are_not_deleted(world, listed, model):
    for delete in (model.objects.all()[:1].get().delete, model.objects.all().delete):
        with pytest.raises((GateRefused, ProtectedError)), transaction.atomic():
            delete()
    assert model.objects.exists()


@pytest.mark.parametrize(
    ("model", "name"),
    [(Seal, "digest"), (Approval, "digest"), (LedgerEntry, "actor_name"), (Contribution, "user_key")],
)
def test_evidence_is_not_edited(world, model, name):
    row = model.objects.all()[:1].get()
    setattr(row, name, "0" * 64)
    with pytest.raises(GateRefused), transaction.atomic():
        row.save()


def test_an_account_that_approved_can_be_deleted(world):
    world.people.copy.delete()
    assert Approval.objects.filter(user=None).count() == 1
    assert FileUse.objects.count() == 0
