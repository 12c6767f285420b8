"""A transition table that does not hold together is refused when it is read, with every fault named."""

import copy

import pytest

from wagtail_disclosure.rules import data, transition_data
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.transition_data import build_table, get_table


def both(text):
    return {"zh-hans": text, "en": text}


def small():
    """A table of a letter to a mailbox: three states, two roles."""
    return {
        "label": both("letters"),
        "start": "new",
        "states": [
            {"code": "new", "label": both("new"), "plain": both("new")},
            {"code": "answered", "label": both("answered"), "plain": both("answered"), "closed": True},
        ],
        "roles": [{"code": "officer", "label": both("officer")}, {"code": "head", "label": both("head")}],
        "conditions": [{"code": "asked", "label": both("asked")}],
        "guards": [{"code": "quiet", "label": both("quiet"), "test": "lacks", "fact": "open", "value": "asked"}],
        "actions": [
            {"code": "ask", "label": both("ask"), "roles": ["officer"], "opens": "asked",
             "moves": [{"from": "new", "to": "same"}]},
            {"code": "hear", "label": both("hear"), "roles": ["officer"], "closes": ["asked"],
             "moves": [{"from": ["new"], "to": "same"}]},
            {"code": "answer", "label": both("answer"), "roles": ["head"], "guards": ["quiet"],
             "moves": [{"from": "new", "to": "answered"}]},
        ],
    }  # fmt: skip


def test_a_table_of_another_kind_of_case_is_one_more_data_file():
    table = build_table("letter", small())
    assert table.allowed("new", "head", {"open": set()})[0].target == "answered"
    assert table.allowed("new", "head", {"open": {"asked"}}) == ()
    assert table.fact_names == {"open"}


def action(raw, code):
    return next(each for each in raw["actions"] if each["code"] == code)


STATE = {"code": "limbo", "label": both("limbo"), "plain": both("limbo")}
SPOILED = {
    "unknown start moon": lambda raw: raw.update(start="moon"),
    "states: new twice": lambda raw: raw["states"].append(raw["states"][0]),
    "actions: ask twice": lambda raw: raw["actions"].append(raw["actions"][0]),
    "states: new without a label": lambda raw: raw["states"][0].update(plain={"en": "new"}),
    "guards: quiet without a label": lambda raw: raw["guards"][0].update(label={"zh-hans": "", "en": "x"}),
    "condition asked: unknown mark loud": lambda raw: raw["conditions"][0].update(marks="loud"),
    "guard quiet: unknown test perhaps": lambda raw: raw["guards"][0].update(test="perhaps"),
    "actions: ask without a label": lambda raw: action(raw, "ask").update(told={"en": "We asked."}),
    "ask: shows something and is not told": lambda raw: action(raw, "ask").update(shows=["reply"]),
    "ask: shows the unknown field moon": lambda raw: action(raw, "ask").update(
        told=both("x"), shows=["moon"]
    ),
    "ask: unknown state moon": lambda raw: action(raw, "ask")["moves"][0].update(to="moon"),
    "hear: unknown state moon": lambda raw: action(raw, "hear")["moves"][0].update({"from": ["new", "moon"]}),
    "answer: unknown role king": lambda raw: action(raw, "answer").update(roles=["king"]),
    "answer: a move for nobody": lambda raw: action(raw, "answer").pop("roles"),
    "answer: unknown guard tea": lambda raw: action(raw, "answer").update(guards=["tea"]),
    "answer: unknown guard other": lambda raw: action(raw, "answer").update(second_person="other"),
    "ask: unknown condition tea": lambda raw: action(raw, "ask").update(opens=["tea"]),
    "answer: no moves": lambda raw: action(raw, "answer").update(moves=[]),
    "state limbo cannot be reached": lambda raw: raw["states"].append(STATE),
    "state limbo has no way to a closed one": lambda raw: (
        raw["states"].append(STATE),
        action(raw, "ask")["moves"].append({"from": "new", "to": "limbo", "roles": ["head"]}),
    ),
    "condition asked: nothing opens it": lambda raw: action(raw, "ask").pop("opens"),
    "condition asked: nothing closes it": lambda raw: action(raw, "hear").pop("closes"),
    "answer from new: an earlier move hides": lambda raw: action(raw, "answer")["moves"].append(
        {"from": "new", "to": "same"}
    ),
    "guard quiet is not used": lambda raw: action(raw, "answer").pop("guards"),
    "answer from new: automatic, but not for the system": lambda raw: action(raw, "answer").update(
        automatic=True
    ),
    "ask: automatic, but it needs a date or a fact": lambda raw: action(raw, "ask").update(
        automatic=True, fields=["date"]
    ),
    "hear from new: automatic without a guard": lambda raw: action(raw, "hear").update(automatic=True),
    "groups: calls without a label": lambda raw: raw.update(groups=[{"code": "calls"}]),
    "ask: in no group": lambda raw: raw.update(groups=[{"code": "calls", "label": both("calls")}]),
    "group calls has no actions": lambda raw: raw.update(groups=[{"code": "calls", "label": both("calls")}]),
    "ask: unknown group tea": lambda raw: action(raw, "ask").update(group="tea"),
    "ask: comes first in moon, where it is not possible": lambda raw: action(raw, "ask").update(
        first=["moon"]
    ),
    "role king has nothing to do": lambda raw: raw["roles"].append({"code": "king", "label": both("king")}),
}


@pytest.mark.parametrize("fault", SPOILED)
def test_a_fault_is_named(fault):
    raw = small()
    SPOILED[fault](raw)
    with pytest.raises(RuleError) as error:
        build_table("letter", raw)
    assert error.value.code == "table_data" and fault in str(error.value)


def test_all_faults_are_named_at_once():
    raw = small()
    raw["start"] = "moon"
    action(raw, "ask")["opens"] = "tea"
    with pytest.raises(RuleError) as error:
        build_table("letter", raw)
    assert "moon" in str(error.value) and "tea" in str(error.value)


@pytest.mark.parametrize(
    "name, value, fault",
    [
        ("clock", "tea_break", "unknown clock event request:tea_break"),
        ("clock", "moon:received", "unknown clock event moon:received"),
        ("letter", "love_letter", "unknown letter love_letter"),
        ("notification", "shout", "unknown notification shout"),
    ],
)
def test_what_the_profile_does_not_have_is_refused(monkeypatch, name, value, fault):
    raw = copy.deepcopy(data.load("cn/cases/request.json"))
    action(raw, "accept")[name] = value
    monkeypatch.setattr(transition_data.data, "load", lambda path: raw)
    with pytest.raises(RuleError) as error:
        get_table.__wrapped__("cn", "request")
    assert fault in str(error.value)


def test_an_unknown_reply_is_refused(monkeypatch):
    raw = copy.deepcopy(data.load("cn/cases/request.json"))
    action(raw, "close_abandoned")["moves"][0]["reply"] = "perhaps"
    monkeypatch.setattr(transition_data.data, "load", lambda path: raw)
    with pytest.raises(RuleError) as error:
        get_table.__wrapped__("cn", "request")
    assert "unknown reply perhaps" in str(error.value)
