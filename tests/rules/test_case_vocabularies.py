"""What the law and its forms list about cases: complete, labelled, and each name known where it is used."""

import json
from pathlib import Path

import pytest

from wagtail_disclosure.rules import data
from wagtail_disclosure.rules.profiles import available_profiles, get_profile
from wagtail_disclosure.rules.replies import outcome_leaves, outcomes_of, replies_to
from wagtail_disclosure.rules.transition_data import get_table

PROFILES = available_profiles()
CN = get_profile("cn")
# The rows of the national annual report, (一) to (六), in order (国办公开办函〔2021〕30号).
LEAVES = """
granted partial
denied.state_secret denied.law_forbids denied.safety_stability denied.third_party denied.internal denied.process
denied.enforcement_file denied.admin_query
unable.not_held unable.needs_creation unable.still_unclear
not_processed.petition not_processed.repeat not_processed.publication not_processed.excessive
not_processed.confirm_reissue
other.supplement_overdue other.fee_overdue other.other
""".split()
CASE_LISTS = """
case_kinds applicant_kinds identity_documents identity_checks request_channels provision_forms provision_routes supplement_triggers
outcomes replies decision_facts remedies letter_kinds notifications review_kinds review_results ratings
mail_types mail_channels mail_refusals mail_ratings mail_replies mail_outcomes mail_monitors masking
""".split()


@pytest.mark.parametrize("code", PROFILES)
def test_every_profile_has_all_the_lists(code):
    profile = get_profile(code)
    assert [name for name in CASE_LISTS if not len(getattr(profile, name))] == []


@pytest.mark.parametrize("code", PROFILES)
def test_each_kind_of_case_has_its_table_clock_outcomes_and_replies(code):
    profile = get_profile(code)
    for kind in profile.case_kinds:
        table = get_table(code, kind.fact("table"))
        assert profile.rulesets[-1].clock(kind.fact("clock"))
        assert {move.action.clock for move in table.moves if move.clock_event} >= {kind.fact("clock")}
        leaves = {leaf.code for leaf in outcome_leaves(outcomes_of(profile, kind))}
        replies = replies_to(profile, kind)
        assert {reply.fact("outcome") for reply in replies} == leaves, (
            "every outcome has a reply, and no others"
        )
        by_move = {move.reply for move in table.moves if move.reply}
        assert by_move <= set(replies.codes())


@pytest.mark.parametrize("code", PROFILES)
def test_every_reply_names_a_letter_a_remedy_and_what_it_states(code):
    profile = get_profile(code)
    grounds = {ground.code for ground in profile.grounds("withheld")}
    for kind in profile.case_kinds:
        for reply in replies_to(profile, kind):
            assert reply.fact("letter") in profile.letter_kinds, reply.code
            assert reply.fact("remedies") in profile.remedies, reply.code
            wanted = {*reply.fact("requires"), *reply.fact("optional", ())}
            assert wanted <= set(profile.decision_facts.codes()), reply.code
            assert set(reply.fact("grounds", ())) <= grounds, reply.code
            letter = profile.letter_kinds.get(reply.fact("letter"))
            assert letter.fact("remedies") == (reply.fact("remedies") != "none"), reply.code


@pytest.mark.parametrize("code", PROFILES)
def test_every_letter_and_notification_has_its_occasion(code):
    profile = get_profile(code)
    letters, notifications = set(), set()
    for kind in profile.case_kinds:
        for action in get_table(code, kind.fact("table")).actions.values():
            letters.update(action.letters)
            notifications.update(action.notifications)
        letters |= {reply.fact("letter") for reply in replies_to(profile, kind)}
    assert letters - {"reply"} == set(profile.letter_kinds.codes())
    assert notifications == set(profile.notifications.codes())


