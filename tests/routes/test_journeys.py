"""What is allowed comes about: after each step of a journey a visitor notices what the table says, and nothing else."""

import pytest
from django.test import Client
from wagtail.models import Page

from wagtail_disclosure.catalogue.models import Attachment, EntryPage
from wagtail_disclosure.publishing.files import public_uses

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
    pages = [page.url for page in Page.objects.filter(depth__gt=2).specific() if not visitor.is_open(page)]
    found = visitor.look(scene)
    return found | {f"en {address}": visitor.answer(reader, address) for address in filter(None, pages)}


def own_address(item):
    if not hasattr(item, "url_path"):
        return f"/notices/{item.pk}/"
    return f"en {item.url}" if item.locale.language_code == "en" else item.url


def files_of(item):
    rows = [*getattr(item, "attachments", Attachment.objects.none()).all()]
    rows += item.links.exclude(document=None) if hasattr(item, "links") else []
    return [row.document for row in rows]


def lists(scene):
    """Where items of the catalogue are named."""
    return {*visitor.places(scene), f"en {scene.catalogue.get_translation(scene.english).url}"}


def names(item, served):
    return any(word in str(served[1]) for word in (item.title, item.slug))


def other_languages(item):
    """Other language versions: what is public of them names this one, and an alias follows it."""
    return item.get_translations()


def judge(step, stage, before, now):
    """Hold what changed against what the step says."""
    scene, item = stage.scene, stage.item
    changed = visitor.difference(before, now)
    if step.notices == NOTHING:
        assert changed == {}
        return
    own, places = own_address(item), lists(scene)
    others = other_languages(item)
    # An item reaches the public at its address, in its lists, by its files and in its other languages: nowhere else.
    assert set(changed) <= {own, *places, *(row.url for row in files_of(item)), *map(own_address, others)}, (
        sorted(changed)
    )
    status, text = now[own]
    if step.notices == PUBLIC:
        assert status == 200 and step.says in text and getattr(item, name_of(item)) in text
    else:
        assert step.notices == GONE and status in (404, 410)
    if isinstance(item, EntryPage) and item.locale == scene.catalogue.locale:
        named = {place for place in visitor.places(scene) if names(item, now[place])}
        everywhere = {scene.catalogue.url, f"{scene.catalogue.url}feed/atom/"}
        assert everywhere <= named if step.notices == PUBLIC else not everywhere & named, named
    for each in others.filter(live=True):
        assert getattr(each, "alias_of_id", None) or (each.title in now[own_address(each)][1]), each
    # A file that something else shows as well stays.
    served = {
        now[row.url][0] for row in files_of(item) if step.notices == PUBLIC or not public_uses(row).exists()
    }
    assert served <= ({200} if step.notices == PUBLIC else {404})


@pytest.mark.exhaustive
@pytest.mark.parametrize(("journey", "target"), TRIED)
def test_a_visitor_notices_what_the_table_says(
    scene, time_machine, django_capture_on_commit_callbacks, journey, target
):
    # Pages in English are served below a home page in English.
    scene.home.get_translation(scene.english).save_revision().publish()
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
