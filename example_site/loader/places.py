"""The places of the portal as items of the diary: section, guide, columns, sub-sites. They pass the review, too."""

import datetime
from html import escape

from wagtail.models import Locale

from wagtail_disclosure import conf
from wagtail_disclosure.portal.models import (
    ColumnCategory,
    ColumnPage,
    GuidePage,
    PlatformSectionPage,
    SubsitePage,
)
from wagtail_disclosure.rules.profiles import get_profile

from .application_form import upload_form
from .content import at, data, following, table
from .diary import Item
from .documents import TRANSLATOR, drafter_of

OFFICE = "01"
FOUNDED = datetime.date(2023, 12, 11)
SECTION, RULES, REPORTS, GUIDE = "disclosure", "disclosure-rules", "disclosure-reports", "disclosure-guide"
# The columns under which documents have English versions.
ENGLISH_COLUMNS = {
    "news": "Meetings, inspections and other work of the Commission; selected items.",
    "notices": "Notices of the Commission and results of surveys; selected items.",
    "laws": "Rules and policy documents of the Commission. Where a translation differs, the Chinese text prevails.",
    "planning": "Five-year plans, special plans and how they are carried out.",
    "economy": "Annual plans, analyses and main indicators of the city's economy.",
    "prices": "Price decisions, price monitoring and hearings.",
    "administration": "Annual work plans, reports on disclosure, budgets and personnel.",
    "reform": "Economic reform, the business environment and the social credit system.",
}
# Departments whose sub-sites have an English version, with what they do.
ENGLISH_SUBSITES = {
    "bgs": "Runs the agency's daily business: documents, meetings, archives, finance and personnel; in charge of "
    "government information disclosure.",
    "fzgh": "Prepares and evaluates five-year plans, coordinates special and regional plans, and takes part in "
    "regional cooperation and the development of the West.",
    "jggl": "Sets and adjusts prices and charges within the pricing catalogue, supervises costs, monitors prices "
    "and appraises values.",
    "nyk": "Plans energy, coordinates power supply, protects pipelines and promotes new energy and energy saving.",
}
# Colours of the departments' table that sub-sites do not have under this name.
ACCENTS = {"red": "brick", "amber": "bronze", "slate": "plum"}


def paragraph(text):
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def items_of(lines, tag="ul"):
    return f"<{tag}>" + "".join(f"<li>{escape(line, quote=False)}</li>" for line in lines) + f"</{tag}>"


def column_type(label):
    """The code of a column type of the national list, by its Chinese name."""
    types = get_profile(conf.get("JURISDICTION")).column_types
    return next(each.code for each in types if each.label("zh-hans") == label)


def places(world):
    """The places in the order of the tree, with a few days for the review of each."""
    yield place(world, SECTION, make_section, ready=complete_section, last=True)
    yield place(world, GUIDE, make_guide)
    yield place(world, RULES, lambda world, user: make_shelf(world, user, *SHELVES[0]))
    yield place(world, REPORTS, lambda world, user: make_shelf(world, user, *SHELVES[1]))
    columns = sorted(table("columns"), key=lambda row: int(row["sort_order"]))
    for row in columns:
        if row["kind"] != "dept":
            yield place(world, row["slug"], lambda world, user, row=row: make_column(world, user, row))
    for row in table("departments"):
        if row["status"] == "active":
            drafter = world.drafters[row["code"]][0]
            yield place(
                world,
                row["slug"],
                lambda world, user, row=row: make_subsite(world, user, row),
                drafter=drafter,
            )
    for row in columns:
        if row["kind"] == "dept":
            drafter = world.drafters[row["department_code"]][0]
            yield place(
                world,
                row["slug"],
                lambda world, user, row=row: make_column(world, user, row),
                drafter=drafter,
            )
    yield english_place(SECTION, english_section, ready=complete_english_section)
    yield english_place(GUIDE, english_guide)
    for row in table("columns"):
        if row["slug"] in ENGLISH_COLUMNS:
            yield english_place(row["slug"], lambda world, user, row=row: english_column(world, user, row))
    for row in table("departments"):
        if row["slug"] in ENGLISH_SUBSITES:
            yield english_place(row["slug"], lambda world, user, row=row: english_subsite(world, user, row))


