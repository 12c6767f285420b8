"""Full-text search: every part of a text finds it, nothing else does, on every database alike."""

import datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.catalogue.filters import Filters
from wagtail_disclosure.catalogue.models import SearchDocument
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.catalogue.search import clauses, documents, engine, scan
from wagtail_disclosure.catalogue.search.snippets import snippet
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.rules.text import contains, is_searchable

pytestmark = pytest.mark.django_db

TEXTS = [
    "政府信息公开工作年度报告",
    "信息和公开分别出现在这里",
    "关于印发《行政处罚裁量基准》的通知（发改价格〔2021〕105号）",
    "政務公開與資訊公開條例",
    "IPv6 支持说明 version 2.0",
    "办公室",
    "公",
    "620700036/2021-00008 索引号",
    "a b c 中x文y",
    "ＡＢＣ全角１２３",
]


@pytest.mark.parametrize("query", ["2010-12-18", "2010年12月18日"])
def test_a_document_is_found_by_the_day_it_was_signed(world, query):
    factories.published(world, date_signed=datetime.date(2010, 12, 18))
    factories.published(world, "别的通知", date_signed=datetime.date(2011, 12, 18))
    assert [item.title for item in find(scope_of(world.catalogue), query)] == ["关于价格公示的通知"]


@pytest.fixture
def corpus(world):
    """One document for each of ``TEXTS``, with the text in its body."""
    fill(world, len(TEXTS), titles=lambda number: f"标题{number}", bodies=TEXTS.__getitem__)
    return scope_of(world.catalogue)


def find(scope, query, where="all", filters=None, **options):
    return engine.Search(scope, query, where, filters or Filters(), **options).page(size=100).items


def bodies(scope, query, **options):
    return {item.search_document.body for item in find(scope, query, "body", **options)}


@pytest.mark.parametrize(
    "query, expected",
    [
        ("信息公开", {0}),
        ("信息", {0, 1}),
        ("公", {0, 1, 3, 5, 6}),
        ("公开", {0, 1, 3}),
        ("政务公开", {3}),
        ("政府信息公开工作年度报告", {0}),
        ("信息 公开", {0, 1}),
        ("ipv6", {4}),
        ("PV", {4}),
        ("2.0", {4}),
        ("2021", {2, 7}),
        ("620700036/2021-00008", {7}),
        ("2021-00008", {7}),
        ("0008", {7}),
        ("〔2021〕105", {2}),
        ("abc全角123", {9}),
        ("中x", {8}),
        ("没有", set()),
        ("信息公开处", set()),
        ("公开信息", set()),
    ],
)
def test_a_query_finds_the_texts_that_contain_it(corpus, query, expected):
    assert bodies(corpus, query) == {TEXTS[number] for number in expected}


def parts():
    """A part of one of the texts, or of two of them as two words."""
    part = st.sampled_from(TEXTS).flatmap(
        lambda text: st.tuples(st.just(text), st.integers(0, len(text) - 1), st.integers(1, 12)).map(
            lambda cut: cut[0][cut[1] : cut[1] + cut[2]]
        )
    )
    return st.one_of(part, st.tuples(part, part).map(" ".join), st.text(min_size=1, max_size=6))


def test_search_finds_exactly_what_a_scan_of_all_texts_finds(corpus):
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(parts())
    @example("信息公开")
    @example('"" OR *')
    @example("t公 NOT b开")
    @example("NEAR(公 开)")
    def check(query):
        if is_searchable(query):
            assert bodies(corpus, query) == {text for text in TEXTS if contains(text, query)}

    check()


def test_each_scope_looks_in_its_own_field(world):
    page = factories.published(
        world, "价格公示", document_number="临发改〔2021〕8号", issuing_body="市发展改革委", keywords="收费"
    )
    scope = scope_of(world.catalogue)
    number = PublishedItem.objects.get(pk=page.pk).index_number
    found = {
        (where, query): bool(find(scope, query, where))
        for where in ("all", "title", "body", "number", "issuing_body")
        for query in ("价格", "现将", number[-7:], "临发改〔2021〕8号", "发展改革委", "收费")
    }
    assert {key for key, is_found in found.items() if is_found} == {
        *(
            (("all", query))
            for query in ("价格", "现将", number[-7:], "临发改〔2021〕8号", "发展改革委", "收费")
        ),
        ("title", "价格"),
        ("body", "现将"),
        ("body", "收费"),
        ("number", number[-7:]),
        ("number", "临发改〔2021〕8号"),
        ("issuing_body", "发展改革委"),
    }


