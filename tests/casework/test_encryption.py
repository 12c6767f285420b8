"""P8: what identifies a person is encrypted at rest, masked wherever it is printed, and read by one function only."""

import copy
import io
import logging
import pickle
import re

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from tests import factories_cases as factories
from tests.factories import user
from tests.source import ROOT, python_files
from wagtail_disclosure.casework import blind_index, encryption, identity, keys, moves
from wagtail_disclosure.casework.encryption import NotReadable, decrypt, encrypt
from wagtail_disclosure.casework.models import IdentityRead
from wagtail_disclosure.requests.models import Applicant, DisclosureRequest, RequestEvent

OLD, NEW = "o" * 40, "n" * 40
SECRETS = ("王小明", factories.IDENTITY, factories.PHONE, "wang@example.com", "某路1号", "我家门前")


@pytest.fixture
def use_keys(settings):
    def use(*secrets):
        settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "FIELD_KEYS": list(secrets)}

    return use


@pytest.fixture
def place(db):
    return factories.agency()


def stored(model):
    """Everything the table of ``model`` holds, as one text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        return repr(cursor.fetchall())


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text):
    assert decrypt(encrypt(text)) == text


def test_equal_texts_are_not_equal_when_encrypted():
    assert encrypt("王小明") != encrypt("王小明")


def other_byte(token):
    """``token`` with one character of its middle changed, whatever it was."""
    place = len(token) // 2
    return token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]


@pytest.mark.parametrize(
    "change", [other_byte, lambda t: "d1:00000000:" + t[12:], lambda t: "x", lambda t: t + "é"]
)
def test_what_was_tampered_with_is_not_readable(change):
    with pytest.raises(NotReadable):
        decrypt(change(encrypt("王小明")))


def test_the_database_holds_nothing_that_identifies_the_applicant(place):
    factories.request(place)
    held = stored(Applicant) + stored(DisclosureRequest) + stored(RequestEvent)
    assert [each for each in SECRETS if each in held] == []


def test_a_printed_case_shows_the_applicant_masked(place, caplog):
    person = factories.request(place).applicant
    page = Template("{{ p }} {{ p.identity_number }} {{ p.phone }} {{ p.email }} {{ p.address }}")
    with caplog.at_level(logging.INFO):
        logging.getLogger("site").info("%s %r %s", person, person.phone, f"{person.identity_number}")
    shown = page.render(Context({"p": person}))
    assert shown == "王** 3201**********2311 138****5678 w***@example.com 江苏省南京市****"
    assert [each for each in SECRETS if each in shown + caplog.text + repr(vars(person))] == []


def test_a_dump_and_a_pickle_hold_no_plain_text_and_can_be_read_again(place):
    person = factories.request(place).applicant
    dumped = serializers.serialize("json", [person])
    assert [each for each in SECRETS if each in dumped + repr(pickle.dumps(person))] == []
    person_again = next(iter(serializers.deserialize("json", dumped))).object
    assert identity.own_text(person_again.name) == "王小明"
    assert identity.own_text(pickle.loads(pickle.dumps(person)).phone) == factories.PHONE
    assert identity.own_text(copy.deepcopy(person).name) == "王小明"


def test_nothing_is_looked_up_by_an_encrypted_field(place):
    for lookup in ("name", "name__contains", "phone__startswith"):
        with pytest.raises(FieldError):
            Applicant.objects.filter(**{lookup: "王"}).exists()


def test_reading_in_full_is_logged_before_it_is_answered(place):
    case = factories.request(place, department=place.prices)
    found = identity.read(case, ["name", "phone"], place.officer, reason="核实身份")
    assert found == {"name": "王小明", "phone": factories.PHONE}
    rows = list(identity.reads_of(case).values_list("field", "user_name", "reason", "case_number"))
    assert sorted(rows) == [
        ("name", "陈信", "核实身份", case.number),
        ("phone", "陈信", "核实身份", case.number),
    ]


def test_who_may_not_see_the_case_reads_nothing_and_leaves_no_trace(place):
    case = factories.request(place, department=place.prices)
    with pytest.raises(PermissionDenied):
        identity.read(case, ["name"], place.other_officer, reason="好奇")
    assert not IdentityRead.objects.exists()


def test_nothing_is_read_without_a_reason(place):
    case = factories.request(place, department=place.prices)
    with pytest.raises(ValueError):
        identity.read(case, ["name"], place.officer, reason=" ")
    assert not IdentityRead.objects.exists()


def test_the_log_of_readings_is_neither_changed_nor_deleted(place):
    case = factories.request(place, department=place.prices)
    identity.read(case, ["name"], place.officer, reason="核实身份")
    row = IdentityRead.objects.get()
    for change in (
        row.save,
        row.delete,
        IdentityRead.objects.all().delete,
        lambda: IdentityRead.objects.update(reason="x"),
    ):
        with pytest.raises(ProtectedError):
            change()


def test_only_the_one_function_asks_for_plain_text():
    allowed = {"casework/encryption.py", "casework/identity.py"}
    found = {
        path.relative_to(ROOT / "wagtail_disclosure").as_posix()
        for path in python_files("wagtail_disclosure")
        if re.search(r"\.plaintext\(", path.read_text("utf-8"))
    }
    assert found == allowed


def test_a_lost_key_is_said_and_what_it_encrypted_is_kept(place, use_keys):
    use_keys(OLD)
    case = factories.request(place, department=place.prices)
    before = stored(Applicant)
    use_keys(NEW)
    case = DisclosureRequest.objects.get(pk=case.pk)
    assert "密钥" in str(case.applicant) or "key" in str(case.applicant)
    assert identity.read(case, ["name"], place.officer, reason="核实")["name"] == str(case.applicant.name)
    assert str(case.description) == encryption.not_readable()
    case.save()
    case.applicant.save()
    assert stored(Applicant) == before
    use_keys(NEW, OLD)
    assert identity.own_text(Applicant.objects.get().name) == "王小明"


def test_a_new_key_reads_what_the_old_one_wrote_and_finds_it_by_its_index(place, use_keys):
    use_keys(OLD)
    factories.request(place)
    use_keys(NEW, OLD)
    wanted = blind_index.candidates("３２０１０２-19900307 2311", "number")
    assert Applicant.objects.filter(identity_index__in=wanted).count() == 1
    assert Applicant.objects.filter(
        phone_index__in=blind_index.candidates("+86 138 1234 5678", "phone")
    ).exists()
    assert not Applicant.objects.filter(
        phone_index__in=blind_index.candidates("13900000000", "phone")
    ).exists()


def rotate(**options):
    out, err = io.StringIO(), io.StringIO()
    call_command("disclosure_rotate_keys", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_rotation_leaves_the_old_key_without_work_and_can_be_repeated(place, use_keys):
    use_keys(OLD)
    for _number in range(5):
        case = factories.request(place)
        factories.record(case, "note", note="电话中说明了情况", state="submitted")
    use_keys(NEW, OLD)
    rotate(batch=2)
    use_keys(NEW)
    assert {identity.own_text(each.name) for each in Applicant.objects.all()} == {"王小明"}
    assert {each.note for each in RequestEvent.objects.filter(type="note")} == {"电话中说明了情况"}
    assert Applicant.objects.filter(phone_index=blind_index.of(factories.PHONE, "phone")).count() == 5
    before = stored(Applicant)
    out, err = rotate()
    assert (stored(Applicant), err) == (before, "")


def test_rotation_takes_what_was_written_of_a_case_along_and_no_event_else(place, use_keys):
    """On a sealed database as well: the texts of an event are all that may change."""
    use_keys(OLD)
    case, root = factories.request(place), user("root", superuser=True)
    for action in ("confirm_receipt", "accept"):
        moves.act(case, action, by=root)
    decision = {"reply": "petition", "details": {"right_channel": "市信访局"}, "note": "见附件"}
    moves.act(case, "draft_decision", by=root, **decision)
    fixed = list(RequestEvent.objects.order_by("pk").values("pk", "type", "state", "at", "data", "documents"))
    old = encryption.prefix(keys.current())
    use_keys(NEW, OLD)
    rotate(batch=1)
    assert old not in stored(RequestEvent)
    use_keys(NEW)
    event = RequestEvent.objects.get(type="draft_decision")
    assert (event.note, event.details) == ("见附件", {"right_channel": "市信访局"})
    assert (
        list(RequestEvent.objects.order_by("pk").values("pk", "type", "state", "at", "data", "documents"))
        == fixed
    )
    # The reply is judged by what it states: it can still be read.
    moves.act(DisclosureRequest.objects.get(), "approve_decision", by=user("other", superuser=True))


def test_a_rotation_that_was_broken_off_goes_on_where_it_was(place, use_keys, monkeypatch):
    from wagtail_disclosure.casework import rotation

    use_keys(OLD)
    for _number in range(4):
        factories.request(place)
    use_keys(NEW, OLD)

    def stop(model, number):
        if model is Applicant:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(batch=2, progress=stop)
    assert rotation.waiting(Applicant).count() == 2
    rotation.rotate(batch=2)
    assert not any(rotation.waiting(model).exists() for model in rotation.encrypted_models())


def test_rotation_says_what_is_lost_and_does_the_rest(place, use_keys):
    use_keys("lost" * 10)
    factories.request(place)
    use_keys(OLD)
    factories.request(place)
    use_keys(NEW, OLD)
    _out, err = rotate()
    assert "Applicant" in err
    use_keys(NEW)
    readable = [each for each in Applicant.objects.all() if str(each.name) == "王**"]
    assert len(readable) == 1


def test_without_keys_of_their_own_the_fallbacks_of_secret_key_read_too(place, settings):
    settings.SECRET_KEY = "first" * 10
    factories.request(place)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second" * 10, ["first" * 10]
    assert identity.own_text(Applicant.objects.get().name) == "王小明"


def test_keys_do_not_show_themselves(use_keys):
    use_keys(NEW)
    assert keys.current().cipher.hex() not in repr(keys.current())
    assert "cipher" not in repr(keys.current())
