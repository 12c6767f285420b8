"""P7: the APIs tell a person no more of drafts and of their files than the admin does."""

import pytest

from .route import Attempt
from .scene import DRAFT_WORD, EDITOR, PUBLISHER
from .urls import HAS_V3

needs_v3 = pytest.mark.skipif(not HAS_V3, reason="This release of Wagtail has no API that writes.")
LISTS = [
    "/api/v2/documents/",
    "/api/v2/images/",
    *(["/api/v3/documents/", "/api/v3/images/"] if HAS_V3 else []),
]


@pytest.mark.parametrize("address", LISTS)
def test_files_of_drafts_are_not_listed_to_visitors(client, scene, address):
    answer = client.get(address).content.decode()
    assert DRAFT_WORD not in answer
    assert "draft.txt" not in answer


@pytest.mark.parametrize("address", [each for each in LISTS if "documents" in each])
def test_files_of_public_items_are_listed(client, scene, address):
    assert "a.txt" in client.get(address).content.decode()


def draft_as(scene, who):
    attempt = Attempt(scene, who)
    from wagtail.models import APIToken

    key = APIToken.create_token(user=attempt.user, name="reading")[1]
    address = attempt.url("wagtailapi_v3:detail_page", scene.revised.pk, query="?version=draft")
    return attempt.client.get(address, headers={"Authorization": f"Bearer {key}"})


@needs_v3
@pytest.mark.parametrize("who", [EDITOR, PUBLISHER])
def test_those_who_edit_an_item_read_its_draft(scene, who):
    assert DRAFT_WORD in draft_as(scene, who).json()["title"]


@needs_v3
def test_a_token_of_somebody_else_reads_no_draft(scene):
    assert draft_as(scene, "outsider").status_code == 404
