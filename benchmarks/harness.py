"""Measuring side by side: two registers in two databases, contenders in random order, medians of ratios."""

import argparse
import os
import random
import statistics
import sys
import time
from contextlib import contextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")

SMALL, LARGE = "default", "large"
_alias = SMALL


class Router:
    """Sends every query to the register that is being measured."""

    def db_for_read(self, model, **hints):
        return _alias

    db_for_write = db_for_read

    def allow_relation(self, *args, **hints):
        return True


@contextmanager
def on(alias):
    """Run the body on one of the databases."""
    global _alias
    before, _alias = _alias, alias
    try:
        yield
    finally:
        _alias = before


@contextmanager
def databases():
    """Two empty, migrated databases for the time of the body: one is migrated, the other is its copy."""
    import django

    django.setup()
    from django.db import connections
    from django.test.runner import DiscoverRunner
    from django.test.utils import setup_test_environment, teardown_test_environment

    runner = DiscoverRunner(verbosity=0, interactive=False)
    setup_test_environment(debug=False)
    before = runner.setup_databases(aliases={SMALL: False})
    creation = connections[SMALL].creation
    connections[SMALL].close()
    creation.clone_test_db(LARGE, verbosity=0)
    connections.databases[LARGE] = creation.get_test_db_clone_settings(LARGE)
    try:
        yield
    finally:
        connections[LARGE].close()
        creation.destroy_test_db(suffix=LARGE, verbosity=0)
        runner.teardown_databases(before)
        teardown_test_environment()


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--small", type=int, default=1_000, help="items in the small register")
    parser.add_argument("--large", type=int, default=100_000, help="items in the large register")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def milliseconds(call):
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def measure(contenders, rounds, seed):
    """Times of every contender, a list of milliseconds by name; the order is shuffled in every round."""
    dice, times = random.Random(seed), {name: [] for name in contenders}
    for call in contenders.values():
        call()
        call()
    for _round in range(rounds):
        for name in dice.sample(list(contenders), len(contenders)):
            times[name].append(milliseconds(contenders[name]))
    return times


def ratio(times, name, other):
    """The median of the ratios within each round."""
    return statistics.median(a / b for a, b in zip(times[name], times[other], strict=True))


def queries(call):
    """How many queries ``call`` makes on the database being measured."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connections[_alias]) as captured:
        call()
    return len(captured)


def analyse():
    """Let the database look at what it holds, as it does by itself in use."""
    from django.db import connections

    with connections[_alias].cursor() as cursor:
        cursor.execute("ANALYZE")


def finish(failures):
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)
