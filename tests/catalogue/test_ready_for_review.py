"""What an item has to hold before it enters review: a category, and something to read."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from tests import factories
from wagtail_disclosure.catalogue.models import Attachment
from wagtail_disclosure.portal.models import LeadersPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.review.findings import findings_of


def submit(world, page):
    return actions.submit(page, world.people.officer)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"category": None}, "category"),
        ({"body": []}, "body"),
        ({"body": [("paragraph", "<p> </p>")]}, "body"),
    ],
)
def test_an_entry_that_lacks_something_is_refused_and_said_to_lack_it(world, fields, field):
    page = factories.draft(world, **fields)
    with pytest.raises(ValidationError) as refused:
        submit(world, page)
    assert set(refused.value.message_dict) == {field}
    found = findings_of(page, digest_of(page))
    assert [each.serious for each in found if str(each.message) in refused.value.messages] == [True]


def test_an_entry_with_an_attachment_needs_no_text(world):
    page = factories.draft(world, body=[])
    document = get_document_model().objects.create(title="附件", file=ContentFile(b"x", name="a.txt"))
    page.attachments = [Attachment(document=document)]
    page.save_revision(user=world.people.officer)
    assert submit(world, page)


def test_kinds_with_a_form_of_their_own_have_fields_of_their_own(world):
    page = factories.draft(world, page_class=LeadersPage)
    assert not [each for each in findings_of(page, digest_of(page)) if each.serious]
    assert submit(world, page)
