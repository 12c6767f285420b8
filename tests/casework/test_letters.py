"""Letters of cases: what they say, their numbers, and that they are frozen with the event or not at all."""

import hashlib
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.utils import timezone

from tests import factories_cases
from tests.casework.test_moves import at, day, drafted, handled, make_place, received
from tests.catalogue.concurrency import together
from wagtail_disclosure.casework import moves, retention, rotation
from wagtail_disclosure.casework.letters import issue, numbering, placeholders, rendering, texts
from wagtail_disclosure.casework.letters.values import Value
from wagtail_disclosure.casework.models import LetterTemplate
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.requests.models import DisclosureRequest, RequestLetter
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import replies_to

HOSTILE = "<script>alert(1)</script>{applicant}{{x}} & “…”"


@pytest.fixture
def place(db):
    return make_place()


@pytest.fixture
def configure(settings):
    def configure(**values):
        settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **values}

    return configure


def text_of(letter):
    return re.sub(r"<[^>]+>", "", letter.html)


def issued(place, **decision):
    """The letter of a reply that went out."""
    case = drafted(place, **decision)
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-12"))
    moves.act(case, "issue_decision", by=place.officer, at=at("2026-02-13"))
    return case.letters.get(kind__startswith="reply_")


def stated(profile, reply):
    """A decision that states whatever ``reply`` must and may state."""
    names = [*reply.fact("requires", ()), *reply.fact("optional", ())]
    details = {name: HOSTILE for name in names if name not in ("files", "ground", "grounds_per_part")}
    grounds, data = reply.fact("grounds", ()), {}
    if "ground" in names:
        data["ground"] = grounds[0]
    if "grounds_per_part" in names:
        data["grounds_per_part"] = list(grounds[:3])
    return {"reply": reply.code, "details": details, "data": data}


# What they say


@pytest.mark.parametrize("code", ["cn", "uk"])
def test_every_kind_of_letter_renders_without_a_placeholder_left(place, configure, code):
    configure(JURISDICTION=code)
    case = factories_cases.request(place, department=place.prices, at=at("2026-02-10"), language="en")
    profile, standing = get_profile(code), Standing(case)
    rendered = {}
    for item in profile.letter_kinds:
        event = case.events.model(
            case=case,
            type="close_abandoned" if code == "cn" else "close_lapsed",
            at=at("2026-02-11"),
            data={
                "from": "x",
                "reply": _reply_for(profile, item.code),
                "fee_method": "per_page",
                "units": 130,
                "until": "2026-03-01",
                "days": 20,
                "amount": "12.00",
                "triggers": ["identity_missing"] if code == "cn" else [],
            },
            details={name: HOSTILE for name in ("items", "reason", "questions", "third_party", "agency")},
        )
        made = rendering.render(standing, item.code, day=day("2026-02-11"), event=event, number="号12")
        rendered[item.code] = made.html
        # Those of the hostile text, which stays text.
        assert placeholders.used(made.html) <= {"applicant", "x"}, item.code
        assert "二月" not in made.html
        assert "<script>" not in made.html and "[" not in made.html
        assert texts.title_of(item.code, texts.languages()[0]) in made.html
    assert set(rendered) == set(profile.letter_kinds.codes())


def _reply_for(profile, kind):
    found = [*profile.replies, *profile.correction_replies, *profile.mail_replies]
    return next((each.code for each in found if each.fact("letter") == kind), "")


@pytest.mark.parametrize("code", ["cn", "uk"])
def test_the_given_texts_have_what_they_must_have_and_know_their_placeholders(configure, code):
    configure(JURISDICTION=code)
    for kind in get_profile(code).letter_kinds:
        for language in texts.languages():
            placeholders.check(kind.code, texts.default_text(kind.code, language))


CN = get_profile("cn")
DECIDED = [each for each in replies_to(CN, CN.case_kinds.get("request")) if each.fact("decision", True)]


