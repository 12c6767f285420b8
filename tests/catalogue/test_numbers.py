"""Index numbers: unique and permanent under any interleaving, verbatim when imported, clear when refused."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests import factories
from wagtail_disclosure.catalogue import numbers
from wagtail_disclosure.catalogue.models import IndexNumber, NumberCounter, NumberScheme
from wagtail_disclosure.catalogue.numbers import NumberTaken
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.errors import GateRefused

pytestmark = pytest.mark.django_db
JANUARY = datetime.datetime(2026, 1, 5, 2, 0, tzinfo=datetime.UTC)
State = IndexNumber.State


def test_the_first_publication_issues_the_next_number(world):
    page = factories.published(world)
    held = IndexNumber.objects.get()
    year = timezone.localdate().year
    assert page.index_number == held.number == f"620700036/{year}-00001"
    assert (held.state, held.title) == (State.ISSUED, page.title)
    assert held.issued_at is not None


def test_a_draft_has_no_number_until_it_is_published_or_one_is_reserved(world):
    page = factories.draft(world)
    assert page.index_number == ""
    reserved = numbers.reserve(page, at=JANUARY)
    assert (page.index_number, reserved.state) == ("620700036/2026-00001", State.RESERVED)
    assert numbers.reserve(page) == reserved


def test_a_reserved_number_is_issued_verbatim_in_a_later_year(world):
    page = factories.draft(world)
    reserved = numbers.reserve(page, at=datetime.datetime(2019, 5, 1, tzinfo=datetime.UTC))
    factories.publish(world, page)
    assert IndexNumber.objects.get().number == reserved.number == "620700036/2019-00001"


def test_the_year_is_that_of_the_agency_not_of_utc(world):
    new_year_in_china = datetime.datetime(2025, 12, 31, 17, 0, tzinfo=datetime.UTC)
    assert numbers.reserve(factories.draft(world), at=new_year_in_china).number == "620700036/2026-00001"


def test_serials_count_by_year(world):
    first = numbers.reserve(factories.draft(world), at=JANUARY)
    second = numbers.reserve(factories.draft(world), at=JANUARY)
    other = numbers.reserve(factories.draft(world), at=JANUARY.replace(year=2027))
    assert [each.serial for each in (first, second, other)] == [1, 2, 1]


def test_translations_share_the_number(world):
    page = factories.draft(world)
    numbers.reserve(page, at=JANUARY)
    twin = factories.draft(world)
    twin.translation_key = page.translation_key
    assert numbers.issue_for(twin).number == page.index_number
    assert IndexNumber.objects.count() == 1


def test_renaming_and_recoding_never_touch_a_number(world):
    page = factories.published(world)
    number = page.index_number
    world.agency.organisation_code = "000014349"
    world.agency.save()
    world.office.code = "99"
    world.office.save()
    factories.publish(world, second_edition(page, world), by=world.people.officer)
    assert type(page).objects.get(pk=page.pk).index_number == number


def second_edition(page, world):
    page.title = "关于价格公示的通知（修订）"
    page.save_revision(user=world.people.officer)
    return page


def test_a_changed_scheme_is_for_new_numbers_only(world):
    first = numbers.reserve(factories.draft(world), at=JANUARY)
    NumberScheme.objects.create(agency=world.agency, preset="date-serial")
    second = numbers.reserve(factories.draft(world), at=JANUARY)
    first.refresh_from_db()
    assert (first.number, second.number) == ("620700036/2026-00001", "20260105-000002")


def test_a_pattern_of_ones_own(world):
    NumberScheme.objects.create(
        agency=world.agency,
        area_code="A1",
        segments=[
            {"kind": "field", "field": "area_code", "width": 2},
            {"kind": "field", "field": "department_code", "width": 2},
            {"kind": "literal", "text": "-"},
            {"kind": "year"},
            {"kind": "serial", "width": 3},
        ],
        per=["agency", "year", "department"],
    )
    there = factories.draft(world, department=world.other)
    here = factories.draft(world)
    found = [numbers.reserve(page, at=JANUARY).number for page in (here, there)]
    assert found == ["A101-2026001", "A102-2026001"]


@pytest.mark.parametrize(
    "fields",
    [
        {"preset": "none"},
        {"segments": [{"kind": "literal", "text": "x"}]},
        {"segments": "text"},
        {"segments": [{"kind": "serial", "width": 3}], "per": ["agency", "year"]},
        {"segments": [{"kind": "serial", "width": 99}], "per": ["agency"]},
    ],
)
def test_a_scheme_that_cannot_make_numbers_is_refused(world, fields):
    with pytest.raises(ValidationError):
        NumberScheme(agency=world.agency, **fields).full_clean()


def test_without_an_organisation_code_the_item_cannot_be_submitted(world):
    world.agency.organisation_code = ""
    world.agency.save()
    page = factories.draft(world)
    with pytest.raises(ValidationError) as refused:
        actions.submit(page, world.people.officer)
    assert refused.value.code == "index_number"
    assert "organisation code" in str(refused.value) or "机构代码" in str(refused.value)
    with pytest.raises(ValidationError):
        numbers.reserve(page)
    with pytest.raises(GateRefused):
        numbers.issue_for(page)


def test_an_item_that_has_a_number_needs_no_code(world):
    page = factories.draft(world)
    numbers.reserve_imported("旧-1", page)
    world.agency.organisation_code = ""
    world.agency.save()
    actions.submit(page, world.people.officer)


def test_serials_that_run_out_are_an_error(world):
    NumberScheme.objects.create(
        agency=world.agency,
        segments=[{"kind": "year"}, {"kind": "serial", "width": 1}],
    )
    NumberCounter.objects.create(scope=f"agency={world.agency.pk}&year=2026", last_serial=9)
    with pytest.raises(GateRefused):
        numbers.issue_for(factories.draft(world), at=JANUARY)


# Imported numbers


@pytest.mark.parametrize("text", ["620700036/2010-00042", "甲发〔2010〕7号", "a b", "２０１０－1"])
def test_an_imported_number_is_kept_verbatim(world, text):
    page = factories.draft(world)
    assert numbers.reserve_imported(text, page).number == text
    assert numbers.reserve_imported(text, page).imported
    factories.publish(world, page)
    held = IndexNumber.objects.get()
    assert (held.number, held.state) == (text, State.ISSUED)


@pytest.mark.parametrize("text", ["", " x", "x" * 101, "a\nb", "a\x00b", "//", "ﷺ" * 30])
def test_a_text_that_cannot_be_a_number_is_refused(world, text):
    with pytest.raises(ValidationError):
        numbers.reserve_imported(text, factories.draft(world))
    assert not IndexNumber.objects.exists()


@pytest.mark.parametrize(
    "typed", ["620700036/2010-00042", "６２０７０００３６／２０１０－０００４２", "620700036/2010–00042"]
)
def test_a_collision_names_the_holder(world, typed):
    holder = factories.draft(world, "二〇一〇年年度报告")
    numbers.reserve_imported("620700036/2010-00042", holder)
    with pytest.raises(NumberTaken) as refused:
        numbers.reserve_imported(typed, factories.draft(world))
    assert "620700036/2010-00042" in str(refused.value)
    assert "二〇一〇年年度报告" in str(refused.value)


def test_a_void_number_is_taken_for_ever(world):
    page = factories.draft(world)
    number = numbers.reserve_imported("A-1", page)
    numbers.void(number, world.people.root, reason="录入错误")
    with pytest.raises(NumberTaken):
        numbers.reserve_imported("A-1", page)


def test_a_document_with_a_number_takes_no_other(world):
    page = factories.draft(world)
    numbers.reserve(page)
    with pytest.raises(ValidationError):
        numbers.reserve_imported("A-1", page)


def test_allotment_steps_over_imported_numbers(world, monkeypatch):
    monkeypatch.setattr(numbers, "LOOKAHEAD", 2)
    for serial in (1, 2, 3, 5):
        numbers.reserve_imported(f"620700036/2026-{serial:05d}", factories.draft(world))
    found = [numbers.reserve(factories.draft(world), at=JANUARY).serial for _each in range(2)]
    assert found == [4, 6]


def test_a_blank_reservation_is_taken_up_by_a_document(world):
    blank = numbers.reserve_blank(world.agency, note="纸质文件", at=JANUARY)
    page = factories.draft(world)
    assert numbers.reserve_imported(blank.number, page) == blank
    assert page.index_number == blank.number
    with pytest.raises(NumberTaken):
        numbers.reserve_imported(blank.number, factories.draft(world))


def test_a_blank_reservation_says_what_for(world):
    with pytest.raises(ValidationError):
        numbers.reserve_blank(world.agency, note=" ")


# Void, and for ever


def test_a_void_number_leaves_a_gap(world):
    page = factories.draft(world)
    number = numbers.reserve(page, at=JANUARY)
    numbers.void(number, world.people.root, reason="重复预留")
    number.refresh_from_db()
    assert (number.state, number.void_reason, number.voided_by_name) == (State.VOID, "重复预留", "root")
    assert numbers.reserve(page, at=JANUARY).serial == 2


def test_voiding_needs_a_reason(world):
    number = numbers.reserve(factories.draft(world))
    with pytest.raises(ValidationError):
        numbers.void(number, world.people.root, reason=" ")


def test_the_number_of_a_public_document_cannot_be_made_void(world):
    page = factories.published(world)
    with pytest.raises(ValidationError, match=page.title):
        numbers.void(IndexNumber.objects.get(), world.people.root, reason="错误")


def test_a_number_is_made_void_once(world):
    number = numbers.reserve(factories.draft(world))
    numbers.void(number, world.people.root, reason="错误")
    with pytest.raises(ValidationError):
        numbers.void(number, world.people.root, reason="再次")


@pytest.mark.parametrize(
    "change",
    [
        {"number": "other"},
        {"serial": 99},
        {"state": State.RESERVED},
        {"translation_key": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_an_issued_number_never_changes(world, change):
    factories.published(world)
    number = IndexNumber.objects.get()
    for name, value in change.items():
        setattr(number, name, value)
    with pytest.raises(ValidationError):
        number.save()


def test_numbers_are_never_deleted(world):
    number = numbers.reserve(factories.draft(world))
    for delete in (number.delete, IndexNumber.objects.all().delete, world.agency.delete):
        with pytest.raises(ProtectedError), transaction.atomic():
            delete()


@pytest.mark.parametrize("same", ["number", "serial", "document"])
def test_the_database_refuses_reuse(world, same):
    held = numbers.reserve(factories.draft(world), at=JANUARY)
    row = {
        "agency": world.agency,
        "number": held.number if same == "number" else "B-1",
        "scope": held.scope,
        "serial": held.serial if same == "serial" else 77,
        "translation_key": held.translation_key if same == "document" else None,
        "reserved_at": JANUARY,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        IndexNumber.objects.create(**row)


@pytest.mark.parametrize("state", [State.ISSUED, State.VOID])
def test_the_database_wants_to_know_when_and_why(world, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        IndexNumber.objects.create(agency=world.agency, number="B-1", state=state, reserved_at=JANUARY)


def test_the_preview_allots_nothing(world):
    scheme = NumberScheme.for_agency(world.agency)
    numbers.reserve(factories.draft(world), at=JANUARY)
    for _each in range(2):
        assert numbers.next_number(scheme, JANUARY.date()) == "620700036/2026-00002"


class Ledger(RuleBasedStateMachine):
    """Reserving, importing, issuing and voiding in any order."""

    world = None

    def __init__(self):
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.documents = {}
        self.fixed = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def document(self, which):
        import uuid

        page = type(self.template).objects.get(pk=self.template.pk)
        page.translation_key = uuid.UUID(int=which + 1)
        return page

    @rule(which=st.integers(0, 4))
    def reserve(self, which):
        held = numbers.reserve(self.document(which), at=JANUARY)
        self.documents.setdefault(which, held.number)
        assert held.number == self.documents[which]

    @rule(which=st.integers(0, 4))
    def issue(self, which):
        held = numbers.issue_for(self.document(which), at=JANUARY)
        self.documents.setdefault(which, held.number)
        assert held.number == self.documents[which]

    @rule(which=st.integers(0, 4), serial=st.integers(1, 8))
    def import_one(self, which, serial):
        number = f"620700036/2026-{serial:05d}"
        try:
            held = numbers.reserve_imported(number, self.document(which))
        except ValidationError:
            return
        assert self.documents.setdefault(which, number) == held.number == number

    @rule()
    def reserve_blank(self):
        numbers.reserve_blank(self.template.department.agency, note="预留", at=JANUARY)

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def void(self, data):
        which = data.draw(st.sampled_from(sorted(self.documents)))
        numbers.void(numbers.find(self.documents.pop(which)), None, reason="错误")

    @invariant()
    def every_number_stands_once_and_stays(self):
        rows = list(IndexNumber.objects.order_by("pk").values_list("pk", "number", "translation_key"))
        assert len({number for _pk, number, _key in rows}) == len(rows)
        for pk, number, _key in rows:
            assert self.fixed.setdefault(pk, number) == number
        assert self.fixed.keys() == {pk for pk, _number, _key in rows}
        for which, number in self.documents.items():
            assert self.document(which).index_number == number


def test_any_interleaving_keeps_numbers_unique_and_permanent(world):
    Ledger.template = factories.draft(world)
    case = Ledger.TestCase()
    case.settings = settings(
        max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case.runTest()
