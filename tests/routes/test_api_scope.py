"""P7: the APIs tell a person no more of drafts and of their files than the admin does."""

import pytest

from .scene import DRAFT_WORD
from .urls import HAS_V3

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
