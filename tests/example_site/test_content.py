"""The example agency's content is complete, consistent and well formed."""

import csv
import datetime
import json
import re
import shutil
from collections import Counter
from xml.etree import ElementTree

import pytest

from example_site.content_builder import CONTENT, MANIFEST_FIELDS, Builder
from example_site.content_tools import is_working_day, working_days_after
from wagtail_disclosure.rules.profiles import get_profile

LAST_DAY = datetime.date(2026, 11, 27)
TAGS = set("body p h2 h3 table caption thead tbody tr th td ol ul li blockquote strong".split())
MAIN_COLUMNS = (
    "本委概况 通知通告 工作动态 行政审批 发展规划 综合经济 体制改革与产业政策 投资管理 利用外资 重大项目 项目前期 "
    "地区经济 区域合作 农村经济 工业发展 能源发展 交通发展 高技产业 社会发展 经济贸易 价格管理 政策法规 西部开发 "
    "项目稽查 经济动态 机关管理 纪检监察"
).split()
STEPS = set(
    "draft department_head secrecy_review copy_check leader_approval rejected translation_check".split()
)
EIGHT_FIELDS = (
    "item_name legal_basis conditions materials procedure time_limit promised_limit fees window_authority"
).split()


def table(name):
    with (CONTENT / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def data(name):
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def manifest():
    return table("manifest.csv")


@pytest.fixture(scope="module")
def documents(manifest):
    return manifest + table("drafts.csv")


@pytest.fixture(scope="module")
def categories():
    return table("categories.csv")


@pytest.fixture(scope="module")
def departments():
    return table("departments.csv")


def day_of(row):
    return datetime.date.fromisoformat(row["document_date"])


def labels(vocabulary):
    """Every Chinese label of one vocabulary of the jurisdiction profile the agency works under."""
    items = getattr(get_profile("cn"), vocabulary)
    return {item.label("zh-hans") for top in items for _, item in top.walk()}


def unique(values):
    return [value for value, count in Counter(values).items() if count > 1] == []


def test_catalogue_has_25_and_177_nodes(categories, departments):
    top = {row["code"] for row in categories if not row["parent_code"]}
    second = [row for row in categories if row["parent_code"]]
    assert (len(top), len(second)) == (25, 177)
    assert {row["parent_code"] for row in second} == top
    for field in ("code", "name", "name_en"):
        assert unique(row[field] for row in categories), field
    assert all(row["main_content"] for row in categories)
    active = {row["code"] for row in departments if row["status"] == "active"}
    assert {row["responsible_department_code"] for row in categories} <= active


def test_a_closed_department_names_its_successor_and_date(departments):
    codes = {row["code"] for row in departments}
    gone = [row for row in departments if row["status"] != "active"]
    assert gone
    for row in gone:
        assert row["status_date"] and set(row["successor_codes"].split(";")) <= codes
    assert {row["accent"] for row in departments} <= {"blue", "teal", "green", "red", "amber", "slate"}


def test_every_active_department_has_an_officer_and_a_reviewer(departments):
    people = table("people.csv")
    assert unique(row["username"] for row in people)
    held = {(row["department_code"], row["role"]) for row in people}
    for row in departments:
        if row["status"] == "active":
            assert {(row["code"], "officer"), (row["code"], "reviewer")} <= held, row["name"]
    roles = Counter(row["role"] for row in people)
    assert roles["secrecy"] >= 3 and roles["copy"] >= 3 and roles["leader"] >= 2
    assert roles["office_admin"] and roles["translator"]


def test_columns_are_the_27_and_two_guides_of_twelve(categories, departments):
    columns = table("columns.csv")
    assert [row["name"] for row in columns if row["kind"] == "main"] == MAIN_COLUMNS
    parents = Counter(row["parent_slug"] for row in columns if row["kind"] == "sub")
    assert parents == {"guide-government": 12, "guide-business": 12}
    assert unique(row["slug"] for row in columns)
    codes = {row["code"] for row in categories}
    for row in columns:
        assert row["column_type"] in labels("column_types") and row["intro"] and row["name_en"]
        assert set(filter(None, row["category_codes"].split(";"))) <= codes
        assert row["department_code"] in {d["code"] for d in departments}


def test_no_main_column_is_empty(manifest, categories):
    code_of = {row["name"]: row["code"] for row in categories}
    public = [code_of[row["category"]] for row in manifest if row["disclosure_attribute"] == "主动公开"]
    for column in table("columns.csv"):
        if column["kind"] in ("main", "extra") and column["slug"] != "about":
            mapped = tuple(column["category_codes"].split(";"))
            assert sum(code.startswith(mapped) for code in public) >= 3, column["name"]


def test_sub_sites_have_columns_with_items_of_the_department(manifest, categories, departments):
    code_of = {row["name"]: row["code"] for row in categories}
    columns = [row for row in table("columns.csv") if row["kind"] == "dept"]
    below = Counter(row["parent_slug"] for row in columns)
    assert len(below) >= 6 and set(below.values()) <= {2, 3, 4}
    slugs, names = ({row["code"]: row[key] for row in departments} for key in ("slug", "name"))
    for column in columns:
        assert slugs[column["department_code"]] == column["parent_slug"]
        mapped = tuple(column["category_codes"].split(";"))
        assert any(
            row["responsible_department"] == names[column["department_code"]]
            and code_of[row["category"]].startswith(mapped)
            for row in manifest
            if row["disclosure_attribute"] == "主动公开"
        ), column["slug"]


def test_the_guide_quotes_the_regulation_and_no_number_of_a_later_year():
    guide = data("guide.json")
    assert len(guide["statutory"]) == 15 and len(guide["request"]["reply_kinds"]) == 7
    assert guide["statutory"][9] == "重大建设项目的批准和实施情况"
    assert "申请人重复申请公开相同政府信息的，告知申请人不予重复处理" in guide["request"]["reply_kinds"][5]
    assert "2026" not in json.dumps(guide, ensure_ascii=False)


def test_manifest_has_more_than_300_proactive_documents_over_three_years(manifest):
    assert tuple(manifest[0]) == tuple(MANIFEST_FIELDS)
    chinese = [row for row in manifest if row["language"] == "zh-hans"]
    attributes = Counter(row["disclosure_attribute"] for row in chinese)
    assert attributes["主动公开"] >= 300 and len(manifest) >= 320
    assert attributes["依申请公开"] >= 10 and attributes["不予公开"] >= 5
    assert {day_of(row).year for row in chinese} == {2024, 2025, 2026}
    assert min(Counter(day_of(row).year for row in chinese).values()) >= 80


def test_every_reference_of_a_document_resolves(documents, categories, departments):
    names = {row["name"] for row in categories}
    active = {row["name"] for row in departments if row["status"] == "active"}
    heads = {item.code for item in get_profile("cn").statutory_heads}
    genres, topics, classes = (labels(name) for name in ("genres", "topics", "reporting_classes"))
    for row in documents:
        assert row["title"].strip() and row["summary"] and row["keywords"], row["source_key"]
        assert row["category"] in names, row["source_key"]
        assert row["responsible_department"] in active, row["source_key"]
        assert row["genre"] in genres | {""} and row["topic"] in topics, row["source_key"]
        assert row["reporting_class"] in classes, row["source_key"]
        assert row["statutory_head"] in heads | {""} and row["importance"] in ("一般", "重要"), row[
            "source_key"
        ]
        assert len(row["summary"]) <= 200, row["source_key"]


def test_documents_are_not_repeated(documents):
    assert unique(row["source_key"] for row in documents)
    assert unique((row["title"], row["language"]) for row in documents)
    numbers = [row["document_number"] for row in documents if row["language"] == "zh-hans"]
    assert unique(filter(None, numbers))
    assert unique(row["index_number"] for row in documents if row["index_number"])
    bodies = [(CONTENT / row["body_file"]).read_text(encoding="utf-8") for row in documents]
    assert unique(bodies)


def test_bodies_exist_are_well_formed_and_plain(documents):
    wanted = {row["body_file"] for row in documents}
    assert wanted == {f"bodies/{path.name}" for path in (CONTENT / "bodies").iterdir()}
    for name in wanted:
        text = (CONTENT / name).read_text(encoding="utf-8")
        root = ElementTree.fromstring(f"<body>{text}</body>")
        assert {element.tag for element in root.iter()} <= TAGS, name
        assert "".join(root.itertext()).strip(), name
        assert not re.search(r"\ufffd|[一-龥]\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)|{{|{%|None", text), name
        for found in root.iter("table"):
            assert len({len(list(line)) for line in found.iter("tr")}) == 1, name
            headings = {re.sub(r"^[一二三四五六七八九十]+、", "", each.text) for each in root.iter("h2")}
            assert found.find("caption").text not in headings, name


def test_documents_and_publication_fall_on_working_days(documents, manifest):
    for row in documents:
        assert is_working_day(day_of(row)) and day_of(row) <= LAST_DAY, row["source_key"]
    published = {row["source_key"]: row["published_at"] for row in table("timeline.csv")}
    for row in manifest:
        if row["disclosure_attribute"] == "不予公开":
            assert row["source_key"] not in published
            continue
        at = datetime.datetime.fromisoformat(published[row["source_key"]])
        assert is_working_day(at.date()) and 9 <= at.hour < 18
        assert day_of(row) <= at.date() <= min(working_days_after(day_of(row), 20), LAST_DAY)


def test_english_versions_belong_to_a_chinese_document(documents):
    chinese = {row["source_key"]: row for row in documents if row["language"] == "zh-hans"}
    english = [row for row in documents if row["language"] == "en"]
    published = {row["source_key"]: row["published_at"] for row in table("timeline.csv")}
    assert len(english) >= 12
    for row in english:
        original = chinese[row["source_key"].removesuffix("-en")]
        assert row["document_date"] == original["document_date"]
        assert row["category"] == original["category"]
        if row["source_key"] in published:
            assert published[row["source_key"]] > published[original["source_key"]]


def test_everything_not_proactive_has_a_determination(manifest):
    decided = table("determinations.csv")
    restricted = {r["source_key"]: r for r in manifest if r["disclosure_attribute"] != "主动公开"}
    assert {row["source_key"] for row in decided} == set(restricted)
    codes = {"依申请公开": "on_request", "不予公开": "withheld"}
    for row in decided:
        assert row["attribute"] == restricted[row["source_key"]]["disclosure_attribute"] and row["note"]
        ground = get_profile("cn").ground(codes[row["attribute"]], row["ground"])
        assert ground.fact("filed") is not False, "a state secret is never entered"
        assert bool(row["review_by"]) == (row["attribute"] == "不予公开")


def test_withheld_items_are_reassessed_within_a_year():
    due = {}
    for row in table("determinations.csv"):
        if row["review_by"]:
            assert row["decided_on"] <= due.get(row["source_key"], row["decided_on"]), row["source_key"]
            decided, by = (datetime.date.fromisoformat(row[name]) for name in ("decided_on", "review_by"))
            assert datetime.timedelta() < by - decided <= datetime.timedelta(days=366)
            due[row["source_key"]] = row["review_by"]
    assert min(due.values()) > LAST_DAY.isoformat()


def test_reports_are_public_by_31_january():
    published = {row["source_key"]: row["published_at"] for row in table("timeline.csv")}
    for key in [f"{kind}-00{n}" for kind in ("annual-report", "website-report") for n in (1, 2, 3)]:
        assert published[key][5:7] == "01", key
    assert published["annual-report-003-en"] < "2026-02"


def test_news_claims_no_statutory_head_and_goes_on_all_the_time(documents, categories):
    code_of = {row["name"]: row["code"] for row in categories}
    news = [
        row for row in documents if row["source_key"].startswith("news-") and row["language"] == "zh-hans"
    ]
    assert {row["statutory_head"] for row in news} == {""}
    mapped = next(row for row in table("columns.csv") if row["slug"] == "news")["category_codes"].split(";")
    days = sorted(day_of(row) for row in news if code_of[row["category"]] in mapped)
    assert len(days) >= 60 and LAST_DAY - days[-1] <= datetime.timedelta(days=14)
    assert max(b - a for a, b in zip(days, days[1:], strict=False)) <= datetime.timedelta(days=45)
    party = [row for row in documents if row["category"] == "党建与纪检"]
    assert party and {row["statutory_head"] for row in party} == {""}


def test_each_kind_of_decision_stands_under_its_own_head(documents):
    heads = {}
    for row in documents:
        heads.setdefault(row["category"], set()).add(row["statutory_head"])
    expected = {
        "处罚决定": "20.6",
        "项目建设进展": "20.10",
        "行政事业性收费": "20.8",
        "财政预决算": "20.7",
        "政府采购": "20.9",
    }
    for category, head in expected.items():
        assert heads[category] - {""} == {head}, category
    topics = {row["topic"] for row in documents if row["source_key"].startswith("penalty-")}
    assert len(topics) >= 3


def test_withdrawn_documents_are_known(manifest):
    keys = {row["source_key"] for row in manifest}
    rows = table("withdrawals.csv")
    published = {row["source_key"]: row["published_at"] for row in table("timeline.csv")}
    reasons = {reason.code: reason for reason in get_profile("cn").withdrawal_reasons}
    assert len({row["reason"] for row in rows}) == len(rows) >= 3
    assert any(row["reason"] == "replaced" for row in rows)
    for row in rows:
        assert row["source_key"] in keys and row["decided_at"] > published[row["source_key"]]
        assert bool(row["successor_key"]) == (reasons[row["reason"]].fact("successor") != "none")


def test_replaced_and_repealed_documents_are_known(manifest):
    keys = {row["source_key"] for row in manifest}
    rows = table("validity.csv")
    assert {row["status"] for row in rows} == {"replaced", "repealed"}
    for row in rows:
        assert row["source_key"] in keys
        assert (row["successor_source_key"] in keys) == (row["status"] == "replaced")


def test_decisions_about_validity_are_of_every_kind_and_name_known_documents(manifest):
    keys, rows = {row["source_key"] for row in manifest}, table("validity_changes.csv")
    published = {row["source_key"]: row["published_at"] for row in table("timeline.csv")}
    assert {row["kind"] for row in rows} == {"replaced", "repealed", "expired"}
    for row in rows:
        assert (
            row["source_key"] in keys
            and published[row["source_key"]] < row["proposed_at"] < row["confirmed_at"]
        )
        assert {row["basis_key"], row["successor_key"]} - {""} <= keys
        assert row["basis_key"] or row["basis_title"]
        assert all(
            published[key] < row["proposed_at"] for key in (row["basis_key"], row["successor_key"]) if key
        )
    # One is announced for a day to come.
    assert any(row["effective_date"] > row["confirmed_at"][:10] for row in rows)


def test_a_takedown_waits_for_the_second_person(manifest):
    reasons = {each.code for each in get_profile("cn").withdrawal_reasons if each.fact("emergency")}
    (row,) = table("takedowns.csv")
    assert row["source_key"] in {each["source_key"] for each in manifest} and row["reason"] in reasons


def test_drafts_wait_in_every_step_of_the_review():
    drafts, steps = table("drafts.csv"), table("draft_steps.csv")
    people = {row["username"]: row for row in table("people.csv")}
    assert len(drafts) >= 8
    assert {row["source_key"] for row in drafts} == {row["source_key"] for row in steps}
    assert {row["left_at"] for row in steps} == STEPS
    for row in steps:
        assert people[row["username"]]["role"] in ("officer", "translator")
        assert (row["left_at"] == "rejected") == bool(row["comment"])


def test_service_guides_fill_the_eight_fields(departments):
    guides = data("service_guides.json")
    subs = {row["slug"] for row in table("columns.csv") if row["kind"] == "sub"}
    assert {guide["column"] for guide in guides} == subs
    # No two sub-columns list the same, and each lists its guide.
    mapped = {row["slug"]: row["category_codes"] for row in table("columns.csv") if row["kind"] == "sub"}
    assert len(set(mapped.values())) == 24
    assert all(mapped[guide["column"]] == guide["category_code"] for guide in guides)
    for guide in guides:
        assert all(guide[field] for field in EIGHT_FIELDS), guide["item_name"]


def test_powers_projects_leaders_and_rules_are_complete(departments):
    codes = {row["code"] for row in departments if row["status"] == "active"}
    powers = data("power_list.json")
    assert len(powers) >= 30 and unique(power["code"] for power in powers)
    assert {power["responsible_department_code"] for power in powers} <= codes
    projects = data("projects.json")
    assert sum(project["amount_10k_yuan"] >= 5000 for project in projects) >= 20
    assert {project["status"] for project in projects} == {"未开工", "在建", "竣工"}
    assert sum(bool(project["approvals"]) for project in projects) >= 20
    assert all(re.fullmatch(r"\d{4}-990600-04-01-\d{6}", project["code"]) for project in projects)
    for project in projects:
        kinds = {approval["kind"] for approval in project["approvals"]}
        filed = project["kind"] == "企业投资项目（备案）"
        assert not filed or kinds <= {"energy"}, "what is only filed has no approval"
    leaders = data("leaders.json")
    assert len(leaders) == 5 and all(leader["duties"] for leader in leaders)
    assert {code for leader in leaders for code in leader["department_codes"]} == codes
    rules = data("rules.json")
    assert len(rules) == 8 and all(len(rule["clauses"]) >= 5 for rule in rules)
    assert set(data("institution.json")["internal_department_codes"]) == codes


def test_clarifications_point_to_public_documents(manifest):
    public = {row["source_key"] for row in manifest if row["disclosure_attribute"] == "主动公开"}
    clarifications = data("clarifications.json")
    assert len(clarifications) == 2
    for item in clarifications:
        assert item["rumour"] and item["facts"] and "第六条" in item["legal_basis"]
        assert set(item["related"]) <= public


def test_contacts_are_fictional():
    for path in [*CONTENT.glob("*.json"), *CONTENT.glob("*.csv"), *(CONTENT / "bodies").iterdir()]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\d-])0(?!000)\d{2,3}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)", text), path.name
        assert all(host.endswith(".example") for host in re.findall(r"@([\w.]+)", text)), path.name


