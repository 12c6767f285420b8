"""来信选登: letters whose writers consent, masked as the officers' screen does it, published through the review."""

import datetime

from django.utils import timezone

from wagtail_disclosure.casework.receipts import intake
from wagtail_disclosure.mailboxes.selected import consent, making
from wagtail_disclosure.mailboxes.selected.forms import Suggestions

from .case_scripts import Days, timed
from .content import at, data, following
from .diary import Item
from .letters import chosen_scripts, token_of

PATH = "selected"


def items(world, *, small=False):
    days = Days(timezone.localdate())
    for number, script in enumerate(chosen_scripts(small)):
        if script.row["path"] != PATH:
            continue
        *_steps, last = timed(script, days, number)
        drafted = last.at + datetime.timedelta(minutes=30)
        public = following(following(drafted.date()), 4)
        yield Item(
            f"selected-{script.key}",
            world.drafters[script.row["department"]][0],
            drafted,
            at(public, 15, 20),
            _draft(script),
        )


def _draft(script):
    def draft(world):
        letter = intake.case_of(token_of(script, world))
        page = consent.page_of(letter)
        if page is None:
            found = Suggestions(making.original_of(letter), letter)
            texts = found.masked(found.names(), "zh-hans")
            frequent = data("letter_topics")[script.row["topic"]].get("frequent", {})
            user = letter.officer or world.users[world.drafters[script.row["department"]][0]]
            page = making.store(letter, user, {**texts, **frequent})
        return page

    return draft
