"""An agency that consults somebody about a request, and the browser of who is consulted."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories_cases
from tests.case_admin import office, soup
from tests.casework.test_moves import at, handled
from wagtail_disclosure.casework.receipts import throttle
from wagtail_disclosure.requests.models import RequestParty

ITEMS = "临江市某建材有限公司2025年采购合同"
REASONS = "涉及商业秘密，公开将损害本公司竞争地位。"
APPLICANT = ("王小明", factories_cases.IDENTITY, factories_cases.PHONE, "wang@example.com", "玄武区")
EMAIL = "legal@jiancai.example.com"


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "tests.urls_with_requests"
    throttle._memory.clear()


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def clock():
    with time_machine.travel(at("2026-03-03"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(place, clock):
    return handled(place, "2026-03-02")


def admin(user):
    found = Client()
    found.force_login(user)
    return found


def page_of(case):
    return reverse("disclosure_requests:inspect", args=[case.pk])


def action_of(case, code, key=""):
    url = reverse("disclosure_requests:action", args=[case.pk, code])
    return f"{url}?key={key}" if key else url


def send(client, address, values):
    page = soup(client.get(address))
    form = page.select_one("form[method=post]:has(.button)")
    hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    return client.post(address, {**hidden, **values}, follow=True)


def text_of(response):
    return soup(response).get_text(" ", strip=True)


def asked(**changed):
    return {
        "party_name": "临江市某建材有限公司",
        "party_contact_person": "赵经理",
        "party_email": EMAIL,
        "party_phone": "0511-88886666",
        "party_address": "江苏省镇江市某路2号",
        "party_language": "zh-hans",
        "items": ITEMS,
        "date": timezone.localdate().isoformat(),
        **changed,
    }


@pytest.fixture
def ask(case, place, django_capture_on_commit_callbacks):
    """Ask a party by the form of the officer, and return its row; its link is in the last mail."""

    def ask(code="ask_third_party", **changed):
        values = asked(**changed)
        with django_capture_on_commit_callbacks(execute=True):
            response = send(admin(place.officer), action_of(case, code), values)
        found = RequestParty.objects.order_by("pk").last()
        assert found is not None, text_of(response)[:2000]
        return found

    return ask


def link():
    """The path of the link in the last mail to the party."""
    body = [each for each in mail.outbox if each.to[0] == EMAIL][-1].body
    return re.search(r"https?://[^/\s]+(/consultation/\S+)", body)[1]


class Party:
    """The browser of who is consulted."""

    def __init__(self, path=None):
        self.client, self.path = Client(), path or link()

    def get(self, path=None):
        return self.client.get(path or self.path)

    def confirm(self):
        return self.client.post(self.path, {"action": "receive"}, follow=True)

    def fill(self, opinion="refuses", action="check", files=(), **changed):
        values = {"opinion": opinion, "opinion_reasons": REASONS, "answered_by": "赵经理", **changed}
        return self.client.post(self.path, {**values, "action": action, "files": list(files)}, follow=True)

    def send(self):
        return self.client.post(f"{self.path}check/", {"action": "send"})

    def answer(self, *args, **options):
        self.confirm()
        self.fill(*args, **options)
        return self.send()


def events(case):
    return [each.type for each in case.events.order_by("pk")]


def is_unusable(response):
    return response.status_code == 404 and "consultation" in response.request["PATH_INFO"]
