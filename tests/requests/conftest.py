"""An agency with an open request form, and a citizen who goes through its steps without JavaScript."""

import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Locale

from tests import factories_cases
from wagtail_disclosure.casework.receipts import protection, throttle
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.requests.models import RequestForm

WANTED = {
    "subject": "2025年居民用水价格调整听证会的会议纪要",
    "document_number": "",
    "description": "市发展改革委组织。",
}
PERSON = {
    "name": "王小明",
    "identity_kind": "resident_identity_card",
    "identity_number": factories_cases.IDENTITY,
    "phone": factories_cases.PHONE,
    "email": "wang@example.com",
    "address": "",
}
DELIVERY = {"delivery_forms": ["electronic"], "delivery_routes": ["download", "email"]}


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """The tests fill in faster than people do."""
    monkeypatch.setattr(protection.ProtectedForm, "fastest", 0)


def request_form(agency, **fields):
    """A form that is public: sealed as what setup installs is."""
    locale = Locale.objects.get_or_create(language_code="zh-hans")[0]
    form = RequestForm(
        **{
            "code": "requests",
            "title": "依申请公开",
            "agency": agency,
            "locale": locale,
            "live": False,
            **fields,
        }
    )
    form.save()
    gate.seal_installed(form)
    form.save_revision().publish()
    return RequestForm.objects.get(pk=form.pk)


@pytest.fixture
def place(db):
    found = factories_cases.agency()
    found.form = request_form(found.agency)
    return found


class Citizen:
    """A browser without JavaScript."""

    def __init__(self, base="/request-form/zh-hans/requests/"):
        self.client, self.base, self.at = Client(), base, base

    def get(self, url):
        return self._came(self.client.get(url, follow=True))

    def open(self, url=None):
        return self.get(url or self.base)

    def _came(self, response):
        self.response = response
        if response.redirect_chain:
            self.at = response.redirect_chain[-1][0]
        else:
            self.at = response.request["PATH_INFO"]
        self.soup = BeautifulSoup(response.content, "html.parser")
        return response

    def fill(self, values, **extra):
        """Send the main form of the page with its hidden fields."""
        form = self.soup.select_one("form.disclosure-form")
        hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
        target = form.get("action") or self.at
        return self._came(self.client.post(target, {**hidden, **values, **extra}, follow=True))

    def step(self):
        return self.at.rstrip("/").rpartition("/")[2]

    def until_check(self, *, wanted=WANTED, kind="natural", person=PERSON, delivery=DELIVERY):
        self.open()
        self.fill(wanted)
        self.fill({"kind": kind})
        self.fill(person)
        self.fill(delivery)
        return self.fill({"action": "continue"})

    def send(self, **options):
        self.until_check(**options)
        return self.fill({})

    def text(self):
        return self.soup.get_text(" ", strip=True)

    def receipt(self):
        return SimpleNamespace(
            number=re.search(r"SQ\d{4}-\w+-\d{5}", self.text()).group(),
            code=self.soup.select_one(".disclosure-code").get_text(),
        )


@pytest.fixture
def citizen(place):
    return Citizen()
