"""The table as a page of the documentation: ``python -m tests.routes.document`` writes docs/routes.md."""

import os
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "docs" / "routes.md"
HEAD = """# Routes around the review that were tried

This page is written from the table of the tests in `tests/routes/`; a test holds the two together. Each route was tried
by everybody named, on a site with public items, drafts, items under review and scheduled ones. Afterwards a visitor
asks every public address (items, files, lists, search, feed, sitemap, number, the public APIs): each answers what it
answered before, nothing new answers, and nothing unreviewed is read. No attempt may end in an error page.

*Noticed in plain Wagtail* says that the same was done to a page, snippet or file that nothing guards, and that a
visitor then did notice: the route is a real one, and the rest of the site works as in any Wagtail.

{count} routes, {attempts} attempts. Below them stands [what is allowed](#what-is-allowed).
"""
ALLOWED = """
## What is allowed

The same visitor asks the same addresses after each step of a journey. What is noticed stands here; anything else that
changes anywhere makes the test fail. Each journey is made with an item of the catalogue, and most also with a page and
a snippet of the site that [a setting](settings.md) puts under the review.

| Journey | Step | A visitor notices |
|---|---|---|
"""
ORDINARY = """
## Pages that nothing guards

Each line is done in the admin of this site, and on one without the package. The answers of the admin and what a visitor
is served at every address are the same after each line, and nothing that is guarded changes.

"""


def text():
    from .table import every_route

    rows, count, attempts, last = [], 0, 0, ""
    for title, route in every_route():
        if title != last:
            rows += [
                "",
                f"## {title}",
                "",
                "| Route | Tried by | What comes of it | Noticed in plain Wagtail |",
                "|---|---|---|---|",
            ]
            last = title
        count, attempts = count + 1, attempts + len(list(route.attempts))
        name = route.name.replace("|", "\\|")
        noticed = "yes" if route.stock else "—"
        rows.append(f"| {name} | {', '.join(route.who)} | {outcome(route)} | {noticed} |")
    head = HEAD.format(count=count, attempts=attempts)
    return "\n".join(
        [head + "\n".join(rows), ALLOWED + "\n".join(allowed()), ORDINARY + "\n".join(ordinary()), ""]
    )


def allowed():
    """The rows of the journeys; of several steps one after the other that nobody notices, one row."""
    from .journeys import JOURNEYS, NOTHING

    for journey in JOURNEYS:
        name, waiting = journey.name, []
        for step in journey.steps:
            waiting.append(step.name)
            if step.notices == NOTHING and step is not journey.steps[-1]:
                continue
            *unseen, last = waiting if step.notices != NOTHING else [*waiting, ""]
            for steps, notices in (("; ".join(unseen), NOTHING), (last, step.notices)):
                if steps:
                    yield f"| {name} | {steps} | {notices} |"
                    name = ""
            waiting = []


def ordinary():
    from .ordinary import STEPS

    return [f"1. {name}" for name, _act in STEPS]


def outcome(route):
    exceptions = [f"{who}: {what}" for who, what in route.but]
    return "; ".join([route.expects, *exceptions])


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    TARGET.write_text(text())
