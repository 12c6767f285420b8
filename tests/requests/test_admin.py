"""Request forms in the admin: made by the office, public after review only; the page about requests leads to them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.requests.test_embedding import form_page
from wagtail_disclosure.requests.models import RequestForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def webmaster():
    client = Client()
    client.force_login(factories.user("root", superuser=True))
    return client


def address(name, *args):
    return reverse(RequestForm.snippet_viewset.get_url_name(name), args=args)


def values(place, **changed):
    return {
        "title": "依申请公开（价格科）",
        "code": "prices",
        "agency": place.agency.pk,
        "department": place.prices.pk,
        "introduction": "null",
        "notes": "null",
        "consent_text": "",
        "opening": "open",
        "closed_notice": "",
        "optional_fields": ["purpose"],
        "delivery_forms": ["paper"],
        "delivery_routes": [],
        "takes_files": "on",
        "locale": place.form.locale_id,
        **changed,
    }


def test_a_form_is_made_as_a_draft_that_nobody_sees(place, webmaster):
    assert webmaster.get(address("add")).status_code == 200
    webmaster.post(address("add"), values(place))
    form = RequestForm.objects.get(code="prices")
    assert not form.live and not Client().get("/request-form/zh-hans/prices/").content.count(b"<form")
    draft = form.get_latest_revision_as_object()
    assert (draft.optional_fields, draft.delivery_forms, draft.department) == (
        ["purpose"],
        ["paper"],
        place.prices,
    )
    assert webmaster.get(address("edit", form.pk)).status_code == 200
    assert webmaster.get(address("list")).status_code == 200


def test_a_form_cannot_be_published_past_its_review(place, webmaster):
    webmaster.post(address("add"), values(place, **{"action-publish": "1"}))
    assert not RequestForm.objects.filter(code="prices", live=True).exists()


@pytest.mark.parametrize(
    "changed", [{"delivery_forms": ["carrier_pigeon"]}, {"code": "requests"}, {"code": "a b"}]
)
def test_what_makes_no_sense_is_refused(place, webmaster, changed):
    response = webmaster.post(address("add"), values(place, **changed))
    assert response.status_code == 200 and not RequestForm.objects.exclude(pk=place.form.pk).exists()


def test_the_page_about_requests_leads_to_the_form(db):
    world = factories.world()
    from tests.requests.conftest import request_form

    world.form = request_form(world.agency)
    listing = f"{world.catalogue.get_url()}on-request/"
    assert 'href="/request-form/zh-hans/requests/"' in Client().get(listing).content.decode()
    page = form_page(world)
    assert f'href="{page.get_url()}"' in Client().get(listing).content.decode()
