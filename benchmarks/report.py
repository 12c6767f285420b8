"""The annual report over very many cases: every number, the findings, and the way from a number to its cases.

python -m benchmarks.report [--small 1000] [--large 100000] [--rounds 3] [--seed 1]

Two databases, one with few cases and one with many, spread over three years, nine of ten of them closed. It fails if
the large one takes another number of queries, if an identity does not hold, or if more memory is taken than allowed.
"""

import datetime
import random
import statistics
import time
import tracemalloc

from . import harness

YEAR = 2025
KINDS = ("natural", "natural", "natural", "business", "research", "welfare", "legal", "other")
# What Python itself holds at most beyond what it held before, in megabytes.
MOST_MEMORY = 250


def stories(count, replies, seed):
    dice, first = random.Random(seed), datetime.date(YEAR - 1, 1, 1)
    for _number in range(count):
        received = first + datetime.timedelta(dice.randrange(3 * 365))
        closed = received + datetime.timedelta(dice.randrange(5, 60))
        happened = [] if dice.random() < 0.1 else [(closed, dice.choice(replies))]
        if happened and dice.random() < 0.05:
            happened.append((closed + datetime.timedelta(dice.randrange(1, 90)), None))
        yield dice.choice(KINDS), received, happened


def prepare(count, seed):
    """An agency with its cases, and the report; returns the report and a person of the office."""
    from tests import case_rows, factories_cases
    from wagtail_disclosure.casework.standing import profile
    from wagtail_disclosure.reports.models import AnnualReport
    from wagtail_disclosure.rules.replies import replies_to

    place, office = factories_cases.agency(), factories_cases.overseer()
    found = profile()
    replies = [each.code for each in replies_to(found, found.case_kinds.get("request"))]
    replies = [each for each in replies if each]
    case_rows.fill(place.agency, stories(count, replies, seed), department=place.prices)
    harness.analyse()
    return AnnualReport.objects.create(agency=place.agency, year=YEAR, body_kind="department"), office


def measured(report, office, rounds):
    """``{what: (queries, seconds, megabytes)}``."""
    from wagtail_disclosure.reports.figures.drill import behind
    from wagtail_disclosure.reports.figures.report import figures_of, findings_of

    cell = report.form.by_code()["B/result/total"]

    def whole():
        found = figures_of(report)
        return findings_of(report, found, {})

    contenders = {"report": whole, "drill-down": lambda: behind(report, cell, office)}
    found = {}
    for name, call in contenders.items():
        call()
        seconds = []
        for _round in range(rounds):
            begun = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - begun)
        tracemalloc.start()
        call()
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        found[name] = (harness.queries(call), statistics.median(seconds), memory)
    return found, [each for each in whole() if each.code in ("I1", "I2", "I3")]


def main():
    options = harness.arguments(__doc__).parse_args()
    failures, results = [], {}
    with harness.databases():
        for alias, count in ((harness.SMALL, options.small), (harness.LARGE, options.large)):
            with harness.on(alias):
                begun = time.perf_counter()
                report, office = prepare(count, options.seed)
                print(f"{count} cases written in {time.perf_counter() - begun:.0f} s")
                results[alias], broken = measured(report, office, min(options.rounds, 3))
                failures += [f"{count} cases: {each}" for each in broken]
                for name, (queries, seconds, memory) in results[alias].items():
                    print(f"{name:12} {count:8} cases {queries:3} queries {seconds:7.2f} s {memory:7.1f} MB")
    for name, (queries, _seconds, memory) in results[harness.LARGE].items():
        few = results[harness.SMALL][name][0]
        if queries != few:
            failures.append(f"{name}: {queries} queries for many cases, {few} for few")
        if memory > MOST_MEMORY:
            failures.append(f"{name}: {memory:.0f} MB")
    harness.finish(failures)


if __name__ == "__main__":
    main()
