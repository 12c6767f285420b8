"""Import of documents with the command itself, in processes of their own, with the settings of the example site.

python -m benchmarks.importing [--rows 10000] [--batch N] [--few 300] [--profile FILE]

DATABASE_URL=postgres://user@host/name makes a database beside that one and removes it again; otherwise SQLite in a file.
Every row has a text of about 1,000 characters, an index number and a department of two; the drafts end at the first
step of review. Beside it a few rows are written one by one through the page API. It fails when the command takes more
memory than is allowed, or is not so many times faster than one by one.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

MOST_MEMORY = 250
LEAST_RATIO = 20
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


# The database and the agency


@contextmanager
def database(folder):
    """The environment of the processes, with an empty database for the time of the body."""
    names = {
        "DJANGO_SETTINGS_MODULE": "example_site.settings",
        "DEMO_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]),
    }
    url = os.environ.get("DATABASE_URL")
    if not url:
        yield os.environ | names
        return
    import psycopg

    parts = urlsplit(url)
    name = f"disclosure_benchmark_{os.getpid()}"
    server = psycopg.connect(
        urlunsplit(parts._replace(scheme="postgresql", path="/postgres")), autocommit=True
    )
    server.execute(f"CREATE DATABASE {name}")
    try:
        yield os.environ | names | {"DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}
    finally:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()


def install():
    """In a process of its own: an agency with two departments, and the officer who imports."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from wagtail_disclosure.departments.models import Agency, Department

    call_command("migrate", verbosity=0)
    call_command("disclosure_setup", name="临江市发展和改革委员会", code="620700036", verbosity=0)
    Department.objects.create(agency=Agency.objects.get(), code="02", name="价格管理科")
    call_command("disclosure_setup", verbosity=0)
    get_user_model().objects.create_user("officer", is_superuser=True, password="officer")


def one_by_one(folder, count):
    """In a process of its own: rows written as one would write them first. Prints the seconds it took."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from wagtail_disclosure.catalogue import attribute, numbers
    from wagtail_disclosure.catalogue.models import Category, DepartmentFolderPage, EntryPage
    from wagtail_disclosure.departments.models import Department
    from wagtail_disclosure.interchange.importing import bodies
    from wagtail_disclosure.interchange.importing.files import Folder
    from wagtail_disclosure.publishing import actions
    from wagtail_disclosure.rules.profiles import get_profile

    officer = get_user_model().objects.get(username="officer")
    attribute_of = next(each for each in get_profile("cn").attributes if each.code == "proactive")
    ground = next(each.code for each in attribute_of.children if each.fact("usual"))
    files, category = Folder(folder), Category.objects.get(scheme__kind="agency", name="年度报告")
    departments = {each.name: each for each in Department.objects.all()}
    began = now()
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        for row, _number in zip(csv.DictReader(handle), range(count), strict=False):
            department = departments[row["responsible_department"]]
            page = EntryPage(
                title=row["title"],
                live=False,
                owner=officer,
                department=department,
                category=category,
                keywords=row["keywords"],
                summary=row["summary"],
                date_signed=row["document_date"],
                body=EntryPage._meta.get_field("body").to_python(bodies.read(files, row["body_file"]).blocks),
            )
            page.date_generated = timezone.now()
            DepartmentFolderPage.objects.get(
                department=department, locale__language_code="zh-hans"
            ).add_child(instance=page)
            attribute.determine(page, officer, attribute="proactive", ground=ground)
            numbers.reserve_imported(f"one/{row['index_number']}", page)
            page.save_revision(user=officer, log_action=True)
            actions.submit(EntryPage.objects.get(pk=page.pk), officer)
    print(*(end - start for start, end in zip(began, now(), strict=True)))


def now():
    """Time on the clock, and time that this process worked: the database and other programs take theirs, too."""
    return time.perf_counter(), time.process_time()


# Measuring


def measured(command, env):
    """Run a command and return ``(seconds, seconds of processor, largest memory in MB)``."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit status {process.returncode}")
    size = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, size


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--batch", help="rows in one transaction; the command's own default without it")
    parser.add_argument("--few", type=int, default=300, help="rows written one by one")
    parser.add_argument("--profile", help="write a profile of the command to this file")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = arguments()
    if options.part:
        what, *rest = options.part
        return install() if what == "install" else one_by_one(Path(rest[0]), int(rest[1]))
    with tempfile.TemporaryDirectory() as name, database(Path(name)) as env:
        return run(Path(name), env, options)


def run(folder, env, options):
    def part(*words):
        command = [sys.executable, "-m", "benchmarks.importing", "--part", *map(str, words)]
        return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout

    part("install")
    write_source(folder, max(options.rows, options.few))
    profile = ["-m", "cProfile", "-o", options.profile] if options.profile else []
    command = [sys.executable, *profile, "-m", "django", "disclosure_import", str(folder / "manifest.csv")]
    command += ["--user", "officer", *(["--batch", options.batch] if options.batch else [])]
    seconds, processor, size = measured(command, env)
    slow, slow_processor = map(float, part("one_by_one", folder, options.few).split()[-2:])
    rate, slow_rate = options.rows / seconds, options.few / slow
    print(f"{'postgresql' if env.get('DATABASE_URL') else 'sqlite'}, {options.rows:,} rows")
    print(
        f"  command    {seconds:7.1f} s {rate:8,.0f} rows/s   ({processor:.1f} s of processor, all of the process)"
    )
    print(f"  one by one {slow:7.1f} s {slow_rate:8,.1f} rows/s   ({slow_processor:.1f} s of processor)")
    print(f"  ratio {rate / slow_rate:.1f}, memory {size:.0f} MB")
    failures = []
    if size > MOST_MEMORY:
        failures.append(f"{size:.0f} MB of memory; {MOST_MEMORY} are allowed")
    if rate < LEAST_RATIO * slow_rate:
        failures.append(f"only {rate / slow_rate:.1f} times as fast as one by one; at least {LEAST_RATIO}")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
