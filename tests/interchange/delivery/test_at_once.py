"""Several officers, and several runs, at the same time."""

import pytest
from django.core.exceptions import ValidationError

from tests import factories
from tests.at_once import crowd, shared_database
from tests.interchange.delivery.places import reading_point
from wagtail_disclosure.interchange.delivery import actions, due
from wagtail_disclosure.interchange.models import Delivery, DeliveryBatch


@pytest.mark.django_db(transaction=True)
def test_an_item_is_due_once_and_stands_on_one_note(tmp_path):
    world = factories.world()
    point = reading_point(world)
    factories.published(world)
    with shared_database(tmp_path):
        crowd(lambda index: due.catch_up(), 3)
        assert Delivery.objects.count() == 1
        keys = [Delivery.objects.get().pk]

        def make(index):
            try:
                return actions.make_batch(point, keys, world.people.root).number
            except ValidationError as error:
                return error

        found = crowd(make, 3)
        made = [each for each in found if isinstance(each, str)]
        assert len(made) == 1 and DeliveryBatch.objects.count() == 1
        refused = [each for each in found if not isinstance(each, str)]
        assert all(made[0] in each.messages[0] for each in refused)
        assert DeliveryBatch.objects.get().serial == 1