@pytest.mark.parametrize("reply", DECIDED, ids=lambda each: each.code)
def test_each_reply_states_its_ground_and_the_right_remedies(place, reply):
    case = handled(place)
    key = factories_cases.attachment(case, origin="officer", name="清单.txt").key
    given = stated(CN, reply)
    event = case.events.model(case=case, type="draft_decision", state="drafted", at=at("2026-02-11"))
    event.details, event.documents = given["details"], [str(key)]
    event.data = {"from": "handling", "role": "officer", "reply": reply.code, **given["data"]}
    event.save()
    made = rendering.render(Standing(case), reply.fact("letter"), day=day("2026-02-13"))
    plain = re.sub(r"<[^>]+>", "", made.html)
    assert "<script>" not in made.html and "王小明：" in made.html
    first = "应当自收到本答复之日起60日内先向临江市人民政府申请行政复议" in plain
    either = "或者自收到本答复之日起6个月内向临江市人民法院提起行政诉讼" in plain
    grounds = given["data"].get("grounds_per_part") or [given["data"].get("ground", "")]
    articles = {CN.ground("withheld", each).article for each in grounds if each}
    assert (first, either) == (bool(articles), not articles)
    assert all(f"第十{'四五六'[int(each) - 14]}条" in plain for each in articles), (
        "the provision of every ground"
    )
    assert "https://reconsideration.example/" in plain
    for name in reply.fact("requires"):
        if name in given["details"]:
            assert "alert(1)" in plain


def test_before_2024_reconsideration_did_not_come_first(place):
    case = handled(place, "2023-11-01")
    moves.act(
        case,
        "draft_decision",
        by=place.officer,
        at=at("2023-11-02"),
        reply="refused_internal",
        data={"ground": "internal"},
        details={"reasons": "人事"},
    )
    made = issue.draft(Standing(case), today=day("2023-11-03"), masked=True)
    assert "或者自收到本答复之日起6个月内" in made.html
    assert "先向" in issue.draft(Standing(case), today=day("2024-01-02"), masked=True).html


def test_the_receipt_says_until_when_the_reply_is_due(place):
    letter = received(place).letters.get()
    assert (letter.kind, letter.recipient, letter.enquiry) == ("receipt", "applicant", "")
    assert "2026年3月16日" in letter.html
    assert "临江市发展和改革委员会" in letter.html


def test_a_supplement_notice_lists_what_is_missing(place):
    case = received(place, "2026-06-15")
    moves.act(
        case,
        "ask_supplement",
        by=place.officer,
        at=at("2026-06-16"),
        until=day("2026-07-10"),
        data={"triggers": ["description_unclear", "form_unclear"]},
        details={"items": "请说明年份"},
    )
    letter = case.letters.get(kind="supplement")
    assert letter.html.count("<li>") == 2
    assert "请说明年份" in letter.html and "2026年7月10日前" in letter.html


def test_an_extension_gives_the_reason_of_the_proposal_and_the_new_day(place):
    case = handled(place, "2026-04-20")
    moves.act(
        case,
        "propose_extension",
        by=place.officer,
        at=at("2026-05-06"),
        days=20,
        details={"reason": "检索量大"},
    )
    moves.act(case, "approve_extension", by=place.head, at=at("2026-05-07"))
    moves.act(case, "notify_extension", by=place.officer, at=at("2026-05-08"))
    plain = text_of(case.letters.get(kind="extension"))
    assert "因检索量大，" in plain and "20个工作日" in plain and "2026年6月17日" in plain


@pytest.mark.parametrize(
    ("method", "units", "before", "lines", "total"),
    [
        ("per_page", 200, None, ["70页 × 10元 = 700元", "100页 × 20元 = 2000元"], "2700元"),
        ("per_case", 31, None, ["20件 × 100元 = 2000元", "1件 × 200元 = 200元"], "2200元"),
        ("per_case", 1, 10, ["第11至11件：1件 × 100元 = 100元"], "100元"),
    ],
)
def test_a_fee_notice_shows_how_the_fee_is_counted(place, method, units, before, lines, total):
    case = handled(place)
    data = {"fee_method": method, "units": units, **({"fee_before": before} if before else {})}
    moves.act(case, "send_fee_notice", by=place.head, at=at("2026-02-12"), data=data)
    plain = text_of(case.letters.get(kind="fee_notice"))
    assert all(each in plain for each in lines) and f"合计：{total}" in plain


def test_letters_to_others_do_not_name_the_applicant(place):
    case = handled(place)
    LetterTemplate.objects.create(
        agency=place.agency,
        kind="third_party_consultation",
        language="zh-hans",
        body="{items}\n\n申请人：{applicant}",
    )
    details = {"third_party": "某公司", "items": "合同一份"}
    moves.act(case, "ask_third_party", by=place.officer, at=at("2026-02-12"), details=details)
    ask, form, notice = case.letters.filter(enquiry="1")
    assert [each.recipient for each in (ask, form, notice)] == ["third_party", "third_party", "applicant"]
    assert "某公司：" in ask.html and "合同一份" in ask.html
    assert "王小明" not in ask.html + form.html
    assert "某公司" not in notice.html and "王小明：" in notice.html
    assert list(issue.letters_to(case, "third_party", "1")) == [ask, form]
    assert list(case.letters.for_applicant())[-1] == notice


