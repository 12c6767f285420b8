"""Two officers at the same moment, on SQLite in a file and on PostgreSQL."""

import pytest

from tests import factories_mail
from tests.at_once import crowd, shared_database
from tests.case_admin import office
from wagtail_disclosure.casework import moves
from wagtail_disclosure.mailboxes.models import CitizenLetter
from wagtail_disclosure.rules.errors import RuleError

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def place(tmp_path):
    with shared_database(tmp_path):
        found = office()
        found.mailbox = factories_mail.mailbox(found)
        yield found


def test_two_letters_that_are_joined_with_each_other_at_once_are_not_both_closed(place):
    for _round in range(ROUNDS):
        pair = [factories_mail.letter(place, mailbox=place.mailbox) for _each in range(2)]

        def join(index, pair=pair):
            try:
                moves.act(
                    pair[index],
                    "merge",
                    by=place.officer,
                    data={"of": pair[1 - index].number},
                    details={"reason": "同一事项"},
                )
            except RuleError as refused:
                return str(refused)
            return ""

        told = crowd(join, 2)
        letters = CitizenLetter.objects.filter(pk__in=[each.pk for each in pair])
        joined = [each for each in letters if each.merged_into_id is not None]
        assert len(joined) == told.count("") <= 1
