"""What is allowed comes about: after each step of a journey a visitor notices what the table says, and nothing else."""

import pytest
from django.test import Client
from wagtail.models import Page

from wagtail_disclosure.catalogue.models import EntryPage

from . import visitor
from .journeys import EDITION, GONE, JOURNEYS, NOTHING, PUBLIC, Stage, name_of
from .scene import DRAFT_WORD

TRIED = [
    pytest.param(journey, target, id=f"{journey.name}-{target}")
    for journey in JOURNEYS
    for target in journey.on
]


def look(scene):
    """What visitors are served everywhere, whether they ask for Chinese or for English."""
    reader = Client(headers={"Accept-Language": "en"})
    english = [page.url for page in Page.objects.filter(locale__language_code="en", depth__gt=2) if page.url]
    found = visitor.look(scene)
    return found | {f"en {address}": visitor.answer(reader, address) for address in english}


def own_address(item):
    if not hasattr(item, "url_path"):
        return f"/notices/{item.pk}/"
    return f"en {item.url}" if item.locale.language_code == "en" else item.url


def files_of(item):
    rows = item.attachments.all() if hasattr(item, "attachments") else []
    return {row.document.url for row in rows} | (
        {row.document.url for row in item.links.all() if row.document} if hasattr(item, "links") else set()
    )


def lists(scene):
    """Where items of the catalogue are named."""
    return {*visitor.places(scene), f"en {scene.catalogue.get_translation(scene.english).url}"}


def names(item, served):
    return item.title in str(served[1]) or item.slug in str(served[1])


def aliases_of(item):
    return {own_address(each) for each in item.aliases.all()} if hasattr(item, "aliases") else set()


def judge(step, stage, before, now):
    """Hold what changed against what the step says."""
    scene, item = stage.scene, stage.item
    changed = visitor.difference(before, now)
    if step.notices == NOTHING:
        assert changed == {}
        return
    own, places = own_address(item), lists(scene)
    # An item reaches the public at its address, in its lists, by its files and where an alias follows it: nowhere else.
    assert set(changed) <= {own, *places, *files_of(item), *aliases_of(item)}, sorted(changed)
    status, text = now[own]
    named = {place for place in visitor.places(scene) if names(item, now.get(place, ("", "")))}
    if step.notices == PUBLIC:
        assert status == 200 and step.says in text and getattr(item, name_of(item)) in text
        if isinstance(item, EntryPage) and item.locale == scene.catalogue.locale:
            assert {scene.catalogue.url, f"{scene.catalogue.url}feed/atom/"} <= named
    else:
        assert step.notices == GONE and status in (404, 410)
        assert not named or not isinstance(item, EntryPage), named
        if isinstance(item, EntryPage):
            assert {now[address][0] for address in files_of(item)} <= {403, 404}


@pytest.mark.parametrize(("journey", "target"), TRIED)
def test_a_visitor_notices_what_the_table_says(
    scene, time_machine, django_capture_on_commit_callbacks, journey, target
):
    stage = Stage(scene, target, time_machine)
    before = look(scene)
    for step in journey.steps:
        with django_capture_on_commit_callbacks(execute=True):
            step.act(stage)
        now = look(scene)
        try:
            judge(step, stage, before, now)
        except AssertionError as error:
            raise AssertionError(f"{step.name}: {error}") from error
        before = now


def test_each_journey_ends_otherwise_than_it_began_or_says_that_it_does_not():
    """A table of which every line says that nothing is noticed could not fail."""
    silent = [each.name for each in JOURNEYS if all(step.notices == NOTHING for step in each.steps)]
    assert silent == ["Edit of a public item, as a draft"]
    assert DRAFT_WORD not in EDITION