def place(world, key, make, *, drafter="", ready=None, last=False):
    drafter = drafter or drafter_of(world, "places", OFFICE)
    user = world.users[drafter]
    return Item(
        key,
        drafter,
        at(FOUNDED, 10),
        at(following(FOUNDED, 5), 17 if last else 16),
        lambda world: make(world, user),
        ready=(lambda world: ready(world, user)) if ready else None,
    )


def english_place(key, make, ready=None):
    begins = following(FOUNDED, 8)

    def draft(world):
        return make(world, world.users[TRANSLATOR])

    return Item(
        f"{key}-en",
        TRANSLATOR,
        at(begins, 10),
        at(following(begins, 3), 16),
        draft,
        ready=(lambda world: ready(world, world.users[TRANSLATOR])) if ready else None,
        is_translation=True,
    )


def add(parent, page, user):
    page.live, page.owner, page.locale = False, user, parent.locale
    parent.add_child(instance=page)
    page.save_revision(user=user)
    return page


# The section 政府信息公开


SHELVES = (
    (RULES, "政府信息公开制度", "政策文件", ["0202"], "本委政府信息公开工作的各项制度。"),
    (REPORTS, "政府信息公开年报", "信息公开年报", ["0203"], "本委历年政府信息公开工作年度报告。"),
)


def make_section(world, user):
    text = "集中公开本委的政府信息公开指南、公开制度、法定主动公开内容和公开年报，受理政府信息公开申请。"
    page = PlatformSectionPage(
        title="政府信息公开", slug=SECTION, introduction=paragraph(text), show_in_menus=True
    )
    return add(world.home, page, user)


def complete_section(world, user):
    """Name the pages behind the fixed blocks: they stand below the section, so they came after it."""
    page = world.page(SECTION).get_latest_revision_as_object()
    page.guide_page_id, page.rules_page_id = world.pk(GUIDE), world.pk(RULES)
    page.reports_page_id = world.pk(REPORTS)
    page.save_revision(user=user)


def make_shelf(world, user, slug, title, type_name, codes, intro):
    page = ColumnPage(
        title=title,
        slug=slug,
        column_type=column_type(type_name),
        introduction=paragraph(intro),
        show_in_menus=True,
    )
    page.mapped_categories = [ColumnCategory(category=world.category(code)) for code in codes]
    return add(world.page(SECTION), page, user)


def make_guide(world, user):
    facts = data("guide")
    request, office, supervision = facts["request"], facts["office"], facts["supervision"]
    channels = [f"{each['channel']}：{each['received']}" for each in request["channels"]]
    page = GuidePage(
        title=facts["title"],
        slug=GUIDE,
        classification=paragraph(facts["introduction"])
        + paragraph(facts["classification"])
        + items_of(facts["statutory"], "ol"),
        arrangement=paragraph(facts["arrangement"]),
        how_to_obtain=items_of(facts["how_to_obtain"])
        + paragraph(f"{request['who']}提出申请，应当写明：")
        + items_of(request["contents"])
        + items_of(request["notes"])
        + paragraph(request["form"]),
        office_name=office["name"],
        address=office["address"],
        office_hours=office["hours"],
        phone=office["phone"],
        fax=office["fax"],
        email=office["email"],
        procedure=paragraph("收到申请的时间：")
        + items_of(channels)
        + paragraph("办理程序：")
        + items_of(request["flow"])
        + paragraph("答复的种类：")
        + items_of(request["reply_kinds"], "ol")
        + paragraph(request["fees"]),
        supervision=paragraph(
            f"{supervision['office']}，电话{supervision['phone']}，地址：{supervision['address']}。"
        )
        + paragraph(supervision["text"]),
        application_form=upload_form(world.departments[OFFICE], user),
        show_in_menus=True,
    )
    return add(world.page(SECTION), page, user)


