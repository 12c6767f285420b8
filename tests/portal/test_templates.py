"""The public templates: one seam to the site, sound without any context, styles that stay in their place."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

import wagtail_disclosure
from wagtail_disclosure.departments.models import Agency
from wagtail_disclosure.templatetags.disclosure_display import (
    contacts_linked,
    listed,
    marked,
    phrased,
)

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


def text_of(html):
    return BeautifulSoup(html, "html.parser").get_text()


@pytest.mark.parametrize("text", ["公开哪些信息、在哪里查阅", "2025年度报告<b>", "Plan & plans", ""])
def test_phrases_keep_the_text(text):
    assert text_of(phrased(text)) == text


def test_a_line_is_broken_at_punctuation_and_never_inside_a_date():
    assert (
        BeautifulSoup(phrased("信息审查、发布"), "html.parser").select("span")[0].get_text() == "信息审查、"
    )
    spans = BeautifulSoup(phrased("委员会2025年政府信息公开工作年度报告"), "html.parser").select("span")
    assert [each.get_text() for each in spans] == ["2025年"]


@pytest.mark.parametrize(
    "text, links",
    [
        ("电话：0000-88660001。", ["tel:0000-88660001"]),
        ("热线 400-123-4567 或 13800000000", ["tel:400-123-4567", "tel:13800000000"]),
        ("邮箱xxgk@fgw.example，见网站", ["mailto:xxgk@fgw.example"]),
        ("索引号 990600036/2026-00144，代码 2026-990600-44-01-123456", []),
        ("<script>0100-5550100</script>", ["tel:0100-5550100"]),
    ],
)
def test_telephone_numbers_and_addresses_in_text_are_links(text, links):
    html = contacts_linked(text)
    assert [each["href"] for each in BeautifulSoup(html, "html.parser").select("a")] == links
    assert text_of(html) == text


def test_links_and_attributes_of_safe_html_are_left_alone():
    html = mark_safe('<a href="tel:0100-5550100" title="0100-5550100">0100-5550100</a>')
    assert contacts_linked(html) == html


@pytest.mark.parametrize(
    "text, html",
    [
        ("申请书", "<p>申请书</p>"),
        ("申请书\n报告", "<ul><li>申请书</li><li>报告</li></ul>"),
        ("1. 受理\n2. 审查", "<ol><li>受理</li><li>审查</li></ol>"),
        ("<b>\n报告", "<ul><li>&lt;b&gt;</li><li>报告</li></ul>"),
        ("", ""),
    ],
)
def test_several_lines_are_a_list(text, html):
    assert listed(text) == html


def test_the_footer_names_the_agency_in_the_language_of_the_page():
    agency = Agency(name="发改委", names={"en": "DRC"}, sponsor="发改委", address="滨江路1号")
    with translation.override("en"):
        footer = BeautifulSoup(
            render_to_string("wagtail_disclosure/includes/agency_footer.html", {"agency": agency}),
            "html.parser",
        )
    assert "Operated by: DRC" in footer.get_text()
    assert footer.select_one("[lang=zh]").get_text() == "滨江路1号"


def test_every_style_is_in_the_layer_and_below_the_package_class():
    css = (PACKAGE / "static/wagtail_disclosure/disclosure.css").read_text("utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    assert re.fullmatch(r"\s*@layer wagtail-disclosure {.*}\s*", css, flags=re.S)
    body = css[css.index("{") + 1 :]
    selectors = [found.strip() for found in re.findall(r"([^{};]+){", body)]
    outside = [
        each
        for each in selectors
        if not each.startswith((".disclosure", "@container", "@media", "@supports"))
    ]
    assert outside == []
    assert "url(" not in css and "@font-face" not in css and "@import" not in css
