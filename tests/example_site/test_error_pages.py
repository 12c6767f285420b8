"""What the example site shows where there is no page: its own frame, in the language of the reader, and a way on."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.views.defaults import permission_denied

from tests.source import ROOT


@pytest.fixture(autouse=True)
def example(settings):
    options = {**settings.TEMPLATES[0]["OPTIONS"], "libraries": {"theme": "example_site.templatetags.theme"}}
    folder = ROOT / "example_site" / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder], "OPTIONS": options}]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_missing_page_has_the_frame_of_the_site_and_a_search(client, world, language):
    response = client.get("/nothing-here/", headers={"accept-language": language})
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 404
    assert page.html["lang"] == language
    assert page.select_one(".site-header") and page.select_one(".site-footer")
    assert page.select_one("main form[role=search]")["action"] == f"{world.catalogue.url}search/"
    assert len(page.select("h1")) == 1


def test_a_refusal_leads_to_what_is_public(world):
    request = RequestFactory().get("/admin/secret/")
    response = permission_denied(request, PermissionDenied())
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 403
    assert page.select_one("main form[role=search]")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_failure_is_told_without_the_database(language):
    with translation.override(language):
        page = BeautifulSoup(render_to_string("500.html"), "html.parser")
    assert page.html["lang"] == language and page.h1.get_text()
