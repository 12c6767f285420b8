"""What the journeys of citizens stand on: an agency whose site takes requests in Chinese and in English."""

import pytest
from wagtail.models import Locale, Site

from tests import factories, factories_cases
from tests.requests.conftest import request_form
from wagtail_disclosure.casework.receipts import protection, throttle


@pytest.fixture
def request_site(settings, monkeypatch):
    """Addresses for citizens; programs fill in forms faster than people do."""
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()
    monkeypatch.setattr(protection.ProtectedForm, "fastest", 0)
    Site.objects.update(hostname="localhost")
    Site.clear_site_root_paths_cache()


@pytest.fixture
def place(request_site):
    """The agency with its people, and no form."""
    found = factories_cases.agency()
    found.reviewer, found.head = factories_cases.reviewer(found.prices), factories_cases.head()
    type(found.agency).objects.update(
        address="临江市政务中心 3 号楼 201 室",
        office_hours="工作日 9:00–12:00，14:00–17:30",
        phone="0511-80000000",
    )
    found.agency.refresh_from_db()
    return found


@pytest.fixture
def catalogue(request_site):
    """An agency with a catalogue in which one document is public, and its forms in both languages."""
    found = factories.world()
    found.public = factories.published(found, "关于居民用水价格公示的通知")
    found.form = request_form(found.agency, **CHINESE)
    english = Locale.objects.get_or_create(language_code="en")[0]
    found.english_form = request_form(found.agency, locale=english, **ENGLISH)
    return found


CHINESE = {
    "introduction": "<p>公民、法人或者其他组织可以向本机关申请获取政府信息。</p>",
    "consent_text": "我同意本机关为办理本申请使用以上个人信息。",
    "optional_fields": ["help_needed", "purpose", "agent"],
}
ENGLISH = {
    "title": "Request information",
    "introduction": "<p>Anybody may request information from this agency.</p>",
    "consent_text": "I agree that the agency uses these data to handle my request.",
    "optional_fields": ["help_needed", "purpose", "agent"],
}
