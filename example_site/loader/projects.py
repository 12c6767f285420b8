"""The major projects: listed when work begins, and brought up to date when they are finished or half-way."""

import datetime
from dataclasses import dataclass

from example_site.content_series import STATUS_DATE, month_of, progress_of, registered_in
from example_site.content_tools import chosen, read_csv
from wagtail_disclosure.portal.models import ProjectPage, ProjectStage

from .content import CONTENT, at, data, following
from .diary import Item
from .documents import drafter_of
from .forms import form_item

# A project is listed once it has begun, and not before the site is there.
FIRST, LAST = datetime.date(2024, 2, 5), datetime.date(2026, 10, 20)
OFFICE = "06"
AXES = {"statutory_head": "20.10", "topic": "重大建设项目", "reporting_class": "行政职权"}
APPROVALS = {
    "feasibility": "可行性研究报告批复",
    "design": "初步设计及概算批复",
    "approval": "项目核准批复",
    "energy": "节能审查意见",
}
FILED = "企业投资项目（备案）"
# Approved before the documents of the site begin.
EARLIER = "2023年批复"


def project_items(world, small=False):
    """An item for each project and one for its newest state; a few of them for a small load."""
    for facts in data("projects")[: 3 if small else None]:
        project = Project(facts)
        yield first_edition(world, project)
        if project.changes_on is not None:
            yield new_edition(world, project)


@dataclass
class Project:
    """One row of ``projects.json`` with the days that matter."""

    facts: dict

    def __post_init__(self):
        code, (year, month) = self.facts["id"], map(int, self.facts["start"].split("-"))
        self.key = f"project-{code.lower()}"
        begins = datetime.date(year, month, 1)
        self.begins = following(begins, chosen(f"{code}b", 0, 8) + 1)
        self.listed_on = following(min(max(self.begins + datetime.timedelta(days=60), FIRST), LAST))
        ends = datetime.date(*month_of(begins, back=-self.facts["months"]), 1)
        self.finished_on = following(ends, chosen(f"{code}f", 2, 12))
        changes_on = min(self.finished_on, following(STATUS_DATE, chosen(f"{code}u", 1, 6)))
        # What has not begun has nothing new.
        self.changes_on = changes_on if self.begins < self.listed_on < changes_on else None

    def state(self, day):
        sectors = {row["sector"]: row for row in read_csv(CONTENT / "source/facts/sectors.csv")}
        return progress_of(self.facts, day, sectors)

    def stage(self, day):
        state = self.state(day)
        return "竣工（投产）" if state["status"] == "竣工" else f"{state['status']}（{state['stage']}）"

    def approvals(self, day):
        return [row for row in self.facts["approvals"] if row["date"] <= day.isoformat()]

    def approval_number(self, day):
        if self.facts["kind"] == FILED:
            return "实行告知性备案，无批准文号"
        numbers = [row["number"] for row in self.approvals(day) if row["kind"] != "energy"]
        return "、".join(numbers)[:100] or EARLIER

    def stages(self, day):
        """Approval and implementation as rows of name, day, whether done, and a note."""
        rows, state = [], self.state(day)
        if self.facts["kind"] == FILED:
            registered = following(datetime.date(*registered_in(self.facts), 1), 9)
            rows.append(("项目备案", registered, True, "通过投资项目在线审批监管平台告知"))
        elif self.facts["id"].startswith("G") and all(
            row["kind"] != "feasibility" for row in self.facts["approvals"]
        ):
            rows.append((APPROVALS["feasibility"], None, True, EARLIER))
        for row in self.approvals(day):
            rows.append(
                (APPROVALS[row["kind"]], datetime.date.fromisoformat(row["date"]), True, row["number"])
            )
        if state["status"] == "未开工":
            year, month = self.facts["start"].split("-")
            return [*rows, ("开工建设", None, False, f"计划{year}年{int(month)}月开工")]
        rows.append(("开工建设", self.begins, True, ""))
        if state["status"] == "竣工":
            return [*rows, ("竣工（投产）", self.finished_on, True, "形象进度100%")]
        return [*rows, (state["stage"], day, False, f"形象进度{state['pct']}%")]

    def write(self, page, day):
        """Put the state of ``day`` on the page."""
        page.stage = self.stage(day)
        page.approval_number = self.approval_number(day)
        page.stages = [
            ProjectStage(sort_order=order, name=name, date=date, done=done, note=note)
            for order, (name, date, done, note) in enumerate(self.stages(day))
        ]


def first_edition(world, project):
    facts = project.facts
    year, month = map(int, facts["start"].split("-"))
    return form_item(
        world,
        project.key,
        ProjectPage,
        title=facts["name"],
        code=OFFICE,
        day=project.listed_on,
        category="0904",
        axes=AXES,
        fields={
            "project_code": facts["code"],
            "builder": facts["owner"],
            "place": f"临江市{facts['district']}",
            "scale": facts["content"],
            "amount": facts["amount_10k_yuan"],
            "period": f"{year}年{month}月开工，工期{facts['months']}个月"
            if project.begins <= project.listed_on
            else f"计划{year}年{month}月开工，工期{facts['months']}个月",
            "summary": f"{facts['kind']}。资金来源：{facts['funding']}。",
            "keywords": f"重大项目;{facts['sector']};{facts['district']}",
        },
        finish=lambda page: project.write(page, project.listed_on),
    )


def new_edition(world, project):
    """The project as it stands later: it goes through the whole review again."""
    day = project.changes_on
    drafter = drafter_of(world, project.key, OFFICE)

    def draft(world):
        page = world.page(project.key).get_latest_revision_as_object()
        project.write(page, day)
        page.formed_on = day
        page.save_revision(user=world.users[drafter])
        return page

    return Item(
        project.key,
        drafter,
        at(day, 9, chosen(project.key, 0, 59)),
        at(following(day, 3), 15, chosen(f"{project.key}e", 0, 59)),
        draft,
        edition=project.stage(day),
        done=lambda page: page.live and page.stage == project.stage(day),
    )