def test_an_applicant_with_english_gets_a_courtesy_translation_below_the_chinese(place):
    letter = received(place, language="en").letters.get()
    chinese, english = letter.html.split('<article class="disclosure-letter disclosure-letter--courtesy"')
    assert 'lang="zh-hans"' in chinese and "Only the Chinese text" in english
    assert "16 March 2026" in english


# Remedies need places


def test_a_reply_is_not_issued_while_the_agency_names_no_court(place):
    case = drafted(place)
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-12"))
    place.agency.court = ""
    place.agency.save()
    case = DisclosureRequest.objects.get()
    count = case.events.count()
    with pytest.raises(RuleError) as caught:
        moves.act(case, "issue_decision", by=place.officer, at=at("2026-02-13"))
    assert caught.value.code == "remedy_places"
    case = DisclosureRequest.objects.get()
    assert (case.state, case.events.count()) == ("approved", count)
    place.agency.court = "临江市人民法院"
    place.agency.save()
    moves.act(DisclosureRequest.objects.get(), "issue_decision", by=place.officer, at=at("2026-02-13"))


@pytest.mark.parametrize(("routes", "refused"), [(["download"], True), (["post"], False)])
def test_a_reply_that_goes_out_online_needs_the_address_for_reconsideration_online(place, routes, refused):
    place.agency.reconsideration_link = ""
    place.agency.save()
    case = drafted(place)
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-12"))
    DisclosureRequest._base_manager.filter(pk=case.pk).update(delivery_routes=routes)
    case = DisclosureRequest.objects.get()
    if refused:
        with pytest.raises(RuleError) as caught:
            moves.act(case, "issue_decision", by=place.officer, at=at("2026-02-13"))
        assert caught.value.names == ("reconsideration_link",)
    else:
        moves.act(case, "issue_decision", by=place.officer, at=at("2026-02-13"))


# Frozen with the event


def test_the_letter_and_the_event_are_stored_together_or_not_at_all(place, monkeypatch):
    case = handled(place)
    letters, events = RequestLetter.objects.count(), case.events.count()

    def killed(case, event, move):
        raise KeyboardInterrupt

    monkeypatch.setattr(moves, "writers", [*moves.writers, killed])
    with pytest.raises(KeyboardInterrupt):
        moves.act(case, "ask_supplement", by=place.officer, at=at("2026-02-12"), until=day("2026-03-10"))
    assert (RequestLetter.objects.count(), case.events.count()) == (letters, events)
    monkeypatch.setattr(moves, "writers", moves.writers[:-1])
    case = DisclosureRequest.objects.get()
    moves.act(case, "ask_supplement", by=place.officer, at=at("2026-02-12"), until=day("2026-03-10"))
    # Nothing was lost of the count either.
    assert list(RequestLetter.objects.values_list("serial", flat=True)) == [1, 2]


def test_a_letter_is_not_changed_and_not_deleted(place):
    letter = received(place).letters.get()
    letter.html = "x"
    with pytest.raises(ProtectedError):
        letter.save()
    with pytest.raises(ProtectedError):
        RequestLetter.objects.update(number="1")
    with pytest.raises(ProtectedError):
        letter.delete()


def test_the_text_of_a_letter_is_encrypted(place):
    letter = received(place).letters.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT html, recipient_name FROM wagtail_disclosure_requestletter")
        row = cursor.fetchone()
    assert all(each.startswith("d1:") for each in row)
    assert letter.recipient_name == "王小明"


def test_what_was_issued_stays_when_names_and_texts_change(place):
    letter = received(place).letters.get()
    before = letter.html
    place.agency.name = "另一机关"
    place.agency.save()
    LetterTemplate.objects.create(
        agency=place.agency, kind="receipt", language="zh-hans", body="{number}新文本"
    )
    assert RequestLetter.objects.get(pk=letter.pk).html == before
    assert "新文本" in received(place).letters.get().html


# Numbers


