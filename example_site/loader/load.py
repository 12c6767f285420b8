"""The whole load, from an empty database to the agency as it stands today. Safe to repeat and to interrupt."""

from collections import Counter

from django.db import transaction

from example_site import clock
from wagtail_disclosure.installation.models import InstalledItem

from . import (
    absences,
    agency,
    annual_reports,
    cases,
    deliveries,
    documents,
    forms,
    letters,
    mail_places,
    monitors,
    participation,
    places,
    projects,
    request_places,
    selected_letters,
    upward,
    withdrawals,
)
from .content import at, table
from .diary import Player
from .world import World

SMALL, FULL = "small", "full"
MARKER = "example_site/loaded"
# The places of the portal stand, and no annual report was begun that counts cases.
COUNTED = at("2025-01-06", 8)


# How many of a kind a small load has, where it is more than one.
MORE_OF = {"news": 6, "notice": 6, "economy": 3, "price-monitor": 3}


def is_loaded():
    marked = InstalledItem.objects.filter(key=MARKER).exists()
    return marked and all(each.is_loaded() for each in (cases, letters, participation, deliveries, monitors))


def load(*, scale=FULL, host="127.0.0.1", port=8000, progress=None):
    """Load what is missing. Returns False when everything was there already."""
    if is_loaded():
        return False
    with clock.moment(at(places.FOUNDED, 8, 30)), transaction.atomic():
        installation = agency.install(host, port)
    world = World(installation)
    found, player, is_small = items(world, scale), Player(world, progress), scale == SMALL
    # Annual reports count cases and selected letters are made of them: these come first.
    player.play(found, until=COUNTED)
    cases.load(world, limit=1 if is_small else None, progress=progress)
    letters.load(world, small=is_small, progress=progress)
    player.play(found, since=COUNTED)
    absences.enter(world)
    participation.load(world)
    deliveries.load(world)
    monitors.load(world)
    marker = InstalledItem.objects.filter(key=MARKER).first() or InstalledItem(key=MARKER)
    marker.point_to(world.home)
    marker.save()
    return True


def items(world, scale=FULL):
    """Everything that is drafted and reviewed, in the order in which it is told."""
    keys = small_keys() if scale == SMALL else None
    found = [
        *places.places(world),
        *request_places.items(world),
        *participation.items(world),
        *mail_places.items(world),
        *forms.form_items(world, small=scale == SMALL),
        *projects.project_items(world, small=scale == SMALL),
        *documents.entries(world, keys),
        *documents.editions(world, keys),
        *documents.drafts(world),
        *withdrawals.deeds(keys),
        agency.merger(world),
        *selected_letters.items(world, small=scale == SMALL),
        *annual_reports.items(world),
        *monitors.items(world),
        *upward.items(world),
    ]
    return [*documents.intakes(found), *found]


def small_keys():
    """The documents of a small load: the first of each kind, some in English, what replaced what, what was withdrawn."""
    keys, families = set(), Counter()
    for row in table("manifest"):
        family, _dash, serial = row["source_key"].rpartition("-")
        if len(serial) == 3 and serial.isdigit() and families[family] < MORE_OF.get(family, 1):
            families[family] += 1
            keys.add(row["source_key"])
    for row in table("validity")[:2]:
        keys |= {row["source_key"], row["successor_source_key"]}
    english = [row["source_key"] for row in table("manifest") if row["language"] == "en"]
    keys |= {key for each in english[:2] for key in (each, each.removesuffix(documents.ENGLISH))}
    keys |= withdrawals.named_keys()
    keys |= {"request-water-cost-detail", "request-hearing-minutes", "withheld-enforcement-file"}
    # Of a draft that is a translation the original must be public.
    keys |= {
        row["source_key"].removesuffix(documents.ENGLISH)
        for row in table("drafts")
        if row["language"] == "en"
    }
    return keys - {""}
