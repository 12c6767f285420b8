"""Documents with a form of their own: service guides, powers, projects, leaders, institution, rules, clarifications."""

import datetime
import json
from html import escape
from uuid import uuid4

from example_site.content_series import progress_of
from example_site.content_tools import chinese_ordinal, chosen, read_csv
from wagtail_disclosure.portal.models import (
    ClarificationPage,
    InstitutionPage,
    Leader,
    LeadersPage,
    PowerItem,
    PowerListPage,
    ProjectPage,
    ProjectStage,
    RulePage,
    ServiceGuidePage,
)

from .content import CONTENT, at, data, following
from .diary import Item
from .documents import decide, drafter_of, moment_of_draft
from .places import items_of, paragraph

POWERS_DAY, INSTITUTION_DAY, LEADERS_DAY = "2025-12-08", "2024-01-04", "2024-01-05"
# A project is listed once it has begun, and not before the site is there.
FIRST_PROJECT, LAST_PROJECT = datetime.date(2024, 2, 5), datetime.date(2026, 10, 20)


def form_items(world, small=False):
    """An item for each document with a form of its own; a few of each kind for a small load."""
    few = 3 if small else None
    for guide in data("service_guides")[:few]:
        yield service_guide(world, guide)
    yield power_list(world)
    for project in data("projects")[:few]:
        yield project_item(world, project)
    yield institution(world)
    yield leaders(world)
    for rule in data("rules")[:few]:
        yield rule_item(world, rule)
    for each in data("clarifications"):
        yield clarification(world, each)


def form_item(world, key, page_class, *, title, code, day, category, head, fields, finish=None, ground=""):
    """An item whose draft is a ``page_class`` with ``fields``; ``finish(page)`` adds the rows below it."""
    day = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    public_at = at(following(day, chosen(key, 1, 5)), chosen(f"{key}h", 9, 16), chosen(f"{key}m", 0, 59))
    drafter = drafter_of(world, key, code)
    drafted_at = moment_of_draft(key, day.isoformat(), public_at)

    def draft(world):
        user, folder = world.users[drafter], world.folders[code, "zh-hans"]
        row = {"disclosure_attribute": "主动公开", "statutory_head": head, "ground": ground}
        page = page_class(
            title=title,
            slug=key,
            live=False,
            owner=user,
            locale=folder.locale,
            department=folder.department,
            issuing_body=world.agency.name,
            source="本委",
            date_generated=drafted_at,
            date_signed=day,
            formed_on=day,
            category=world.category(category),
            **world.categories({"statutory_head": head}),
            **fields,
        )
        if finish is not None:
            finish(page)
        folder.add_child(instance=page)
        decide(page, user, row)
        page.save_revision(user=user)
        return page

    return Item(key, drafter, drafted_at, public_at, draft)


def service_guide(world, facts):
    return form_item(
        world,
        facts["source_key"],
        ServiceGuidePage,
        title=f"{facts['item_name']}办事指南",
        code=facts["responsible_department_code"],
        day=facts["document_date"],
        category=facts["category_code"],
        head="20.5",
        fields={
            "item_name": facts["item_name"],
            "summary": f"{facts['item_name']}的设定依据、申请条件、申报材料、办理程序、时限、收费和窗口。",
            "keywords": f"办事指南;{facts['item_name']}",
            "legal_basis": facts["legal_basis"],
            "conditions": "\n".join(facts["conditions"]),
            "materials": "\n".join(facts["materials"]),
            "procedure": "\n".join(f"{n}. {step}" for n, step in enumerate(facts["procedure"], 1)),
            "time_limit": facts["time_limit"],
            "fees": facts["fees"],
            "window": f"{facts['window_authority']}。电话：{facts['phone']}",
            "promised_days": _days(facts["promised_limit"]),
        },
    )


def _days(text):
    digits = "".join(char for char in text.split("个工作日")[0] if char.isdigit())
    return int(digits) if digits and "个工作日" in text else None


def power_list(world):
    names = {code: department.name for code, department in world.departments.items()}

    def finish(page):
        page.powers = [
            PowerItem(
                sort_order=order,
                code=row["code"],
                name=row["name"],
                kind=row["type"],
                legal_basis=row["legal_basis"],
                department_name=names[row["responsible_department_code"]],
                duties=f"{row['duties']}\n{row['accountability']}",
            )
            for order, row in enumerate(data("power_list"))
        ]

    return form_item(
        world,
        "power-list",
        PowerListPage,
        title=f"{world.agency.name}权责清单",
        code="12",
        day=POWERS_DAY,
        category="1201",
        head="20.5",
        fields={
            "summary": f"本委行使的{len(data('power_list'))}项权责事项及其依据、责任科室和追责情形。",
            "keywords": "权责清单;行政许可;行政处罚",
        },
        finish=finish,
    )