def test_words_of_one_query_may_stand_in_different_fields(world):
    factories.published(world, "价格公示", issuing_body="市发展改革委")
    assert len(find(scope_of(world.catalogue), "价格 改革委 现将")) == 1


def test_tables_clauses_quotations_and_attachment_titles_are_searched(world):
    body = [
        (
            "table",
            {
                "caption": "收费标准",
                "header_row": True,
                "header_column": False,
                "cells": "项目\t金额\n停车费\t五元",
            },
        ),
        ("quote", {"text": "先审查后公开", "source": "条例"}),
        ("clauses", [{"label": "第一条", "text": "<p>本<b>办</b>法自公布之日起施行</p>"}]),
        ("heading", "附则"),
    ]
    factories.published(world, "办法", body=body)
    scope = scope_of(world.catalogue)
    for query in ("收费标准", "停车费", "先审查后公开", "第一条", "本办法自公布", "附则"):
        assert len(find(scope, query)) == 1, query
    assert find(scope, "paragraph") == []


def test_title_hits_come_before_the_rest_and_each_group_newest_first(world):
    fill(
        world,
        6,
        titles=lambda number: "价格通知" if number in (2, 4) else f"通知{number}",
        bodies=lambda number: "价格" if number != 3 else "别的",
    )
    scope = scope_of(world.catalogue)
    numbers = [item.search_document.body for item in find(scope, "价格")]
    titles = [item.title for item in find(scope, "价格")]
    assert titles == ["价格通知", "价格通知", "通知0", "通知1", "通知5"] and len(numbers) == 5
    by_date = [item.title for item in find(scope, "价格", sort=engine.DATE)]
    assert by_date == ["通知0", "通知1", "价格通知", "价格通知", "通知5"]


@pytest.mark.parametrize("sort", [engine.DATE, engine.RELEVANCE])
@pytest.mark.parametrize("query", ["价格", "价格公示公告"])
def test_results_are_paged_without_a_gap_in_both_directions(world, sort, query):
    def body(number):
        # Every third has the pairs of the query, but not the query.
        return "价格公示公告" if number % 3 else "价格公，格公示，公示公，示公告"

    fill(world, 50, titles=lambda number: "价格公示公告" if number % 5 == 0 else f"文件{number}", bodies=body)
    scope = scope_of(world.catalogue)
    search = engine.Search(scope, query, filters=Filters(), sort=sort)
    whole = [item.pk for item in search.page(size=100).items]
    texts = {item.pk: f"{item.title} {item.search_document.body}" for item in search.page(size=100).items}
    assert all(contains(text, query) for text in texts.values())
    expected = sum(number % 5 == 0 or number % 3 != 0 or query == "价格" for number in range(50))
    assert len(whole) == expected
    downwards, place = [], None
    while True:
        page = search.page(after=engine.parse_place(place), size=7)
        downwards += [item.pk for item in page.items]
        last, place = page, page.older
        if place is None:
            break
    assert downwards == whole
    upwards, page = [item.pk for item in last.items], last
    while page.newer:
        page = search.page(before=engine.parse_place(page.newer), size=7)
        upwards = [item.pk for item in page.items] + upwards
    assert upwards == whole


def test_the_count_stops_at_a_thousand_and_says_so(world, monkeypatch):
    monkeypatch.setattr(engine, "MOST_COUNTED", 10)
    fill(world, 12, bodies=lambda number: "正文")
    scope = scope_of(world.catalogue)
    found = engine.Search(scope, "正文", filters=Filters()).page(size=5)
    assert (found.count, found.count_is_capped, found.facets) == (10, True, None)
    fewer = engine.Search(scope, "正文", "number", filters=Filters()).page(size=5)
    assert (fewer.count, fewer.count_is_capped) == (0, False)