@pytest.mark.parametrize("code", PROFILES)
def test_channels_documents_and_outcomes_carry_what_the_case_needs(code):
    profile = get_profile(code)
    for channel in profile.request_channels:
        assert channel.fact("basis") and channel.article and channel.note("en")
        assert channel.fact("public") in {True, False} and channel.fact("written") in {True, False}
    for leaf in outcome_leaves(profile.outcomes):
        assert leaf.fact("retention_years") >= 3
    for document in profile.identity_documents:
        assert document.fact("holder") in {"natural", "organisation", "any"}
        assert document.fact("check") in {"", "gb11643", "gb32100"}
    for kind in profile.applicant_kinds:
        assert kind.fact("organisation") is (kind.code != "natural")
    assert [result.code for result in profile.review_results if result.fact("pending")] == ["pending"]


def test_the_outcomes_are_the_rows_of_the_annual_report_in_order():
    leaves = outcome_leaves(CN.outcomes)
    assert [leaf.code for leaf in leaves] == LEAVES
    assert [leaf.fact("report_row") for leaf in leaves][:3] == [
        "（一）予以公开",
        "（二）部分公开",
        "（三）1.属于国家秘密",
    ]
    assert len({leaf.fact("report_row") for leaf in leaves}) == 21


def test_applicants_are_the_columns_of_the_annual_report():
    assert [kind.label("zh-hans") for kind in CN.applicant_kinds] == (
        "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他".split()
    )


def test_reconsideration_comes_first_for_refusals_under_articles_14_to_16():
    first = {reply.code for reply in CN.replies if reply.fact("remedies") == "reconsideration_first"}
    resting = {
        reply.code for reply in CN.replies if reply.code.startswith("refused_") or reply.code == "partly"
    }
    assert first == resting and len(first) == 8
    assert CN.replies.get("special_register").fact("remedies") == "either", "Art. 36(7)"


def test_the_seven_replies_of_article_36_are_there():
    cited = {part.strip() for reply in CN.replies for part in reply.article.split(",")}
    assert {f"36.{item}" for item in range(1, 8)} <= cited
    assert {"30", "35", "37", "38", "39"} <= cited


def test_the_results_of_reviews_are_those_of_the_annual_report():
    assert [kind.label("zh-hans") for kind in CN.review_kinds] == [
        "行政复议",
        "未经复议直接起诉",
        "复议后起诉",
    ]
    assert [item.label("zh-hans") for item in CN.review_results] == [
        "结果维持",
        "结果纠正",
        "其他结果",
        "尚未审结",
    ]


def test_only_what_article_29_lists_can_be_asked_to_be_supplemented():
    assert {trigger.code for trigger in CN.supplement_triggers} == {
        "identity_missing",
        "contact_missing",
        "description_unclear",
        "form_unclear",
        "agent_without_authority",
        "excessive_volume",
    }
    assert all(trigger.note("zh-hans").startswith("请") for trigger in CN.supplement_triggers)


def test_the_purpose_of_use_is_asked_for_nowhere():
    """Art. 29 does not name it. A form may offer it, as one of the fields that stay optional."""
    for path in Path(str(data.ROOT)).glob("cn/**/*.json"):
        assert path.name == "request_form.json" or "用途" not in path.read_text("utf-8"), path.name
    assert "purpose" in {
        item["code"] for item in data.load("cn/request_form.json")["optional_fields"]["items"]
    }


@pytest.mark.parametrize("path", sorted(Path(str(data.ROOT)).glob("*/c*s.json")), ids=lambda path: path.name)
def test_every_english_text_of_a_clock_has_its_chinese(path):
    def texts(node):
        if isinstance(node, dict):
            if "en" in node or "zh-hans" in node:
                yield node
            for value in node.values():
                yield from texts(value)
        elif isinstance(node, list):
            for value in node:
                yield from texts(value)

    for pair in texts(json.loads(path.read_text("utf-8"))):
        if isinstance(pair.get("en"), str) and isinstance(pair.get("zh-hans"), str):
            assert pair["en"].strip() and pair["zh-hans"].strip()
            names = [
                sorted(part.split("}")[0] for part in text.split("{")[1:])
                for text in (pair["en"], pair["zh-hans"])
            ]
            assert names[0] == names[1], pair
