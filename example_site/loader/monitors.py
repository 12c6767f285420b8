"""Duties to publish, statistics by half-year and year, inspections with correction tasks, reasons for late publication."""

import datetime
from itertools import cycle

from django.utils import timezone
from wagtail.models import Locale

from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.reports.inspection import tasks
from wagtail_disclosure.reports.inspection.run import inspect
from wagtail_disclosure.reports.models import (
    CorrectionTask,
    DisclosureFiguresPage,
    InspectionFinding,
    InspectionRun,
    ProactiveRecord,
    PublicationDuty,
    StatisticsPeriod,
)
from wagtail_disclosure.reports.statistics import actions
from wagtail_disclosure.reports.statistics.figures import MONTH, count
from wagtail_disclosure.reports.timeliness import reasons, record

from .content import at, data
from .diary import Deed, Item
from .documents import ENGLISH, TRANSLATOR, drafter_of
from .places import OFFICE, SECTION, add, paragraph

MARKER = "example_site/monitors"
PAGE = "disclosure-statistics"
HEAD = "pu.yishan"
Step = tasks.Kind


def is_loaded():
    return InstalledItem.objects.filter(key=MARKER).exists()


def items(world):
    """The page with its English version, then what the office does on its days."""
    yield from _page(world)
    yield Deed(at("2024-01-08", 10), _duties)
    for row in data("monitors")["periods"]:
        yield Deed(at(row["on"], 10), _period(row))
    for row in data("monitors")["corrections"]:
        yield Deed(at(row["on"], 15), _correction(row))
    for day in data("monitors")["inspections"]:
        yield Deed(at(day, 7), _inspection(at(day, 7)))
    for row in data("monitors")["tasks"]:
        yield Deed(at(row["on"], 10), _task(row))


def load(world):
    """What the monitors say on the day of the load: reasons for what was late, a look at the site, tasks from it."""
    if is_loaded():
        return
    record.catch_up()
    _reasons(world)
    inspect(world.agency)
    _tasks_of_today(world)
    marker = InstalledItem(key=MARKER)
    marker.point_to(world.home)
    marker.save()


def _page(world):
    officer, words = drafter_of(world, "places", OFFICE), data("monitors")["page"]

    def chinese(world):
        title, text = words["zh-hans"]
        page = DisclosureFiguresPage(title=title, slug=PAGE, introduction=paragraph(text), show_in_menus=True)
        return add(world.page(SECTION), page, world.users[officer])

    def english(world):
        page = world.page(PAGE).copy_for_translation(Locale.objects.get(language_code="en"))
        page.title = page.draft_title = words["en"][0]
        page.introduction, page.slug = paragraph(words["en"][1]), PAGE
        page.save_revision(user=world.users[TRANSLATOR])
        return page

    yield Item(PAGE, officer, at("2025-01-10", 9), at("2025-01-14", 16), chinese)
    yield Item(
        f"{PAGE}{ENGLISH}",
        TRANSLATOR,
        at("2025-01-15", 9),
        at("2025-01-17", 16),
        english,
        is_translation=True,
    )


def _duties(world):
    for row in data("monitors")["duties"]:
        values = {"since": datetime.date(2024, 1, 1), **row, "category": world.category(row["category"])}
        if not PublicationDuty.objects.filter(category=values["category"]).exists():
            duty = PublicationDuty(**values)
            duty.full_clean()
            duty.save()


def _period(row):
    def run(world):
        period, made = StatisticsPeriod.objects.get_or_create(
            agency=world.agency,
            first_day=row["first"],
            last_day=row["last"],
            defaults={"by_hand": "source" in row},
        )
        period.refresh_from_db()
        if made and period.by_hand:
            _enter(period, row, world)
        if not period.is_public:
            actions.publish(period, by=world.users[HEAD])

    return run


def _enter(period, row, world):
    """The numbers of a year before the system was in use: a share of those of the year that followed."""
    after = count(world.agency, following_year(period.first_day), following_year(period.last_day))
    for code, value in after.items():
        # Months are months of their own year.
        if not code.startswith(MONTH):
            actions.correct(
                period, code, int(value * row["share"]), by=world.users[HEAD], reason=row["source"]
            )


def following_year(day):
    return day.replace(year=day.year + 1)


def _correction(row):
    def run(world):
        first, last = row["period"]
        period = StatisticsPeriod.objects.get(agency=world.agency, first_day=first, last_day=last)
        stands = actions.values_of(period)[row["code"]]
        if stands and not period.corrections.exists():
            actions.correct(
                period, row["code"], stands + row["by"], by=world.users[HEAD], reason=row["reason"]
            )

    return run


def _inspection(at):
    def run(world):
        if not InspectionRun.objects.filter(agency=world.agency, at=at).exists():
            inspect(world.agency, at)

    return run


def _task(row):
    def run(world):
        if CorrectionTask.objects.filter(agency=world.agency, what=row["what"]).exists():
            return
        department, office = world.departments[row["department"]], world.users[HEAD]
        task = tasks.assign(
            world.agency,
            department=department,
            what=row["what"],
            due_on=timezone.localdate() + datetime.timedelta(days=row["days"]),
            by=office,
        )
        drafter = world.users[world.drafters[department.code][0]]
        for kind, by, note in ((Step.DONE, drafter, "done"), (row.get("ends"), office, "said")):
            if kind and note in row:
                tasks.step(task, kind, by=by, note=row[note])

    return run


def _reasons(world):
    """Why most of what was late was late; some of it still waits for the department's word."""
    kinds = cycle(data("monitors")["reasons"].items())
    late = ProactiveRecord.objects.filter(agency=world.agency, is_late=True, reasons=None).order_by("pk")
    for place, row in enumerate(late.select_related("department")):
        if place % 4 == 3:
            continue
        kind, note = next(kinds)
        reasons.state(row, kind=kind, note=note, by=world.users[world.drafters[row.department.code][0]])


def _tasks_of_today(world):
    """The first findings of different kinds become tasks of the departments they concern."""
    seen = set()
    findings = InspectionFinding.objects.open().filter(agency=world.agency, tasks=None)
    for finding in findings.select_related("department").order_by("pk"):
        department = finding.department
        if finding.item in seen or department is None or department.status != department.Status.ACTIVE:
            continue
        seen.add(finding.item)
        tasks.assign(
            world.agency,
            department=department,
            what=str(finding)[:500],
            due_on=timezone.localdate() + datetime.timedelta(days=14),
            by=world.users[HEAD],
            finding=finding,
        )
