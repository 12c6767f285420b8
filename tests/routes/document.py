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

{count} routes, {attempts} attempts.
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
    return HEAD.format(count=count, attempts=attempts) + "\n".join(rows) + "\n"


def outcome(route):
    exceptions = [f"{who}: {what}" for who, what in route.but]
    return "; ".join([route.expects, *exceptions])


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    TARGET.write_text(text())
