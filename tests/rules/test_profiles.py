"""Jurisdiction profiles: complete, labelled in both languages, and nothing hard-wired to one of them."""

from collections import Counter
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.clocks import proactive_deadline
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.labels import label, text_in
from wagtail_disclosure.rules.profiles import VOCABULARIES, available_profiles, get_profile
from wagtail_disclosure.rules.vocabulary import Item, Vocabulary

PROFILES = available_profiles()
CN_BODY_TYPES = ["department", "district_government", "township_street"]


def every_vocabulary(profile):
    yield from profile.vocabularies.values()
    for body_type in profile.body_types:
        yield profile.catalogue_template(body_type.code)


def test_a_vocabulary_finds_an_item_its_label_or_nothing():
    replies = get_profile("cn").replies
    assert replies.find("provided") is replies.get("provided")
    assert replies.label_of("provided") == replies.get("provided").label()
    assert replies.find("moon") is None and replies.label_of("moon", "?") == "?"
    with pytest.raises(KeyError):
        replies.get("moon")


def test_both_profiles_are_found():
    assert PROFILES == ("cn", "uk")


@pytest.mark.parametrize("code", ["xx", "", "..", "cn/catalogues"])
def test_unknown_profile_is_an_error(code):
    with pytest.raises(LookupError):
        get_profile(code)


@pytest.mark.parametrize("code", PROFILES)
def test_every_item_is_labelled_in_chinese_and_english(code):
    for vocabulary in every_vocabulary(get_profile(code)):
        for _ancestors, item in vocabulary.walk():
            assert item.labels["zh-hans"].strip() and item.labels["en"].strip(), (vocabulary.code, item.code)


@pytest.mark.parametrize("code", PROFILES)
def test_every_vocabulary_names_its_source(code):
    for vocabulary in every_vocabulary(get_profile(code)):
        if len(vocabulary):
            assert vocabulary.source and vocabulary.evidence and vocabulary.compiled, vocabulary.code


@pytest.mark.parametrize("code", PROFILES)
def test_every_profile_has_what_the_package_asks_for(code):
    profile = get_profile(code)
    assert [item.code for item in profile.attributes] == ["proactive", "on_request", "withheld"]
    assert set(profile.vocabularies) == set(VOCABULARIES)
    for name in ("referrals", "statutory_heads", "genres", "column_types", "secrecy_checklist", "body_types"):
        assert len(getattr(profile, name)), name
    assert profile.ruleset_on(date(2026, 1, 1))
    assert profile.calendar().day(date(2026, 1, 1)).is_working is False


@pytest.mark.parametrize("code", PROFILES)
def test_every_ground_cites_a_provision(code):
    profile = get_profile(code)
    for attribute in profile.attributes:
        assert profile.grounds(attribute.code)
        for ground in profile.grounds(attribute.code):
            assert ground.article, ground.code
            assert profile.ground(attribute.code, ground.code) is ground


@pytest.mark.parametrize("code", PROFILES)
def test_catalogue_nodes_say_content_responsibility_and_known_heads(code):
    profile = get_profile(code)
    for body_type in profile.body_types:
        for ancestors, node in profile.catalogue_template(body_type.code).walk():
            assert len(ancestors) <= 1, "two levels"
            for language in ("zh-hans", "en"):
                assert node.text("main_content", language) and node.text("responsible", language)
            assert all(head in profile.statutory_heads for head in node.fact("statutory"))
            column_type = node.fact("column_type")
            assert column_type is None or column_type in profile.column_types


@pytest.mark.parametrize("code", PROFILES)
def test_withdrawal_reasons_say_whether_a_successor_is_needed(code):
    for reason in get_profile(code).withdrawal_reasons:
        assert reason.fact("successor") in {"required", "optional", "none"}
        assert reason.fact("emergency") in {True, False}


def test_chinese_lists_have_their_legal_sizes():
    profile = get_profile("cn")
    assert len(profile.statutory_heads) == 15
    assert len(profile.reporting_classes) == 8
    assert len(profile.genres) == 15
    assert len(profile.topics) == 22
    assert sum(len(topic.children) for topic in profile.topics) == 121
    assert [item.code for item in profile.body_types] == CN_BODY_TYPES


def test_reporting_classes_are_in_the_order_of_the_published_report():
    assert [item.label("zh-hans") for item in get_profile("cn").reporting_classes] == (
        "机构职能 行政决策 政策法规 行政职权 行政执法 社会服务 工作动态 其他".split()
    )


@pytest.mark.parametrize(
    "ground, article",
    [
        ("state_secret", "14"),
        ("law_forbids", "14"),
        ("safety_stability", "14"),
        ("trade_secret", "15"),
        ("privacy", "15"),
        ("internal", "16"),
        ("process", "16"),
        ("enforcement_file", "16"),
    ],
)
def test_withheld_grounds_follow_the_regulation(ground, article):
    item = get_profile("cn").ground("withheld", ground)
    assert item.article == article
    assert item.fact("discretionary") is (article == "16"), "only Art. 16 says 'may'"


def test_state_secrets_are_not_filed():
    grounds = get_profile("cn").grounds("withheld")
    assert [ground.code for ground in grounds if not ground.fact("filed")] == ["state_secret"]


def test_ground_of_another_attribute_is_refused():
    with pytest.raises(KeyError):
        get_profile("cn").ground("proactive", "state_secret")
    with pytest.raises(KeyError):
        get_profile("cn").grounds("state_secret")


