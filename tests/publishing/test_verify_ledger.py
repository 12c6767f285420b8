"""The ledger and the rows of evidence: whatever is edited, deleted or written beside the gate is found."""

import datetime
import json
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import factories
from tests.publishing.leaving import fresh, official
from tests.publishing.test_delegation import delegate
from tests.publishing.test_safety_review import TRACKED, digest, under_review
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions, delegation, ledger, pinned, takedowns, validity
from wagtail_disclosure.publishing.models import (
    Acknowledgement,
    Approval,
    Contribution,
    Delegation,
    FileUse,
    LedgerEntry,
    LedgerHead,
    ReviewCheck,
    Seal,
    Takedown,
    ValidityChange,
    Withdrawal,
)
from wagtail_disclosure.publishing.records import register_open
from wagtail_disclosure.publishing.verification.verify import Verification

EVIDENCE = (
    LedgerEntry,
    Approval,
    Acknowledgement,
    Seal,
    Withdrawal,
    Takedown,
    ValidityChange,
    Delegation,
    Contribution,
)
# Keys: given by the database, and what leads to them is compared from both ends.
LEFT_OUT = {(model._meta.model_name, "id") for model in EVIDENCE}
# Accounts may be deleted; beside them stands a key of their own.
LEFT_OUT |= {("contribution", "user")}


def add_evidence(world):
    """Approvals used, void and standing; seals in force and closed; a withdrawal."""
    page = factories.published(world, "第一版")
    page.title = "第二版"
    page.save_revision(user=world.people.officer)
    page = factories.publish(world, EntryPage.objects.get(pk=page.pk))
    _leave_and_stand_in(world, page)
    gone = factories.published(world, "撤下的")
    actions.withdraw(gone, world.people.leader, reason="content_error", explanation="内容有误")
    returned = factories.draft(world, "退回的")
    actions.submit(returned, world.people.officer)
    factories.approve_step(returned, world.people.head)
    actions.reject(
        EntryPage.objects.get(pk=returned.pk).current_workflow_task_state,
        world.people.secrecy,
        comment="请改",
    )
    waiting = factories.draft(world, "待审的")
    actions.submit(waiting, world.people.officer)
    factories.approve_step(waiting, world.people.head)
    world.page = page
    return world


def _leave_and_stand_in(world, page):
    """Takedowns in every state, a change of validity, delegations that hold and ended, an acknowledgement."""
    first, second = official("first", name="孙一"), official("second", name="钱二")
    given = {"reason": "secrecy", "explanation": "走向不宜公开。"}
    for title, decide in (
        ("紧急下架的", None),
        (
            "追认下架的",
            lambda row: takedowns.ratify(
                row, second, reason="secrecy", explanation="已撤下。", comment="属实"
            ),
        ),
        ("不予追认的", lambda row: takedowns.refuse(row, second, comment="可以公开")),
    ):
        row = takedowns.take_down(factories.published(world, title), first, **given)
        if decide is not None:
            decide(row)
    change = {
        "kind": "repealed",
        "effective_on": timezone.localdate(),
        "basis_title": "关于废止部分文件的决定",
        "explanation": "清理后废止。",
    }
    validity.confirm(validity.propose(page, first, **change), second, comment="属实")
    for title, end in (("拟废止的", None), ("不予废止的", validity.decline)):
        row = validity.propose(factories.published(world, title), first, **change)
        if end is not None:
            end(row, second, comment="文号不符")
    deputy = factories.user("deputy", name="孙副")
    delegate(world.people.head, deputy)
    ended = delegate(world.people.secrecy, deputy, tasks=[world.tasks[1]])
    delegation.end(ended, world.people.secrecy)
    checked = under_review(world, TRACKED, title="有修订的")
    check = ReviewCheck.objects.get(digest=digest(checked))
    reasons = {check.findings.get(code="tracked_changes").key: "修订保留"}
    pinned.record(fresh(checked), check, world.people.head, reasons, task=world.tasks[0])


def found(**options):
    with override("en"):
        return [str(finding) for finding in Verification(read_files=False, **options).findings()]


@pytest.fixture(scope="module")
def built_world(built_world):
    return add_evidence(built_world)


def test_ordinary_decisions_verify_clean(world):
    assert found() == []


def test_deleted_accounts_are_no_difference(world):
    for person in vars(world.people).values():
        person.delete()
    assert found() == []


# Rows


def cut_tail():
    last = LedgerEntry.objects.latest("sequence")
    with register_open():
        Approval.objects.filter(ledger_entry=last).delete()
        LedgerEntry.objects.filter(pk=last.pk).delete()
    return last


