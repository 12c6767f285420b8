"""Lists of a small and a large register: queries, growth, and how they compare with other ways.

python -m benchmarks.lists [--small 1000] [--large 100000] [--rounds 20]
"""

from benchmarks import harness

MOST_QUERIES = 9
MOST_GROWTH = 1.3


def fill(count):
    """The world of the tests with ``count`` items in the register."""
    from django.db import transaction

    from tests import factories
    from tests.register_rows import fill as fill_register

    with transaction.atomic(using=harness._alias):
        world = factories.world()
        keys = fill_register(world, count, days=10 * 365)
    harness.analyse()
    return world, keys


def addresses(world, keys):
    from wagtail_disclosure.publishing.models import PublishedItem

    middle = PublishedItem.objects.get(pk=keys[len(keys) // 2])
    base = world.catalogue.url
    return {
        "home": base,
        "deep page": f"{base}?after={middle.position}",
        "category": f"{base}category/0101/",
        "department": f"{base}department/01/",
        "year": f"{base}year/{middle.year}/",
        "category in a year": f"{base}category/0101/?year={middle.year}",
        "feed": f"{base}feed/atom/",
    }


def reader(client, alias, address, status=200, **headers):
    def read():
        with harness.on(alias):
            response = client.get(address, headers=headers)
            assert response.status_code == status, (address, response.status_code)
            return response.getvalue()

    return read


def main():
    options = harness.arguments(__doc__).parse_args()
    failures = []
    with harness.databases():
        from django.test import Client

        client, worlds = Client(), {}
        for alias, count in ((harness.SMALL, options.small), (harness.LARGE, options.large)):
            with harness.on(alias):
                world, keys = fill(count)
                worlds[alias] = world, addresses(world, keys)
        failures += growth(client, worlds, options)
        failures += comparison(client, worlds, options)
    harness.finish(failures)


def growth(client, worlds, options):
    """Every list in both registers: the same queries, nearly the same time."""
    failures = []
    print(f"\n{'list':22}{'queries':>9}{f'{options.small:,}':>12}{f'{options.large:,}':>12}{'ratio':>8}")
    for name in worlds[harness.SMALL][1]:
        readers = {alias: reader(client, alias, worlds[alias][1][name]) for alias in worlds}
        times = harness.measure(readers, options.rounds, options.seed)
        counts = {}
        for alias, read in readers.items():
            with harness.on(alias):
                counts[alias] = harness.queries(read)
        grown = harness.ratio(times, harness.LARGE, harness.SMALL)
        middle = {alias: sorted(found)[len(found) // 2] for alias, found in times.items()}
        print(
            f"{name:22}{counts[harness.LARGE]:>9}{middle[harness.SMALL]:>10.2f}ms{middle[harness.LARGE]:>10.2f}ms{grown:>8.2f}"
        )
        if len(set(counts.values())) != 1 or counts[harness.LARGE] > MOST_QUERIES:
            failures.append(f"{name}: {counts} queries")
        if grown > MOST_GROWTH:
            failures.append(f"{name}: {grown:.2f} times as slow in the large register")
    return failures


def comparison(client, worlds, options):
    """The home page of the large catalogue beside other ways to show a list."""
    world, own = worlds[harness.LARGE]
    etag = tag_of(client, own["home"])
    children = f"/obvious/?parent={world.folder.pk}"
    last = max(1, min(500, options.large // 20))
    contenders = {
        "ours": reader(client, harness.LARGE, own["home"]),
        "ours, deep page": reader(client, harness.LARGE, own["deep page"]),
        "ours, unchanged (304)": reader(client, harness.LARGE, own["home"], 304, if_none_match=etag),
        "bare view, one query": reader(client, harness.LARGE, f"/bare/?site={world.site.pk}"),
        "hello, world": reader(client, harness.LARGE, "/hello/"),
        "not found": reader(client, harness.LARGE, "/nothing/", 404),
        "obvious list, page 1": reader(client, harness.LARGE, children),
        f"obvious list, page {last}": reader(client, harness.LARGE, f"{children}&page={last}"),
    }
    times = harness.measure(contenders, options.rounds, options.seed)
    print(f"\n{f'{options.large:,} items':28}{'median':>10}{'÷ ours':>9}")
    for name, found in times.items():
        print(f"{name:28}{sorted(found)[len(found) // 2]:>8.2f}ms{harness.ratio(times, name, 'ours'):>9.2f}")
    return []


def tag_of(client, address):
    with harness.on(harness.LARGE):
        return client.get(address)["ETag"]


if __name__ == "__main__":
    main()