@pytest.mark.parametrize("body_type", CN_BODY_TYPES)
def test_catalogue_templates_are_of_useful_size(body_type):
    template = get_profile("cn").catalogue_template(body_type)
    assert 15 <= len(template) <= 25
    levels = Counter(len(ancestors) for ancestors, _node in template.walk())
    assert levels[1] >= 40
    assert {node.label("zh-hans") for _a, node in template.walk()} >= {"工作动态", "工作计划", "年度报告"}


@pytest.mark.parametrize("body_type", CN_BODY_TYPES)
def test_catalogue_templates_serve_the_statutory_heads(body_type):
    """Heads for which only some bodies are responsible may be missing from a township's catalogue."""
    profile = get_profile("cn")
    served = {
        head for _a, node in profile.catalogue_template(body_type).walk() for head in node.fact("statutory")
    }
    optional = {"20.4"} if body_type == "township_street" else set()
    assert set(profile.statutory_heads.codes()) - served <= optional


def test_template_of_unknown_body_type_is_refused():
    with pytest.raises(KeyError):
        get_profile("cn").catalogue_template("../../uk/profile")


@pytest.mark.parametrize(
    "day, code",
    [(date(2008, 4, 30), None), (date(2008, 5, 1), "cn-2008"), (date(2019, 5, 14), "cn-2008")]
    + [(date(2019, 5, 15), "cn-2019"), (date(2026, 2, 10), "cn-2019")],
)
def test_ruleset_is_the_one_in_force(day, code):
    ruleset = get_profile("cn").ruleset_on(day)
    assert (ruleset.code if ruleset else None) == code


def test_chinese_profile_has_a_proactive_deadline_and_the_british_has_none():
    day = date(2026, 2, 10)
    cn, uk = get_profile("cn"), get_profile("uk")
    assert proactive_deadline(day, cn.calendar(), cn.ruleset_on(day)).due == date(2026, 3, 16)
    assert proactive_deadline(day, uk.calendar(), uk.ruleset_on(day)) is None
    assert uk.ruleset_on(day).term("request_reply").working_days == 20


def test_british_scheme_has_seven_classes_and_no_topics():
    profile = get_profile("uk")
    assert len(profile.statutory_heads) == 7
    assert set(profile.category_schemes()) == {"statutory", "genre"}


def test_chinese_category_schemes():
    assert set(get_profile("cn").category_schemes()) == {"statutory", "topic", "genre", "reporting"}


def test_news_and_notices_go_stale_as_the_inspection_says():
    types = get_profile("cn").column_types
    assert types.get("news").fact("stale_after_days") == 14
    assert types.get("policy").fact("stale_after_days") == 180
    assert types.get("guide").fact("stale_after_days") is None


def test_unknown_name_of_a_profile_is_an_attribute_error():
    with pytest.raises(AttributeError):
        get_profile("cn").recipes  # noqa: B018


def test_label_follows_the_active_language_and_falls_back():
    genre = get_profile("cn").genres.get("circular")
    assert label(genre, "en") == "Circular"
    assert label(genre, "zh-hans") == label(genre, "zh-CN") == label(genre, "zh_Hans_CN") == "通知"
    assert label(genre, "ug") == "通知", "a language we do not have"
    with translation.override("en"):
        assert label(genre) == genre.label() == "Circular"
    assert label({"label": {"en": "x"}}, "zh-hans") == "x"
    assert label({"en": "x"}) == "x"


def test_choices_are_pairs_of_code_and_label():
    assert get_profile("cn").attributes.choices("en")[0] == ("proactive", "Proactive disclosure")


def test_code_used_twice_is_refused():
    twice = [{"code": "a", "label": {"en": "A"}}, {"code": "b", "label": {"en": "B"}, "children": []}]
    twice[1]["children"] = [{"code": "a", "label": {"en": "again"}}]
    with pytest.raises(RuleError):
        Vocabulary.from_data("x", {"label": {}, "items": twice})


def test_walk_gives_parents_first_in_order():
    codes = get_profile("cn").topics.codes()
    assert codes[:3] == ["01", "0101", "0102"]
    assert codes[-1] == "22"


@given(st.dictionaries(st.sampled_from(["zh-hans", "en", "fr", "zh"]), st.text(min_size=1)), st.text())
def test_some_text_is_always_found_when_there_is_one(texts, language):
    found = text_in(texts, language)
    assert found in texts.values() if texts else found == ""


def test_item_keeps_facts_of_its_own():
    item = Item.from_data({"code": "a", "label": {"en": "A"}, "colour": "red"})
    assert (item.fact("colour"), item.fact("size", 3), item.text("hint")) == ("red", 3, "")


@pytest.mark.parametrize("code", PROFILES)
def test_the_steps_of_a_request_name_periods_that_the_rules_in_force_have(code):
    profile = get_profile(code)
    days = {each.code: each.working_days for each in profile.ruleset_on(date(2026, 1, 1)).terms.values()}
    for step in profile.request_steps:
        for language in ("zh-hans", "en"):
            assert "{" not in step.note(language).format(**days)


@pytest.mark.parametrize("day, reply, extension", [(date(2019, 5, 14), 15, 15), (date(2019, 5, 15), 20, 20)])
def test_a_request_is_answered_within_the_period_of_its_day(day, reply, extension):
    terms = get_profile("cn").ruleset_on(day).terms
    assert (terms["request_reply"].working_days, terms["request_extension"].working_days) == (
        reply,
        extension,
    )