def cut_tail_and_head():
    last = cut_tail()
    LedgerHead.objects.update(sequence=last.sequence - 1, hash=last.previous_hash)


def delete_in_the_middle():
    entry = LedgerEntry.objects.filter(kind="published").first()
    LedgerEntry.objects.filter(pk=entry.pk).delete()


def insert_entry(**fields):
    last = LedgerEntry.objects.latest("sequence")
    entry = LedgerEntry(
        sequence=last.sequence + 1,
        kind="approved",
        content_type=last.content_type,
        object_id=last.object_id,
        at=timezone.now(),
        previous_hash=last.hash,
    )
    entry.hash = ledger.hash_of(entry)
    entry.mac = "0" * 64
    for name, value in fields.items():
        setattr(entry, name, value)
    LedgerEntry.objects.bulk_create([entry])
    LedgerHead.objects.update(sequence=entry.sequence, hash=entry.hash)


def rechain():
    """The tail is written anew, consistently, by somebody who does not have the key."""
    previous = None
    for entry in LedgerEntry.objects.select_related("content_type").order_by("sequence"):
        if previous is not None:
            entry.previous_hash = previous
            entry.hash = ledger.hash_of(entry)
        if entry.kind == "published" and previous is not None:
            entry.actor_name = "别人"
            entry.hash = ledger.hash_of(entry)
        previous = entry.hash
        LedgerEntry.objects.bulk_update([entry], ["previous_hash", "hash", "actor_name"])
    LedgerHead.objects.update(hash=previous)


DAMAGE = {
    "the last entry cut off": (cut_tail, "are missing"),
    "an entry deleted": (delete_in_the_middle, "are missing"),
    "an entry inserted": (insert_entry, "was not written with the key of this site"),
    "the tail chained anew": (rechain, "was not written with the key of this site"),
    "the head turned back": (lambda: LedgerHead.objects.update(sequence=1), "but its head says 1"),
    "the head deleted": (lambda: LedgerHead.objects.all().delete(), "but its head says nothing"),
    "an approval deleted": (
        lambda: Approval.objects.filter(voided_at=None, seals=None).delete(),
        "approval is gone; ledger entry",
    ),
    "a seal deleted": (
        lambda: Seal.objects.filter(closed_at__isnull=False).delete(),
        "seal is gone; ledger entry",
    ),
    "a withdrawal deleted": (
        lambda: Withdrawal.objects.filter(takedown=None).delete(),
        "withdrawal is gone; ledger entry",
    ),
    "a takedown deleted": (
        lambda: Takedown.objects.filter(state="pending").delete(),
        "takedown is gone; ledger entry",
    ),
    "a confirmed change of validity deleted": (
        lambda: ValidityChange.objects.filter(state="confirmed").delete(),
        "change of validity is gone; ledger entry",
    ),
    "a proposed change of validity deleted": (
        lambda: ValidityChange.objects.filter(state="proposed").delete(),
        "change of validity is gone; ledger entry",
    ),
    "a declined change of validity deleted": (
        lambda: ValidityChange.objects.filter(state="declined").delete(),
        "change of validity is gone; ledger entry",
    ),
    "a delegation deleted": (lambda: Delegation.objects.all().delete(), "delegation is gone; ledger entry"),
    "an acknowledgement deleted": (
        lambda: Acknowledgement.objects.all().delete(),
        "acknowledgement is gone; ledger entry",
    ),
    "a use of a file invented": (
        lambda: FileUse.objects.create(
            seal=Seal.objects.in_force().last(), content_type_id=1, object_id="1", sha256="0" * 64
        ),
        "The list of its files",
    ),
    "an approval taken from a seal": (
        lambda: Seal.objects.in_force().last().approvals.clear(),
        "was changed: it is not what the ledger says",
    ),
    "contributions deleted": (
        lambda: Contribution.objects.all().delete(),
        "record of who worked on it was changed",
    ),
}


@pytest.mark.parametrize(("damage", "words"), DAMAGE.values(), ids=DAMAGE)
def test_damage_to_the_ledger_is_named(world, damage, words):
    # As if the rows were deleted in the database itself.
    with register_open():
        damage()
    assert any(words in text for text in found()), found()


def test_a_row_without_an_entry_is_named(world):
    decision = Withdrawal.objects.first()
    decision.pk = None
    Withdrawal.objects.bulk_create([decision])
    assert any("is not known to the ledger" in text for text in found())


