"""What is public already is offered before a request is made, and what that spares is counted without anybody's data."""

import pytest

from tests import factories
from tests.requests.conftest import Citizen, request_form
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.requests.models import DeflectionCount

pytestmark = pytest.mark.django_db
WANTED = {"subject": "关于居民用水价格公示的通知"}


@pytest.fixture
def scene(db):
    world = factories.world()
    world.public = factories.published(world, "关于居民用水价格公示的通知")
    factories.draft(world, "居民用水价格内部讨论稿")
    world.form = request_form(world.agency)
    return world


def begin(**wanted):
    citizen = Citizen()
    citizen.open()
    citizen.fill(wanted or WANTED)
    return citizen


def test_a_public_document_is_offered_and_drafts_are_not(scene):
    citizen = begin(subject="居民用水价格")
    assert citizen.step() == "suggestions"
    titles = [each.get_text() for each in citizen.soup.select(".disclosure-brief a")]
    assert len(titles) == 1 and titles[0].startswith("关于居民用水价格公示的通知")


@pytest.mark.parametrize("subject", ["居民用水价格 公示", "所有关于用水价格的文件", "用水价格和电价"])
def test_what_is_described_loosely_is_found_by_its_parts(scene, subject):
    assert begin(subject=subject).step() == "suggestions"


def test_who_found_it_needs_no_request_and_leaves_nothing_behind(scene):
    citizen = begin()
    citizen.get(citizen.at)
    citizen.fill({"action": "found"})
    count = DeflectionCount.objects.get()
    assert (count.shown, count.found) == (1, 1)
    assert not Draft.objects.exists()
    assert {field.name for field in DeflectionCount._meta.fields} == {"id", "form", "day", "shown", "found"}


def test_who_did_not_find_it_goes_on(scene):
    citizen = begin()
    citizen.fill({"action": "continue"})
    assert citizen.step() == "kind"
    assert DeflectionCount.objects.get().found == 0


@pytest.mark.parametrize("subject", ["一件谁也没有听说过的档案", "!!!", "《》", "的"])
def test_without_anything_like_it_the_step_is_passed_over(scene, subject):
    assert begin(subject=subject).step() == "kind"
