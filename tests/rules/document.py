"""The states of a case as a page of the documentation: ``python -m tests.rules.document`` writes it."""

import os
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "docs" / "request-states.md"
TABLES = (
    ("cn", "request", "Disclosure request (China)"),
    ("cn", "correction", "Correction of one's own records (China)"),
    ("cn", "letter", "Letter to a mailbox (China)"),
    ("uk", "request", "Request for information (United Kingdom)"),
    ("uk", "letter", "Letter to a mailbox (United Kingdom)"),
)
HEAD = """# States and actions of a case

This page is written from the transition tables in `wagtail_disclosure/rules/vocabularies/<profile>/cases/`; a test
holds the two together. A case moves only by one of these actions, taken in one of these states by one of these roles,
and only if the sentences under “Provided” are true. What goes on beside the state (a third party is asked, an extension
waits for approval) is a *condition*: one action opens it, another closes it.
"""
COLUMNS = ("Action", "Provision", "In state", "Leads to", "By", "Provided", "Clock event", "Letters")


def text():
    from wagtail_disclosure.rules.state_diagrams import mermaid, move_rows
    from wagtail_disclosure.rules.transition_data import get_table

    parts = [HEAD]
    for profile, code, title in TABLES:
        table = get_table(profile, code)
        parts += [f"## {title}", "", "```mermaid", mermaid(table), "```", ""]
        parts += [row(COLUMNS), row(["---"] * len(COLUMNS))]
        parts += [row(cells) for cells in move_rows(table)]
        parts += [""]
    return "\n".join(parts)


def row(cells):
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    TARGET.write_text(text(), encoding="utf-8")
