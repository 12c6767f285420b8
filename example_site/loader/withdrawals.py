"""How documents left the site or were marked, with the decision behind each."""

import datetime

from django.utils import timezone

from wagtail_disclosure.publishing import actions, departures, takedowns, validity
from wagtail_disclosure.publishing.models import ValidityChange

from .content import exactly, table
from .diary import Deed

DECIDES = "pu.yishan"
# Who takes down at once, and who confirms what the office proposes.
LEADER = "ruan.tingyun"


def deeds(keys=None):
    """A deed for each withdrawal, change of validity and takedown, or for those of the documents in ``keys``."""
    for name, make in (("withdrawals", withdrawal), ("validity_changes", change), ("takedowns", takedown)):
        for row in table(name):
            if keys is None or row["source_key"] in keys:
                yield from make(row)


def named_keys():
    """The keys of every document that these decisions are about or name."""
    names = ("source_key", "successor_key", "basis_key")
    tables = ("withdrawals", "validity_changes", "takedowns")
    return {row.get(name, "") for each in tables for row in table(each) for name in names}


def withdrawal(row):
    def run(world):
        page = world.page(row["source_key"])
        if not page.live:
            return
        successor = row["successor_key"]
        actions.withdraw(
            page,
            world.users[DECIDES],
            reason=row["reason"],
            explanation=row["explanation"],
            successor=world.page(successor) if successor else None,
            redirects=row["redirects"] == "yes",
        )

    yield Deed(exactly(row["decided_at"]), run)


def change(row):
    """Proposed by the office, confirmed by a leader."""

    def page_of(world, name):
        return world.page(row[name]) if row[name] else None

    def changes(world):
        return ValidityChange.objects.about(world.page(row["source_key"]))

    def propose(world):
        if changes(world).exists():
            return
        validity.propose(
            world.page(row["source_key"]),
            world.users[DECIDES],
            kind=row["kind"],
            effective_on=datetime.date.fromisoformat(row["effective_date"]),
            basis_title=row["basis_title"],
            basis_number=row["basis_number"],
            basis_page=page_of(world, "basis_key"),
            successor=page_of(world, "successor_key"),
            explanation=row["note"],
        )

    def confirm(world):
        waiting = changes(world).filter(state=ValidityChange.State.PROPOSED).first()
        if waiting is not None:
            validity.confirm(waiting, world.users[LEADER])

    yield Deed(exactly(row["proposed_at"]), propose)
    yield Deed(exactly(row["confirmed_at"]), confirm)


def takedown(row):
    """It waits for a second person when the demonstration is opened."""

    def run(world):
        page = world.page(row["source_key"])
        if page.live and departures.pending_takedown(page) is None:
            takedowns.take_down(
                page, world.users[LEADER], reason=row["reason"], explanation=row["explanation"]
            )

    yield Deed(timezone.now() - datetime.timedelta(hours=int(row["hours_ago"])), run)
