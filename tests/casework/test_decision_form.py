"""The form of a reply in the admin: one chooses which, and is asked for what that one must and may state."""

import pytest
from django.urls import reverse

from tests import factories_cases
from tests.case_admin import browser, office, soup, url
from tests.casework.played import Table
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.requests.models import DisclosureRequest
from wagtail_disclosure.rules.profiles import available_profiles, get_profile

FACTS = [
    (code, vocabulary, reply.code)
    for code in available_profiles()
    for vocabulary in sorted({kind.fact("replies") for kind in get_profile(code).case_kinds})
    for reply in getattr(get_profile(code), vocabulary)
    if reply.fact("decision", True)
]


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def case(place):
    found = factories_cases.request(place, department=place.prices, applicant={"name": "王小明"})
    moves.act(found, "confirm_receipt", by=place.officer)
    moves.act(found, "accept", by=place.officer)
    return found


@pytest.fixture
def client(place):
    return browser(place.officer)


def address(case, action="draft_decision"):
    return reverse(f"{case.admin_name}:action", args=[case.pk, action])


def form_of(response):
    return soup(response).select_one("[data-disclosure-decision]")


def asked(form):
    """Names of what the form shows below the choice."""
    fields = form.select("#decision-fields :is(input:not([type=hidden]), select, textarea)")
    return list(dict.fromkeys(each["name"] for each in fields))


def filled(form, **changed):
    """What a browser sends of ``form``."""
    found = {}
    for each in form.select("input[type=hidden], input[type=checkbox][checked]"):
        found.setdefault(each["name"], []).append(each.get("value", ""))
    for each in form.select("textarea"):
        found[each["name"]] = each.get_text().removeprefix("\n").removeprefix("\r\n")
    for each in form.select("select"):
        chosen = each.select_one("option[selected]") or each.select_one("option")
        found[each["name"]] = chosen["value"]
    radio = form.select_one("input[type=radio][checked]")
    return {**found, **({"reply": radio["value"]} if radio else {}), **changed}


def choose(client, case, form, reply, action="draft_decision", **changed):
    return form_of(client.post(address(case, action), filled(form, reply=reply, choose="1", **changed)))


# The choice


def test_the_reply_is_chosen_before_anything_else_is_asked(client, case):
    form = form_of(client.get(address(case)))
    assert asked(form) == [] and form.select_one("details[open]")
    assert form.select_one("[data-disclosure-send]").has_attr("hidden")
    heads = [each.get_text() for each in form.select("legend:not(.w-sr-only)")]
    assert heads == ["予以公开", "不予公开", "无法提供", "不予处理"]
    row = form.select_one("#id_reply_refused_process").parent.get_text()
    assert get_profile("cn").replies.get("refused_process").note() in row and "第十六条" in row
    assert not form.select("#id_reply_withdrawn")
    assert case.events.last().type == "accept"


def test_a_reply_that_needs_a_question_first_says_so_and_cannot_be_chosen(client, case):
    form = form_of(client.get(address(case)))
    closed = [each["value"] for each in form.select("input[type=radio][disabled]")]
    assert closed == ["still_unclear", "excessive"]
    response = client.post(address(case), filled(form, reply="still_unclear", decision_reasons="仍不明确"))
    assert form_of(response).select_one("details[open] .help-critical")
    assert DisclosureRequest.objects.get().state == "handling"


@pytest.mark.parametrize(("jurisdiction", "vocabulary", "code"), FACTS)
def test_each_reply_asks_for_what_it_states_and_for_nothing_else(
    place, settings, jurisdiction, vocabulary, code
):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "JURISDICTION": jurisdiction}
    profile = get_profile(jurisdiction)
    kind = next(each for each in profile.case_kinds if each.fact("replies") == vocabulary)
    table = Table(jurisdiction, kind.code, place)
    case = table.new().steps(table.way(table.start, "handling")).case
    reply = getattr(profile, vocabulary).get(code)
    names = {
        name if name.startswith("upload") else f"decision_{name}"
        for fact in (*reply.fact("requires", ()), *reply.fact("optional", ()))
        for name in (["upload"] if fact == "files" else [fact])
    }
    if "grounds_per_part" in reply.fact("requires", ()):
        names |= {f"decision_part_{ground}" for ground in reply.fact("grounds")}
    client = browser(place.officer)
    form = form_of(client.get(f"{address(case)}?reply={code}"))
    assert set(asked(form)) == names | {"decision_letter_text"}
    assert form.select_one(f"#id_reply_{code}").has_attr("checked")
    assert not form.select_one("[data-disclosure-send]").has_attr("hidden")
    if "ground" in reply.fact("requires", ()):
        options = {each["value"] for each in form.select("[name=decision_ground] option")} - {""}
        assert options == set(reply.fact("grounds"))


# What was entered


def test_what_was_written_is_still_there_when_the_choice_is_changed_and_changed_back(client, case):
    form = choose(client, case, form_of(client.get(address(case))), "refused_process")
    assert form.select_one("details:not([open])")
    form = choose(client, case, form, "does_not_exist", decision_reasons="讨论稿\n尚未确定")
    assert asked(form) == ["decision_search_record", "decision_letter_text"]
    form = choose(client, case, form, "not_ours", decision_search_record="查了档案室")
    assert form.select_one("textarea[name=decision_reasons]").get_text().strip() == "讨论稿\n尚未确定"
    form = choose(client, case, form, "does_not_exist")
    assert form.select_one("textarea[name=decision_search_record]").get_text().strip() == "查了档案室"
    assert case.events.last().type == "accept"


