"""Several at once: one of two runs sends, what is planned is planned once, reports do not overwrite each other."""

import pytest

from tests import factories, register_rows
from tests.at_once import crowd, shared_database
from wagtail_disclosure.interchange.models import UpwardEvent, UpwardPlatform, UpwardSubmission
from wagtail_disclosure.interchange.upward import moves, push
from wagtail_disclosure.interchange.upward.planning import plan

from .receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def platform(tmp_path):
    with shared_database(tmp_path):
        world = factories.world()
        register_rows.fill(world, 8)
        yield UpwardPlatform.objects.create(
            agency=world.agency,
            name="平台",
            code="region",
            endpoint="https://platform.example/",
            batch_size=3,
        )


def test_of_several_runs_one_sends(platform):
    receiver = Receiver()

    def run(index):
        try:
            return push.run(UpwardPlatform.objects.get(pk=platform.pk), send=receiver)
        except push.Busy:
            return None

    crowd(run, 4)
    assert len(receiver.got) == 8 == UpwardSubmission.objects.filter(state="accepted").count()
    assert sum(map(len, receiver.calls)) == 8


def test_what_is_planned_at_once_is_planned_once(platform):
    made = crowd(lambda index: plan(UpwardPlatform.objects.get(pk=platform.pk)), 4)
    assert sum(made) == 8 == UpwardSubmission.objects.count() == UpwardEvent.objects.count()


def test_the_same_report_at_once_is_applied_once(platform):
    plan(platform)
    reports = [moves.Report(str(each.key), "adopted") for each in UpwardSubmission.objects.all()]
    found = crowd(lambda index: moves.apply(platform, reports, moves.By("platform")), 4)
    came = [outcome for results in found for _report, outcome in results]
    assert came.count("applied") == 8 and came.count("repeated") == 24
