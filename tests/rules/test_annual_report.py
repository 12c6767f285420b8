"""The annual report as data and rules: forms by year, identities with their numbers, cases by year, drafted words."""

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.annual_report import counting, drafting, identities, layout
from wagtail_disclosure.rules.annual_report.counting import Happening
from wagtail_disclosure.rules.annual_report.versions import deadlines, form_for, forms, get_form
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import outcome_leaves

FORM = form_for("cn", 2021)
EVERY = [(profile, form.code) for profile in ("cn", "uk") for form in forms(profile)]
PEOPLE = ["natural", "business", "research", "welfare", "legal", "other"]
LEAVES = [item.code for item in outcome_leaves(get_profile("cn").outcomes)]
YEARS = (2023, 2024, 2025)


def numbers(form=FORM, **given):
    """Numbers in which every cell is 0 but those given as ``B__new__total=3``."""
    found = {cell.code: 0 for cell in form.cells()}
    return found | {code.replace("__", "/"): value for code, value in given.items()}


def errors(form, values, last=None):
    return [each for each in identities.evaluate(form, values, last) if each.severity == identities.ERROR]


# Forms


@pytest.mark.parametrize(
    ("year", "code"),
    [(2010, "free"), (2018, "free"), (2019, "2019"), (2020, "2019"), (2021, "2021"), (2026, "2021")],
)
def test_the_form_follows_the_fiscal_year(year, code):
    assert form_for("cn", year).code == code


def test_before_the_regulation_there_is_no_form():
    with pytest.raises(RuleError):
        form_for("cn", 2007)


def test_the_rows_of_table_b_are_the_outcomes_of_the_cases():
    rows = FORM.table("B").leaves("rows")
    assert [code for row in rows for code in row.fact("outcomes", ())] == LEAVES
    assert len(LEAVES) == 21
    columns = [code for column in FORM.table("B").leaves("columns") for code in column.fact("applicants", ())]
    assert columns == [item.code for item in get_profile("cn").applicant_kinds] == PEOPLE


def test_in_the_trial_form_other_handling_is_one_row():
    rows = {row.code: row for row in get_form("cn", "2019").table("B").leaves("rows")}
    assert rows["other"].fact("outcomes") == ["other.supplement_overdue", "other.fee_overdue", "other.other"]
    codes = [code for row in rows.values() for code in row.fact("outcomes", ())]
    assert codes == LEAVES


def test_the_rows_of_another_jurisdiction_are_its_own_outcomes():
    rows = form_for("uk", 2025).table("B").leaves("rows")
    outcomes = outcome_leaves(get_profile("uk").outcomes)
    assert [code for row in rows for code in row.fact("outcomes", ())] == [item.code for item in outcomes]


@pytest.mark.parametrize(("profile", "code"), EVERY)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_cell_is_in_the_layout_once_and_has_a_name(profile, code, language):
    form = get_form(profile, code)
    for table in form.tables:
        grid = layout.grid_of(table, language)
        assert [cell for line in grid.lines for cell in line.cells] == list(table.cells())
        # What the headings span is the whole of the table, no more and no less.
        spans = sum(head.width * head.height for row in grid.head for head in row)
        assert spans == grid.width * len(grid.head)
        assert sum(h.width * h.height for line in grid.lines for h in line.heads) == grid.depth * len(
            grid.lines
        )
    assert all(cell.label(language) for cell in form.cells())


@pytest.mark.parametrize(("profile", "code"), [each for each in EVERY if get_form(*each).charts])
def test_the_parts_of_a_chart_are_all_the_results_and_each_once(profile, code):
    form = get_form(profile, code)
    charts = [each for each in form.charts if each.kind == "parts"]
    for chart in charts:
        drawn = [cell for bar in chart.bars for cell in chart.cells_of(form, bar)]
        rows = [row for row in form.table(chart.table).leaves("rows") if row.fact("outcomes")]
        assert drawn == [f"{chart.table}/{row.code}/{chart.column}" for row in rows]
    assert charts and {each.section for each in form.charts} <= {each.code for each in form.sections}


