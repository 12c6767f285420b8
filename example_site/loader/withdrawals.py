"""Documents that were taken off the site, with the decision behind each."""

from wagtail_disclosure.publishing import actions

from .content import exactly, table
from .diary import Deed

DECIDES = "pu.yishan"


def deeds(keys=None):
    """A deed for each withdrawal, or for those of the documents in ``keys``."""
    for row in table("withdrawals"):
        if keys is None or row["source_key"] in keys:
            yield deed(row)


def deed(row):
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
            successor_url=world.page(successor).get_url_parts()[2] if successor else "",
        )

    return Deed(exactly(row["decided_at"]), run)