def test_a_key_that_was_changed_is_said_once(world, settings):
    settings.WAGTAIL_DISCLOSURE = {"LEDGER_KEY": "another key of this site, much too late"}
    (said,) = found()
    assert "None of the" in said


def test_a_changed_column_is_named(world):
    Approval.objects.filter(seals__isnull=False).update(user_name="别人")
    Withdrawal.objects.update(explanation="别的原因")
    texts = " ".join(found())
    assert "(name)" in texts or "(名称)" in texts or "user_name" in texts
    assert "withdrawal “撤下的”" in texts


EDITS = {
    "the reason of a takedown": (Takedown, {"state": "pending"}, {"explanation": "别的"}, "details"),
    "a takedown that nobody ratified": (Takedown, {"state": "pending"}, {"state": "ratified"}, "state"),
    "the person who took down": (Takedown, {"state": "ratified"}, {"decided_by_name": "别人"}, "details"),
    "the second person": (Takedown, {"state": "refused"}, {"settled_by_name": "别人"}, "second person"),
    "the kind of a change of validity": (
        ValidityChange,
        {"state": "confirmed"},
        {"kind": "revised"},
        "change of validity",
    ),
    "a change of validity declined afterwards": (
        ValidityChange,
        {"state": "confirmed"},
        {"state": "declined"},
        "state",
    ),
    "the day of a proposal": (
        ValidityChange,
        {"state": "proposed"},
        {"effective_on": datetime.date(2099, 1, 1)},
        "effective from",
    ),
    "a proposal confirmed past the second person": (
        ValidityChange,
        {"state": "proposed"},
        {"state": "confirmed"},
        "state",
    ),
    "a declined proposal opened again": (
        ValidityChange,
        {"state": "declined"},
        {"state": "proposed"},
        "state",
    ),
    "who declined a proposal": (
        ValidityChange,
        {"state": "declined"},
        {"confirmed_by_name": "别人"},
        "second person",
    ),
    "the last day of a delegation": (
        Delegation,
        {"ended_at": None},
        {"ends_on": datetime.date(2099, 1, 1)},
        "until",
    ),
    "a delegation opened again": (Delegation, {"ended_at__isnull": False}, {"ended_at": None}, "ended early"),
    "the reason of an acknowledgement": (Acknowledgement, {}, {"reason": "别的"}, "reason"),
    "the person who acknowledged": (Acknowledgement, {}, {"user_key": "999"}, "user key"),
}


@pytest.mark.parametrize(("model", "which", "values", "words"), EDITS.values(), ids=EDITS)
def test_an_edited_decision_is_named_with_its_column(world, model, which, values, words):
    row = model.objects.get(**which)
    model.objects.filter(pk=row.pk).update(**values)
    with override("en"):
        name = str(model._meta.verbose_name)
    # Beside it, the register may not agree any more with a decision that counts no longer.
    (text,) = [text for text in found() if "is not what the ledger says" in text]
    assert name in text and words in text


@pytest.mark.parametrize("model", [Takedown, ValidityChange, Delegation])
def test_a_decision_written_past_the_ledger_is_named(world, model):
    row = model.objects.last()
    row.pk = None
    if model is not Takedown:
        row.ledger_entry = None
    else:
        row.withdrawal, row.state = None, "refused"
    model.objects.bulk_create([row])
    assert any("is not known to the ledger" in text for text in found())


def test_the_steps_of_a_delegation_are_watched(world):
    Delegation.objects.get(ended_at__isnull=False).tasks.clear()
    assert any("is not what the ledger says" in text and "steps" in text for text in found())


@pytest.mark.parametrize("key", [":", "", "9" * 40])
def test_a_seal_of_what_is_no_key_is_named(world, key):
    Seal.objects.filter(pk=Seal.objects.in_force().last().pk).update(object_id=key)
    texts = found()
    assert any("is not known to the ledger" in text for text in texts)
    assert any("public without an approval" in text for text in texts)


# Anchors


def test_a_ledger_cut_with_its_head_is_found_by_the_last_run(world):
    call_command("disclosure_verify", "--fast")
    cut_tail_and_head()
    assert any("The last verification saw" in text for text in found())


def anchored(tmp_path, *options):
    path = tmp_path / "anchor.json"
    call_command("disclosure_ledger_export", str(path), *options)
    return path


def compare(path):
    with path.open(encoding="utf-8") as handle:
        return found(anchor=handle)