def test_the_headings_of_the_table_of_requests_are_those_of_published_reports():
    grid = layout.grid_of(FORM.table("B"), "zh-hans")
    assert [[(h.text, h.width, h.height) for h in row] for row in grid.head] == [
        [
            ("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3),
            ("申请人情况", 7, 1),
        ],
        [("自然人", 1, 2), ("法人或其他组织", 5, 1), ("总计", 1, 2)],
        [(name, 1, 1) for name in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")],
    ]


def test_departments_publish_in_january_and_governments_in_march():
    assert [(each.code, each.for_year(2025)) for each in deadlines("cn")] == [
        ("department", datetime.date(2026, 1, 31)),
        ("government", datetime.date(2026, 3, 31)),
    ]


# Identities


def test_nothing_happened_is_a_report_that_balances():
    assert list(identities.evaluate(FORM, numbers(), last=numbers())) == []


def test_no_data_is_not_nil():
    values = numbers(A5__permits__decisions=None)
    (found,) = identities.evaluate(FORM, values, last=numbers())
    assert (found.code, found.cells) == ("no_data", ("A5/permits/decisions",))


def test_a_published_report_balances_and_a_slip_in_it_is_named_with_its_numbers():
    """Shanghai municipal general office, 2019: 859 + 18 = 805 + 72."""
    vector = json.loads((Path(__file__).parent / "annual_2019.json").read_text("utf-8"))
    form = get_form("cn", "2019")
    column = {
        "B/new": vector["new"],
        "B/carried_in": vector["carried_in"],
        "B/carried_forward": vector["carried_forward"],
    }
    values = numbers(form) | {
        f"{row}/{kind}": n for row, n in column.items() for kind in ("natural", "total")
    }
    values |= {
        f"B/{row}/{kind}": vector["total"] for row in ("result", "granted") for kind in ("natural", "total")
    }
    assert (
        errors(
            form,
            values,
            last={**numbers(form), **{f"B/carried_forward/{k}": 18 for k in ("natural", "total")}},
        )
        == []
    )
    slip = values | {"B/carried_forward/natural": 71, "B/carried_forward/total": 71}
    with override("en"):
        (natural, total) = [each for each in errors(form, slip) if each.code == "I1"]
        assert "859 + " in str(natural) and "= 877" in str(natural) and "= 876" in str(natural)
        assert "The difference is 1." in str(natural) and "Total" in str(total)
    assert "B/carried_forward/natural" in natural.cells


def test_the_eight_classes_of_a_report_of_2010_sum_to_its_total():
    form = form_for("cn", 2010)
    classes = [3, 37, 11, 37, 1, 22, 189, 23]
    rows = [row.code for row in form.table("K").leaves("rows") if not row.fact("total")]
    values = numbers(form) | {f"K/{row}/count": n for row, n in zip(rows, classes, strict=True)}
    values |= {
        "R/items_first/count": 87,
        "R/items_second/count": 181,
        "R/items/count": None,
        "K/total/count": None,
    }
    found = identities.derived(form, values)
    assert (found["K/total/count"], found["R/items/count"]) == (323, 268)
    assert [each.code for each in errors(form, found | {"K/total/count": 322})] == ["I2"]


def test_classes_of_2008_that_are_but_part_of_the_total_are_told_from_it_by_the_difference():
    """10,562 items of which six groups make 1,232: without the 9,330 others the total is found wrong."""
    form = form_for("cn", 2008)
    groups = [180, 400, 21, 41, 450, 140]
    rows = ["powers", "news", "decision", "policy", "institution", "service"]
    values = numbers(form) | {f"K/{row}/count": n for row, n in zip(rows, groups, strict=True)}
    values["K/total/count"] = 10562
    with override("en"):
        (found,) = errors(form, values)
        assert found.code == "I2" and "The difference is 9330." in str(found)
    assert errors(form, values | {"K/other/count": 9330}) == []


def test_a_year_in_which_nobody_asked_has_its_sentences_of_nil():
    """Liubei district, 2008: no request, no fee, no reconsideration, no lawsuit."""
    form = form_for("cn", 2008)
    texts = [
        drafting.draft(each, numbers(form), "zh-hans", agency="柳北区", year=2008) for each in form.sections
    ]
    text = "\n".join(texts)
    for sentence in ("没有收到政府信息公开申请", "没有因政府信息公开引起的行政复议", "没有收取任何费用"):
        assert sentence in text
    assert errors(form, numbers(form)) == []


def test_a_total_follows_only_when_every_part_has_a_number():
    values = numbers() | {"B/new/total": None, "B/new/legal": None}
    assert identities.derived(FORM, values)["B/new/total"] is None
    assert identities.derived(FORM, values | {"B/new/legal": 4})["B/new/total"] == 4


def test_what_was_carried_forward_is_compared_with_last_year():
    values = numbers(
        B__carried_in__natural=2, B__carried_in__total=2, B__granted__natural=2, B__granted__total=2
    )
    values = identities.derived(FORM, values | {"B/result/natural": None, "B/result/total": None})
    assert {each.code for each in errors(FORM, values, last=numbers())} == {"I4"}
    last = numbers(B__carried_forward__natural=2, B__carried_forward__total=2)
    assert errors(FORM, values, last=last) == []


def test_documents_in_force_are_but_a_warning():
    values = numbers(A1__normative__in_force=30, A1__normative__made=4, A1__normative__repealed=1)
    (found,) = identities.evaluate(FORM, values, last=numbers(A1__normative__in_force=28))
    assert (found.code, found.severity) == ("I6", identities.WARNING)
    with override("en"):
        assert "28 + Made this year 4 − Repealed this year 1 = 31" in str(found)


def test_words_that_name_another_number_than_the_table():
    values = numbers(B__new__total=1859)
    text = {"overview": "全年新收政府信息公开申请1,859件，上年结转3件。"}
    (found,) = identities.narrated(FORM, values, text)
    assert found.code == identities.NARRATIVE and found.cells == ("B/carried_in/total",)


# Drafted words


def test_the_drafted_words_agree_with_the_tables_and_say_nil():
    values = numbers(B__new__total=5, B__carried_in__total=1, B__result__total=4, B__carried_forward__total=2)
    texts = {
        s.code: drafting.draft(s, values, "zh-hans", agency="市发展改革委", year=2025) for s in FORM.sections
    }
    assert "新收政府信息公开申请5件" in texts["overview"] and "没有收取信息处理费" in texts["other"]
    assert list(identities.narrated(FORM, values, texts)) == []


def test_a_number_that_is_not_known_is_a_gap_in_the_words():
    values = numbers(F__collected__amount=None)
    (section,) = [each for each in FORM.sections if each.code == "other"]
    assert "〔待填〕元" in drafting.draft(section, values, "zh-hans", agency="甲", year=2025)


# Cases by year


def day(year, month=6, number=1):
    return datetime.date(year, month, number)


def test_a_case_taken_up_again_in_the_next_year_counts_once():
    happened = [
        Happening(day(2024), True, "repeat"),
        Happening(day(2025), False),
        Happening(day(2025, 9), True, "provided"),
    ]
    place = counting.place_of(day(2024, 5), happened, 2024)
    assert (place.rows, place.reply, place.reopened) == (("new", "result"), "repeat", True)
    assert counting.place_of(day(2024, 5), happened, 2025) is None


def test_a_case_taken_up_again_and_open_at_the_end_of_the_year_is_carried_forward():
    happened = [
        Happening(day(2024), True, "repeat"),
        Happening(day(2024, 11), False),
        Happening(day(2025), True, "partly"),
    ]
    assert counting.place_of(day(2024, 5), happened, 2024).rows == ("new", "carried_forward")
    assert counting.place_of(day(2024, 5), happened, 2025).rows == ("carried_in", "result")


def test_the_last_reply_of_the_year_counts():
    happened = [
        Happening(day(2024), True, "repeat"),
        Happening(day(2024), False),
        Happening(day(2024, 8), True, "provided"),
    ]
    assert counting.place_of(day(2024, 5), happened, 2024).reply == "provided"


def test_what_was_not_received_or_comes_later_counts_nowhere():
    assert counting.place_of(None, [], 2024) is None
    assert counting.place_of(day(2025), [], 2024) is None


@st.composite
def cases(draw):
    received = draw(st.dates(day(2023, 1), day(2025, 12, 31)))
    days = sorted(draw(st.lists(st.dates(received, day(2026, 12, 31)), max_size=4)))
    happened = [
        Happening(on, place % 2 == 0, draw(st.sampled_from(LEAVES)) if place % 2 == 0 else "")
        for place, on in enumerate(days)
    ]
    return draw(st.sampled_from(PEOPLE)), received, happened


def report(caseload, year):
    """The cells of table B, from the rules."""
    found = {cell.code: 0 for cell in FORM.cells()}
    for cell in FORM.table("B").cells():
        if cell.is_total:
            found[cell.code] = None
    for kind, received, happened in caseload:
        place = counting.place_of(received, happened, year)
        if place is not None:
            went = place.reply if place.went == counting.RESULT else place.went
            for row in (place.came, went):
                found[f"B/{row}/{kind}"] += 1
    return identities.derived(FORM, found)


def truth(caseload):
    """The same, told year by year: who is still waiting, and what became of them."""
    waiting, found = [], {}
    for year in YEARS:
        came = [case for case in caseload if case[1].year == year]
        here, waiting_next, results = waiting + came, [], []
        for case in here:
            last = None
            for happening in case[2]:
                if happening.on <= day(year, 12, 31):
                    last = happening
            if last is not None and last.closed:
                results.append(last.reply)
            else:
                waiting_next.append(case)
        found[year] = (len(came), len(waiting), sorted(results), len(waiting_next))
        waiting = waiting_next
    return found


@given(st.lists(cases(), max_size=25))
def test_for_any_caseload_the_identities_hold_and_three_years_chain(caseload):
    expected, last = truth(caseload), None
    for year in YEARS:
        values = report(caseload, year)
        before = last if last is not None else numbers()
        assert errors(FORM, values, last=before) == []
        came, waited, results, left = expected[year]
        assert (values["B/new/total"], values["B/carried_in/total"]) == (came, waited)
        assert (values["B/result/total"], values["B/carried_forward/total"]) == (len(results), left)
        counted = [leaf for leaf in LEAVES for _each in range(int(values[f"B/{leaf}/total"]))]
        assert sorted(counted) == results
        last = values


@given(st.lists(cases(), min_size=1, max_size=10), st.data())
def test_one_wrong_cell_is_always_found(caseload, data):
    values = report(caseload, 2024)
    cell = data.draw(st.sampled_from(FORM.table("B").cells()))
    values[cell.code] = Decimal(values[cell.code]) + data.draw(st.integers(1, 5))
    assert any(cell.code in each.cells for each in errors(FORM, values))
