"""The rule itself, over any policies, people, deputies and approvals: distinct people, no contributor, at least two."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import evidence, ledger
from wagtail_disclosure.publishing.actions import _record_approval
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.models import (
    Contribution,
    Delegation,
    LedgerEntry,
    ReviewPolicyStep,
)

pytestmark = pytest.mark.django_db
PEOPLE = range(5)
STEPS = range(4)


@pytest.fixture
def world(world):
    world.crowd = [factories.user(f"p{number}") for number in PEOPLE]
    return world


approvals = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(PEOPLE), st.none() | st.sampled_from(PEOPLE)),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    required=st.sets(st.sampled_from(STEPS), min_size=1),
    important=st.sets(st.sampled_from(STEPS)),
    is_important=st.booleans(),
    given_approvals=approvals,
    wrote=st.sets(st.sampled_from(PEOPLE), max_size=2),
    ended_after=st.none() | st.integers(0, 6),
    stale=st.sets(st.integers(0, 5), max_size=1),
)
def test_complete_means_what_it_says(
    world, required, important, is_important, given_approvals, wrote, ended_after, stale
):
    reset(world, required, important)
    page = world.page
    page.important = is_important
    world.digest = digest_of(page).value
    for number in wrote:
        row = Contribution(user=world.crowd[number], user_key=str(world.crowd[number].pk), at=page_time())
        row.set_item(page)
        row.save()
    for place, (step, person, absent) in enumerate(given_approvals):
        if place == ended_after:
            ledger.append(LedgerEntry.Kind.REJECTED, page)
        approve(
            world, step, person, absent if absent != person else None, "0" * 64 if place in stale else None
        )

    judged = evidence.verdict(page, world.digest)

    wanted = {step for step in required if step not in important or is_important}
    counted = [
        (step, person, absent if absent != person else None)
        for place, (step, person, absent) in enumerate(given_approvals)
        if place not in stale
        and (ended_after is None or ended_after >= len(given_approvals) or place >= ended_after)
    ]
    if judged.complete:
        assert possible(counted, wanted, wrote)
        people = [each.people for each in judged.approvals]
        assert len(set().union(*people)) == sum(map(len, people)), (
            "nobody has two steps, in person or by a deputy"
        )
        assert not set().union(*people) & {str(world.crowd[number].pk) for number in wrote}
        assert {each.task_id for each in judged.approvals} == {world.tasks[step].pk for step in wanted}
        actors = {each.user_key for each in judged.approvals}
        assert len(actors | {str(world.crowd[number].pk) for number in wrote}) >= 2
    else:
        assert judged.missing
        once = len({step for step, _person, _absent in counted}) == len(counted)
        assert not (once and wanted and possible(counted, wanted, wrote))


def possible(counted, wanted, wrote):
    """By trying everything: one approval a step, all people distinct and innocent, two people at least."""
    for chosen in permutations(counted, len(wanted)):
        people = [{person, absent} - {None} for _step, person, absent in chosen]
        everybody = set().union(*people) if people else set()
        if (
            {step for step, _person, _absent in chosen} == wanted
            and len(everybody) == sum(map(len, people))
            and not everybody & wrote
            and len({person for _step, person, _absent in chosen} | wrote) >= 2
        ):
            return True
    return False


def page_time():
    from django.utils import timezone

    return timezone.now()


def reset(world, required, important):
    """A new item that nobody has worked on, under these steps."""
    page = EntryPage(title="通知", slug=f"item-{next(factories.counter)}", live=False)
    world.folder.add_child(instance=page)
    world.page, world.digest = page, digest_of(page).value
    ReviewPolicyStep.objects.all().delete()
    for order in sorted(required):
        ReviewPolicyStep.objects.create(
            policy=world.policy,
            task=world.tasks[order].task_ptr,
            sort_order=order,
            condition="important" if order in important else "always",
        )


def approve(world, step, person, absent, digest):
    delegation = None
    if absent is not None:
        entry = ledger.append(LedgerEntry.Kind.DELEGATED, world.page)
        delegation = Delegation(delegator=world.crowd[absent], delegator_name="x", ledger_entry=entry)
    _record_approval(
        world.page,
        world.tasks[step],
        world.crowd[person],
        delegation,
        digest=digest or world.digest,
        comment="",
        details={},
    )