def test_a_count_of_candidates_is_not_passed_off_as_exact(world):
    fill(world, 9, bodies=lambda number: "价格公示" if number < 5 else "价格，格公，公示")
    scope = scope_of(world.catalogue)
    found = engine.Search(scope, "价格公示", filters=Filters()).page(size=3)
    assert (found.count, found.count_is_exact) == (9, False)
    whole = engine.Search(scope, "价格公示", filters=Filters()).page(size=20)
    assert (whole.count, whole.count_is_exact) == (5, True)


def test_looking_through_candidates_has_an_end_and_can_be_continued(world, monkeypatch):
    monkeypatch.setattr(engine, "MOST_PASSED_OVER", 8)
    fill(world, 40, bodies=lambda number: "价格公示" if number == 39 else "价格，格公，公示")
    search = engine.Search(scope_of(world.catalogue), "价格公示", "body", Filters())
    found, pages, place = [], 0, None
    while True:
        page = search.page(after=engine.parse_place(place), size=2)
        found += page.items
        pages, place = pages + 1, page.older
        if place is None:
            break
    assert len(found) == 1 and 1 < pages < 20


def test_a_withdrawn_item_leaves_the_search_and_a_changed_one_is_found_as_it_is_now(world):
    page = factories.published(world, "价格公示")
    scope = scope_of(world.catalogue)
    page.title = "收费公告"
    page.save_revision(user=world.people.officer)
    page = factories.publish(world, type(page).objects.get(pk=page.pk))
    assert (find(scope, "价格", "title"), len(find(scope, "收费"))) == ([], 1)
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="有误")
    assert find(scope, "收费") == [] and not SearchDocument.objects.exists()


def test_results_mark_what_was_found_and_nothing_can_break_out_of_it(world, client):
    fill(
        world,
        1,
        titles=lambda number: "<script>價格</script>与价格",
        bodies=lambda number: "前文" * 200 + "<img onerror=x> 价格 & 收费",
    )
    page = BeautifulSoup(client.get(f"{world.catalogue.url}search/?q=价格").content, "html.parser")
    row = page.select_one(".disclosure-items tbody tr")
    assert [each.get_text() for each in row.select("a mark")] == ["價格", "价格"]
    assert [each.get_text() for each in row.select("p mark")] == ["价格"]
    assert row.select("script, img") == []
    assert len(row.select_one("p").get_text()) < 200


@pytest.mark.parametrize(
    "query",
    [
        "《》，。",
        "' OR 1=1 --",
        '"价格" AND NOT "x"',
        "%%%",
        "\x00\x01",
        "价格\x00",
        "<script>alert(1)</script>",
        "😀",
        "x" * 10_000,
        "价" * 200,
        "价 " * 100,
        "{{ 7*7 }}",
        "\u202e\u200b",
        "\ud800",
    ],
)
def test_a_hostile_query_gives_a_page(world, client, query):
    fill(world, 3, bodies=lambda number: "价格公示")
    response = client.get(f"{world.catalogue.url}search/", {"q": query.encode("utf-8", "surrogatepass")})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_a_query_that_is_too_long_is_said_to_be(world, client):
    page = BeautifulSoup(
        client.get(f"{world.catalogue.url}search/", {"q": "价" * 201}).content, "html.parser"
    )
    assert "200" in page.select_one(".disclosure-banner").get_text()


def test_databases_without_an_index_find_the_same_ordinary_words(corpus, monkeypatch):
    monkeypatch.setattr(engine, "backend", lambda: scan)
    for query, expected in {
        "信息公开": {0},
        "公": {0, 1, 3, 5, 6},
        "信息 公开": {0, 1},
        "2021-00008": {7},
    }.items():
        assert bodies(corpus, query) == {TEXTS[number] for number in expected}, query


def test_the_scan_limits_and_pages_as_the_indexes_do(world, monkeypatch):
    fill(world, 30, titles=lambda n: "价格" if n % 2 else f"文件{n}", bodies=lambda number: "价格")
    scope = scope_of(world.catalogue)

    def answers():
        filters = Filters(category=world.category, department=world.office)
        search = engine.Search(scope, "价格", filters=filters)
        first = search.page(size=5)
        second = search.page(after=engine.parse_place(first.older), size=5)
        back = search.page(before=engine.parse_place(second.newer), size=5)
        return [[item.pk for item in page.items] for page in (first, second, back)], first.facets

    indexed = answers()
    monkeypatch.setattr(engine, "backend", lambda: scan)
    assert answers() == indexed