def project_item(world, facts):
    year, month = map(int, facts["start"].split("-"))
    starts = datetime.date(year, month, 1) + datetime.timedelta(days=chosen(facts["code"], 20, 70))
    day = following(min(max(starts, FIRST_PROJECT), LAST_PROJECT))
    state = _state(facts, day)
    amount = facts["amount_10k_yuan"]

    def finish(page):
        page.stages = [
            ProjectStage(sort_order=order, name=name, done=True, note=number)
            for order, (name, number) in enumerate(
                zip(
                    ("可行性研究报告批复", "初步设计批复", "后续批复"),
                    facts["approval_numbers"],
                    strict=False,
                )
            )
        ] + [ProjectStage(sort_order=9, name=state["stage"], date=day, note=f"形象进度{state['pct']}%")]

    return form_item(
        world,
        f"project-{facts['code'].lower()}",
        ProjectPage,
        title=facts["name"],
        code="06",
        day=day,
        category="0901",
        head="20.8",
        fields={
            "project_code": facts["code"],
            "builder": facts["owner"],
            "place": f"临江市{facts['district']}",
            "scale": facts["content"],
            "amount": amount,
            "period": f"{year}年{month}月开工，工期{facts['months']}个月",
            "stage": f"{state['status']}（{state['stage']}）",
            "approval_number": "、".join(facts["approval_numbers"])[:100],
            "summary": f"{facts['kind']}，总投资{amount / 10000:.2f}亿元，资金来源：{facts['funding']}。",
            "keywords": f"重大项目;{facts['sector']};{facts['district']}",
            "body": json.dumps([_block("paragraph", paragraph(f"资金来源：{facts['funding']}。"))]),
        },
        finish=finish,
    )


def _state(facts, day):
    sectors = {row["sector"]: row for row in read_csv(CONTENT / "source/facts/sectors.csv")}
    return progress_of(facts, day, sectors)


def _block(kind, value):
    return {"type": kind, "value": value, "id": str(uuid4())}


def institution(world):
    facts = data("institution")
    names = [world.departments[code] for code in facts["internal_department_codes"]]
    bodies = [f"{each['name']}（{each['nature']}）：{each['duties']}" for each in facts["affiliated_bodies"]]
    return form_item(
        world,
        facts["source_key"],
        InstitutionPage,
        title=facts["title"],
        code="01",
        day=INSTITUTION_DAY,
        category="0101",
        head="20.2",
        fields={
            "duties": paragraph(f"依据：{facts['legal_basis']}。{facts['established']}。")
            + "<ol>"
            + "".join(f"<li>{escape(each)}</li>" for each in facts["functions"])
            + "</ol>",
            "internal_bodies": items_of([f"{each.name}：{each.functions}" for each in names])
            + paragraph("直属单位：")
            + items_of(bodies),
            "address": facts["address"],
            "office_hours": facts["office_hours"],
            "contact": f"电话{facts['phone']}，传真{facts['fax']}，{facts['email']}",
            "head_name": facts["leader"],
            "head_title": "党组书记、主任",
            "summary": "本委职责、内设机构、直属单位、办公地址、办公时间、联系方式和负责人姓名。",
            "keywords": "机构职能;内设机构;联系方式",
        },
    )


def leaders(world):
    def finish(page):
        page.leaders = [
            Leader(
                sort_order=row["sort_order"],
                name=row["name"],
                title=row["title"],
                duties=f"{row['duties']}电话：{row['phone']}。{row['resume']}",
            )
            for row in data("leaders")
        ]

    return form_item(
        world,
        "leaders",
        LeadersPage,
        title="委领导成员及分工",
        code="01",
        day=LEADERS_DAY,
        category="0102",
        head="20.2",
        fields={"summary": "委领导的姓名、职务和分管工作。", "keywords": "领导分工"},
        finish=finish,
    )


def rule_item(world, facts):
    clauses = [
        {
            "type": "item",
            "value": {"label": f"第{chinese_ordinal(n)}条", "text": paragraph(text)},
            "id": str(uuid4()),
        }
        for n, text in enumerate(facts["clauses"], 1)
    ]
    return form_item(
        world,
        facts["source_key"],
        RulePage,
        title=facts["title"],
        code=facts["responsible_department_code"],
        day=facts["document_date"],
        category=facts["category_code"],
        head="20.1",
        fields={
            "summary": f"共{len(clauses)}条。",
            "keywords": "信息公开制度",
            "body": json.dumps([_block("clauses", clauses)]),
        },
    )


def clarification(world, facts):
    return form_item(
        world,
        facts["source_key"],
        ClarificationPage,
        title=facts["title"],
        code=facts["responsible_department_code"],
        day=facts["document_date"],
        category=facts["category_code"],
        head="20.15",
        ground="proactive_clarification",
        fields={
            "rumour": facts["rumour"],
            "rumour_source": facts["rumour_source"],
            "facts": "".join(map(paragraph, facts["facts"]))
            + paragraph(f"依据：{facts['legal_basis']}。咨询电话：{facts['contact_phone']}。"),
            "summary": facts["rumour"][:200],
            "keywords": "信息澄清",
        },
    )