@pytest.mark.parametrize("index", [1, 2, 3])
def test_annual_report_tables_balance(index):
    text = (CONTENT / f"bodies/annual-report-{index:03}.html").read_text(encoding="utf-8")
    tables = list(ElementTree.fromstring(f"<body>{text}</body>").iter("table"))
    rows = [[cell.text for cell in row] for row in tables[2].iter("tr")][1:]
    numbers = {row[0]: [int(cell) for cell in row[1:]] for row in rows}
    assert all(sum(row[:-1]) == row[-1] for row in numbers.values())
    labels = list(numbers)
    new, carried_in, handled, carried_out = (numbers[labels[i]] for i in (0, 1, -2, -1))
    outcomes = [numbers[label] for label in labels[2:-2]]
    assert len(outcomes) == 21
    assert [sum(column) for column in zip(*outcomes, strict=True)] == handled
    for a, b, c, d in zip(new, carried_in, handled, carried_out, strict=True):
        assert a + b == c + d


def test_the_builder_always_gives_the_same_files(tmp_path):
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy)
    for row in table("manifest.csv"):
        if re.search(r"-\d{3}$", row["source_key"]):
            (copy / row["body_file"]).unlink()
    Builder(copy).build()
    for path in CONTENT.rglob("*"):
        if path.is_file():
            assert (copy / path.relative_to(CONTENT)).read_bytes() == path.read_bytes(), path.name
    assert sum(path.stat().st_size for path in CONTENT.rglob("*") if path.is_file()) < 3_000_000


def test_the_builder_refuses_a_day_of_rest(tmp_path):
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy)
    facts = copy / "source/facts/news.csv"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("2024-01-09", "2024-01-06", 1), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="2024-01-06 is not a working day"):
        Builder(copy).build()