def english_copy(world, key):
    page = world.page(key).copy_for_translation(Locale.objects.get(language_code="en"))
    page.slug = key
    return page


def english_section(world, user):
    page = english_copy(world, SECTION)
    page.title = page.draft_title = "Government Information Disclosure"
    page.owner = user
    page.introduction = paragraph(
        "The guide, the rules, what the law requires to be published, the annual reports, and how to request "
        "information. Documents are in Chinese unless they are marked as translated."
    )
    page.save_revision(user=user)
    return page


def complete_english_section(world, user):
    page = world.page(f"{SECTION}-en").get_latest_revision_as_object()
    page.guide_page_id = world.pk(f"{GUIDE}-en")
    page.save_revision(user=user)


def english_guide(world, user):
    facts, agency = data("guide"), data("agency")
    office = facts["office"]
    page = english_copy(world, GUIDE)
    page.title = page.draft_title = facts["title_en"]
    page.owner = user
    page.classification = paragraph(facts["introduction_en"]) + paragraph(
        "Information is arranged in 25 first-level and 177 second-level categories, and by the heads of Article 20, "
        "topic, genre and reporting class."
    )
    page.arrangement = paragraph(
        "Every item bears an index number made of the organisation code 990600036, the year and a serial of five "
        "digits. A number once issued never changes."
    )
    page.how_to_obtain = paragraph(
        "On this website; in the reading rooms of the municipal archives, the library and the service centre; or "
        "by request."
    ) + paragraph(facts["request_en"])
    page.office_name, page.address = office["name_en"], agency["address_en"]
    page.office_hours = agency["office_hours_en"]
    page.phone, page.fax, page.email = office["phone"], office["fax"], office["email"]
    page.procedure = paragraph(
        "Requests are registered on receipt. Where a request is unclear, we ask once within 7 working days for it to "
        "be completed. Third parties concerned are consulted and have 15 working days. We answer within 20 working "
        "days, which may be extended by up to 20 working days. Information is provided free of charge."
    )
    page.supervision = paragraph(
        "Complaints go to the municipal authority in charge of information disclosure, "
        f"tel. {facts['supervision']['phone']}. Decisions may be challenged by administrative review or in court."
    )
    page.save_revision(user=user)
    return page


def english_column(world, user, row):
    page = english_copy(world, row["slug"])
    page.title = page.draft_title = row["name_en"]
    page.owner = user
    page.introduction = paragraph(ENGLISH_COLUMNS[row["slug"]])
    page.save_revision(user=user)
    return page


# Columns and sub-sites


def make_column(world, user, row):
    parent = world.page(row["parent_slug"]) if row["parent_slug"] else world.home
    page = ColumnPage(
        title=row["name"],
        slug=row["slug"],
        column_type=column_type(row["column_type"]),
        introduction=paragraph(row["intro"]),
        # A column of a sub-site lists what its department is responsible for.
        department=world.departments[row["department_code"]] if row["kind"] == "dept" else None,
        show_in_menus=row["kind"] != "extra",
    )
    codes = [code for code in row["category_codes"].split(";") if code]
    page.mapped_categories = [ColumnCategory(category=world.category(code)) for code in codes]
    return add(parent, page, user)


def make_subsite(world, user, row):
    department = world.departments[row["code"]]
    page = SubsitePage(
        title=department.name,
        slug=row["slug"],
        department=department,
        accent=ACCENTS.get(row["accent"], row["accent"]),
        functions=department.functions,
        address=department.address,
        office_hours=department.office_hours,
        phone=department.phone,
        email=department.email,
        show_in_menus=True,
    )
    return add(world.home, page, user)


def english_subsite(world, user, row):
    agency = data("agency")
    page = english_copy(world, row["slug"])
    page.title = page.draft_title = row["name_en"]
    page.owner = user
    page.functions = ENGLISH_SUBSITES[row["slug"]]
    page.address, page.office_hours = agency["address_en"], agency["office_hours_en"]
    page.save_revision(user=user)
    return page
