"""Full-text search in a large register: time by frequency and length of the query, and recall.

python -m benchmarks.search [--large 100000] [--rounds 20]
"""

import random
from importlib import import_module

from benchmarks import harness

# Syllables of the field, put together at random: about as many different pairs as real documents have.
WORDS = (
    "政府 信息 公开 工作 年度 报告 关于 通知 印发 实施 办法 规定 管理 行政 处罚 许可 价格 收费 项目 投资 建设 规划 发展 改革 经济 "
    "社会 保障 教育 医疗 环境 保护 安全 生产 监督 检查 企业 市场 农村 土地 资源 能源 交通 运输 统计 数据 财政 预算 决算 采购 招标 "
    "人事 考试 录用 公告 公示 意见 征求 会议 精神 贯彻 落实 组织 机构 职责 分工 负责 部门 单位 人员 培训 服务 指南 流程 期限 标准"
).split()
RARE = "稀有词语"
RARE_EVERY = 10_000
LENGTH = 400


def body(number):
    """A text of about 800 characters, the same for the same number."""
    dice = random.Random(number)
    text = "".join(dice.choices(WORDS, k=LENGTH))
    if number % 10 == 0:
        text += "十分之一的文件里有这一句话而别的没有"
    if number % RARE_EVERY == 7:
        text += RARE
    return text


QUERIES = {
    "1 character, frequent": "公",
    "2 characters, frequent": "信息",
    "4 characters, frequent": "信息公开",
    "12 characters, every tenth": "十分之一的文件里有这一句",
    "2 characters, rare": "稀有",
    "4 characters, rare": RARE,
    "two words": "信息公开 价格收费",
    "nothing found": "甲骨文",
}


def main():
    options = harness.arguments(__doc__).parse_args()
    failures = []
    with harness.databases():
        with harness.on(harness.LARGE):
            scope, texts = fill(options.large)
            failures += recall(scope, texts)
            timing(scope, options)
    harness.finish(failures)


def fill(count):
    from django.db import connections, transaction

    from tests import factories
    from tests.register_rows import fill as fill_register
    from wagtail_disclosure.catalogue.scope import scope_of

    # An index is built faster than it is kept up to date through so many insertions.
    connection = connections[harness._alias]
    index = import_module("wagtail_disclosure.migrations.0002_search_index")
    with transaction.atomic(using=harness._alias), connection.cursor() as cursor:
        for statement in index.DROP[connection.vendor]:
            cursor.execute(statement)
        world = factories.world()
        fill_register(world, count, days=10 * 365, bodies=body)
    with connection.cursor() as cursor:
        for statement in index.CREATE[connection.vendor]:
            cursor.execute(statement)
    harness.analyse()
    return scope_of(world.catalogue), [body(number) for number in range(count)]


def search(scope, text, sort):
    from wagtail_disclosure.catalogue.filters import Filters
    from wagtail_disclosure.catalogue.search import engine

    return engine.Search(scope, text, filters=Filters(), sort=sort).page()


def recall(scope, texts):
    """Every query against a scan of all texts: what is found, and what should be, page by page up to 2,000."""
    from wagtail_disclosure.catalogue.filters import Filters
    from wagtail_disclosure.catalogue.search import engine
    from wagtail_disclosure.rules.text import contains

    failures = []
    print(f"\n{'query':28}{'expected':>10}{'found':>8}")
    for name, text in QUERIES.items():
        expected = sum(contains(each, text) for each in texts)
        found = len(engine.Search(scope, text, "body", Filters(), engine.DATE).page(size=2000).items)
        print(f"{name:28}{expected:>10,}{found:>8,}")
        if found != min(expected, 2000):
            failures.append(f"{name}: {found} found of {expected}")
    return failures


def timing(scope, options):
    from wagtail_disclosure.catalogue.search import engine

    contenders = {
        (name, sort): lambda text=text, sort=sort: search(scope, text, sort)
        for name, text in QUERIES.items()
        for sort in (engine.DATE, engine.RELEVANCE)
    }
    times = harness.measure(contenders, options.rounds, options.seed)
    print(
        f"\n{f'{options.large:,} documents':28}{'by date':>12}{'relevance':>12}   (a page of 20 with count and facets)"
    )
    for name in QUERIES:
        middle = [sorted(times[name, sort])[options.rounds // 2] for sort in (engine.DATE, engine.RELEVANCE)]
        print(f"{name:28}{middle[0]:>10.1f}ms{middle[1]:>10.1f}ms")


if __name__ == "__main__":
    main()
