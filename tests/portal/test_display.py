"""Text size and elder mode: kept in a cookie by an ordinary link, without JavaScript."""

import pytest
from django.template import engines
from django.test import RequestFactory

from wagtail_disclosure.portal import display

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain_page():
    from wagtail.models import Site

    from tests.testapp.models import PlainPage

    root = Site.objects.get(is_default_site=True).root_page
    return root.add_child(instance=PlainPage(title="Plain", slug="plain"))


def rendered(source, request):
    template = engines["django"].from_string("{% load disclosure_display %}" + source)
    return template.render({}, request)


def test_a_link_keeps_the_text_size_and_returns_to_the_clean_address(client, plain_page):
    response = client.get(plain_page.url, {"disclosure-text": "large"})
    assert response.status_code == 302
    assert response["Location"] == plain_page.url
    assert client.cookies["disclosure_display"].value == "large"
    assert client.cookies["disclosure_display"]["samesite"] == "Lax"


def test_elder_mode_keeps_the_text_size_chosen_before(client, plain_page):
    client.get(plain_page.url, {"disclosure-text": "small"})
    client.get(plain_page.url, {"disclosure-elder": "on"})
    assert display.from_cookie(client.cookies["disclosure_display"].value) == display.Display("small", True)
    client.get(plain_page.url, {"disclosure-elder": "off"})
    assert display.from_cookie(client.cookies["disclosure_display"].value) == display.Display("small", False)


def test_the_other_parameters_of_a_list_survive(client, plain_page):
    response = client.get(plain_page.url + "?q=%E8%A7%84%E5%88%92&year=2026&year=2025&disclosure-text=large")
    assert response["Location"] == plain_page.url + "?q=%E8%A7%84%E5%88%92&year=2026&year=2025"


@pytest.mark.parametrize("value", ["huge", "", "large.elder", "<script>", "x" * 5000])
def test_an_unknown_choice_counts_as_the_default(client, plain_page, value):
    client.get(plain_page.url, {"disclosure-text": value, "disclosure-elder": value})
    assert client.cookies["disclosure_display"].value == "medium"


@pytest.mark.parametrize("value", [None, "", ".", "huge", "large.", "elder", "\x00", "medium.elder.x"])
def test_a_damaged_cookie_counts_as_a_known_choice(value):
    assert display.from_cookie(value).text in display.TEXT_SIZES


@pytest.mark.parametrize("path", ["//other.example/", "/\\other.example/", "///other.example"])
def test_the_way_back_never_leaves_the_site(path):
    request = RequestFactory().get("/", {"disclosure-text": "large"})
    request.path = path
    location = display.keep_choice(None, request, (), {})["Location"]
    assert location.startswith("/") and location[1] not in "/\\"


def test_an_ordinary_request_is_served_and_varies_on_the_cookie(client, plain_page):
    response = client.get(plain_page.url)
    assert response.status_code == 200
    assert "Cookie" in response["Vary"]
    assert display.COOKIE not in client.cookies


def test_the_page_carries_the_choice_as_classes():
    request = RequestFactory().get("/")
    request.COOKIES[display.COOKIE] = "large.elder"
    html = rendered("{% display_choice as choice %}{{ choice.classes }}", request)
    assert html == "disclosure--text-large disclosure--elder"


def test_a_link_adds_its_choice_to_the_query():
    request = RequestFactory().get("/list/?q=a%26b")
    assert rendered("{% display_url text='small' %}", request) == "?q=a%26b&amp;disclosure-text=small"
