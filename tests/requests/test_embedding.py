"""A form is the same wherever it stands: on its page, in a block, by a tag, with or without addresses in urls.py."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.test import Client
from wagtail.blocks import StreamBlock
from wagtail.models import Site

from tests.requests.conftest import WANTED, Citizen, request_form
from tests.testapp.models import PlainPage
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.requests.blocks import RequestFormBlock
from wagtail_disclosure.requests.models import DisclosureRequest, RequestForm, RequestFormPage

pytestmark = pytest.mark.django_db
TAG = "{% load disclosure_requests %}{% disclosure_request_form 'requests' %}"


def form_page(place, slug="apply"):
    page = RequestFormPage(title="申请公开信息", slug=slug, form=place.form, live=False)
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
    gate.seal_installed(page)
    page.save_revision().publish()
    return RequestFormPage.objects.get(pk=page.pk)


def shape(html):
    """What a form asks and where it is sent; without what differs each time."""
    form = BeautifulSoup(html, "html.parser").select_one("form.disclosure-form")
    fields = [each["name"] for each in form.select("[name]") if each["name"] != "csrfmiddlewaretoken"]
    return form["action"], fields


def as_tag(rf, page=None):
    request = rf.get("/")
    return Template(TAG).render(Context({"request": request, "page": page}))


def as_block(rf, form):
    block = StreamBlock([("request_form", RequestFormBlock())])
    value = block.to_python([{"type": "request_form", "value": form.pk, "id": "1"}])
    return value[0].render({"request": rf.get("/")})


def test_page_block_and_tag_show_the_same_form(place, rf):
    page = form_page(place)
    shown = Client().get(page.get_url()).content.decode()
    plain = PlainPage(title="Home", slug="plain")
    Site.objects.get(is_default_site=True).root_page.add_child(instance=plain)
    assert shape(shown) == shape(as_tag(rf, plain)) == shape(as_block(rf, place.form))
    assert shape(shown)[0] == "/request-form/zh-hans/requests/"


def test_an_embedded_form_comes_back_with_its_errors_and_goes_on_from_there(place, rf):
    citizen = Citizen()
    citizen.soup = BeautifulSoup(as_tag(rf), "html.parser")
    citizen.fill({**WANTED, "subject": "x" * 300})
    assert citizen.soup.select_one(".disclosure-errors")
    assert citizen.soup.select_one("[name=description]").get_text().strip() == WANTED["description"]
    citizen.fill(WANTED)
    assert citizen.step() == "kind"


def test_without_addresses_in_urls_the_form_is_filled_in_below_its_page(place, rf, settings):
    page = form_page(place)
    settings.ROOT_URLCONF = "tests.urls"
    citizen = Citizen(page.get_url())
    assert shape(as_tag(rf))[0] == page.get_url()
    citizen.send()
    assert citizen.step() == "receipt" and citizen.at.startswith(page.get_url())
    assert DisclosureRequest.objects.count() == 1
    citizen.client = Client(enforce_csrf_checks=True)
    assert citizen.client.post(page.get_url(), WANTED).status_code == 403


def test_a_form_with_no_address_says_so(place, rf, settings):
    settings.ROOT_URLCONF = "tests.urls"
    html = as_tag(rf)
    assert "<form" not in html and "disclosure-banner" in html


def test_steps_need_no_token_of_the_page_that_embeds_them(place):
    strict = Citizen()
    strict.client = Client(enforce_csrf_checks=True)
    strict.send()
    assert strict.step() == "receipt"


def test_a_draft_is_not_shown_anywhere(place, rf):
    draft = RequestForm(code="other", title="草稿", agency=place.agency, locale=place.form.locale, live=False)
    draft.save()
    tag = "{% load disclosure_requests %}{% disclosure_request_form 'other' %}"
    assert Template(tag).render(Context({"request": rf.get("/")})) == ""
    assert Client().get("/request-form/zh-hans/other/").status_code == 404


@pytest.mark.raw
def test_a_form_that_was_changed_past_the_gate_is_withheld(place, rf):
    page = form_page(place)
    RequestForm.objects.filter(pk=place.form.pk).update(introduction="<p>未经审查</p>")
    with pytest.raises(CommandError):
        call_command("disclosure_verify", "--withhold")
    assert as_tag(rf) == as_block(rf, place.form) == ""
    for address in (page.get_url(), "/request-form/zh-hans/requests/"):
        for answer in (Client().get(address), Client().post(address, WANTED)):
            assert answer.status_code == 503 and "未经审查" not in answer.content.decode()


def test_the_page_of_a_form_says_where_it_stands(place, client):
    page = form_page(place)
    crumbs = BeautifulSoup(client.get(page.url).content, "html.parser").select_one(".disclosure-crumbs")
    assert crumbs.select_one("[aria-current=page]").get_text() == page.title
    assert crumbs.select_one("a")["href"] == page.get_parent().url


def test_an_unknown_form_or_step_is_not_found(place):
    for path in ("nothing/", "requests/x/check/", "requests/00000000-0000-0000-0000-000000000000/other/"):
        assert Client().get(f"/request-form/zh-hans/{path}").status_code == 404
    assert Client().get("/request-form/en/requests/").status_code == 404


def test_a_closed_form_says_why_and_takes_nothing(place):
    request_form(place.agency, code="closed", opening="closed", closed_notice="系统维护，请明日再来。")
    citizen = Citizen("/request-form/zh-hans/closed/")
    citizen.open()
    assert "系统维护" in citizen.text() and citizen.soup.select_one("form.disclosure-form") is None
    assert Client().post(citizen.base, WANTED).status_code == 409


def test_an_item_that_is_listed_is_filled_in(place):
    citizen = Citizen()
    citizen.open(f"{citizen.base}?title=水价听证纪要&index_number=620700036/2025-00008")
    assert citizen.soup.select_one("[name=subject]")["value"] == "水价听证纪要"
    hidden = citizen.soup.select_one("[name=index_number]")["value"]
    citizen.fill({"subject": "水价听证纪要"})
    from wagtail_disclosure.casework.models import Draft

    assert Draft.objects.get().answers["describe"]["index_number"] == hidden == "620700036/2025-00008"


def test_fields_that_may_be_added_are_asked_where_the_form_wants_them(place):
    request_form(
        place.agency,
        code="full",
        optional_fields=["purpose", "employer", "agent", "help_needed"],
        consent_text="我同意本机关为办理申请使用以上信息。",
        asks_question=True,
        takes_files=False,
        delivery_forms=["paper"],
    )
    citizen = Citizen("/request-form/zh-hans/full/")
    from tests.requests.conftest import DELIVERY, PERSON

    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    citizen.fill({**PERSON, "employer": "某厂", "agent_name": "赵律师"})
    citizen.fill({**DELIVERY, "delivery_forms": ["electronic"]})
    assert citizen.soup.select_one(".disclosure-errors"), "that form is not offered"
    citizen.fill({**DELIVERY, "delivery_forms": ["paper"], "purpose": "诉讼", "help_needed": "大字版"})
    assert citizen.step() == "check"
    citizen.fill({})
    assert citizen.soup.select_one(".disclosure-errors"), "neither agreed nor answered"
    import re

    one, other = re.findall(r"\d+", citizen.soup.select_one("label[for=id_answer]").get_text())[:2]
    citizen.fill({"consent": "on", "answer": str(int(one) + int(other))})
    assert citizen.step() == "receipt", citizen.text()
    case = DisclosureRequest.objects.get()
    assert (case.purpose, case.help_needed, case.consent) == (
        "诉讼",
        "大字版",
        "我同意本机关为办理申请使用以上信息。",
    )
