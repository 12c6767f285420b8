"""The public templates: one seam to the site, sound without any context, styles that stay in their place."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

import wagtail_disclosure
from wagtail_disclosure.templatetags.disclosure_display import marked

PACKAGE = Path(wagtail_disclosure.__file__).parent
TEMPLATES = PACKAGE / "templates"
PUBLIC = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for folder in ("catalogue", "portal")
    for path in (TEMPLATES / "wagtail_disclosure" / folder).glob("*.html")
)
HOST = """<title>{% block title %}{% endblock %}</title>{% block extra_css %}host-css{% endblock %}
<body class="{% block body_class %}host{% endblock %}">{% block content %}{% endblock %}
{% block extra_js %}{% endblock %}</body>"""


@pytest.fixture
def host(settings):
    """A site whose base template has another name, and the blocks of ``wagtail start``."""
    options = {
        **settings.TEMPLATES[0]["OPTIONS"],
        "loaders": [
            ("django.template.loaders.locmem.Loader", {"theirs.html": HOST}),
            "django.template.loaders.app_directories.Loader",
        ],
    }
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": False, "OPTIONS": options}
    ]
    settings.WAGTAIL_DISCLOSURE = {"BASE_TEMPLATE": "theirs.html"}


def test_the_setting_names_the_base_template(host):
    html = render_to_string("wagtail_disclosure/catalogue/tombstone.html", {"number": "620700036/2026-00001"})
    assert re.search(r"<title>.*620700036/2026-00001</title>", html)
    assert re.search(r'<body class="host\s+disclosure-page">', html)


def test_the_blocks_of_the_site_are_kept_and_appear_once(host):
    html = render_to_string("wagtail_disclosure/catalogue/tombstone.html", {"number": "1"})
    assert html.count("host-css") == 1
    assert html.count("wagtail_disclosure/disclosure.css") == 1
    assert html.count("wagtail_disclosure/disclosure.js") == 1


def test_the_seam_itself_renders_once(host):
    html = render_to_string("wagtail_disclosure/base.html", {})
    assert html.count("host-css") == 1
    assert html.count('class="disclosure ') == 1


def test_only_the_seam_extends_the_site():
    extending = [
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"{%\s*(extends_site|extends\s+[\"']base\.html)", path.read_text("utf-8"))
    ]
    assert extending == ["wagtail_disclosure/base.html"]


@pytest.mark.parametrize("source", ["{% extends_site 'x' %}", "{% extends_site %}{% extends_site %}"])
def test_a_wrong_use_of_the_seam_is_a_syntax_error(source):
    with pytest.raises(Exception, match="extends_site"):
        engines["django"].from_string("{% load disclosure_layout %}" + source)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_template_is_sound_without_any_context(name):
    html = render_to_string(name, {}, RequestFactory().get("/"))
    soup = BeautifulSoup(html, "html.parser")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(soup.find_all("h1")) == 1
    assert len(ids) == len(set(ids))


def test_a_search_word_is_marked_where_it_stands():
    assert marked("政府信息公开", ["信息"]) == "政府<mark>信息</mark>公开"


def test_the_longer_of_two_words_is_marked_and_case_is_kept():
    assert marked("Plan and PLANS", ["plan", "plans"]) == "<mark>Plan</mark> and <mark>PLANS</mark>"


def test_markup_in_a_title_or_a_search_word_is_shown_as_text():
    html = marked("<b>a</b> & c", ["<b>", "&"])
    assert html == "<mark>&lt;b&gt;</mark>a&lt;/b&gt; <mark>&amp;</mark> c"


@given(st.text(), st.lists(st.text(max_size=4), max_size=4))
def test_marking_never_changes_the_text(text, words):
    from html import unescape

    html = marked(text, words)
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == unescape(marked(text, []))


def test_every_style_is_in_the_layer_and_below_the_package_class():
    css = (PACKAGE / "static/wagtail_disclosure/disclosure.css").read_text("utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    assert re.fullmatch(r"\s*@layer wagtail-disclosure {.*}\s*", css, flags=re.S)
    body = css[css.index("{") + 1 :]
    selectors = [found.strip() for found in re.findall(r"([^{};]+){", body)]
    outside = [each for each in selectors if not each.startswith((".disclosure", "@media", "@supports"))]
    assert outside == []
    assert "url(" not in css and "@font-face" not in css and "@import" not in css
