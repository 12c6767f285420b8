"""Numbers are allotted once, codes are stored hashed, a form becomes one case, and guessing leads nowhere."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import factories_cases as factories
from tests.catalogue.concurrency import together
from wagtail_disclosure.casework.errors import TrackingRefused
from wagtail_disclosure.casework.models import Submission
from wagtail_disclosure.casework.receipts import codes, intake, numbers, throttle, tracking, visitors
from wagtail_disclosure.requests.models import DisclosureRequest

CODE = "ABCD-EFGH-2345-6789"


@pytest.fixture
def place(db):
    return factories.agency()


@pytest.fixture(autouse=True)
def _no_counts():
    throttle._memory.clear()


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **values}

    return configure


def visit(address="203.0.113.7", **meta):
    return RequestFactory().get("/", REMOTE_ADDR=address, **meta)


def storing(place, seen=None, fail=False):
    def store(number, code_hash):
        case = DisclosureRequest.objects.create(
            agency=place.agency,
            number=number,
            code_hash=code_hash,
            channel="online",
            submitted_at=timezone.now(),
            state="submitted",
            subject="项目清单",
        )
        if fail:
            raise RuntimeError("the process ended here")
        return case

    return store


def send(place, token, **options):
    return intake.submit(DisclosureRequest, token, storing(place, **options), agency=place.agency, sender="s")


# Numbers


def test_numbers_count_within_agency_department_kind_and_year(place):
    def number(department, year):
        at = timezone.make_aware(datetime.datetime(year, 5, 6))
        return factories.request(place, department=department, at=at).number

    found = [number(None, 2026), number(None, 2026), number(place.prices, 2026), number(None, 2027)]
    assert found == ["SQ2026-00-00001", "SQ2026-00-00002", "SQ2026-01-00001", "SQ2027-00-00001"]


def test_a_number_that_another_agency_gave_is_passed_over(place):
    first = factories.request(place)
    second = numbers.allot(DisclosureRequest, agency=type(place.agency)(pk=place.agency.pk + 1))
    assert first.number != second


def test_the_year_of_a_number_is_that_of_the_site_and_not_of_utc(place):
    at = datetime.datetime(2026, 12, 31, 16, 30, tzinfo=datetime.UTC)
    assert factories.request(place, at=at).number.startswith("SQ2027-")


@pytest.mark.django_db(transaction=True)
def test_numbers_are_allotted_once_when_many_are_at_once():
    place = factories.agency()
    found = together(lambda index: send(place, f"token-{index}").case.number, 8)
    assert len(set(found)) == 8


# Codes


@given(st.text())
def test_any_token_gives_a_code_that_people_can_type(token):
    code = codes.code_of(token)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert codes.code_of(token) == code


def test_a_code_is_read_however_it_is_typed():
    stored = codes.hashed("A0C1-EFGH-2345-678V")
    for typed in (
        "A0C1EFGH2345678V",
        "aoci efgh 2345 678u",
        " Ａ０Ｃ１－ＥＦＧＨ－２３４５－６７８Ｖ ",
        "AOCL–EFGH–2345–678V",
    ):
        assert codes.matches(typed, stored)
    for typed in ("", "A0C1-EFGH-2345-6780", "A0C1", "A0C1-EFGH-2345-678V-1", None):
        assert not codes.matches(typed, stored)


@pytest.mark.parametrize("stored", ["", None, "s1$zz$zz", "s1$00$00", codes.NOBODY, "x" * 500])
def test_no_code_fits_where_there_is_none(stored):
    assert not codes.matches(CODE, stored)
    assert not codes.matches("", stored)


def test_the_code_is_stored_nowhere(place):
    from tests.casework.test_encryption import stored

    receipt = send(place, codes.new_token())
    held = stored(DisclosureRequest) + stored(Submission)
    assert receipt.code not in held and codes.normalised(receipt.code) not in held and "s1$" not in held
    assert codes.matches(receipt.code, DisclosureRequest.objects.get().code_hash)


# One form, one case


def test_a_form_that_is_sent_twice_has_one_case_and_one_receipt(place):
    token = codes.new_token()
    first, second = send(place, token), send(place, token)
    assert (first.case, first.code) == (second.case, second.code)
    assert (first.repeated, second.repeated) == (False, True)
    assert DisclosureRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_has_one_case():
    place, token = factories.agency(), codes.new_token()
    found = together(lambda index: send(place, token), 4)
    assert len({each.code for each in found}) == 1
    assert DisclosureRequest.objects.count() == 1


def test_what_fails_on_the_way_leaves_nothing_and_can_be_sent_again(place):
    token = codes.new_token()
    with pytest.raises(RuntimeError):
        send(place, token, fail=True)
    assert (DisclosureRequest.objects.count(), Submission.objects.count()) == (0, 0)
    assert not send(place, token).repeated


def test_a_form_sent_before_the_keys_changed_is_still_known(place, configure):
    token = codes.new_token()
    configure(FIELD_KEYS=["o" * 40])
    first = send(place, token)
    configure(FIELD_KEYS=["n" * 40, "o" * 40])
    assert send(place, token) == intake.Receipt(first.case, first.code, repeated=True)


# Tracking


def with_session(request):
    from django.contrib.sessions.backends.db import SessionStore

    request.session = SessionStore()
    return request


def test_number_and_code_open_the_case(place):
    case = factories.request(place, code=CODE)
    typed = case.number.lower().replace("-", " ")
    assert tracking.find(DisclosureRequest, typed, "abcd efgh 2345 6789", visit()) == case


def refused(number, code, request=None):
    with pytest.raises(TrackingRefused) as error:
        tracking.find(DisclosureRequest, number, code, request or visit())
    return str(error.value)


def test_a_wrong_code_an_unknown_number_and_nothing_at_all_are_refused_alike(place):
    case = factories.request(place, code=CODE)
    anonymised = factories.request(place)
    said = {
        refused(case.number, "ABCD-EFGH-2345-6780"),
        refused("SQ2026-99-99999", CODE),
        refused(anonymised.number, ""),
        refused("", ""),
        refused("\x00" * 5000, "😀" * 5000),
        refused(None, None),
    }
    assert len(said) == 1


def test_an_unknown_number_costs_as_much_as_a_known_one(place, monkeypatch):
    case, calls = factories.request(place, code=CODE), []
    hashed = codes.hashed
    monkeypatch.setattr(codes, "hashed", lambda *args: calls.append(args) or hashed(*args))
    refused(case.number, "1111-1111-1111-1111")
    known = len(calls)
    refused("SQ2026-99-99999", "1111-1111-1111-1111")
    # The code in force, and one that was made anew.
    assert (known, len(calls)) == (2, 4)


def test_after_many_tries_even_the_right_code_has_to_wait(place, configure):
    configure(CASE_LIMITS={"track_number": (3, 600)})
    case = factories.request(place, code=CODE)
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
        refused(case.number, "1111-1111-1111-1111", visit(address))
    assert refused(case.number, CODE, visit("203.0.113.4"))
    other = factories.request(place, code=CODE)
    assert tracking.find(DisclosureRequest, other.number, CODE, visit("203.0.113.4")) == other


def test_one_sender_that_tries_many_numbers_has_to_wait_and_others_have_not(place, configure):
    configure(CASE_LIMITS={"track_sender": (2, 600)})
    case = factories.request(place, code=CODE)
    for number in ("SQ2026-00-00091", "SQ2026-00-00092"):
        refused(number, CODE)
    assert refused(case.number, CODE)
    assert tracking.find(DisclosureRequest, case.number, CODE, visit("198.51.100.9")) == case


def test_following_a_case_ends_after_a_while_and_is_for_that_case_alone(place):
    case, other = factories.request(place), factories.request(place)
    request = with_session(visit())
    tracking.open_session(request, case, now=1000)
    assert tracking.is_open(request, case, now=1000 + tracking.SECONDS - 1)
    assert not tracking.is_open(request, case, now=1000 + tracking.SECONDS)
    assert not tracking.is_open(request, other, now=1000)


# Counting


def test_tries_are_counted_per_sender_and_end_with_their_time(configure):
    configure(CASE_LIMITS={"submit_sender": (2, 60)})
    assert [throttle.allows("submit_sender", "a") for _try in range(3)] == [True, True, False]
    assert throttle.allows("submit_sender", "b")
    cache.clear()
    assert throttle.allows("submit_sender", "a")


class BrokenCache:
    def add(self, *args, **kwargs):
        raise ConnectionError("the cache is down")


def test_without_a_cache_each_process_counts_for_itself(configure, monkeypatch):
    configure(CASE_LIMITS={"submit_sender": (2, 60)})
    monkeypatch.setattr(throttle, "cache", BrokenCache())
    assert [throttle.allows("submit_sender", "a") for _try in range(3)] == [True, True, False]


def test_a_cache_that_keeps_nothing_is_no_way_around(configure, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    configure(CASE_LIMITS={"submit_sender": (2, 60)})
    assert [throttle.allows("submit_sender", "a") for _try in range(3)] == [True, True, False]


# Where a request comes from


@pytest.mark.parametrize(
    ("proxies", "direct", "forwarded", "found"),
    [
        ([], "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (["10.0.0.0/8"], "203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, rubbish, 10.0.0.2", "10.0.0.2"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["unix"], "", "198.51.100.1", "198.51.100.1"),
        ([], "", "198.51.100.1", ""),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_only(
    configure, proxies, direct, forwarded, found
):
    configure(TRUSTED_PROXIES=proxies)
    assert visitors.address_of(visit(direct, HTTP_X_FORWARDED_FOR=forwarded)) == found


def test_a_sender_is_kept_as_a_hash_and_a_whole_ipv6_network_is_one():
    one = visitors.sender_key(visit("2001:db8:1:2::1"))
    assert one == visitors.sender_key(visit("2001:db8:1:2:ffff::9"))
    assert one != visitors.sender_key(visit("2001:db8:1:3::1"))
    assert visitors.sender_key(visit("::ffff:203.0.113.7")) == visitors.sender_key(visit("203.0.113.7"))
    assert "2001" not in one and len(one) == 32