@pytest.mark.parametrize("options", [[], ["--hashes"], ["--head"], ["--since", "3"]], ids=str)
def test_a_ledger_that_was_cut_or_written_anew_with_the_key_is_found_by_an_anchor(world, tmp_path, options):
    path = anchored(tmp_path, *options)
    assert compare(path) == []
    cut_tail_and_head()
    assert found() == []
    assert any("is gone; the ledger was cut" in text for text in compare(path))
    ledger.append("approved", world.page)
    assert any("the ledger was rewritten" in text for text in compare(path))


def test_a_ledger_that_grew_agrees_with_its_anchor(world, tmp_path):
    path = anchored(tmp_path, "--head")
    factories.published(world, "之后的")
    assert compare(path) == []


def test_an_anchor_that_was_edited_is_named(world, tmp_path):
    path = anchored(tmp_path, "--head")
    facts = json.loads(path.read_text())
    path.write_text(json.dumps({**facts, "time": "2020-01-01T00:00:00+00:00"}))
    assert any("does not bear the mark of this site" in text for text in compare(path))


@pytest.mark.parametrize("text", ["", "{}", "no json", '{"sequence": "1", "hash": 2, "mac": 3}'])
def test_what_is_no_anchor_cannot_be_compared(world, tmp_path, text):
    path = tmp_path / "anchor.json"
    path.write_text(text)
    with pytest.raises(CommandError) as error:
        call_command("disclosure_verify", "--anchor", str(path))
    assert error.value.returncode == 2


def test_the_export_lets_anybody_recompute_the_chain(world, tmp_path):
    import hashlib

    previous = "0" * 64
    for line in anchored(tmp_path).read_text(encoding="utf-8").splitlines():
        facts = json.loads(line)
        value, _mac = facts.pop("hash"), facts.pop("mac")
        assert facts["previous"] == previous
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert previous == value


def test_hashes_alone_carry_no_names(world, tmp_path):
    text = anchored(tmp_path, "--hashes").read_text(encoding="utf-8")
    assert "王处" not in text and "第一版" not in text


# Any column of any row


def columns():
    for model in EVIDENCE:
        for field in model._meta.concrete_fields:
            witnessed = field.name not in getattr(model, "NOT_WITNESSED", ())
            if witnessed and (model._meta.model_name, field.name) not in LEFT_OUT:
                yield model, field


def other_value(field, row, text, number):
    """Another value than the column has now."""
    value = getattr(row, field.attname)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.JSONField):
        return {"made up": text} if value != {"made up": text} else {}
    if isinstance(field, models.ForeignKey):
        keys = field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True)
        free = set(keys)
        if isinstance(field, models.OneToOneField):
            free -= set(type(row)._base_manager.values_list(field.attname, flat=True))
        return sorted(free)[number % len(free)]
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + datetime.timedelta(microseconds=number + 1)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateField):
        return (value or timezone.localdate()) + datetime.timedelta(days=number + 1)
    if isinstance(field, models.UUIDField):
        return uuid.uuid5(value or uuid.NAMESPACE_OID, f"{text}{number}")
    if isinstance(field, models.IntegerField):
        return (value or 0) + 1000 + number
    return text[: field.max_length or 200] if text[: field.max_length or 200] != value else value + "x"


def place_name(place):
    return f"{place[0].__name__}.{place[1].name}"


PLACES = sorted(columns(), key=place_name)


class AnyColumn(TestCase):
    """One column of one row of evidence is changed beside the gate: the verification says so."""

    @classmethod
    def setUpTestData(cls):
        add_evidence(factories.world())

    def change(self, place, number, text):
        model, field = place
        rows = list(model._base_manager.order_by("pk"))
        if model is Contribution:
            # Those of drafts are borne witness of when the item is published.
            published = set(Seal.objects.filter(opened_at__isnull=False).values_list("object_id", flat=True))
            rows = [row for row in rows if row.object_id in published]
        row = rows[number % len(rows)]
        value = other_value(field, row, text, number)
        with connection.constraint_checks_disabled():
            model._base_manager.filter(pk=row.pk).update(**{field.attname: value})
        return row, value

    def test_each_column_is_watched(self):
        silent = []
        for place in PLACES:
            with transaction.atomic():
                self.change(place, 1, "别的")
                if not found():
                    silent.append(place_name(place))
                transaction.set_rollback(True)
        assert silent == []

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        place=st.sampled_from(PLACES),
        number=st.integers(0, 1000),
        text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=10),
    )
    def test_a_changed_column_is_found_whatever_it_becomes(self, place, number, text):
        changed = self.change(place, number, text)
        assert found(), (place_name(place), changed)
