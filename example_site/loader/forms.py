"""Documents with a form of their own: service guides, powers, leaders, institution, rules, clarifications."""

import datetime
import json
from html import escape
from uuid import uuid4

from example_site.content_tools import chinese_ordinal, chosen
from wagtail_disclosure.portal.models import (
    ClarificationPage,
    InstitutionPage,
    Leader,
    LeadersPage,
    PowerItem,
    PowerListPage,
    RulePage,
    ServiceGuidePage,
)

from .content import at, data, following
from .diary import Item
from .documents import decide, drafter_of, moment_of_draft
from .places import items_of, paragraph

POWERS_DAY, INSTITUTION_DAY, LEADERS_DAY = "2025-12-08", "2024-01-04", "2024-01-05"


def form_items(world, small=False):
    """An item for each document with a form of its own; a few of each kind for a small load."""
    few = 3 if small else None
    for guide in data("service_guides")[:few]:
        yield service_guide(world, guide)
    yield power_list(world)
    yield institution(world)
    yield leaders(world)
    for rule in data("rules")[:few]:
        yield rule_item(world, rule)
    for each in data("clarifications"):
        yield clarification(world, each)


def form_item(world, key, page_class, *, title, code, day, category, axes, fields, finish=None, ground=""):
    """An item whose draft is a ``page_class`` with ``fields``; ``finish(page)`` adds the rows below it.

    ``axes`` names its categories in the other schemes: statutory head, topic, reporting class.
    """
    day = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    public_at = at(following(day, chosen(key, 1, 5)), chosen(f"{key}h", 9, 16), chosen(f"{key}m", 0, 59))
    drafter = drafter_of(world, key, code)
    drafted_at = moment_of_draft(key, day.isoformat(), public_at)

    def draft(world):
        user, folder = world.users[drafter], world.folders[code, "zh-hans"]
        row = {"disclosure_attribute": "主动公开", **axes, "ground": ground}
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
            **world.categories(axes),
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
        axes={"statutory_head": "20.5", "topic": "政务公开", "reporting_class": "社会服务"},
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
        axes={"statutory_head": "20.5", "topic": "政务公开", "reporting_class": "行政职权"},
        fields={
            "summary": f"本委行使的{len(data('power_list'))}项权责事项及其依据、责任科室和追责情形。",
            "keywords": "权责清单;行政许可;行政处罚",
        },
        finish=finish,
    )


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
        axes={"statutory_head": "20.2", "topic": "政务公开", "reporting_class": "机构职能"},
        fields={
            "duties": paragraph(
                f"本委是{facts['level']}，{facts['established']}。职责依据：{facts['legal_basis']}。"
            )
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
                duties=row["duties"],
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
        axes={"statutory_head": "20.2", "topic": "人事工作", "reporting_class": "机构职能"},
        fields={
            "summary": f"委领导的姓名、职务和分管工作。联系委领导，请致电办公室：{world.agency.phone}。",
            "keywords": "领导分工;负责人姓名",
        },
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
        axes={"statutory_head": "20.15", "topic": "政务公开", "reporting_class": "其他"},
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
        axes={"statutory_head": "20.15", "topic": facts["topic"], "reporting_class": "社会服务"},
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
