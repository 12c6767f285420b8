"""Importing documents: drafts that enter review, the same as those made one by one."""

import json

import pytest

from tests import factories
from tests.interchange.conftest import ROW
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.interchange.models import ImportBatch
from wagtail_disclosure.publishing.digest import digest_of

pytestmark = pytest.mark.django_db


def imported(title=ROW["title"]):
    return EntryPage.objects.get(title=title)


def test_a_row_becomes_a_draft_at_the_first_step_of_review(world, source):
    source.manifest({"index_number": "620700036/2024-00008"})
    said = source.run()
    assert said.refused == ""
    page = imported()
    assert not page.live and page.has_unpublished_changes
    assert page.owner == world.people.officer
    assert page.current_workflow_task_state.task.specific == world.tasks[0]
    assert page.current_workflow_state.requested_by == world.people.officer
    assert page.index_number == "620700036/2024-00008"
    assert page.category == world.category and page.department == world.office
    assert str(page.date_signed) == "2024-03-01"
    assert page.determination.attribute == "proactive"
    assert "manifest.csv" in page.determination.note
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.DONE and batch.new == 1


def test_an_imported_draft_is_the_same_as_one_made_by_hand(world, source):
    source.manifest({})
    source.run()
    page = imported()
    revision = page.get_latest_revision()
    twin = factories.draft(
        world,
        ROW["title"],
        body=page.body,
        issuing_body=ROW["issuing_body"],
        department_name=ROW["responsible_department"],
        date_signed=page.date_signed,
        date_generated=page.date_generated,
        keywords=ROW["keywords"],
        attribute=None,
    )
    current = page.determination
    factories.determine(twin, world.people.officer, current.attribute, current.ground)
    draft, theirs = revision.as_object(), twin.get_latest_revision().as_object()
    assert digest_of(draft).body == digest_of(theirs).body
    assert digest_of(revision.as_object()).value == digest_of(page).value
    assert comparable(revision) == comparable(twin.get_latest_revision())


def comparable(revision):
    """The content of a revision without what is each page's own."""
    own = {
        "pk",
        "slug",
        "path",
        "url_path",
        "translation_key",
        "latest_revision_created_at",
        "date_generated",
    }
    found = {key: value for key, value in revision.content.items() if key not in own}
    return found | {"body": json.loads(found["body"])}
