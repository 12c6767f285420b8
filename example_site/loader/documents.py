"""The documents of the manifest as items of the diary: Chinese originals, English versions, drafts, new editions."""

import datetime
import json

from wagtail.models import Locale

from example_site.content_tools import chosen
from wagtail_disclosure.catalogue import attribute
from wagtail_disclosure.catalogue.models import EntryPage

from .bodies import blocks_of
from .content import CONTENT, at, exactly, following, table
from .diary import Item

ATTRIBUTES = {"主动公开": "proactive", "依申请公开": "on_request", "不予公开": "withheld"}
ENGLISH = "-en"
TRANSLATOR = "you.jinghe"


def moment_of_draft(key, day, public_at):
    """When the officer enters a document: on the morning of its day, and in good time before it is published."""
    begins = at(day, 8, 40) + datetime.timedelta(minutes=chosen(f"{key}d", 0, 150))
    return min(begins, public_at - datetime.timedelta(minutes=chosen(f"{key}e", 50, 80)))


def drafter_of(world, key, code):
    officers = world.drafters[code]
    return officers[chosen(f"{key}o", 0, len(officers) - 1)]


def entries(world, keys=None):
    """An item for each row of the manifest, or for those in ``keys``."""
    public = {row["source_key"]: exactly(row["published_at"]) for row in table("timeline")}
    decided = {}
    for row in table("determinations"):
        decided.setdefault(row["source_key"], []).append(row)
    for row in table("manifest"):
        key = row["source_key"]
        if keys is not None and key not in keys:
            continue
        if row["language"] == "en":
            yield english(row, public[key], public[key.removesuffix(ENGLISH)])
        elif key in decided:
            yield restricted(world, row, decided[key], public.get(key))
        else:
            yield entry(world, row, public[key])


def entry(world, row, public_at, *, decision=None, day=None, **options):
    key = row["source_key"]
    code = world.codes[row["responsible_department"]]
    drafter = options.pop("drafter", None) or drafter_of(world, key, code)
    drafted_at = moment_of_draft(key, day or row["document_date"], public_at)

    def draft(world):
        return draft_entry(world, row, drafter, drafted_at, decision)

    return Item(key, drafter, drafted_at, public_at, draft, **options)


def restricted(world, row, decisions, public_at):
    """What is disclosed on request, or withheld: filed at the end of its review, and never a page."""
    day = decisions[0]["decided_on"]
    earliest = at(following(datetime.date.fromisoformat(day)), 10, chosen(row["source_key"], 0, 59))
    return entry(
        world,
        row,
        max(earliest, public_at or earliest),
        decision=decisions[0],
        day=day,
        done=lambda page: page.filed_item is not None,
    )


def draft_entry(world, row, drafter, moment, decision=None):
    user = world.users[drafter]
    code = world.codes[row["responsible_department"]]
    folder = world.folders[code, row["language"]]
    page = EntryPage(
        title=row["title"],
        slug=row["source_key"],
        live=False,
        owner=user,
        locale=folder.locale,
        department=folder.department,
        issuing_body=row["issuing_body"],
        document_number=row["document_number"],
        keywords=row["keywords"],
        summary=row["summary"],
        source=row["source"],
        date_generated=moment,
        date_signed=row["document_date"],
        formed_on=row["document_date"],
        important=row["importance"] == "重要",
        body=json.dumps(body_of(row)),
        **world.categories(row),
    )
    folder.add_child(instance=page)
    decide(page, user, row, decision)
    page.save_revision(user=user)
    return page


def body_of(row):
    return blocks_of((CONTENT / row["body_file"]).read_text(encoding="utf-8"))


def decide(page, user, row, decision=None):
    """Determine the disclosure attribute, before the item enters review."""
    name = ATTRIBUTES[row["disclosure_attribute"]]
    if decision is None:
        ground = "proactive_statutory" if row.get("statutory_head") else "proactive_public_interest"
        return attribute.determine(page, user, attribute=name, ground=row.get("ground") or ground)
    return attribute.determine(
        page,
        user,
        attribute=name,
        ground=decision["ground"],
        note=decision["note"],
        review_by=parse_day(decision["review_by"]),
    )


def parse_day(text):
    return datetime.date.fromisoformat(text) if text else None


# English versions


def english(row, public_at, original_public_at, **options):
    key = row["source_key"]
    begins = at(following(original_public_at.date()), 9, chosen(key, 0, 59))
    drafted_at = min(begins, public_at - datetime.timedelta(hours=1))

    def draft(world):
        return draft_english(world, row, drafted_at)

    return Item(key, TRANSLATOR, drafted_at, public_at, draft, is_translation=True, **options)


def draft_english(world, row, moment):
    """A translation of the page, as Wagtail makes it, with the English text."""
    user = world.users[TRANSLATOR]
    original = world.page(row["source_key"].removesuffix(ENGLISH))
    page = original.copy_for_translation(Locale.objects.get(language_code="en"))
    page.title = page.draft_title = row["title"]
    page.slug = original.slug
    page.owner = user
    page.issuing_body, page.source = row["issuing_body"], row["source"]
    page.keywords, page.summary = row["keywords"], row["summary"]
    page.department_name = page.department.local_name("en")
    page.date_generated = moment
    page.body = json.dumps(body_of(row))
    page.save_revision(user=user)
    return page


# New editions: documents that were replaced or repealed


def editions(world, keys=None):
    """An item for each document whose validity changed; it goes through the whole review again."""
    public = {row["source_key"]: exactly(row["published_at"]) for row in table("timeline")}
    for row in table("validity"):
        if (
            keys is not None
            and not {row["source_key"], row["successor_source_key"] or row["source_key"]} <= keys
        ):
            continue
        successor = public.get(row["successor_source_key"])
        effective = following(parse_day(row["effective_date"]) - datetime.timedelta(days=1))
        starts = at(max(effective, following(successor.date())) if successor else effective, 9, 20)
        yield edition(world, row, starts)


def edition(world, row, starts):
    key = row["source_key"]
    code = next(
        world.codes[each["responsible_department"]] for each in table("manifest") if each["source_key"] == key
    )
    drafter = drafter_of(world, key, code)

    def draft(world):
        page = world.page(key).get_latest_revision_as_object()
        page.validity, page.validity_note = row["status"], row["note"]
        if row["successor_source_key"]:
            page.replaced_by_id = world.pk(row["successor_source_key"])
        page.formed_on = row["effective_date"]
        page.save_revision(user=world.users[drafter])
        return page

    ends = at(following(starts.date(), 2), 15, chosen(key, 0, 59))
    return Item(
        key,
        drafter,
        starts,
        ends,
        draft,
        edition=row["status"],
        done=lambda page: page.live and page.validity == row["status"],
    )


# Drafts that still wait


def drafts(world):
    """Documents that stand somewhere in the review, one of them returned to its drafter."""
    left = {row["source_key"]: row for row in table("draft_steps")}
    for row in table("drafts"):
        step = left[row["source_key"]]
        day = following(datetime.date.fromisoformat(row["document_date"]), 4)
        ends = at(day, 16, 30)
        options = {"left_at": step["left_at"], "comment": step["comment"]}
        if row["language"] == "en":
            yield english(row, at("2026-11-18", 16), at("2026-11-11"), **options)
        else:
            yield entry(world, row, ends, drafter=step["username"], **options)
