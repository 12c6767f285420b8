"""An agency with a leader's mailbox, its people in the admin, and letters to it."""

import pytest

from tests import factories, factories_mail
from tests.case_admin import office
from tests.mailboxes.writer import Writer
from wagtail_disclosure.casework.receipts import protection, throttle
from wagtail_disclosure.departments.roles import admin_access


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture
def place(db):
    found = office()
    found.leader = factories.user("leader", name="周局长")
    found.leader.user_permissions.add(admin_access())
    found.stranger = factories.user("stranger")
    found.stranger.user_permissions.add(admin_access())
    found.mailbox = factories_mail.mailbox(found, leaders=[found.leader])
    return found


@pytest.fixture
def writer(place, monkeypatch):
    """Somebody in front of the form of the mailbox; the tests fill in faster than people do."""
    monkeypatch.setattr(protection.ProtectedForm, "fastest", 0)
    return Writer(place.mailbox)
