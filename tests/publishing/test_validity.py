"""Changes of validity: two people mark a document on its own page, and what was approved stays as it is."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Locale

from tests import factories
from tests.publishing.leaving import fresh, number_url, official, text
from wagtail_disclosure.catalogue import counters
from wagtail_disclosure.publishing import actions, validity
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import GateRefused, NotYourReview, WithdrawalRequired
from wagtail_disclosure.publishing.leaving.views import decision_url, leaving_url
from wagtail_disclosure.publishing.models import LedgerEntry, PublishedItem, Seal, ValidityChange
from wagtail_disclosure.publishing.review.views import item_url
from wagtail_disclosure.publishing.verification.verify import Verification

pytestmark = pytest.mark.django_db
TODAY = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def first(world):
    return official("first", name="孙一")


@pytest.fixture
def second(world):
    return official("second", name="钱二")


@pytest.fixture(scope="module")
def built_world(built_world):
    built_world.page = factories.published(built_world, "机动车停放收费办法")
    return built_world


@pytest.fixture
def page(world):
    return world.page


def given(**changed):
    return {
        "kind": "repealed",
        "effective_on": timezone.localdate(),
        "basis_title": "关于废止部分文件的决定",
        "basis_number": "临政发〔2026〕3号",
        "explanation": "2026年清理后废止。",
        **changed,
    }


def mark(page, first, second, **changed):
    return validity.confirm(validity.propose(page, first, **given(**changed)), second)


def banner(client, page):
    return BeautifulSoup(client.get(page.url).content, "html.parser").select_one(".disclosure-banner")


def not_in_force(client, world):
    return text(client.get(f"{world.catalogue.url}not-in-force/"))


def verified():
    with override("en"):
        return [str(finding) for finding in Verification(read_files=False).findings()]


# Two people


def test_proposed_by_one_and_confirmed_by_another_it_shows_everywhere(client, world, page, first, second):
    before = digest_of(fresh(page)).value
    client.force_login(first)
    response = client.post(
        leaving_url("validity", page), given(effective_on=timezone.localdate().isoformat())
    )
    change = ValidityChange.objects.get()
    assert response["Location"] == decision_url(change) and banner(client, page) is None
    client.force_login(second)
    client.post(decision_url(change), {"action": "confirm"})
    client.logout()
    shown = client.get(page.url)
    soup = BeautifulSoup(shown.content, "html.parser")
    for told in ("已废止", "关于废止部分文件的决定", "临政发〔2026〕3号", "2026年清理后废止。"):
        assert told in soup.select_one(".disclosure-banner").get_text()
    assert soup.select_one('meta[name="Validity"]')["content"] == "已废止"
    assert '"creativeWorkStatus": "已废止"' in shown.content.decode()
    base = world.catalogue.url
    for address in (base, f"{base}search/?q=停放收费", f"{base}feed/atom/"):
        assert "已废止" in text(client.get(address)), address
    assert client.get(number_url(world, page))["Location"] == page.url
    assert (
        digest_of(fresh(page)).value == before and Seal.objects.about(page).in_force().get().digest == before
    )
    entry = LedgerEntry.objects.latest("sequence")
    assert entry.kind == LedgerEntry.Kind.VALIDITY and entry.data["confirmed_by"] == str(second.pk)
    assert list(counters.check()) == []


@pytest.mark.parametrize("who", ["proposer", "superuser who proposed", "without the permission"])
def test_who_may_not_confirm(client, world, page, first, who):
    person = world.people.root if who.startswith("superuser") else first
    change = validity.propose(page, person, **given())
    reader = official("reader", "view_validitychange") if who.startswith("without") else person
    client.force_login(reader)
    assert 'value="confirm"' not in client.get(decision_url(change)).content.decode()
    client.post(decision_url(change), {"action": "confirm"})
    with pytest.raises(NotYourReview):
        validity.confirm(change, reader)
    client.logout()
    assert banner(client, page) is None


@pytest.mark.parametrize("person", ["officer", "head", "leader"])
def test_without_the_permission_nothing_is_proposed_or_read(client, world, page, first, person):
    client.force_login(getattr(world.people, person))
    client.post(leaving_url("validity", page), given(effective_on="2026-03-02"))
    assert not ValidityChange.objects.exists()
    change = validity.propose(page, first, **given())
    assert client.get(decision_url(change)).status_code == 404


def test_a_declined_proposal_changes_nothing_and_stays_in_the_history(client, page, first, second):
    change = validity.propose(page, first, **given())
    client.force_login(second)
    assert client.post(decision_url(change), {"action": "decline", "decline-comment": ""}).status_code == 200
    client.post(decision_url(change), {"action": "decline", "decline-comment": "文号不符"})
    change.refresh_from_db()
    assert change.state == "declined" and banner(client, page) is None
    client.force_login(official("auditor", "view_ledgerentry"))
    assert "文号不符" in client.get(item_url("history", page)).content.decode()


def test_the_proposer_takes_it_back(client, page, first):
    change = validity.propose(page, first, **given())
    client.force_login(first)
    client.post(decision_url(change), {"action": "decline", "decline-comment": "填错了"})
    change.refresh_from_db()
    assert change.state == "declined"


def test_one_proposal_at_a_time_and_none_twice(page, first, second):
    change = validity.propose(page, first, **given())
    with pytest.raises(GateRefused):
        validity.propose(page, second, **given(kind="expired"))
    validity.confirm(change, second)
    with pytest.raises(NotYourReview):
        validity.confirm(change, second)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.VALIDITY).count() == 1


def test_what_has_left_meanwhile_is_not_marked(world, page, first, second):
    change = validity.propose(page, first, **given())
    actions.withdraw(page, first, reason="content_error", explanation="有误。")
    with pytest.raises(WithdrawalRequired):
        validity.confirm(change, second)
    with pytest.raises(WithdrawalRequired):
        validity.propose(page, first, **given())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ""},
        {"kind": "invalid"},
        {"kind": "mood"},
        {"kind": "replaced"},
        {"effective_on": ""},
        {"effective_on": "30 February"},
        {"basis_title": "  "},
        {"basis_url": "javascript:alert(1)"},
        {"successor_url": "//evil.example/"},
        {"explanation": "联系人张三，身份证11010519491231002X。"},
        {"kind": "valid"},
    ],
)
def test_a_wrong_proposal_is_refused_with_what_was_typed_kept(client, page, first, wrong):
    client.force_login(first)
    data = {**given(effective_on="2026-03-02"), **wrong}
    response = client.post(leaving_url("validity", page), data)
    assert response.status_code == 200 and not ValidityChange.objects.exists()
    assert data["explanation"] in response.content.decode()


def test_a_draft_is_named_neither_as_successor_nor_in_the_message(client, world, page, first):
    draft = factories.draft(world, "尚未公开的办法")
    client.force_login(first)
    data = given(effective_on="2026-03-02", kind="replaced", successor=str(draft.pk))
    response = client.post(leaving_url("validity", page), data)
    assert response.status_code == 200 and "尚未公开的办法" not in response.content.decode()
    with pytest.raises(ValidationError):
        validity.propose(page, first, **given(kind="replaced", successor=draft))


# What shows


def test_replaced_leads_to_what_replaces_it_as_long_as_that_is_public(client, world, page, first, second):
    newer = factories.published(world, "新的收费办法")
    mark(page, first, second, kind="replaced", successor=newer)
    assert banner(client, page).select_one(f'a[href="{newer.url}"]').get_text() == "新的收费办法"
    actions.withdraw(newer, first, reason="content_error", explanation="有误。")
    assert "新的收费办法" not in banner(client, page).get_text()


def test_an_announced_change_shows_as_announced_and_counts_from_its_day_without_a_job(
    client, world, page, first, second
):
    def on(day):
        return time_machine.travel(TODAY + datetime.timedelta(days=day), tick=False)

    with on(0):
        mark(page, first, second, kind="expired", effective_on=datetime.date(2026, 3, 12))
        shown = text(client.get(page.url))
        assert "失效" in shown and "2026-03-12" in shown and banner(client, page) is None
        assert page.title not in not_in_force(client, world)
    with on(9):
        assert banner(client, page) is None
    with on(10):
        assert "失效" in banner(client, page).get_text()
        assert page.title in not_in_force(client, world)
        assert "已失效" in text(client.get(f"{world.catalogue.url}search/?q=停放收费"))
        ended = f"{world.catalogue.url}search/?q=停放收费&validity=ended"
        call_command("disclosure_escalate")
        assert PublishedItem.objects.get(pk=page.pk).validity == "expired"
        rows = BeautifulSoup(client.get(ended).content, "html.parser").select(".disclosure-items tbody tr")
        assert len(rows) == 1 and list(counters.check()) == []
        call_command("disclosure_escalate")


def test_the_stricter_of_the_approved_and_the_decided_shows(client, world, first, second):
    page = factories.published(world, "已废止的办法", validity="repealed", validity_note="随文废止")
    mark(page, first, second, kind="revised", basis_title="修改决定")
    assert "随文废止" in banner(client, page).get_text() and "修改决定" not in banner(client, page).get_text()
    mark(page, first, second, kind="repealed")
    assert "关于废止部分文件的决定" in banner(client, page).get_text()


def test_a_wrong_mark_is_undone_by_a_further_decision(client, world, page, first, second):
    mark(page, first, second)
    assert page.title in not_in_force(client, world)
    mark(page, second, first, kind="valid", basis_title="更正说明")
    assert banner(client, page) is None and page.title not in not_in_force(client, world)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.VALIDITY).count() == 2


def test_a_later_decision_takes_the_place_of_what_was_only_announced(client, page, first, second):
    mark(page, first, second, effective_on=timezone.localdate() + datetime.timedelta(days=30))
    mark(page, first, second, kind="valid", basis_title="更正说明")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=40)):
        assert banner(client, page) is None


@pytest.mark.raw
def test_a_mark_written_past_the_two_people_does_not_show(client, page, first):
    forged = ValidityChange(
        title="x", decided_at=timezone.now(), confirmed_at=timezone.now(), state="confirmed", **given()
    )
    forged.set_item(page)
    forged.save()
    assert banner(client, page) is None
    proposed = validity.propose(page, first, **given())
    ValidityChange.objects.filter(pk=proposed.pk).update(state="confirmed", confirmed_at=timezone.now())
    assert banner(client, page) is None


EDITS = {
    "taken for something milder": {"kind": "valid"},
    "put off": {"effective_on": datetime.date(2999, 1, 1)},
    "declined afterwards": {"state": "declined"},
    "without its day of confirmation": {"confirmed_at": None},
    "with another explanation": {"explanation": "并未废止。"},
}


@pytest.mark.raw
@pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS)
def test_a_mark_whose_row_was_edited_shows_as_it_was_confirmed(client, page, first, second, edited):
    change = mark(page, first, second)
    before = str(banner(client, page))
    ValidityChange.objects.filter(pk=change.pk).update(**edited)
    assert "已废止" in before and str(banner(client, page)) == before
    assert any("is not what the ledger says" in each for each in verified())


@pytest.mark.raw
def test_a_mark_whose_entry_was_edited_as_well_shows_as_its_row_says(client, page, first, second):
    entry = mark(page, first, second).ledger_entry
    LedgerEntry.objects.filter(pk=entry.pk).update(data={"change": "nothing"})
    assert "已废止" in banner(client, page).get_text()
    assert any(f"Ledger entry {entry.sequence} was edited" in each for each in verified())


@pytest.mark.raw
def test_a_mark_moved_to_another_document_does_not_show_there(client, world, page, first, second):
    other = factories.published(world, "仍然有效的办法")
    mark(page, first, second)
    ValidityChange.objects.update(translation_key=other.translation_key)
    assert banner(client, other) is None and verified() != []


def test_marks_show_on_when_the_key_of_the_ledger_is_lost(client, world, page, first, second, settings):
    mark(page, first, second)
    before = str(banner(client, page)), not_in_force(client, world)
    settings.WAGTAIL_DISCLOSURE = {"LEDGER_KEY": "another key of this site, much too late"}
    assert (str(banner(client, page)), not_in_force(client, world)) == before
    (said,) = verified()
    assert "None of the" in said
    # A register that is written anew keeps them as well.
    call_command("disclosure_register", "rebuild")
    assert not_in_force(client, world) == before[1]


def test_the_next_edition_and_its_review_are_not_disturbed(client, world, page, first, second):
    edition = fresh(page)
    edition.summary = "更正文字"
    edition.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    factories.approve_step(page, world.people.head)
    mark(page, first, second)
    for reviewer in (world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(page, reviewer)
    assert fresh(page).summary == "更正文字" and "已废止" in banner(client, page).get_text()
    assert PublishedItem.objects.get(pk=page.pk).validity == "repealed"


# Languages


@pytest.fixture
def translated(world, page, settings):
    """A draft of the document in another language."""
    settings.ROOT_URLCONF = "tests.urls_with_languages"
    copy = page.copy_for_translation(Locale.objects.get_or_create(language_code="en")[0], copy_parents=True)
    copy.title = "Measures for parking fees"
    copy.save_revision(user=world.people.officer)
    return fresh(copy)


@pytest.fixture
def translation(world, translated):
    return factories.publish(world, translated)


def deleted(page, user):
    """The page leaves by a withdrawal and is deleted afterwards."""
    actions.withdraw(page, user, reason="content_error", explanation="有误。")
    fresh(page).delete()


def is_marked(client, page):
    register = PublishedItem.objects.get(pk=page.pk)
    return "repealed" in str(banner(client, page)), register.validity


def test_a_translation_of_a_repealed_document_says_so_too(client, page, translation, first, second):
    mark(page, first, second)
    assert is_marked(client, translation) == (True, "repealed")


def test_a_translation_keeps_the_mark_when_the_marked_original_is_deleted(
    client, world, page, translation, first, second
):
    mark(page, first, second)
    deleted(page, first)
    assert is_marked(client, translation) == (True, "repealed")
    call_command("disclosure_register", "rebuild")
    assert is_marked(client, translation) == (True, "repealed")
    assert list(counters.check()) == [] and verified() == []


def test_a_language_that_comes_after_the_deletion_is_marked_as_well(
    client, world, page, translated, first, second
):
    mark(page, first, second)
    deleted(page, first)
    assert is_marked(client, factories.publish(world, translated)) == (True, "repealed")


def test_a_mark_of_a_deleted_original_is_undone_at_its_translation(client, page, translation, first, second):
    mark(page, first, second)
    deleted(page, first)
    mark(translation, second, first, kind="valid", basis_title="更正说明")
    assert is_marked(client, translation) == (False, "valid")


def test_a_proposal_is_confirmed_as_long_as_the_document_is_public_in_some_language(
    client, page, translation, first, second
):
    change = validity.propose(page, first, **given())
    deleted(page, first)
    with pytest.raises(GateRefused):
        validity.propose(translation, first, **given())
    client.force_login(second)
    client.post(decision_url(change), {"action": "confirm"})
    client.logout()
    assert is_marked(client, translation) == (True, "repealed") and verified() == []


def test_a_proposal_about_a_deleted_document_is_declined(page, first, second):
    change = validity.propose(page, first, **given())
    deleted(page, first)
    with pytest.raises(WithdrawalRequired):
        validity.confirm(change, second)
    validity.decline(change, second, comment="已撤下")
    assert LedgerEntry.objects.latest("sequence").kind == "validity_declined" and verified() == []


def test_a_document_does_not_replace_itself_in_another_language(page, translation, first):
    with pytest.raises(ValidationError):
        validity.propose(page, first, **given(kind="replaced", successor=translation))


def test_the_history_of_every_language_tells_each_step(client, page, translation, first, second):
    validity.decline(validity.propose(translation, first, **given()), second, comment="文号不符")
    mark(page, first, second)
    client.force_login(official("auditor", "view_ledgerentry"))
    for each in (page, translation):
        shown = text(client.get(item_url("history", each)))
        assert shown.count("提出") >= 2 and "文号不符" in shown and "2026年清理后废止。" in shown


# The list of what no longer holds


def test_the_list_holds_what_is_not_in_force_and_nothing_else(client, world, page, first, second):
    amended = factories.published(world, "修改过的办法")
    old = factories.published(world, "早先的办法", validity="invalid")
    mark(page, first, second)
    mark(amended, first, second, kind="revised")
    shown = not_in_force(client, world)
    assert page.title in shown and old.title in shown and amended.title not in shown
    assert page.title in text(client.get(f"{world.catalogue.url}not-in-force/feed/atom/"))
    assert page.title not in text(client.get(f"{world.catalogue.url}not-in-force/?year=2020"))
    assert "not-in-force/" in client.get(world.catalogue.url).content.decode()
    in_force = client.get(f"{world.catalogue.url}search/?validity=in_force&q=办法")
    titles = [row.get_text() for row in BeautifulSoup(in_force.content, "html.parser").select("tbody th")]
    assert len(titles) == 1 and amended.title in titles[0]


def test_the_report_and_the_start_page_name_what_waits(client, page, first, second):
    change = validity.propose(page, first, **given())
    client.force_login(second)
    assert decision_url(change) in client.get(reverse("wagtailadmin_home")).content.decode()
    report = reverse("wagtail_disclosure_leaving:validity_changes")
    assert page.title in client.get(report, {"state": "proposed"}).content.decode()
    assert page.title not in client.get(report, {"state": "declined"}).content.decode()
