"""The annual reports of two years: 2024 entered by hand, as it was before the system counted; 2025 from the cases."""

import datetime
from decimal import Decimal

from wagtail_disclosure.catalogue import attribute
from wagtail_disclosure.reports import actions, publication
from wagtail_disclosure.reports.figures.compute import compute
from wagtail_disclosure.reports.figures.report import figures_of, is_entered
from wagtail_disclosure.reports.models import AnnualReport, ReportFiling, SubordinateBody

from .content import at, data
from .diary import Deed, Item

OFFICE, DRAFTER, CATEGORY = "pu.yishan", "gu.qingchuan", "0203"
OVERVIEW = "overview"
PUBLIC = {2024: ("2025-01-13", "2025-01-24"), 2025: ("2026-01-14", "2026-01-26")}
PEOPLE = ("natural", "business", "research", "welfare", "legal", "other")


def items(world):
    for year, (begun, public) in PUBLIC.items():
        yield Item(f"annual-report-of-{year}", DRAFTER, at(begun, 9, 40), at(public, 15, 10), _draft(year))
    yield Deed(at("2026-02-02", 10), _bodies)


def _draft(year):
    def draft(world):
        facts, office = data("annual_reports")[str(year)], world.users[OFFICE]
        report = AnnualReport.objects.get_or_create(
            agency=world.agency,
            year=year,
            defaults={"body_kind": "department", "by_hand": facts["by_hand"]},
        )[0]
        if report.page_id:
            return _determined(report.page, world)
        if report.is_working:
            values = _by_hand(report, facts) if report.by_hand else _entered(report, facts)
            actions.enter(report, values, by=office, source=facts["source"])
            for section, text in facts["texts"].items():
                actions.write(report, section, text, by=office)
            actions.write(report, OVERVIEW, _overview(report, facts), by=office)
            report = actions.freeze(report, by=office)
        page = publication.make_draft(
            report,
            by=world.users[DRAFTER],
            folder=world.folders["01", "zh-hans"],
            category=world.category(CATEGORY),
        )
        return _determined(page, world)

    return draft


def _overview(report, facts):
    """The words that are drafted with the numbers, and what the office says under the other headings."""
    text = actions.texts_of(report, figures_of(report).values)[OVERVIEW]
    for heading, words in facts["under"].items():
        text = text.replace(heading, f"{heading}\n{words}")
    return text


def _determined(page, world):
    if page.determination is None:
        attribute.determine(page, world.users[DRAFTER], attribute="proactive", ground="proactive_statutory")
    return page


def _entered(report, facts):
    cells = [each.code for each in report.form.cells() if is_entered(report, each) and not each.is_total]
    return {code: Decimal(facts["cells"].get(code, 0)) for code in cells}


def _by_hand(report, facts):
    """What the office knew: as many are carried over as the cases of the next year say, and that many more came in."""
    known, cases = compute(report.agency, report.year, report.form), facts["results"]
    after = compute(report.agency, report.year + 1, report.form).values
    values = _entered(report, facts)
    values |= {
        code: known.values[code] for code in values if code[:2] in ("A1", "P/") and code in known.values
    }
    for place, who in enumerate(PEOPLE):
        done = 0
        for outcome, numbers in cases.items():
            values[f"B/{outcome}/{who}"] = Decimal(numbers[place])
            done += numbers[place]
        before, left = facts["carried_in"][place], after.get(f"B/carried_in/{who}") or 0
        values[f"B/carried_in/{who}"], values[f"B/carried_forward/{who}"] = Decimal(before), Decimal(left)
        values[f"B/new/{who}"] = Decimal(done + left - before)
    return values


def _bodies(world):
    """The bodies below the agency, and who has published."""
    for order, row in enumerate(data("annual_reports")["bodies"]):
        body = SubordinateBody.objects.get_or_create(
            agency=world.agency,
            name=row["name"],
            defaults={"kind": "department", "contact": row["contact"], "sort_order": order, "since": 2024},
        )[0]
        for year, day in row["published"].items():
            ReportFiling.objects.get_or_create(
                body=body,
                year=int(year),
                defaults={"published_on": datetime.date.fromisoformat(day), "by_name": "蒲一山"},
            )
