"""Many citizens fill in and send a request form at once: nothing may be lost, nothing may be locked.

DATABASE_URL=postgres://user@host/name makes a database beside that one and removes it again; otherwise SQLite in a file,
with the options that the documentation recommends.
"""

import logging
import os
import statistics
import sys
import threading
import time
from contextlib import contextmanager

from . import harness


@contextmanager
def database():
    """One empty, migrated database for the time of the body."""
    import django

    django.setup()
    from django.test.runner import DiscoverRunner
    from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

    runner = DiscoverRunner(verbosity=0, interactive=False)
    setup_test_environment(debug=False)
    before = runner.setup_databases(aliases={harness.SMALL: False})
    try:
        from django.conf import settings

        # Each citizen has an address of its own; how many may send together is not what is measured.
        limits = {**settings.WAGTAIL_DISCLOSURE, "CASE_LIMITS": {"submit_all": (10**6, 600)}}
        with override_settings(ROOT_URLCONF="tests.urls_with_requests", WAGTAIL_DISCLOSURE=limits):
            yield
    finally:
        runner.teardown_databases(before)
        teardown_test_environment()


class Crowd:
    """Citizens in threads of their own, each from the empty form to the receipt."""

    def __init__(self, count):
        self.count, self.barrier = count, threading.Barrier(count)
        self.numbers, self.seconds, self.steps, self.errors = [], [], [], []

    def fill_in(self, index):
        from django.db import connections

        from tests.requests.conftest import WANTED, Citizen

        citizen = Citizen()
        citizen.client.defaults["REMOTE_ADDR"] = f"198.51.{index // 250}.{index % 250 + 1}"
        citizen.client.raise_request_exception = True
        fill = citizen.fill

        def timed(*args, **kwargs):
            begun = time.perf_counter()
            response = fill(*args, **kwargs)
            self.steps.append(time.perf_counter() - begun)
            return response

        citizen.fill = timed
        try:
            self.barrier.wait(60)
            begun = time.perf_counter()
            citizen.send(wanted={**WANTED, "subject": f"第{index}份"})
            self.seconds.append(time.perf_counter() - begun)
            self.numbers.append(citizen.receipt().number)
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    def run(self):
        threads = [threading.Thread(target=self.fill_in, args=[index]) for index in range(self.count)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - begun


def failures(crowd, rounds):
    from wagtail_disclosure.casework.models import Draft, Submission
    from wagtail_disclosure.requests.models import DisclosureRequest, RequestEvent

    wanted = crowd.count * rounds
    yield from (f"{crowd.errors.count(error)} times {error}" for error in sorted(set(crowd.errors)))
    stored = list(DisclosureRequest.objects.values_list("number", flat=True))
    if sorted(stored) != sorted(crowd.numbers):
        yield "what is stored is not what the receipts say"
    serials = sorted(int(number.rpartition("-")[2]) for number in stored)
    if serials != list(range(1, wanted + 1)):
        yield f"numbers are not 1 to {wanted}, each once: {serials}"
    for model, expected in ((RequestEvent, wanted), (Submission, wanted), (Draft, 0)):
        if model.objects.count() != expected:
            yield f"{model.objects.count()} rows of {model.__name__} instead of {expected}"


def arguments():
    parser = harness.arguments(__doc__.splitlines()[0])
    parser.set_defaults(rounds=2)
    parser.add_argument("--submitters", type=int, default=50)
    return parser.parse_args()


def main():
    options = arguments()
    logging.disable(logging.ERROR)
    with database():
        from tests import factories_cases
        from tests.requests.conftest import request_form
        from wagtail_disclosure.casework.receipts import protection

        # They fill in faster than people do.
        protection.ProtectedForm.fastest = 0
        request_form(factories_cases.agency().agency)
        crowd = Crowd(options.submitters)
        for _round in range(options.rounds):
            took = crowd.run()
            print(
                f"{options.submitters} at once: {took:.1f} s, {options.submitters / took:.1f} forms a second"
            )
        steps = sorted(crowd.steps)
        print(
            f"{'postgresql' if os.environ.get('DATABASE_URL') else 'sqlite'}: {len(crowd.numbers)} receipts, "
            f"{len(crowd.errors)} errors; a step took {statistics.median(steps):.2f} s in the middle, "
            f"{steps[int(len(steps) * 0.95)]:.2f} s at 95 %, {steps[-1]:.2f} s at most"
        )
        found = list(failures(crowd, options.rounds))
    sys.stdout.flush()
    harness.finish(found)


if __name__ == "__main__":
    main()
