"""Documents with the damage that real ones carry: imported, approved in four steps, and found by the public."""

import pytest
from django.utils import translation

from tests import factories
from tests.interchange.conftest import Source
from wagtail_disclosure.catalogue.filters import Filters
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.catalogue.search import engine
from wagtail_disclosure.interchange.models import ImportedItem
from wagtail_disclosure.publishing.models import PublishedItem

pytestmark = pytest.mark.django_db

# As a converter leaves it: traditional characters, pinyin after some of them, characters lost.
RESIDUE = (
    "據(jù)網(wǎng)站消息  我委歷來重視政府信息公開工作，進(jìn)一步加強(qiáng)了組織領(lǐng)導(dǎo)。\n\n"
    "  一、著力建立長效機(jī)制。成立了領(lǐng)導(dǎo)小組，加強(qiáng)了隊(duì)伍建設(shè)??傮w上深入人心。\n"
)
# As a page of a site is copied: with a header, and signs of dates lost.
HEADER_LINES = (
    "            關於2020年政務公開工作的總結\n              索引號\n              990600036/2021-00008\n              文號\n"
    "              發布機構\n              市發展改革委\n              生成日期\n              2021-01-07 10:32:59\n\n"
    "              ?\n\n              2020年，認真貫徹條例，明確任務。\n\n              〇二〇年十二月十八日\n"
)
LOST_DIGITS = (
    "网站支持IPv6\n\n来源: 临江市发展改革委  |   发布日期: 2009-08-14 10:50\n\n区政府于20086月成立领导小组。根据（临政办发〔201075）"
    "规定，截至2010 1231日公开323条。\n\n一、加强制度建设\n\n（一）存在的问题\n\n网上办事功能有待完善。\n"
)
ROWS = (
    {
        "title": "政府信息公开工作情况",
        "body_file": "residue.txt",
        "document_date": "",
        "category": "工作动态",
    },
    {
        "title": "关于2020年政务公开工作的总结",
        "body_file": "header.txt",
        "document_date": "2020-12-18",
        "index_number": "990600036/2021-00008",
        "issuing_body": "市发展改革委",
    },
    {
        "title": "2010年度政府信息公开工作年度报告",
        "body_file": "digits.txt",
        "document_date": "2011-03-22",
        "responsible_department": "政府信息公开办公室",
        "index_number": "",
    },
)


@pytest.fixture
def source(tmp_path, world, second_category):
    source = Source(tmp_path)
    source.file("residue.txt", RESIDUE)
    source.file("header.txt", HEADER_LINES)
    source.file("digits.txt", LOST_DIGITS.encode("gbk"))
    return source


def find(world, text):
    found = engine.Search(scope_of(world.catalogue), text, "all", Filters(), engine.DATE).page()
    return {item.title for item in found.items}


def test_damaged_documents_are_imported_approved_and_found(world, source, client):
    titles = [row["title"] for row in ROWS]
    source.manifest(*ROWS)
    assert source.run(department="01").refused == ""
    people = world.people
    for page in EntryPage.objects.all():
        for reviewer in (people.head, people.secrecy, people.copy, people.leader):
            factories.approve_step(page, reviewer)
    assert PublishedItem.objects.count() == 3

    # By number.
    base = world.catalogue.get_url_parts()[2]
    answer = client.get(f"{base}number/990600036/2021-00008/", follow=True)
    assert titles[1] in answer.content.decode()
    # By category, department and year, each without what is not there.
    category = client.get(f"{base}category/0102/").content.decode()
    assert titles[0] in category and titles[1] not in category
    assert all(title in client.get(f"{base}department/01/").content.decode() for title in titles)
    year = PublishedItem.objects.values_list("year", flat=True)[0]
    assert titles[2] in client.get(f"{base}year/{year}/").content.decode()
    # By full text: simplified finds traditional, residue does not stand between characters.
    assert find(world, "信息公开") == {titles[0], titles[2]}
    assert find(world, "组织领导") == {titles[0]}
    assert find(world, "政务") >= {titles[1]}
    assert find(world, "区") == {titles[2]}
    assert find(world, "990600036/2021-00008") == {titles[1]}
    assert find(world, "甲骨") == set()


def test_what_was_damaged_is_repaired_or_said_and_no_date_is_guessed(world, source):
    source.manifest(*ROWS)
    source.run(department="01")
    residue, header, digits = EntryPage.objects.order_by("path")
    assert "(wù)" not in str(residue.body) and "領導小組" in str(residue.body)
    assert residue.date_signed is None
    assert str(header.date_signed) == "2020-12-18" and "〇二〇年十二月十八日" in str(header.body)
    assert "20086月" in str(digits.body) and digits.department_name == "政府信息公开办公室"
    noticed = {
        record.page_id: {each["kind"] for each in record.findings} for record in ImportedItem.objects.all()
    }
    assert {"residue_removed", "question_marks", "mixed_script"} <= noticed[residue.pk]
    assert {"header_line", "lost_digits", "title_repeated"} <= noticed[header.pk]
    assert {"lost_digits", "document_number", "page_line", "encoding"} <= noticed[digits.pk]


def test_the_reviewer_is_told_about_the_damage(world, source, client):
    source.manifest(ROWS[2])
    source.run(department="01")
    client.force_login(world.people.head)
    state = EntryPage.objects.get().current_workflow_task_state
    with translation.override("en"):
        page = client.get(f"/admin/disclosure/review/{state.pk}/").content.decode()
    assert "20086月" in page and "网站支持IPv6" in page


def test_thousands_of_rows_are_imported_to_the_last(world, source):
    count = 2000
    source.manifest(
        *(
            {"title": f"行政处罚决定书（第{number}号）", "index_number": f"620700036/2024-{number:05}"}
            for number in range(count)
        )
    )
    assert source.run().refused == ""
    assert EntryPage.objects.count() == ImportedItem.objects.count() == count
    assert EntryPage.objects.filter(title=f"行政处罚决定书（第{count - 1}号）").exists()
