"""The agency in public templates."""

import pytest
from django.http import HttpRequest
from django.template import engines
from django.utils import translation
from wagtail.models import Page, Site

from wagtail_disclosure.departments.context import agency_for_request
from wagtail_disclosure.departments.models import Agency


def request(host="localhost"):
    made = HttpRequest()
    made.META = {"HTTP_HOST": host, "SERVER_NAME": host, "SERVER_PORT": "80"}
    return made


def rendered(text, made):
    return engines["django"].from_string("{% load disclosure_agency %}" + text).render({}, made)


def test_each_site_has_its_own_agency(agency):
    second = Site.objects.create(hostname="second.example", root_page=Page.objects.get(depth=2))
    other = Agency.objects.create(site=second, name="第二机关")
    assert agency_for_request(request()) == agency
    assert agency_for_request(request("second.example")) == other


def test_before_setup_there_is_none(db):
    assert agency_for_request(request()) is None
    assert rendered("{% disclosure_agency as agency %}[{{ agency.name }}]", request()) == "[]"


def test_without_a_request_there_is_none():
    assert agency_for_request(None) is None


def test_the_agency_is_asked_for_once_per_request(agency, django_assert_num_queries):
    made = request()
    agency_for_request(made)
    with django_assert_num_queries(0):
        assert agency_for_request(made) == agency


def test_the_tag_gives_the_name_in_the_active_language(agency):
    agency.names = {"en": "Linjiang DRC"}
    agency.save()
    text = "{% disclosure_agency as agency %}{{ agency.local_name }}"
    with translation.override("en"):
        assert rendered(text, request()) == "Linjiang DRC"
    with translation.override("zh-hans"):
        assert rendered(text, request()) == "临江市发展和改革委员会"


@pytest.mark.parametrize("shown", [True, False])
def test_the_footer_carries_what_the_law_asks_for(agency, shown):
    if shown:
        agency.sponsor, agency.icp_number, agency.police_number = (
            "临江市人民政府",
            "甘ICP备05000000号",
            "甘公网安备62070002000000号",
        )
        agency.site_id_code, agency.ipv6_notice = "6207000036", True
        agency.save()
    html = rendered("{% agency_footer %}", request())
    assert ("甘ICP备05000000号" in html) is shown
    assert ("甘公网安备62070002000000号" in html) is shown
    assert ("6207000036" in html) is shown
    assert ("IPv6" in html) is shown
