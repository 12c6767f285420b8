"""The numbers of a report against cases whose story is known: marks, carry-over, corrections, differences, queries."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import case_rows
from tests.casework.played import Table
from tests.reports.conftest import case, review
from tests.rules.test_annual_report import YEARS, cases, truth
from wagtail_disclosure.casework.record import record
from wagtail_disclosure.reports import actions
from wagtail_disclosure.reports.figures.compute import compute
from wagtail_disclosure.reports.figures.report import differences, figures_of, findings_of
from wagtail_disclosure.reports.models import AnnualReport, ReportCell
from wagtail_disclosure.rules.annual_report import identities
from wagtail_disclosure.rules.annual_report.versions import form_for
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import replies_to

FORM = form_for("cn", 2025)
REPLIES = list(replies_to(get_profile("cn"), get_profile("cn").case_kinds.get("request")))
D = datetime.date


def report(place, year=2025, **fields):
    return AnnualReport.objects.create(agency=place.agency, year=year, body_kind="department", **fields)


def shown(values, prefix="B"):
    """The numbers of a table that are not 0, without its totals over columns."""
    return {
        code.removeprefix(f"{prefix}/"): int(value)
        for code, value in values.items()
        if code.startswith(f"{prefix}/") and value and not code.endswith("/total")
    }


@pytest.fixture
def caseload(place):
    """Of 2024: one open at its end. Of 2025: one granted, one refused and taken up again in 2026, one open."""
    case(place, D(2024, 3, 1), (D(2024, 4, 1), "provided"))
    case(place, D(2024, 12, 20), (D(2025, 1, 10), "partly"), kind="business")
    case(place, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    case(place, D(2025, 2, 1), (D(2025, 3, 1), "refused_process"), (D(2026, 1, 20), None), kind="legal")
    case(place, D(2025, 12, 30), department=place.projects)
    case(place, None)
    case(place, D(2025, 5, 1), (D(2025, 5, 2), "corrected"), case_kind="correction")
    case(place, D(2026, 1, 5))
    return place


def test_requests_count_by_applicant_and_outcome(caseload):
    found = compute(caseload.agency, 2025, FORM)
    assert shown(found.values) == {
        **{"new/natural": 2, "new/legal": 1, "carried_in/business": 1},
        **{"granted/natural": 1, "partial/business": 1, "denied.process/legal": 1},
        **{"result/natural": 1, "result/business": 1, "result/legal": 1, "carried_forward/natural": 1},
    }
    assert found.values["B/result/total"] == 3 and found.values["B/denied.state_secret/natural"] == 0
    assert len(found.reopened) == 1 and found.unplaced == []


def test_what_was_really_played_counts(place, django_capture_on_commit_callbacks):
    from tests import factories_cases

    place.reviewer, place.head = factories_cases.reviewer(place.prices), factories_cases.head()
    table = Table("cn", "request", place)
    play = table.new().steps(table.way("draft", "served"))
    assert play.state == "served"
    withdrawn = table.new().steps(["submit", "confirm_receipt", "withdraw"])
    assert withdrawn.state == "withdrawn"
    values = compute(place.agency, 2026, form_for("cn", 2026)).values
    assert shown(values) == {
        "new/natural": 2,
        "not_processed.petition/natural": 1,
        "other.other/natural": 1,
        "result/natural": 2,
    }


def test_reviews_count_in_the_year_they_came_with_the_result_at_its_end(place):
    first = case(place, D(2025, 1, 5), (D(2025, 2, 1), "provided"))
    review(first, "reconsideration", D(2025, 3, 1), "upheld", D(2025, 5, 1))
    review(first, "reconsideration", D(2025, 12, 1), "corrected", D(2026, 2, 1), key="2")
    review(first, "later_litigation", D(2025, 6, 1), key="3")
    review(first, "direct_litigation", D(2024, 6, 1), key="4")
    values = compute(place.agency, 2025, FORM).values
    assert {code: int(v) for code, v in values.items() if code.startswith("C/") and v} == {
        "C/count/reconsideration.upheld": 1,
        "C/count/reconsideration.pending": 1,
        "C/count/reconsideration.total": 2,
        "C/count/later_litigation.pending": 1,
        "C/count/later_litigation.total": 1,
    }


def test_fees_of_the_year_are_added(place):
    paid = case(place, D(2025, 1, 5))
    for day, amount in ((D(2025, 2, 1), "100.00"), (D(2025, 3, 1), "40.50"), (D(2026, 1, 1), "7")):
        record(paid, "record_payment", data={"on": day.isoformat(), "amount": amount})
    assert compute(place.agency, 2025, FORM).values["F/collected/amount"] == Decimal("140.50")


def test_the_number_of_queries_does_not_follow_the_number_of_cases(caseload, django_assert_num_queries):
    work = report(caseload)
    with django_assert_num_queries(9):
        figures_of(work)
    for number in range(30):
        case(caseload, D(2025, 1, 1 + number), (D(2025, 3, 1), "repeat"))
    with django_assert_num_queries(9):
        figures_of(work)


def test_another_agency_counts_its_own(caseload):
    from wagtail.models import Site

    from wagtail_disclosure.departments.models import Agency

    site = Site.objects.create(hostname="other.example", root_page=Site.objects.first().root_page)
    other = Agency.objects.create(site=site, name="另一机关", organisation_code="620700037")
    assert not any(compute(other, 2025, FORM).values.values())


# Entering and correcting


def test_nothing_entered_is_no_number_and_nil_is_zero(place, office):
    work = report(place)
    assert figures_of(work).by_code["A5/permits/decisions"].mark == "missing"
    actions.enter(work, {"A5/permits/decisions": 0}, by=office, source="行政审批科台账")
    figure = figures_of(work).by_code["A5/permits/decisions"]
    assert (figure.value, figure.mark, figure.given.source) == (0, "entered", "行政审批科台账")
    assert actions.enter(work, {"A5/permits/decisions": 0}, by=office, source="再报") == 0


@pytest.mark.parametrize(
    ("values", "source"),
    [
        ({"A5/permits/decisions": 1}, " "),
        ({"A5/permits/decisions": -1}, "台账"),
        ({"A5/permits/decisions": Decimal("1.5")}, "台账"),
        ({"A8/fees/amount": Decimal("0.0000001")}, "台账"),
        ({"B/new/natural": 1}, "台账"),
    ],
)
def test_what_cannot_be_entered_is_refused_as_a_whole(place, office, values, source):
    work = report(place)
    with pytest.raises(ValidationError):
        actions.enter(work, {"A6/penalties/decisions": 3, **values}, by=office, source=source)
    assert not ReportCell.objects.exists()


def test_a_correction_has_a_reason_stays_visible_and_moves_the_totals(caseload, office):
    work = report(caseload)
    with pytest.raises(ValidationError):
        actions.correct(work, "B/new/natural", 3, by=office, reason=" ")
    actions.correct(work, "B/new/natural", 3, by=office, reason="一件纸质申请未录入")
    found = figures_of(work)
    figure = found.by_code["B/new/natural"]
    assert (figure.value, figure.computed, figure.mark) == (3, 2, "corrected")
    assert figure.given.reason == "一件纸质申请未录入" and found.values["B/new/total"] == 4
    assert {each.code for each in identities.evaluate(FORM, found.values, {})} >= {"I1"}
    actions.take_back(work, "B/new/natural", by=office)
    assert figures_of(work).by_code["B/new/natural"].mark == "computed"
    assert work.cells.count() == 2


def test_what_was_entered_is_never_rewritten(place, office):
    work = report(place)
    actions.enter(work, {"A5/permits/decisions": 4}, by=office, source="台账")
    row = work.cells.get()
    row.value = 5
    with pytest.raises(ProtectedError):
        row.save()
    with pytest.raises(ProtectedError):
        ReportCell.objects.update(value=5)
    with pytest.raises(ProtectedError):
        row.delete()


# Years


def complete(work, by):
    """Enter 0 for whatever has no number yet."""
    missing = [code for code, each in figures_of(work).by_code.items() if each.value is None]
    actions.enter(work, dict.fromkeys(missing, 0), by=by, source="经核实为零")
    return work


def test_three_years_chain_whatever_happened(caseload, office):
    for year in (2024, 2025, 2026):
        work = complete(report(caseload, year), office)
        figures = figures_of(work)
        found = [each for each in findings_of(work, figures, {}) if each.severity == identities.ERROR]
        assert [str(each) for each in found] == []
        if year > 2024:
            assert figures.by_code["B/carried_in/business"].mark == "carried"
        actions.freeze(work, by=office)
    carried = [
        int(figures_of(each).values["B/carried_in/total"]) for each in AnnualReport.objects.order_by("year")
    ]
    assert carried == [0, 1, 1]


def test_carried_over_is_what_last_years_report_says(caseload, office):
    past = report(caseload, 2024, by_hand=True)
    values = dict.fromkeys([cell.code for cell in FORM.cells() if not cell.is_total], 0)
    values |= {"B/new/natural": 5, "B/granted/natural": 3, "B/carried_forward/natural": 2}
    actions.enter(past, values, by=office, source="2024年度报告（已公开）")
    actions.freeze(past, by=office)
    work = report(caseload)
    figures = figures_of(work)
    assert (figures.values["B/carried_in/natural"], figures.values["B/carried_in/business"]) == (2, 0)
    codes = [each.code for each in findings_of(work, figures, {})]
    # The cases say otherwise, and so the columns no longer balance: both are said.
    assert codes.count("carried") == 2 and "I1" in codes


def test_a_report_of_last_year_that_is_not_frozen_gives_nothing(caseload):
    report(caseload, 2024)
    work = report(caseload)
    assert figures_of(work).by_code["B/carried_in/business"].mark == "computed"


def test_a_year_without_data_is_nil_in_what_is_counted_and_that_is_said(place):
    work = report(place, 2022)
    figures = figures_of(work)
    values = figures.values
    assert values["B/new/total"] == 0 and values["C/count/reconsideration.total"] == 0
    assert "no_cases" in [each.code for each in findings_of(work, figures, {})]
    case(place, D(2022, 3, 1))
    assert "no_cases" not in [each.code for each in findings_of(work, figures_of(work), {})]


def test_a_case_taken_up_again_after_its_year_is_noted_and_counts_once(caseload, office):
    work = actions.freeze(complete(report(caseload), office), by=office)
    later = report(caseload, 2026)
    (found,) = [each for each in findings_of(work, figures_of(work), {}) if each.code == "reopened"]
    assert found.severity == identities.NOTE and found.params["count"] == 1
    assert figures_of(later).values["B/carried_in/legal"] == 0


def test_a_department_merged_in_mid_year_leaves_every_number_as_it_was(caseload):
    from wagtail_disclosure.departments.models import Department

    work = report(caseload)
    before = figures_of(work).values
    old = caseload.projects
    old.status, old.status_date = Department.Status.MERGED, D(2025, 7, 1)
    old.save()
    old.successors.set([caseload.prices])
    assert figures_of(work).values == before
    after = case(caseload, D(2025, 8, 1), (D(2025, 8, 20), "provided"))
    assert after.department == caseload.prices
    assert figures_of(work).values["B/new/total"] == before["B/new/total"] + 1


def test_a_section_without_words_is_found(caseload):
    work = report(caseload)
    figures = figures_of(work)
    texts = actions.texts_of(work, figures.values)
    empty = [str(each) for each in findings_of(work, figures, texts) if each.code == "no_words"]
    assert len(empty) == 1 and "五、" in empty[0]


# Freezing


def test_numbers_that_do_not_balance_are_frozen_only_when_that_was_seen(caseload, office):
    work = complete(report(caseload), office)
    actions.correct(work, "B/new/natural", 9, by=office, reason="核对")
    with pytest.raises(ValidationError) as error:
        actions.freeze(work, by=office)
    assert "I1" in str(error.value)
    assert actions.freeze(work, by=office, despite=True).state == "frozen"


def test_after_freezing_numbers_stay_and_what_changed_is_shown(caseload, office):
    work = actions.freeze(complete(report(caseload), office), by=office)
    case(caseload, D(2025, 6, 1), (D(2025, 7, 1), "repeat"))
    changed = {each.cell.code: (frozen, each.value) for each, frozen in differences(work, figures_of(work))}
    assert changed["B/new/total"] == (3, 4)
    assert AnnualReport.objects.get(pk=work.pk).figures["B/new/total"]["value"] == "3"
    with pytest.raises(ValidationError):
        actions.correct(work, "B/new/natural", 3, by=office, reason="太晚")
    again = actions.take_up(work, by=office)
    actions.correct(again, "B/new/natural", 4, by=office, reason="可以")


def test_headings_with_nothing_below_them_are_named_until_something_is_written(caseload, office):
    work = complete(report(caseload), office)

    def bare():
        figures = figures_of(work)
        found = findings_of(work, figures, actions.texts_of(work, figures.values))
        return [each.params["headings"] for each in found if each.code == "bare_headings"]

    assert bare() == ["（三）政府信息管理 （四）平台建设 （五）监督保障"]
    text = actions.texts_of(work, figures_of(work).values)["overview"]
    actions.write(
        work, "overview", text.replace("（四）平台建设", "严格审查。\n（四）平台建设\n栏目齐全。"), by=office
    )
    assert bare() == ["（五）监督保障"]


def test_what_is_taken_up_again_has_its_words_drafted_anew_but_for_those_that_were_written(caseload, office):
    work = complete(report(caseload), office)
    written = next(code for code in actions.texts_of(work, {}) if code != "overview")
    actions.write(work, written, "一是人手不足。", by=office)
    work = actions.freeze(work, by=office)
    case(caseload, D(2025, 6, 1), (D(2025, 7, 1), "repeat"))
    assert "新收政府信息公开申请3件" in actions.texts_of(work, figures_of(work).values)["overview"]
    work = actions.take_up(work, by=office)
    texts = actions.texts_of(work, figures_of(work).values)
    assert "新收政府信息公开申请4件" in texts["overview"] and texts[written] == "一是人手不足。"


def test_words_are_drafted_until_somebody_writes_them(caseload, office):
    work = report(caseload)
    values = figures_of(work).values
    assert "新收政府信息公开申请3件，上年结转1件，办结3件" in actions.texts_of(work, values)["overview"]
    actions.write(work, "overview", "新收政府信息公开申请7件。", by=office)
    texts = actions.texts_of(work, values)
    (found,) = identities.narrated(FORM, values, texts)
    assert found.code == "I7"
    actions.write(work, "overview", " ", by=office)
    assert "3件" in actions.texts_of(work, values)["overview"]


def test_cases_that_fit_nowhere_are_said_and_not_hidden(place):
    case(place, D(2025, 1, 5), kind="")
    work = report(place)
    figures = figures_of(work)
    (found,) = [each for each in findings_of(work, figures, {}) if each.code == "unplaced"]
    assert found.severity == identities.ERROR and found.params["count"] == 1


# Any caseload


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(caseload=st.lists(cases(), max_size=30))
def test_any_caseload_is_counted_as_a_count_by_hand_does_and_three_years_chain(place, caseload):
    """Against the count of ``tests.rules``, which walks year by year and knows nothing of the queries."""
    outcomes = {each.code: each.fact("outcome") for each in REPLIES if each.fact("outcome", "")}
    replies = {outcome: code for code, outcome in outcomes.items()}
    told = [
        (kind, received, [(each.on, replies[each.reply] if each.closed else None) for each in happened])
        for kind, received, happened in caseload
        if all(each.reply in replies for each in happened if each.closed)
    ]
    kept = [each for each in caseload if all(h.reply in replies for h in each[2] if h.closed)]
    point = transaction.savepoint()
    try:
        case_rows.fill(place.agency, told)
        expected, last = truth(kept), dict.fromkeys([cell.code for cell in FORM.cells()], 0)
        for year in YEARS:
            values = compute(place.agency, year, FORM).values
            table = {code: value for code, value in values.items() if code.startswith("B/")}
            found = identities.evaluate(FORM, {**dict.fromkeys(last, 0), **table}, last)
            assert [str(each) for each in found if each.severity == identities.ERROR] == []
            came, waited, results, left = expected[year]
            assert (table["B/new/total"], table["B/carried_in/total"]) == (came, waited)
            assert (table["B/result/total"], table["B/carried_forward/total"]) == (len(results), left)
            leaves = FORM.table("B").leaves("rows")
            counted = [
                code
                for row in leaves
                for code in row.fact("outcomes", ())
                for _each in range(int(table[f"B/{row.code}/total"]))
            ]
            assert sorted(counted) == results
            last = {**last, **table}
    finally:
        transaction.savepoint_rollback(point)
