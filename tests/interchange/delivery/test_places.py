"""Places as the public sees them, what setup prepares, and the nightly run."""

import datetime

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from wagtail.models import Site

from tests import factories
from tests.interchange.delivery.places import intake_point, reading_point
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.interchange.delivery.blocks import IntakePointsBlock, ReadingPointsBlock
from wagtail_disclosure.interchange.models import Delivery, IntakePoint, ReadingPoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(world):
    return RequestFactory().get("/", HTTP_HOST="localhost")


def shown(request, text="{% disclosure_reading_points %}|{% disclosure_intake_points %}", language="zh-hans"):
    with translation.override(language):
        return Template("{% load disclosure_places %}" + text).render(Context({"request": request}))


def test_places_in_use_are_shown_in_the_language_of_the_page(world, request_):
    reading_point(world, names={"en": "City Archives"}, address_names={"en": "8 Wenyuan Road"})
    intake_point(world, department=world.office, phone="0000-1", email="a@b.example")
    text = shown(request_)
    assert (
        "市档案馆" in text and "文渊路8号" in text and "委办公室窗口" in text and "mailto:a@b.example" in text
    )
    english = shown(request_, language="en")
    assert "City Archives" in english and "8 Wenyuan Road" in english


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"closed_on": -1}, {"opened_on": 1}],
    ids=["not_in_use", "closed", "not_yet_open"],
)
def test_other_places_are_not_shown(world, request_, change):
    today = timezone.localdate()
    values = {
        name: today + datetime.timedelta(days=value) if type(value) is int else value
        for name, value in change.items()
    }
    reading_point(world, **values)
    intake_point(world, **values)
    assert shown(request_).strip() == "|"
    assert ReadingPointsBlock().render({"heading": "x"}, {"request": request_}) == ""


def test_the_last_day_counts_and_so_does_the_first(world, request_):
    today = timezone.localdate()
    reading_point(world, opened_on=today, closed_on=today)
    assert "市档案馆" in shown(request_)


def test_blocks_show_their_places_and_nothing_that_is_internal(world, request_):
    reading_point(world, contact_name="王芳", contact_phone="0000-9", contact_email="wf@x.example")
    intake_point(world, name="<b>窗口</b>")
    text = ReadingPointsBlock().render({"heading": "查阅处"}, {"request": request_})
    assert "查阅处" in text and "王芳" not in text and "0000-9" not in text and "wf@x" not in text
    text = IntakePointsBlock().render({"heading": ""}, {"request": request_})
    assert "&lt;b&gt;" in text and "<b>" not in text


def test_places_of_another_agency_are_not_shown(world, request_):
    from wagtail_disclosure.departments.models import Agency

    site = Site.objects.create(hostname="other.example", root_page=world.site.root_page)
    other = Agency.objects.create(site=site, name="另一机关")
    reading_point(world, agency=other)
    assert "市档案馆" not in shown(request_)
    assert shown(None).strip() == "|"


def test_setup_prepares_places_out_of_use_once(world):
    setup(world.site)
    kinds = list(ReadingPoint.objects.values_list("kind", flat=True))
    assert kinds == ["archives", "library", "service_hall"]
    assert not ReadingPoint.objects.filter(active=True).exists()
    point = IntakePoint.objects.get()
    assert not point.active and "counter" in point.accepts and "online" not in point.accepts
    ReadingPoint.objects.filter(kind="library").update(name="市图书馆", active=True, address="书院街20号")
    ReadingPoint.objects.filter(kind="archives").delete()
    setup(world.site)
    assert list(ReadingPoint.objects.values_list("name", flat=True)) == ["市图书馆", "政务服务场所"]


def test_setup_takes_over_a_place_that_is_there(world):
    point = reading_point(world)
    setup(world.site)
    assert ReadingPoint.objects.filter(kind="archives").get() == point


def test_the_office_of_setup_may_deliver_and_keep_places(world):
    group = setup(world.site).groups["office"]
    names = set(group.permissions.values_list("codename", flat=True))
    assert {"manage_deliveries", "view_delivery", "change_readingpoint", "add_intakepoint"} <= names


def test_the_nightly_run_catches_up_and_may_be_repeated(world, capsys):
    reading_point(world)
    factories.published(world)
    call_command("disclosure_deliveries")
    call_command("disclosure_deliveries")
    assert Delivery.objects.count() == 1
    first, *_rest, last = [line for line in capsys.readouterr().out.splitlines() if line]
    assert first.endswith("1") and last.endswith("0")