def test_only_what_the_chosen_reply_states_becomes_part_of_it(client, case):
    key = str(factories_cases.attachment(case).key)
    form = choose(client, case, form_of(client.get(address(case))), "partly")
    grounds = ["privacy", "internal"]
    form = choose(
        client,
        case,
        form,
        "refused_internal",
        documents=[key],
        decision_grounds_per_part=grounds,
        decision_part_privacy="第2页的姓名",
    )
    client.post(address(case), filled(form, decision_reasons="内部流程"))
    reply, given = Standing(DisclosureRequest.objects.get()).decision
    assert (reply, given) == (
        "refused_internal",
        {"ground": "internal", "reasons": "内部流程", "files": []},
    )


def test_in_part_each_ground_says_what_is_withheld_and_the_letter_gives_it(client, case):
    key = str(factories_cases.attachment(case).key)
    form = choose(client, case, form_of(client.get(address(case))), "partly")
    sent = {
        "documents": [key],
        "decision_grounds_per_part": ["privacy", "internal"],
        "decision_part_privacy": "附件2中3人的姓名",
        "decision_part_process": "没有选的依据",
        "decision_reasons": "已作区分处理",
    }
    client.post(address(case), filled(form, **sent))
    stored = DisclosureRequest.objects.get()
    assert stored.state == "drafted"
    given = Standing(stored).decision[1]
    assert given["part_privacy"] == "附件2中3人的姓名" and "part_process" not in given
    page = client.get(url("inspect", stored.pk)).content.decode()
    assert page.count("附件2中3人的姓名") == 2 and "没有选的依据" not in page
    form = form_of(client.get(address(stored, "revise_decision")))
    assert [each["value"] for each in form.select("[name=decision_grounds_per_part][checked]")] == [
        "privacy",
        "internal",
    ]
    assert "附件2中3人的姓名" in form.select_one("[name=decision_part_privacy]").get_text()


# What is lacking


@pytest.mark.parametrize(
    ("reply", "lacking", "named"),
    [
        ("provided", {}, "upload"),
        ("refused_process", {"decision_reasons": ""}, "decision_reasons"),
        ("partly", {"decision_grounds_per_part": []}, "decision_grounds_per_part"),
        ("repeat", {"decision_earlier_request": " "}, "decision_earlier_request"),
    ],
)
def test_what_is_lacking_is_said_at_its_field_and_nothing_is_lost(client, case, reply, lacking, named):
    form = choose(client, case, form_of(client.get(address(case))), reply)
    response = client.post(address(case), filled(form, **{"decision_letter_text": "我们的信", **lacking}))
    form = form_of(response)
    wrapper = form.select_one(f"[name={named}]").find_parent(class_="w-field--error")
    assert wrapper.select_one(".error-message").get_text(strip=True)
    assert "我们的信" in form.select_one("[name=decision_letter_text]").get_text()
    assert form.select_one(f"#id_reply_{reply}").has_attr("checked")
    assert DisclosureRequest.objects.get().state == "handling"


def test_files_that_were_sent_with_a_refused_form_are_named_to_be_chosen_again(client, case):
    form = choose(client, case, form_of(client.get(address(case))), "partly")
    upload = factories_cases.upload(b"minutes", "minutes.txt")
    response = client.post(address(case), filled(form, upload=upload))
    wrapper = form_of(response).select_one("[name=upload]").find_parent(class_="w-field--error")
    assert "minutes.txt" in wrapper.get_text()
    assert not case.attachments.exists()


def test_a_ground_of_another_reply_is_refused(client, case):
    form = choose(client, case, form_of(client.get(address(case))), "refused_process")
    client.post(address(case), filled(form, decision_ground="privacy", decision_reasons="x"))
    assert DisclosureRequest.objects.get().state == "handling"


def test_somebody_else_who_acted_meanwhile_is_noticed_after_the_choice_as_well(client, place, case):
    form = choose(client, case, form_of(client.get(address(case))), "refused_process")
    moves.act(case, "note", by=place.head, note="请注意")
    form = choose(client, case, form, "not_ours")
    response = client.post(address(case), filled(form, decision_reasons="不由本机关负责"))
    assert DisclosureRequest.objects.get().state == "handling"
    assert "不由本机关负责" in form_of(response).select_one("[name=decision_reasons]").get_text()
    client.post(address(case), filled(form_of(response)))
    assert DisclosureRequest.objects.get().state == "drafted"


# Revising


def test_a_reply_is_changed_into_another_one_and_its_letter_follows(client, place, case):
    form = choose(client, case, form_of(client.get(address(case))), "refused_process")
    client.post(address(case), filled(form, decision_reasons="讨论稿"))
    form = form_of(client.get(address(case, "revise_decision")))
    first = form.select_one("[name=decision_letter_text]").get_text()
    form = choose(client, case, form, "not_ours", "revise_decision")
    assert form.select_one("[name=decision_letter_text]").get_text() != first
    form = choose(client, case, form, "petition", "revise_decision", decision_letter_text="自己写的信")
    assert "自己写的信" in form.select_one("[name=decision_letter_text]").get_text()
    form = choose(client, case, form, "not_ours", "revise_decision")
    client.post(address(case, "revise_decision"), filled(form))
    reply, given = Standing(DisclosureRequest.objects.get()).decision
    assert (reply, given["reasons"], given["letter_text"]) == ("not_ours", "讨论稿", "自己写的信")
