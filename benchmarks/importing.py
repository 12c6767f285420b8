"""Import of documents: rows per second and the largest memory, on a new database.

python -m benchmarks.importing [--rows 10000] [--batch 1000] [--profile]

DATABASE_URL=postgres://user@host/name measures on PostgreSQL, otherwise on SQLite in a file. Every row has a text of
about 1,000 characters, an index number and a department of two; the drafts end at the first step of review.
"""

import argparse
import cProfile
import csv
import os
import pstats
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

HEADER = (
    "source_key title body_file issuing_body responsible_department document_date index_number category"
    " disclosure_attribute keywords summary"
).split()
SENTENCES = (
    "为做好政府信息公开工作，根据《中华人民共和国政府信息公开条例》，结合我委实际，制定本办法。",
    "各处室应当在政府信息形成或者变更之日起20个工作日内予以公开。",
    "办公室负责组织协调、指导推进、监督检查政府信息公开工作。",
    "政務(wù)公开领导小组下设办公室，负责日常工作。",
    "公开前应当依照保密法以及其他法律、法规和国家有关规定进行审查。",
    "对涉及公众利益调整的政府信息，应当主动公开。",
)


def text(number):
    """About 1,000 characters with headings, the same for the same number."""
    dice = random.Random(number)
    parts = []
    for heading in ("一、总体要求", "二、重点工作", "三、保障措施"):
        parts.append(heading)
        parts += ["".join(dice.choices(SENTENCES, k=3)) for _each in range(3)]
    return "\n\n".join(parts)


def write_source(folder, count):
    (folder / "texts").mkdir()
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as output:
        writer = csv.writer(output)
        writer.writerow(HEADER)
        for number in range(count):
            name = f"texts/{number:06}.txt"
            (folder / name).write_text(text(number), encoding="utf-8")
            department = ("办公室", "价格管理科")[number % 2]
            writer.writerow(
                [
                    f"old-{number}",
                    f"行政处罚决定书（第{number}号）",
                    name,
                    "市发展改革委",
                    department,
                    f"20{10 + number % 14:02}-0{1 + number % 9}-1{number % 10}",
                    f"620700036/2024-{number:05}",
                    "年度报告",
                    "主动公开",
                    "行政处罚;决定书",
                    "对违法行为作出的处罚决定。",
                ]
            )


def memory():
    """The largest memory of the process so far, in MB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def now():
    """Time on the clock, and time that this process worked: the database and other programs take theirs, too."""
    return time.perf_counter(), time.process_time()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="Say where the time goes.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
        import django
        from django.conf import settings

        if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
            settings.DATABASES["default"]["TEST"] = {"NAME": str(folder / "benchmark.sqlite3")}
            settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;"
        django.setup()
        write_source(folder, options.rows)
        with_database(lambda: measure(folder, options))


def with_database(run):
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        run()
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


def measure(folder, options):
    from django.db import connection

    from tests import factories
    from wagtail_disclosure.interchange.importing.files import Folder
    from wagtail_disclosure.interchange.importing.plan import make_plan
    from wagtail_disclosure.interchange.importing.target import Target
    from wagtail_disclosure.interchange.importing.writer import Writer, new_batch

    world = factories.world()
    before = memory()
    profile = cProfile.Profile()
    if options.profile:
        profile.enable()
    began = now()
    with (folder / "manifest.csv").open("rb") as handle:
        plan = make_plan(Target(world.agency), handle, "manifest.csv", Folder(folder))
    checked = now()
    batch = new_batch(plan, world.people.officer, "manifest.csv")
    Writer(plan.target, plan.spool, batch, size=options.batch).run()
    written = now()
    if options.profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    assert batch.new == options.rows and not plan.problems, plan.problems[:3]
    print(f"{connection.vendor}, {options.rows:,} rows, batches of {options.batch:,}")
    for what, start, end in (
        ("checking", began, checked),
        ("writing", checked, written),
        ("both", began, written),
    ):
        seconds, cpu = end[0] - start[0], end[1] - start[1]
        print(
            f"  {what:10}{seconds:8.1f} s {options.rows / seconds:10,.0f} rows/s   ({cpu:.1f} s of this process)"
        )
    print(f"  memory {memory():10.0f} MB at most, {before:.0f} MB of them before the import")


if __name__ == "__main__":
    main()