def test_numbers_count_within_the_year_without_gaps_and_other_letters_have_none(place):
    place.agency.letter_mark = "临发改公开"
    place.agency.save()
    first, second = received(place, "2026-02-10"), received(place, "2026-02-11")
    later = received(place, "2027-01-04")
    numbers = [each.letters.get().number for each in (first, second, later)]
    assert numbers == ["临发改公开〔2026〕1号", "临发改公开〔2026〕2号", "临发改公开〔2027〕1号"]
    case = factories_cases.request(place, department=place.prices, at=at("2026-02-10"))
    moves.act(case, "ask_confirmation", by=place.officer, at=at("2026-02-12"))
    assert case.letters.get().number == ""


def test_the_format_of_numbers_is_a_setting(place, configure):
    configure(LETTER_NUMBER_FORMAT="{mark}-{year}-{serial:04d}")
    assert numbering.number_of(place.agency, 2026, 7) == "市发展改革委公开-2026-0007"


@pytest.mark.django_db(transaction=True)
def test_letters_at_once_have_numbers_of_their_own_without_a_gap():
    place = make_place()
    cases = [
        factories_cases.request(place, department=place.prices, at=at("2026-02-10"), code="")
        for _each in range(4)
    ]

    def confirm(index):
        case = DisclosureRequest.objects.get(pk=cases[index].pk)
        moves.act(case, "confirm_receipt", by=place.officer, at=at("2026-02-11"))

    together(confirm, 4)
    assert sorted(RequestLetter.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


# The text of one letter


def test_a_decision_may_have_its_own_text_and_remedies_are_added(place):
    letter = issued(place, details={"letter_text": f"尊敬的{{applicant}}：\n\n{HOSTILE}\n\n特此告知。"})
    assert "尊敬的王小明" in letter.html and "特此告知。" in letter.html
    assert "行政复议" in letter.html and "<script>" not in letter.html


def test_another_text_of_the_letter_voids_the_approval(place):
    case = drafted(place)
    moves.act(case, "approve_decision", by=place.reviewer, at=at("2026-02-12"))
    assert Standing(case).facts(None, day("2026-02-12"))["decision_unchanged"]
    moves.act(case, "return_decision", by=place.reviewer, at=at("2026-02-12"), note="文字")
    case_facts = Standing(case).decision
    moves.act(
        case,
        "draft_decision",
        by=place.officer,
        at=at("2026-02-12"),
        reply=case_facts[0],
        documents=case_facts[1]["files"],
        details={"letter_text": "新文本"},
    )
    assert not Standing(case).facts(None, day("2026-02-12"))["decision_unchanged"]


# Texts of agencies


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{ground_article}{ground}{reasons}", "missing_placeholder"),
        ("{ground_article}{ground}{reasons}{remedies}{password}", "unknown_placeholder"),
        ("{{ case.code_hash }} {% load x %}{ground_article}{ground}{reasons}{remedies}", None),
    ],
)
def test_a_text_of_the_agency_is_refused_without_what_it_must_have(place, body, code):
    template = LetterTemplate(agency=place.agency, kind="reply_refused", language="zh-hans", body=body)
    if code is None:
        template.full_clean()
        made = rendering.fill(body, {name: Value(name) for name in placeholders.KNOWN})
        assert "{% load x %}" in made and "{{ case.code_hash }}" in made
        return
    with pytest.raises(ValidationError) as caught:
        template.full_clean()
    assert code in str(caught.value.error_dict["__all__"][0].code)


# What identifies people


def test_anonymising_empties_the_letters_and_keeps_that_there_were(place):
    letter = issued(place)
    case = DisclosureRequest.objects.get()
    later = timezone.now().replace(year=2040)
    retention.anonymise(case, at=later)
    letter.refresh_from_db()
    assert (letter.html, letter.recipient_name, letter.pdf.name) == ("", "", "")
    assert letter.number and letter.sha256 and letter.is_emptied and letter.url == ""


def test_letters_are_encrypted_anew_when_the_key_changes(place, configure):
    old, new = "o" * 40, "n" * 40
    configure(FIELD_KEYS=[old])
    letter = received(place).letters.get()
    configure(FIELD_KEYS=[new, old])
    assert rotation.waiting(RequestLetter).count() == 1
    rotation.rotate()
    configure(FIELD_KEYS=[new])
    again = RequestLetter.objects.get()
    assert (again.html, again.recipient_name) == (letter.html, "王小明")
    assert again.sha256 == hashlib.sha256(again.html.encode()).hexdigest()