def test_tokens_can_be_looked_up_whatever_they_are_made_of(corpus):
    for text in TEXTS:
        for token in documents.tokens_for_index(text):
            assert text in bodies(corpus, token)
    assert clauses.is_exact(("公开",)) and not clauses.is_exact(("信息公开",))


# What a page of results shows


@pytest.fixture
def read(client, world):
    def get(address):
        return BeautifulSoup(client.get(world.catalogue.url + address).content, "html.parser")

    return get


@pytest.mark.parametrize(
    "query", ["临发改规2026 4号", "临发改规 2026 4号", "临发改规20264号", "发改规〔2026〕4"]
)
def test_a_document_number_is_found_without_its_brackets_and_marked(world, read, query):
    factories.published(world, "通知", document_number="临发改规〔2026〕4号")
    factories.published(world, "通知", document_number="临发改规〔2025〕7号")
    for where in ("all", "number"):
        (row,) = read(f"search/?scope={where}&q={query}").select(".disclosure-items tbody tr")
        assert "临发改规〔2026〕4号" in row.get_text() and row.select("mark")


def test_lists_without_a_search_show_no_document_numbers(world, read):
    factories.published(world, "通知", document_number="临发改规〔2026〕4号")
    assert "临发改规" not in read("").select_one(".disclosure-items").get_text()


def test_results_are_limited_to_a_category_with_counts(world, read):
    fill(world, 4, bodies=lambda number: "正文")
    facet = next(
        each for each in read("search/?q=正文").select(".disclosure-facets details") if "0" in each.a["href"]
    )
    assert (facet.a.get_text(" ", strip=True), "category=01" in facet.a["href"]) == ("工作信息 4", True)
    below = read(facet.a["href"].removeprefix(world.catalogue.url)).select(".disclosure-facets details")[0]
    assert [each.get_text(" ", strip=True) for each in below.select("a")] == ["工作信息 4", "年度报告 4"]


def test_a_second_search_keeps_the_limits_and_the_order_of_the_first(world, read):
    fill(world, 4, bodies=lambda number: "正文")
    form = read("search/?q=正文&department=01&sort=date").select_one("form.disclosure-search")
    kept = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    assert kept == {"department": "01", "sort": "date"}
    assert read("").select("form.disclosure-search input[type=hidden]") == []


@pytest.mark.parametrize("query", ["价" * 201, "《》，。"])
def test_a_query_that_cannot_be_searched_shows_the_error_alone(world, read, query):
    fill(world, 4, bodies=lambda number: "正文")
    page = read(f"search/?q={query}")
    assert page.select_one('.disclosure-banner[role="alert"]')
    assert page.select(".disclosure-items, .disclosure-empty, .disclosure-facets, .disclosure-pager") == []


def test_pages_by_relevance_are_next_and_those_by_date_older(world, read):
    fill(world, 45, bodies=lambda number: "正文")
    by_relevance = read("search/?q=正文").select_one(".disclosure-pager__older").get_text()
    by_date = read("search/?q=正文&sort=date").select_one(".disclosure-pager__older").get_text()
    assert by_date == read("").select_one(".disclosure-pager__older").get_text() != by_relevance


@pytest.mark.parametrize(
    "body, query, expected",
    [
        # A summary that the text repeats, a caption that repeats its heading.
        ("三季度办理认定196件。\n三季度办理认定196件。新增参考价目28项。", "认定", "三季度办理认定196件。"),
        ("一、价格情况\n一、价格情况\n商品\t单价\n粳米\t2.98", "价格", "一、价格情况 商品 单价 粳米 2.98"),
        # A passage begins with a clause or a word, never inside one.
        (
            f"{'前' * 100}，其中第一百二十三种商品的收费标准{'后' * 200}",
            "收费标准",
            "…其中第一百二十三种商品的收费标准",
        ),
        (f"{'word ' * 50}supplementary regulations {'word ' * 50}", "regulations", "…word"),
    ],
)
def test_a_passage_says_each_thing_once_and_begins_with_a_whole_word(body, query, expected):
    shown = snippet(body, query)
    assert shown.startswith(expected) and len(shown) < 150
    assert len(shown) == len(expected) or len(body) > 100
