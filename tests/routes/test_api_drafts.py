"""P7: the API that writes, which Wagtail has since version 8, shows drafts to those who edit them."""

import pytest

pytest.importorskip("wagtail.api.v3")

from wagtail.models import APIToken

from .route import Attempt
from .scene import DRAFT_WORD, EDITOR, PUBLISHER


def draft_as(scene, who):
    attempt = Attempt(scene, who)
    key = APIToken.create_token(user=attempt.user, name="reading")[1]
    address = attempt.url("wagtailapi_v3:detail_page", scene.revised.pk, query="?version=draft")
    return attempt.client.get(address, headers={"Authorization": f"Bearer {key}"})


@pytest.mark.parametrize("who", [EDITOR, PUBLISHER])
def test_those_who_edit_an_item_read_its_draft(scene, who):
    assert DRAFT_WORD in draft_as(scene, who).json()["title"]


def test_a_token_of_somebody_else_reads_no_draft(scene):
    assert draft_as(scene, "outsider").status_code == 404
